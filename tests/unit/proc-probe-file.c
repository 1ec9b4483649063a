#include "probing.h"

/* Probes that wait for a path: file and unix. */

static char directory[64];

static int enter(void **state)
{
	(void)state;
	own_directory(directory);
	return chdir(directory);
}

static int leave(void **state)
{
	char command[128];
	(void)state;

	snprintf(command, sizeof command, "rm -rf '%s'", directory);
	return chdir("/") != 0 || system(command) != 0;
}

/* Where inotify is to be had the kernel tells, at once and to the moment. */
static void told_by_the_kernel(const struct probe *p)
{
	int fd = open("/proc/sys/fs/inotify/max_user_instances", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		skip();
	close(fd);
	assert_true(p->fd >= 0);
}

static char *below(const char *kind, const char *name)
{
	static char text[256];

	snprintf(text, sizeof text, "%s:%s/%s", kind, directory, name);
	return text;
}

static void a_file_that_comes(void **state)
{
	unsigned before = open_descriptors();
	struct probe p;
	int64_t since;
	(void)state;

	armed(&p, below("file", "one"), PROBE_READY);
	told_by_the_kernel(&p);
	assert_string_equal(p.why, "No such file or directory");
	is_not_seen(&p);
	written("another", "");
	is_not_seen(&p);
	written("one.tmp", "x");
	is_not_seen(&p);
	since = clock_now();
	written("one", "");
	probe_step(&p, since);
	assert_true(p.seen);
	assert_int_equal(p.bound, 0);
	assert_true(p.when >= since && p.when <= clock_now());
	/* It is not polled any more; what took the news is closed when there is time for that. */
	assert_int_equal(p.fd, -1);
	assert_int_equal(p.due, INT64_MAX);
	assert_true(open_descriptors() > before);
	probe_disarm(&p);
	assert_int_equal(open_descriptors(), before);
	probe_free(&p);

	/* Named relative to where it is waited for, and by renaming. */
	armed(&p, "file:two", PROBE_READY);
	assert_int_equal(rename("one", "two"), 0);
	is_seen(&p, since);
	probe_free(&p);
}

static void a_file_in_directories_that_come(void **state)
{
	struct probe p;
	(void)state;

	armed(&p, below("file", "a//b/c/file"), PROBE_READY);
	assert_int_equal(mkdir("b", 0755), 0);
	assert_int_equal(mkdir("a", 0755), 0);
	is_not_seen(&p);
	assert_int_equal(mkdir("a/b", 0755), 0);
	assert_int_equal(mkdir("a/b/c", 0755), 0);
	is_not_seen(&p);
	written("a/b/file", "");
	is_not_seen(&p);

	/* They go and come again. */
	assert_int_equal(rename("a", "old"), 0);
	is_not_seen(&p);
	written("old/b/c/file", "");
	is_not_seen(&p);
	assert_int_equal(mkdir("a", 0755), 0);
	assert_int_equal(mkdir("a/b", 0755), 0);
	is_not_seen(&p);
	assert_int_equal(rmdir("a/b"), 0);
	is_not_seen(&p);
	assert_int_equal(mkdir("a/b", 0755), 0);
	assert_int_equal(mkdir("a/b/c", 0755), 0);
	int64_t since = clock_now();
	written("a/b/c/file", "");
	is_seen(&p, since);
	probe_free(&p);

	/* Step by step, without a look that is due. */
	armed(&p, below("file", "s/t/u"), PROBE_READY);
	assert_int_equal(mkdir("s", 0755), 0);
	probe_step(&p, 0);
	assert_int_equal(mkdir("s/t", 0755), 0);
	probe_step(&p, 0);
	assert_false(p.seen);
	written("s/t/u", "");
	probe_step(&p, 0);
	assert_true(p.seen);
	probe_free(&p);

	/* All at once, between two looks. */
	armed(&p, below("file", "x/y/z"), PROBE_READY);
	assert_int_equal(mkdir("x", 0755), 0);
	assert_int_equal(mkdir("x/y", 0755), 0);
	written("x/y/z", "");
	probe_step(&p, clock_now());
	assert_true(p.seen);
	assert_int_equal(p.bound, 0);
	probe_free(&p);
}

static void a_file_left_over_does_not_count(void **state)
{
	struct probe p;
	int64_t since;
	(void)state;

	written("pid", "1");
	armed(&p, below("file", "pid"), PROBE_READY);
	is_not_seen(&p);
	assert_string_equal(p.why, "it is as it was before");
	assert_int_equal(unlink("pid"), 0);
	is_not_seen(&p);
	since = clock_now();
	written("pid", "2");
	is_seen(&p, since);
	probe_free(&p);
}

static void a_change_is_another_file_size_or_time(void **state)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1000000000}};
	struct probe p;
	int fd;
	(void)state;

	written("config", "a");
	armed(&p, below("file", "config"), PROBE_CHANGE);
	is_not_seen(&p);

	/* Reading is none, nor is opening it for writing. */
	fd = open("config", O_RDWR | O_CLOEXEC);
	char c;
	assert_int_equal(read(fd, &c, 1), 1);
	close(fd);
	is_not_seen(&p);
	assert_int_equal(chmod("config", 0600), 0);
	is_not_seen(&p);

	/* As many bytes, at once: a file's time may be too coarse to tell it. */
	written("config", "b");
	probe_step(&p, clock_now());
	assert_true(p.seen);
	assert_int_equal(p.bound, 0);

	/* And where it has its old time again. */
	struct stat old;
	assert_int_equal(stat("config", &old), 0);
	assert_int_equal(probe_arm(&p, 0), 0);
	written("config", "c");
	struct timespec same[2] = {old.st_atim, old.st_mtim};
	assert_int_equal(utimensat(AT_FDCWD, "config", same, 0), 0);
	probe_step(&p, 0);
	assert_true(p.seen);

	assert_int_equal(probe_arm(&p, 0), 0);
	is_not_seen(&p);
	assert_int_equal(utimensat(AT_FDCWD, "config", times, 0), 0);
	probe_step(&p, clock_now());
	assert_true(p.seen);

	assert_int_equal(probe_arm(&p, 0), 0);
	written("config.new", "b");
	assert_int_equal(utimensat(AT_FDCWD, "config.new", times, 0), 0);
	is_not_seen(&p);
	assert_int_equal(rename("config.new", "config"), 0);
	probe_step(&p, clock_now());
	assert_true(p.seen);
	probe_free(&p);
}

