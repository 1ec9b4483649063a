#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/fc-probe/smaps.h"

#define MIB INT64_C(1048576)
#define GIB (1024 * MIB)

/* A text as of the kernel. */
static char text[65536];
static size_t len;
static uint64_t top;

static void begin(void)
{
	len = 0;
	top = 0x7f0000000000;
	*text = '\0';
}

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	len += (size_t)vsnprintf(text + len, sizeof text - len, format, args);
	va_end(args);
	assert_true(len < sizeof text);
}

/* A mapping of size bytes, of which rss are resident, gap bytes above the one before. */
static void map(int64_t gap, int64_t size, int64_t rss, const char *rest)
{
	top += (uint64_t)gap;
	add("%llx-%llx %s\n", (unsigned long long)top, (unsigned long long)top + (unsigned long long)size, rest);
	add("Size:           %8lld kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n", (long long)size / 1024);
	add("Rss:            %8lld kB\nPss:            %8lld kB\nShared_Hugetlb:        0 kB\n", (long long)rss / 1024,
	    (long long)rss / 1024);
	add("Private_Hugetlb:       0 kB\nTHPeligible:           0\nVmFlags: rd wr mr mw me ac \n");
	top += (uint64_t)size;
}

#define ANON "rw-p 00000000 00:00 0 "

static void is(int64_t guest_memory, int64_t guest, int64_t overhead, int64_t guest_size)
{
	struct smaps s;

	if (smaps_parse(text, len, guest_memory, &s) != 0)
		fail_msg("%s", strerror(errno));
	assert_int_equal(s.guest, guest);
	assert_int_equal(s.overhead, overhead);
	assert_int_equal(s.guest_size, guest_size);
}

static void test_one_mapping(void **state)
{
	static const char *const kinds[] = {
		ANON, "rw-s 00000000 00:01 2049   /memfd:guest_mem (deleted)", "rw-p 00000000 fe:00 77   /tmp/a [x]/snapshot mem",
		"rw-p 00000000 00:0f 33   /anon_hugepage (deleted)",
	};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		begin();
		map(0, 2 * MIB, MIB, "r-xp 00000000 fe:00 12   /usr/bin/firecracker");
		map(0, 2 * MIB, MIB / 2, "rw-p 00000000 00:00 0   [heap]");
		map(GIB, 128 * MIB, 30 * MIB, kinds[i]);
		map(0, 8192, 4096, ANON);
		map(GIB, 132 * 1024, 8192, "rw-p 00000000 00:00 0   [stack]");
		is(128 * MIB, 30 * MIB, MIB + MIB / 2 + 4096 + 8192, 128 * MIB);
	}
}

static void test_around_the_gap(void **state)
{
	(void)state;
	begin();
	map(0, 2 * MIB, MIB, ANON);
	map(GIB, 1 * GIB, 10 * MIB, ANON);
	map(4096, 3 * GIB, 20 * MIB, ANON);
	is(4 * GIB, 30 * MIB, MIB, 4 * GIB);
	begin(); /* directly behind each other */
	map(0, 2 * MIB, MIB, ANON);
	map(4096, 768 * MIB, 10 * MIB, ANON);
	map(0, 3328 * MIB, 20 * MIB, ANON);
	is(4 * GIB, 30 * MIB, MIB, 4 * GIB);
	begin(); /* and one that the kernel has joined */
	map(4096, 4 * GIB, 10 * MIB, ANON);
	is(4 * GIB, 10 * MIB, 0, 4 * GIB);
	begin(); /* around two gaps */
	map(4096, 252 * GIB, 3 * MIB, ANON);
	map(4096, 45 * GIB, 4 * MIB, ANON);
	map(4096, 3 * GIB, 5 * MIB, ANON);
	map(4096, MIB, MIB, ANON);
	is(300 * GIB, 12 * MIB, MIB, 300 * GIB);
}

/* A balloon replaces parts of a memory file by anonymous memory. */
static void test_divided(void **state)
{
	(void)state;
	begin();
	map(0, 2 * MIB, MIB, ANON);
	map(4096, 50 * MIB, 5 * MIB, "rw-p 00000000 fe:00 77   /tmp/mem");
	map(0, 8 * MIB, 0, ANON);
	map(0, 70 * MIB, 7 * MIB, "rw-p 03a00000 fe:00 77   /tmp/mem");
	map(4096, 2 * MIB, MIB, ANON);
	is(128 * MIB, 12 * MIB, 2 * MIB, 128 * MIB);
	begin(); /* with a neighbour on each side */
	map(0, 2 * MIB, MIB, ANON);
	map(0, 50 * MIB, 5 * MIB, ANON);
	map(0, 78 * MIB, 7 * MIB, ANON);
	map(0, MIB, MIB, ANON);
	is(128 * MIB, 12 * MIB, 2 * MIB, 128 * MIB);
}

