#include "guest.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "../../cmd/fc-probe/vsock.h"

static const char *answer; /* what the device says to CONNECT, and what the guest says directly after */
static size_t piece;       /* how many bytes at once; 0: all */

static void say_answer(int fd)
{
	char line[64];

	guest_line(fd, line, sizeof line);
	if (strcmp(line, "CONNECT 52\n") != 0)
		_exit(1);
	for (size_t at = 0, len = strlen(answer); at < len;) {
		size_t n = piece && piece < len - at ? piece : len - at;

		if (send(fd, answer + at, n, MSG_NOSIGNAL) != (ssize_t)n)
			return;
		at += n;
		if (piece)
			clock_sleep_until(clock_now() + 100000);
	}
}

static void close_unread(int fd)
{
	char c;

	if (read(fd, &c, 1) != 1)
		_exit(1);
}

static int connect_to(void (*serve)(int fd), int64_t patience)
{
	struct until until = within(patience);
	pid_t pid = guest_start(serve, 0);
	int fd = vsock_connect(guest_path, PORT, &until), error = errno;

	if (fd >= 0)
		return pid;
	guest_stop(pid);
	errno = error;
	return -1;
}

static void fails(void (*serve)(int fd), int64_t patience, int why)
{
	int result = connect_to(serve, patience), error = errno;

	assert_int_equal(result, -1);
	if (error != why)
		fail_msg("%s, wanted %s", strerror(error), strerror(why));
}

/* What follows the line is left for who reads next. */
static void test_connected(void **state)
{
	static const size_t pieces[] = {0, 1, 5, 15};

	(void)state;
	answer = "OK 1073741824\nfirst words\nOK 1\n";
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct until until = within(PATIENCE);
		char text[64] = "";
		size_t len = 0;
		ssize_t n;
		pid_t pid;
		int fd;

		piece = pieces[i];
		pid = guest_start(say_answer, 0);
		fd = vsock_connect(guest_path, PORT, &until);
		assert_true(fd >= 0);
		assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		while ((n = until_read(&until, fd, text + len, sizeof text - 1 - len)) > 0)
			len += (size_t)n;
		assert_int_equal(n, 0);
		assert_string_equal(text, "first words\nOK 1\n");
		close(fd);
		guest_stop(pid);
	}
}

static void test_the_shortest_and_the_longest_port(void **state)
{
	static const char *const answers[] = {"OK 0\n", "OK 4294967295\n"};

	(void)state;
	piece = 0;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		pid_t pid;

		answer = answers[i];
		pid = connect_to(say_answer, PATIENCE);
		assert_true(pid > 0);
		guest_stop(pid);
	}
}

static void test_other_answers(void **state)
{
	static const char *const answers[] = {
		"OK\n", "OK \n", "OK 1 \n", "OK -1\n", "ok 1\n", "OK 1x\n", " OK 1\n", "\n", "NO 1\n", "OK 1", "OK",
		"OK 1\r\n", "HTTP/1.1 400 \r\nServer: Firecracker API\r\n\r\n",
		"OK 1111111111111111111111111111111111111111111111111111111111111\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		answer = answers[i];
		for (piece = 0; piece < 2; piece++)
			fails(say_answer, PATIENCE, EPROTO);
	}
}

static void test_nobody_listens(void **state)
{
	(void)state;
	fails(guest_refuses, PATIENCE, ECONNREFUSED);
	fails(close_unread, PATIENCE, ECONNREFUSED);
}

static void test_no_answer(void **state)
{
	(void)state;
	fails(guest_silent, WHILE, ETIMEDOUT);
}

static void test_no_device(void **state)
{
	struct until until = within(PATIENCE);
	int fd;

	(void)state;
	unlink(guest_path);
	assert_int_equal(vsock_connect(guest_path, PORT, &until), -1);
	assert_int_equal(errno, ENOENT);
	fd = guest_listen();
	close(fd);
	assert_int_equal(vsock_connect(guest_path, PORT, &until), -1);
	assert_int_equal(errno, ECONNREFUSED);
}

static void test_a_failure_leaves_no_descriptor(void **state)
{
	int before = dup(0), after;

	(void)state;
	close(before);
	fails(guest_refuses, PATIENCE, ECONNREFUSED);
	fails(guest_silent, MS, ETIMEDOUT);
	answer = "what?\n";
	fails(say_answer, PATIENCE, EPROTO);
	after = dup(0);
	close(after);
	assert_int_equal(after, before);
}

static void test_listening(void **state)
{
	struct until until = within(PATIENCE);
	char at[VSOCK_PATH], wanted[VSOCK_PATH];
	struct stat st;
	int fd, call;

	(void)state;
	fd = vsock_listen(guest_path, 1024, at);
	assert_true(fd >= 0);
	snprintf(wanted, sizeof wanted, "%s_1024", guest_path);
	assert_string_equal(at, wanted);
	assert_int_equal(stat(at, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
	call = until_connect(&until, at);
	assert_true(call >= 0);
	assert_int_equal(until_ready(&until, fd, POLLIN), 0);
	close(call);
	assert_int_equal(vsock_listen(guest_path, 1024, at), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(fd);
	unlink(at);
}

static void test_a_path_that_is_too_long(void **state)
{
	char path[160], at[VSOCK_PATH];
	size_t len;

	(void)state;
	len = (size_t)snprintf(path, sizeof path, "%s/", guest_directory);
	memset(path + len, 'x', sizeof path - len);
	path[sizeof path - 1] = '\0';
	assert_int_equal(vsock_listen(path, 1024, at), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	path[103] = '\0'; /* with "_1024" 108 bytes: one too many */
	assert_int_equal(vsock_listen(path, 1024, at), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	path[102] = '\0';
	int fd = vsock_listen(path, 1024, at);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(unlink(at), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connected),
		cmocka_unit_test(test_the_shortest_and_the_longest_port),
		cmocka_unit_test(test_other_answers),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_no_device),
		cmocka_unit_test(test_a_failure_leaves_no_descriptor),
		cmocka_unit_test(test_listening),
		cmocka_unit_test(test_a_path_that_is_too_long),
	};

	return cmocka_run_group_tests_name("fc-vsock", tests, guest_make_directory, guest_remove_directory);
}