static void a_link_that_leads_elsewhere(void **state)
{
	struct probe p;
	int64_t since;
	(void)state;

	assert_int_equal(mkdir("v1", 0755), 0);
	assert_int_equal(mkdir("v2", 0755), 0);
	written("v1/config", "1");
	written("v2/config", "two");
	assert_int_equal(symlink("v1", "now"), 0);
	armed(&p, below("file", "now/config"), PROBE_CHANGE);
	is_not_seen(&p);
	assert_int_equal(symlink("v2", "next"), 0);
	since = clock_now();
	assert_int_equal(rename("next", "now"), 0);
	is_seen(&p, since);
	assert_true(p.bound > 0 && p.when - p.bound <= clock_now());
	probe_free(&p);

	/* A link to nothing is no file. */
	assert_int_equal(symlink("nothing", "dangling"), 0);
	armed(&p, below("file", "dangling"), PROBE_READY);
	is_not_seen(&p);
	since = clock_now();
	written("nothing", "");
	is_seen(&p, since);
	probe_free(&p);
}

static void more_events_than_a_queue_holds(void **state)
{
	struct probe p;
	char name[32];
	(void)state;

	armed(&p, below("file", "wanted"), PROBE_READY);
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "other-%d", i % 2);
		int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		assert_true(fd >= 0);
		close(fd);
		unlink(name);
	}
	written("wanted", "");
	probe_step(&p, clock_now());
	assert_true(p.seen);
	assert_int_equal(p.bound, 0);
	probe_free(&p);
}

/* --- unix --- */

static int bound(const char *path, int type)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0 && strlen(path) < sizeof at.sun_path);
	memcpy(at.sun_path, path, strlen(path));
	if (*path == '@')
		at.sun_path[0] = '\0';
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	return fd;
}

static void a_socket_that_is_bound_and_listens(void **state)
{
	struct probe p;
	int64_t since;
	int fd;
	(void)state;

	armed(&p, below("unix", "socket"), PROBE_READY);
	told_by_the_kernel(&p);
	assert_false(p.early);
	is_not_seen(&p);
	fd = bound("socket", SOCK_STREAM);
	is_not_seen(&p);
	assert_string_equal(p.why, "Connection refused");
	assert_true(p.due <= clock_now() + INTERVAL);
	since = clock_now();
	assert_int_equal(listen(fd, 5), 0);
	is_seen(&p, since);
	assert_true(p.bound > 0 && p.when - p.bound <= since);
	probe_free(&p);

	/* It listens already. */
	parsed(&p, below("unix", "socket"), PROBE_READY);
	assert_int_equal(probe_arm(&p, 0), 0);
	assert_true(p.early);
	assert_true(p.due <= clock_now());
	is_seen(&p, since);
	probe_free(&p);
	close(fd);
}

