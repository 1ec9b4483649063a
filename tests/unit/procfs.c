#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/proc-watch/procfs.h"

#define REST " 34816 4711 4194560 1234 5678 9 10 111 22 333 44 20 0 5 0 2464957 67108864 1690 18446744073709551615\n"

static int stat_of(const char *text, struct procfs_stat *s)
{
	errno = 0;
	return procfs_stat(text, strlen(text), s);
}

static void test_stat(void **state)
{
	static const char *const names[] = {"nginx", "a b", ":-) ", "x) R 1 2 3 (y", "two\nlines", "", "((("};
	char text[512];
	struct procfs_stat s;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(text, sizeof text, "4711 (%s) S 4700 4711 4699" REST, names[i]);
		assert_int_equal(stat_of(text, &s), 0);
		assert_int_equal(s.pid, 4711);
		assert_int_equal(s.parent, 4700);
		assert_int_equal(s.session, 4699);
		assert_int_equal(s.state, 'S');
		assert_int_equal(s.faults, 1234 + 9);
		assert_int_equal(s.own, 111 + 22);
		assert_int_equal(s.waited, 333 + 44);
		assert_int_equal(s.threads, 5);
		assert_int_equal(s.start, 2464957);
	}
}

static void test_no_stat(void **state)
{
	static const char *const bad[] = {
		"", "4711", "4711 (x", "4711 (x)", "4711 (x) ", "4711 (x) S", "4711 (x) S 1 2 3", "(x) S 4700 4711 4699" REST,
		"4711 x) S 4700 4711 4699" REST, "4711(x) S 4700 4711 4699" REST, "-1 (x) S 4700 4711 4699" REST,
		"4711 (x) SS 4700 4711 4699" REST, "4711 (x) S z 4711 4699" REST, "4711 (x) S 4700 4711 -1" REST,
		"4711 (x) S 4294967296 4711 4699" REST, "99999999999999999999 (x) S 4700 4711 4699" REST,
		"4711 (x) S 4700 4711 4699 34816 4711 4194560 1234 5678 9 10 111 22 333 44 20 0 5 0\n",
		"4711 (x) S 4700 4711 4699 34816 4711 4194560 1234 5678 9 10 111 22 333 44 20 0 5 0 99999999999999999999",
		"4711 (x) S 4700 4711 4699 34816 4711 4194560 1234 5678 9 10 111 22 333 4x 20 0 5 0 2464957",
	};
	char whole[] = "4711 (x) S 4700 4711 4699" REST;
	struct procfs_stat s;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (stat_of(bad[i], &s) != -1)
			fail_msg("%s: was taken", bad[i]);
		assert_int_equal(errno, EPROTO);
	}
	whole[10] = '\0'; /* within a number */
	errno = 0;
	assert_int_equal(procfs_stat(whole, sizeof whole - 1, &s), -1);
	assert_int_equal(errno, EPROTO);
}

#define STATUS(peak, ignored) \
	"Name:\tVmHWM:\\n 7 kB\nTgid:\t4711\nPid:\t4712\nVmHWM:\t" peak " kB\nSigIgn:\t" ignored "\n" \
	"voluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t7\n"

static int status_of(const char *text, struct procfs_status *s)
{
	errno = 0;
	return procfs_status(text, strlen(text), s);
}

static void test_status(void **state)
{
	struct procfs_status s;

	(void)state;
	assert_int_equal(status_of(STATUS("   65536", "0000000000010000"), &s), 0);
	assert_int_equal(s.group, 4711);
	assert_int_equal(s.peak, 65536 * 1024);
	assert_int_equal(s.switches, 157);
	assert_true(s.ignores_children);
	assert_int_equal(status_of(STATUS("65536", "000000000000f001"), &s), 0);
	assert_false(s.ignores_children);
	/* a zombie and a thread of the kernel have no memory */
	assert_int_equal(status_of("Tgid:\t2\nvoluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t0", &s), 0);
	assert_int_equal(s.peak, 0);
	assert_int_equal(s.switches, 1);
}

static void test_no_status(void **state)
{
	static const char *const bad[] = {
		"", "\n\n", "Tgid:\t1\n", "Tgid:\nvoluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t0\n",
		"Tgid:\t99999999999\nvoluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t0\n",
		STATUS("x", "0"), STATUS("-1", "0"), STATUS("9223372036854775807", "0"), STATUS("1", "x"),
		STATUS("1", "11112222333344445"),
	};
	struct procfs_status s;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (status_of(bad[i], &s) != -1)
			fail_msg("%s: was taken", bad[i]);
		assert_int_equal(errno, EPROTO);
	}
}

static void test_io(void **state)
{
	static const char text[] = "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 8192\n"
	                           "cancelled_write_bytes: 77\n";
	struct procfs_io io;

	(void)state;
	assert_int_equal(procfs_io(text, sizeof text - 1, &io), 0);
	assert_int_equal(io.read, 4096);
	assert_int_equal(io.written, 8192);
	assert_int_equal(procfs_io(text, 50, &io), -1);
	assert_int_equal(errno, EPROTO);
	assert_int_equal(procfs_io("", 0, &io), -1);
	assert_int_equal(procfs_io("read_bytes: -1\nwrite_bytes: 1\n", 30, &io), -1);
}