/* One of the right size goes before several, and of two of them that which is used. */
static void test_which(void **state)
{
	(void)state;
	begin();
	map(0, MIB, MIB, ANON);
	map(0, MIB, MIB / 2, ANON);
	map(4096, 2 * MIB, 4096, ANON);
	map(4096, 2 * MIB, MIB / 4, ANON);
	map(4096, 2 * MIB, 0, ANON);
	is(2 * MIB, MIB / 4, MIB + MIB / 2 + 4096, 2 * MIB);
}

/* The kernel joins guest memory with an arena of malloc behind it. */
static void test_joined(void **state)
{
	(void)state;
	begin();
	map(0, 2 * MIB, MIB, ANON);
	map(GIB, 128 * MIB + 132 * 1024, 56 * 1024 + 132 * 1024, ANON);
	map(0, 64 * MIB - 132 * 1024, 0, "---p 00000000 00:00 0 ");
	map(4096, 192 * MIB, MIB, ANON);
	is(128 * MIB, 56 * 1024, MIB + 132 * 1024 + MIB, 128 * MIB);
	begin(); /* that is hardly used */
	map(GIB, 128 * MIB + 132 * 1024, 56 * 1024, ANON);
	is(128 * MIB, 0, 56 * 1024, 128 * MIB);
	begin(); /* one of two parts, and either gap */
	map(4096, 3 * GIB, 20 * MIB, ANON);
	map(4096, 1 * GIB + 132 * 1024, 10 * MIB, ANON);
	is(4 * GIB, 30 * MIB - 132 * 1024, 132 * 1024, 4 * GIB);
	begin();
	map(4096, 3328 * MIB + 132 * 1024, 20 * MIB, ANON);
	map(4096, 768 * MIB, 10 * MIB, ANON);
	is(4 * GIB, 30 * MIB - 132 * 1024, 132 * 1024, 4 * GIB);
	begin();
	map(4096, 252 * GIB + 132 * 1024, 3 * MIB, ANON);
	map(4096, 45 * GIB, 4 * MIB, ANON);
	map(4096, 3 * GIB, 5 * MIB, ANON);
	is(300 * GIB, 12 * MIB - 132 * 1024, 132 * 1024, 300 * GIB);
	begin(); /* larger than by an arena */
	map(4096, 192 * MIB, MIB, ANON);
	is(128 * MIB, 0, MIB, 0);
}

static void test_it_cannot_be_told(void **state)
{
	(void)state;
	begin();
	map(0, 64 * MIB, MIB, ANON);
	map(4096, 63 * MIB, MIB, ANON);
	map(4096, 193 * MIB, MIB, ANON);
	map(4096, 128 * MIB, MIB, "r--p 00000000 fe:00 77   /tmp/mem");
	map(4096, 128 * MIB, MIB, "---p 00000000 00:00 0 ");
	map(4096, 128 * MIB, MIB, "rw-p 00000000 00:00 0    [heap]");
	is(128 * MIB, 0, 6 * MIB, 0);
	begin(); /* readable memory between is no neighbour */
	map(0, 64 * MIB, MIB, ANON);
	map(0, 4096, 0, "---p 00000000 00:00 0 ");
	map(0, 32 * MIB, MIB, ANON);
	map(0, 33 * MIB, MIB, ANON);
	is(128 * MIB, 0, 3 * MIB, 0);
}

static void test_huge_pages(void **state)
{
	(void)state;
	begin();
	add("7f0000000000-7f0008000000 rw-s 00000000 00:0f 33   /anon_hugepage (deleted)\nRss: 0 kB\n"
	    "Shared_Hugetlb:     4096 kB\nPrivate_Hugetlb:    2048 kB\n");
	add("7f0010000000-7f0010001000 r--p 00000000 00:00 0 \nRss: 4 kB");
	is(128 * MIB, 6 * MIB, 4096, 128 * MIB);
}

static void test_no_smaps(void **state)
{
	static const char *const bad[] = {
		"x", "\n", "Rss: 1 kB\n", "1000-2000 rw-p\nRss: x\n", "1000-2000 rw-p\nRss:\n", "1000-2000 rw-p\nRss: -1 kB\n",
		"1000-2000 rw-p\nRss: 99999999999999999999 kB\n", "2000-1000 rw-p\n", "1000-1000 rw-p\n", "1000-2000\n",
		"1000-2000 rw\n", "g000-2000 rw-p\n", "-2000 rw-p\n", "11112222333344445-2000 rw-p\n", "0-ffffffffffffffff rw-p\n",
		"1000-2000 rw-p\nRss: 9007199254740991 kB\nRss: 9007199254740991 kB\n",
	};
	struct smaps s;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		errno = 0;
		if (smaps_parse(bad[i], strlen(bad[i]), MIB, &s) != -1)
			fail_msg("%s: was taken", bad[i]);
		assert_int_equal(errno, EPROTO);
	}
	assert_int_equal(smaps_parse("", 0, 0, &s), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(smaps_parse("", 0, -1, &s), -1);
	assert_int_equal(smaps_parse("", 0, INT64_MAX, &s), -1);
	assert_int_equal(smaps_parse("", 0, MIB, &s), 0);
	assert_int_equal(s.overhead, 0);
}