static void a_socket_of_the_dead(void **state)
{
	struct probe p;
	int64_t since;
	(void)state;

	close(bound("socket", SOCK_STREAM));
	armed(&p, below("unix", "socket"), PROBE_READY);
	assert_false(p.early);
	is_not_seen(&p);
	assert_int_equal(unlink("socket"), 0);
	is_not_seen(&p);
	since = clock_now();
	int fd = bound("socket", SOCK_STREAM);
	assert_int_equal(listen(fd, 5), 0);
	is_seen(&p, since);
	probe_free(&p);
	close(fd);
}

static void a_socket_that_was_made_when_told(void **state)
{
	struct probe p;
	int fd;
	(void)state;

	armed(&p, below("unix", "sub/socket"), PROBE_READY);
	assert_int_equal(mkdir("sub", 0755), 0);
	fd = bound("sub/socket", SOCK_STREAM);
	assert_int_equal(listen(fd, 5), 0);
	probe_step(&p, clock_now());
	assert_true(p.seen);
	assert_int_equal(p.bound, 0);
	probe_free(&p);
	close(fd);
}

static void sockets_of_other_types_and_names(void **state)
{
	char name[64], text[80];
	struct probe p;
	int fd;
	(void)state;

	fd = bound("seq", SOCK_SEQPACKET);
	armed(&p, "unix:seq", PROBE_CHANGE);
	is_not_seen(&p);
	assert_int_equal(listen(fd, 5), 0);
	is_seen(&p, 0);
	probe_free(&p);
	close(fd);

	armed(&p, "unix:gram", PROBE_READY);
	fd = bound("gram", SOCK_DGRAM);
	is_seen(&p, 0);
	probe_free(&p);
	close(fd);

	snprintf(name, sizeof name, "@probe-test-%ld-%lld", (long)getpid(), (long long)clock_now());
	snprintf(text, sizeof text, "unix:%s", name);
	armed(&p, text, PROBE_READY);
	is_not_seen(&p);
	assert_true(p.due < INT64_MAX);
	fd = bound(name, SOCK_STREAM);
	assert_int_equal(listen(fd, 5), 0);
	is_seen(&p, 0);
	assert_true(p.bound > 0);
	probe_free(&p);
	close(fd);
}

static void a_path_that_is_too_long_for_an_address(void **state)
{
	char path[256], text[512];
	struct probe p;
	int fd;
	(void)state;

	memset(path, 'd', 150);
	path[150] = '\0';
	snprintf(text, sizeof text, "unix:%s/%s/socket", directory, path);
	armed(&p, text, PROBE_READY);
	is_not_seen(&p);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chdir(path), 0);
	fd = bound("socket", SOCK_STREAM);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(chdir(directory), 0);
	is_seen(&p, 0);
	probe_free(&p);
	close(fd);

	snprintf(text, sizeof text, "unix:%s", path);
	assert_int_equal(probe_parse(&p, text, PROBE_READY, INTERVAL), -1);
}

static void a_full_backlog_is_waited_for(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "socket"};
	struct probe p;
	int fd = bound("socket", SOCK_STREAM), waiting[8], n = 0;
	(void)state;

	assert_int_equal(listen(fd, 0), 0);
	for (; n < 8; n++) {
		waiting[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (connect(waiting[n], (struct sockaddr *)&at, sizeof at) != 0)
			break;
	}
	assert_true(n < 8 && errno == EAGAIN);
	armed(&p, "unix:socket", PROBE_READY);
	is_not_seen(&p);
	assert_string_equal(p.why, "its backlog is full");
	while (n-- > 0)
		close(accept(fd, NULL, NULL));
	is_seen(&p, 0);
	probe_free(&p);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_that_comes, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_in_directories_that_come, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_left_over_does_not_count, enter, leave),
		cmocka_unit_test_setup_teardown(a_change_is_another_file_size_or_time, enter, leave),
		cmocka_unit_test_setup_teardown(a_link_that_leads_elsewhere, enter, leave),
		cmocka_unit_test_setup_teardown(more_events_than_a_queue_holds, enter, leave),
		cmocka_unit_test_setup_teardown(a_socket_that_is_bound_and_listens, enter, leave),
		cmocka_unit_test_setup_teardown(a_socket_of_the_dead, enter, leave),
		cmocka_unit_test_setup_teardown(a_socket_that_was_made_when_told, enter, leave),
		cmocka_unit_test_setup_teardown(sockets_of_other_types_and_names, enter, leave),
		cmocka_unit_test_setup_teardown(a_path_that_is_too_long_for_an_address, enter, leave),
		cmocka_unit_test_setup_teardown(a_full_backlog_is_waited_for, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