static void test_rollup(void **state)
{
	static const char text[] = "55a3c0000000-7ffd00000000 ---p 00000000 00:00 0   [rollup]\nRss:   65536 kB\n"
	                           "Pss:               64200 kB\nPss_Dirty:         63000 kB\nSwapPss: 5 kB\n";
	struct procfs_rollup r;

	(void)state;
	assert_int_equal(procfs_rollup(text, sizeof text - 1, &r), 0);
	assert_int_equal(r.rss, 65536 * 1024);
	assert_int_equal(r.pss, 64200 * 1024);
	assert_int_equal(procfs_rollup(text, 70, &r), -1);
	assert_int_equal(errno, EPROTO);
}

static void test_numbers(void **state)
{
	int64_t n;

	(void)state;
	assert_int_equal(procfs_schedstat("123456789 98765 4321\n", 21, &n), 0);
	assert_int_equal(n, 4321);
	assert_int_equal(procfs_schedstat("1 2\n", 4, &n), -1);
	assert_int_equal(procfs_schedstat("1 2 18446744073709551616\n", 25, &n), -1);
	assert_int_equal(procfs_statm("16384 1690 423 20 0 17000 0\n", 28, &n), 0);
	assert_int_equal(n, 1690);
	assert_int_equal(procfs_statm("16384", 5, &n), -1);
	assert_int_equal(procfs_statm("", 0, &n), -1);
}

static void test_pids(void **state)
{
	static const char text[] = "1 4711\n\n0\t12 ";
	static const char *const bad[] = {"x", "-1", "1x", "99999999999", "1,2"};
	const pid_t expected[] = {1, 4711, 0, 12};
	const char *at = text, *end = text + sizeof text - 1;
	pid_t pid;

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		assert_int_equal(procfs_pid(&at, end, &pid), 1);
		assert_int_equal(pid, expected[i]);
	}
	assert_int_equal(procfs_pid(&at, end, &pid), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		at = bad[i];
		errno = 0;
		assert_int_equal(procfs_pid(&at, bad[i] + strlen(bad[i]), &pid), -1);
		assert_int_equal(errno, EPROTO);
	}
	at = "1\0" "2";
	assert_int_equal(procfs_pid(&at, at + 3, &pid), -1);
}

static int socket_of(const char *line, struct procfs_socket *s)
{
	errno = 0;
	return procfs_socket(line, strlen(line), s);
}

#define QUEUES " 00000000:00000000 00:00000000 00000000  1000        0 "

static void test_sockets(void **state)
{
	static const char *const bad[] = {
		"", "\n", "0:", "   0: 0100007F:1F90", "   0: 0100007F 00000000:0000 0A" QUEUES "12345",
		"   0: 0100007F:1F900 00000000:0000 0A" QUEUES "12345", "   0: 0100007F:zz 00000000:0000 0A" QUEUES "12345",
		"   0: 0100007F:1F90 00000000:0000 0x" QUEUES "12345", "   0: 0100007F:1F90 00000000:0000 0A" QUEUES,
		"   0: 0100007F:1F90 00000000:0000 0A" QUEUES "1234x",
	};
	struct procfs_socket s;

	(void)state;
	assert_int_equal(socket_of("  sl  local_address rem_address   st tx_queue", &s), 1);
	assert_int_equal(socket_of("   0: 0100007F:1F90 00000000:0000 0A" QUEUES "12345 1 00 100 0 0 10 0\n", &s), 0);
	assert_int_equal(s.port, 8080);
	assert_true(s.listens);
	assert_int_equal(s.inode, 12345);
	assert_int_equal(socket_of("   9: 00000000000000000000000000000000:0016 0:C350 01" QUEUES "9\n", &s), 0);
	assert_int_equal(s.port, 22);
	assert_false(s.listens);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (socket_of(bad[i], &s) != -1)
			fail_msg("%s: was taken", bad[i]);
		assert_int_equal(errno, EPROTO);
	}
}

static size_t read_own(const char *name, char *text, size_t room)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, room);

	if (fd >= 0)
		close(fd);
	return n < 0 ? 0 : (size_t)n;
}

/* The kernel's own, of a process with a name that lies. */
static void test_of_the_kernel(void **state)
{
	char text[8192], name[16] = "";
	struct procfs_stat s;
	struct procfs_status status;
	struct procfs_io io;
	size_t len;
	int64_t pages;

	(void)state;
	assert_int_equal(prctl(PR_GET_NAME, name), 0);
	assert_int_equal(prctl(PR_SET_NAME, ") Z 1 (\n\nTgid:1"), 0);
	len = read_own("/proc/self/stat", text, sizeof text);
	assert_int_equal(procfs_stat(text, len, &s), 0);
	assert_int_equal(s.pid, getpid());
	assert_int_equal(s.parent, getppid());
	assert_int_equal(s.session, getsid(0));
	assert_int_equal(s.state, 'R');
	assert_true(s.threads >= 1);
	len = read_own("/proc/self/status", text, sizeof text);
	assert_int_equal(procfs_status(text, len, &status), 0);
	assert_int_equal(status.group, getpid());
	assert_true(status.peak > 0);
	len = read_own("/proc/self/statm", text, sizeof text);
	assert_int_equal(procfs_statm(text, len, &pages), 0);
	assert_true(pages > 0);
	assert_int_equal(prctl(PR_SET_NAME, name), 0);
	len = read_own("/proc/self/io", text, sizeof text);
	if (len)
		assert_int_equal(procfs_io(text, len, &io), 0);
	else
		print_message("the kernel counts no I/O here\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_no_stat),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_no_status),
		cmocka_unit_test(test_io),
		cmocka_unit_test(test_rollup),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_pids),
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_of_the_kernel),
	};

	return cmocka_run_group_tests_name("procfs", tests, NULL, NULL);
}
