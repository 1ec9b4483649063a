#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helios-making.h"

static void files_are_made(void **state)
{
	struct content_spec spec = some(250, 1024, 1024, 0.1);
	struct content c;

	(void)state;
	made(&c, "w", &spec);
	assert_int_equal(left_out, 0);
	assert_int_equal(c.manifest.n, 250);
	assert_int_equal(c.manifest.bytes, 250 * 1024);
	assert_string_equal(c.manifest.file[0].path, "d000/f000000");
	assert_string_equal(c.manifest.file[99].path, "d000/f000099");
	assert_string_equal(c.manifest.file[100].path, "d001/f000100");
	assert_string_equal(c.manifest.file[248].path, "d002/f000248");
	assert_string_equal(c.manifest.file[249].path, "f000249");
	as_it_says(&c);
	content_dispose(&c);
}

static void seeds(void **state)
{
	struct content_spec spec = some(30, 0, 3000, 0.1), other = spec;
	struct content a, b, c;
	struct changed changed;

	(void)state;
	made(&a, "a", &spec);
	made(&b, "b", &spec);
	other.seed = 8;
	made(&c, "c", &other);
	for (int i = 0; i < 20; i++) {
		assert_true(same_digests(&a, &b));
		assert_false(same_digests(&a, &c));
		change(&a, &changed);
		assert_false(same_digests(&a, &b));
		change(&b, &changed);
		change(&c, &changed);
	}
	as_it_says(&a);
	as_it_says(&b);
	content_dispose(&a);
	content_dispose(&b);
	content_dispose(&c);
}

/* Log-uniform: as many below the square root as above it. */
static void sizes(void **state)
{
	struct content_spec spec = some(2000, 15, 4095, 0.1);
	int64_t least = INT64_MAX, most = 0;
	struct content c;
	int small = 0;

	(void)state;
	made(&c, "w", &spec);
	for (size_t i = 0; i < c.manifest.n; i++) {
		int64_t size = c.manifest.file[i].size;

		small += size < 255;
		least = size < least ? size : least;
		most = size > most ? size : most;
	}
	assert_true(least >= 15 && least < 17);
	assert_true(most <= 4095 && most > 4000);
	assert_true(small > 900 && small < 1100);
	as_it_says(&c);
	content_dispose(&c);
}

static void large_files(void **state)
{
	struct content_spec spec = some(2, (1 << 20) + 7, (1 << 20) + 7, 0.5);
	struct changed changed;
	struct content c;

	(void)state;
	made(&c, "w", &spec);
	assert_int_not_equal(memcmp(c.manifest.file[0].digest, c.manifest.file[1].digest, SHA256_BYTES), 0);
	change(&c, &changed);
	assert_int_equal(changed.files, 1);
	assert_int_equal(changed.bytes, (1 << 20) + 7);
	as_it_says(&c);
	content_dispose(&c);
}

/* How often each file has changed is one of two neighbouring numbers; just those that are counted have. */
static void changes_take_turns(void **state)
{
	struct content_spec spec = some(130, 100, 100, 0.1);
	unsigned char before[130][SHA256_BYTES];
	unsigned turns[130] = {0};
	struct changed changed;
	struct content c;

	(void)state;
	made(&c, "w", &spec);
	for (int round = 1; round <= 37; round++) {
		unsigned now = 0, least = UINT_MAX, most = 0;

		for (size_t i = 0; i < c.manifest.n; i++)
			memcpy(before[i], c.manifest.file[i].digest, SHA256_BYTES);
		change(&c, &changed);
		assert_int_equal(changed.files, 13);
		assert_int_equal(changed.bytes, 1300);
		assert_int_equal(c.version, round);
		for (size_t i = 0; i < c.manifest.n; i++) {
			int differs = memcmp(before[i], c.manifest.file[i].digest, SHA256_BYTES) != 0;

			now += (unsigned)differs;
			turns[i] += (unsigned)differs;
			least = turns[i] < least ? turns[i] : least;
			most = turns[i] > most ? turns[i] : most;
		}
		assert_int_equal(now, 13);
		assert_true(most - least <= 1);
	}
	as_it_says(&c);
	content_dispose(&c);
}

static void shares(void **state)
{
	static const struct { double share; uint64_t files; } wanted[] = {
		{0, 1}, {1e-9, 1}, {0.1, 4}, {0.5, 20}, {0.99, 40}, {1, 40}, {7, 40},
	};
	struct changed changed;
	struct content c;
	char name[8] = "w";

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct content_spec spec = some(40, 10, 10, wanted[i].share);

		name[1] = (char)('0' + i);
		made(&c, name, &spec);
		change(&c, &changed);
		assert_int_equal(changed.files, wanted[i].files);
		assert_int_equal(changed.bytes, 10 * wanted[i].files);
		as_it_says(&c);
		content_dispose(&c);
	}
}

static void without_a_byte(void **state)
{
	struct content_spec spec = some(1, 0, 0, 1);

	(void)state;
	never_the_same(&spec, 0, 600);
}

static void with_one_byte(void **state)
{
	struct content_spec spec = some(1, 1, 1, 1);

	(void)state;
	never_the_same(&spec, 1, 600);
}