/* Guests of odd sizes, in a process of its own. */
#define SIZE ((size_t)(37 * MIB))
#define USED ((size_t)(5 * MIB))

static void use(void *memory)
{
	if (memory == MAP_FAILED)
		_exit(1);
	memset(memory, 1, USED);
}

static void anonymous(void)
{
	use(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
}

static int memory_file(void)
{
	int fd = memfd_create("guest_mem", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)SIZE) != 0)
		_exit(1);
	return fd;
}

static void shared(void)
{
	use(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memory_file(), 0));
}

static void private_of_a_file(void)
{
	use(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, memory_file(), 0));
}

static void two_parts(void)
{
	char *all = mmap(NULL, SIZE + 2 * USED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED || mprotect(all, 2 * USED, PROT_READ | PROT_WRITE) != 0 ||
	    mprotect(all + 4 * USED, SIZE - 2 * USED, PROT_READ | PROT_WRITE) != 0)
		_exit(1);
	use(all);
}

/* With what stands for an arena on either side, of which one page in four is used. */
#define ARENA ((size_t)MIB)
static void joined(void)
{
	size_t aligned = 2 << 20;
	char *all = mmap(NULL, SIZE + 2 * ARENA + 2 * aligned, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *at;

	if (all == MAP_FAILED)
		_exit(1);
	at = all + (aligned - (uintptr_t)all % aligned) + aligned;
	if (mprotect(at - ARENA, SIZE + 2 * ARENA, PROT_READ | PROT_WRITE) != 0 ||
	    madvise(at - ARENA, SIZE + 2 * ARENA, MADV_NOHUGEPAGE) != 0)
		_exit(1);
	use(at);
	for (size_t i = 0; i < ARENA; i += 16384)
		at[i - ARENA] = at[SIZE + i] = 1;
}

static pid_t process(void (*prepare)(void))
{
	int done[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(done), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prepare();
		if (write(done[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(done[1]);
	assert_int_equal(read(done[0], &c, 1), 1);
	close(done[0]);
	return pid;
}

static void test_processes(void **state)
{
	static void (*const kinds[])(void) = {anonymous, shared, private_of_a_file, two_parts};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		pid_t pid = process(kinds[i]);
		struct smaps s;
		int result = smaps_read(pid, (int64_t)SIZE, &s);

		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		assert_int_equal(result, 0);
		assert_int_equal(s.guest_size, SIZE);
		assert_true(s.guest >= (int64_t)USED && s.guest <= (int64_t)SIZE);
		assert_true(s.overhead > 0);
	}
}

static void nothing(void)
{
}

static void test_a_process_with_joined_memory(void **state)
{
	pid_t pid = process(joined);
	struct smaps s, whole;
	int result = smaps_read(pid, (int64_t)SIZE, &s);

	(void)state;
	assert_int_equal(smaps_read(pid, 4096, &whole), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(result, 0);
	assert_int_equal(s.guest_size, SIZE);
	assert_int_equal(s.guest, USED);
	assert_true(s.overhead >= (int64_t)(2 * ARENA / 4));
	assert_int_equal(s.guest + s.overhead, whole.guest + whole.overhead);
}

static void test_processes_that_cannot_be_read(void **state)
{
	pid_t pid = process(nothing);
	siginfo_t info;
	struct smaps s;

	(void)state;
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(smaps_read(pid, MIB, &s), -1); /* a zombie */
	assert_int_equal(errno, ESRCH);
	waitpid(pid, NULL, 0);
	assert_int_equal(smaps_read(pid, MIB, &s), -1);
	assert_int_equal(errno, ESRCH);
}

static void test_a_process_of_somebody_else(void **state)
{
	struct stat st;
	int status;
	pid_t pid;

	(void)state;
	if (getuid() != 0 && (stat("/proc/1", &st) != 0 || st.st_uid == getuid())) {
		print_message("no process of somebody else here\n");
		skip();
	}
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct smaps s;

		if (getuid() == 0 && setuid(65534) != 0)
			_exit(EACCES); /* of a name space without others */
		_exit(smaps_read(1, MIB, &s) == 0 ? 0 : errno);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == EACCES || WEXITSTATUS(status) == EPERM || WEXITSTATUS(status) == ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_mapping),
		cmocka_unit_test(test_around_the_gap),
		cmocka_unit_test(test_divided),
		cmocka_unit_test(test_which),
		cmocka_unit_test(test_joined),
		cmocka_unit_test(test_it_cannot_be_told),
		cmocka_unit_test(test_huge_pages),
		cmocka_unit_test(test_no_smaps),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_a_process_with_joined_memory),
		cmocka_unit_test(test_processes_that_cannot_be_read),
		cmocka_unit_test(test_a_process_of_somebody_else),
	};

	return cmocka_run_group_tests_name("smaps", tests, NULL, NULL);
}