/* In a process of its own; its exit status says which assertion did not hold: 77 is a skip. */
static void apart(int (*test)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(test());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool map(const char *path, unsigned id)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && dprintf(fd, "0 %u 1", id) > 0;

	if (fd >= 0)
		close(fd);
	return done;
}

/* May mount file systems that nobody else sees. */
static bool have_own_mounts(void)
{
	unsigned user = geteuid(), group = getegid();
	int fd;

	if (user != 0) {
		if (unshare(CLONE_NEWUSER) < 0)
			return false;
		fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
		if (fd < 0 || dprintf(fd, "deny") < 0 || close(fd) < 0 || !map("/proc/self/uid_map", user) ||
		    !map("/proc/self/gid_map", group))
			return false;
	}
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static int fill_disk(void)
{
	struct content_spec spec = some(1000, 1000, 1000, 0.1), copy = {.from = "from"};
	struct content c;

	if (!have_own_mounts() || mount("small", "small", "tmpfs", 0, "size=400k") < 0)
		return 77;
	if (content_make(&c, "small/w", &spec, &left_out, why) == 0 || errno != ENOSPC)
		return 1;
	if (strncmp(why, "small/w/d00", 11) != 0 || !strstr(why, ": No space left on device"))
		return 2;
	content_dispose(&c);
	if (content_make(&c, "small/w2", &copy, &left_out, why) == 0 || errno != ENOSPC)
		return 3;
	if (strcmp(why, "small/w2: No space left on device") != 0 &&
	    strcmp(why, "small/w2/a: No space left on device") != 0)
		return 4;
	content_dispose(&c);
	return 0;
}

static void a_full_disk(void **state)
{
	(void)state;
	assert_int_equal(mkdir("small", 0755), 0);
	assert_int_equal(mkdir("from", 0755), 0);
	write_text("from/a", "x");
	apart(fill_disk);
}

static int write_too_much(void)
{
	struct content_spec spec = some(3, 1 << 20, 1 << 20, 1);
	struct changed changed;
	struct content c;

	signal(SIGXFSZ, SIG_IGN);
	if (content_make(&c, "w", &spec, &left_out, why) != 0)
		return 1;
	if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){300000, 300000}) != 0)
		return 77;
	if (content_change(&c, &changed, why) == 0 || errno != EFBIG)
		return 2;
	if (strncmp(why, "w/", 2) != 0 || !strstr(why, ": File too large"))
		return 3;
	content_dispose(&c);
	return 0;
}

static void a_change_that_fails(void **state)
{
	(void)state;
	apart(write_too_much);
}

static int be_signalled(void)
{
	struct content_spec spec = some(10, 1, 1, 1), copy = {.from = "w"};
	struct changed changed;
	struct signals signals;
	struct content c;

	if (signals_hold(&signals) != 0)
		return 77;
	spec.signals = copy.signals = &signals;
	if (content_make(&c, "w", &spec, &left_out, why) != 0)
		return 1;
	raise(SIGTERM);
	if (content_change(&c, &changed, why) == 0 || errno != ECANCELED || strcmp(why, "w: cancelled") != 0)
		return 2;
	content_dispose(&c);
	if (content_make(&c, "w2", &copy, &left_out, why) == 0 || errno != ECANCELED || !strstr(why, ": cancelled"))
		return 3;
	content_dispose(&c);
	if (content_make(&c, "w3", &spec, &left_out, why) == 0 || errno != ECANCELED ||
	    strcmp(why, "w3: cancelled") != 0)
		return 4;
	content_dispose(&c);
	return 0;
}

static void a_signal(void **state)
{
	(void)state;
	apart(be_signalled);
}

static void many_files(void **state)
{
	struct content_spec spec = some(3000, 0, 0, 0.1);
	struct changed changed;
	struct content c;

	(void)state;
	made(&c, "w", &spec);
	assert_string_equal(c.manifest.file[2998].path, "d029/f002998");
	change(&c, &changed);
	assert_int_equal(changed.files, 300);
	assert_int_equal(changed.bytes, 300);
	as_it_says(&c);
	content_dispose(&c);
}

static void a_place_that_is_none(void **state)
{
	struct content_spec spec = some(1, 1, 1, 1);

	(void)state;
	assert_int_equal(mkdir("w", 0755), 0);
	refused("w", &spec, EEXIST, "w: File exists");
	refused("no/where", &spec, ENOENT, "no/where: No such file or directory");
}

static void never_made(void **state)
{
	struct content c = {.fd = 0};

	(void)state;
	content_dispose(&c);
	assert_true(fcntl(0, F_GETFD) >= 0);
}

#define in_a_directory(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_directory(files_are_made),
		in_a_directory(seeds),
		in_a_directory(sizes),
		in_a_directory(large_files),
		in_a_directory(changes_take_turns),
		in_a_directory(shares),
		in_a_directory(without_a_byte),
		in_a_directory(with_one_byte),
		in_a_directory(a_full_disk),
		in_a_directory(a_change_that_fails),
		in_a_directory(a_signal),
		in_a_directory(many_files),
		in_a_directory(a_place_that_is_none),
		in_a_directory(never_made),
	};

	return cmocka_run_group_tests_name("helios-content", tests, NULL, NULL);
}
