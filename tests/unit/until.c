#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "until.h"
#include "clock.h"

#define MS 1000000

static const struct until for_ever = {.when = INT64_MAX, .stop = -1};

static char directory[] = "/tmp/until-test.XXXXXX";
static char path[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/socket", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

/* Two ends of a non-blocking connection. */
static void connection(int fd[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd), 0);
}

static void close_both(int fd[2])
{
	close(fd[0]);
	close(fd[1]);
}

static struct until within(int64_t ns)
{
	return (struct until){.when = clock_now() + ns, .stop = -1};
}

static void fails(long result, int why)
{
	int error = errno;

	assert_int_equal(result, -1);
	if (error != why)
		fail_msg("%s, wanted %s", strerror(error), strerror(why));
}

static int listening(int backlog)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static void test_readiness(void **state)
{
	int fd[2];

	(void)state;
	connection(fd);
	assert_int_equal(until_ready(&for_ever, fd[0], POLLOUT), 0);
	assert_int_equal(write(fd[1], "x", 1), 1);
	assert_int_equal(until_ready(&for_ever, fd[0], POLLIN), 0);
	close_both(fd);
}

static void test_a_hang_up_is_readiness(void **state)
{
	int fd[2];

	(void)state;
	connection(fd);
	close(fd[1]);
	assert_int_equal(until_ready(&for_ever, fd[0], POLLIN), 0);
	close(fd[0]);
}

static void test_a_closed_descriptor_is_readiness(void **state)
{
	int fd[2];

	(void)state;
	connection(fd);
	close_both(fd);
	assert_int_equal(until_ready(&for_ever, fd[0], POLLIN), 0);
}

static void test_not_before_the_deadline(void **state)
{
	static const int64_t waits[] = {0, 1, 1000, MS / 3, 3 * MS};
	int fd[2];

	(void)state;
	connection(fd);
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		struct until until = within(waits[i]);

		fails(until_ready(&until, fd[0], POLLIN), ETIMEDOUT);
		assert_true(clock_now() >= until.when);
	}
	close_both(fd);
}

static void test_a_deadline_in_the_past_counts_whatever_is_ready(void **state)
{
	struct until until = {.when = 0, .stop = -1};
	int fd[2];
	char c;

	(void)state;
	connection(fd);
	assert_int_equal(write(fd[1], "x", 1), 1);
	fails(until_ready(&until, fd[0], POLLIN), ETIMEDOUT);
	fails(until_read(&until, fd[0], &c, 1), ETIMEDOUT);
	until.when = INT64_MIN;
	fails(until_ready(&until, fd[0], POLLIN), ETIMEDOUT);
	fails(until_sleep(&until, 5), ETIMEDOUT);
	close_both(fd);
}

static void test_the_stop_comes_first(void **state)
{
	struct until until = {.when = INT64_MAX};
	int fd[2], stop[2];
	char c;

	(void)state;
	connection(fd);
	connection(stop);
	until.stop = stop[0];
	assert_int_equal(write(fd[1], "x", 1), 1);
	assert_int_equal(until_ready(&until, fd[0], POLLIN), 0);
	assert_int_equal(write(stop[1], "x", 1), 1);
	for (int i = 0; i < 2; i++) { /* it stays so, and counts before a deadline too */
		fails(until_ready(&until, fd[0], POLLIN), ECANCELED);
		fails(until_read(&until, fd[0], &c, 1), ECANCELED);
		fails(until_sleep(&until, INT64_MAX), ECANCELED);
		fails(until_sleep(&until, 0), ECANCELED);
		until.when = 0;
	}
	close_both(fd);
	close_both(stop);
}

static void test_several(void **state)
{
	int fd[2];
	struct pollfd fds[UNTIL_FDS + 1];

	(void)state;
	connection(fd);
	for (unsigned i = 0; i <= UNTIL_FDS; i++)
		fds[i] = (struct pollfd){.fd = -1, .events = POLLIN, .revents = 77};
	fds[2].fd = fd[0];
	assert_int_equal(write(fd[1], "x", 1), 1);
	assert_int_equal(until_poll(&for_ever, fds, UNTIL_FDS), 1);
	assert_int_equal(fds[2].revents, POLLIN);
	assert_int_equal(fds[0].revents, 0);
	fails(until_poll(&for_ever, fds, UNTIL_FDS + 1), EINVAL);
	close_both(fd);
}

static void test_sleep(void **state)
{
	static const int64_t waits[] = {-5 * MS, 0, 1, 40000, MS, 2 * MS + 1, 20 * MS};
	struct until until = within(MS);

	(void)state;
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		int64_t when = clock_now() + waits[i];

		assert_int_equal(until_sleep(&for_ever, when), 0);
		assert_true(clock_now() >= when);
	}
	fails(until_sleep(&until, INT64_MAX), ETIMEDOUT);
	assert_true(clock_now() >= until.when);
	assert_int_equal(until_sleep(&until, until.when), 0); /* when is not after until->when */
	fails(until_sleep(&until, until.when + 1), ETIMEDOUT);
}

static volatile sig_atomic_t alarms;

static void count(int number)
{
	(void)number;
	alarms++;
}

static void test_signals_do_not_end_it(void **state)
{
	struct sigaction action = {.sa_handler = count}, ignore = {.sa_handler = SIG_IGN};
	struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
	int fd[2];
	struct until until;

	(void)state;
	connection(fd);
	alarms = 0;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	do {
		until = within(10 * MS);
		fails(until_ready(&until, fd[0], POLLIN), ETIMEDOUT);
		assert_true(clock_now() >= until.when);
		until = within(10 * MS);
		assert_int_equal(until_sleep(&for_ever, until.when), 0);
		assert_true(clock_now() >= until.when);
	} while (alarms < 5);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	sigaction(SIGALRM, &ignore, NULL); /* one may be on its way */
	close_both(fd);
}

static void test_connect(void **state)
{
	struct until past = {.when = 0, .stop = -1};
	char text[160];
	int server, fd;

	(void)state;
	fails(until_connect(&for_ever, path), ENOENT);
	fails(until_connect(&for_ever, ""), ENOENT);
	memset(text, 'x', sizeof text);
	text[108] = '\0';
	fails(until_connect(&for_ever, text), ENAMETOOLONG);
	text[107] = '\0';
	fails(until_connect(&for_ever, text), ENOENT);
	server = listening(4);
	fd = until_connect(&for_ever, path);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	fails(until_connect(&past, path), ETIMEDOUT);
	close(server);
	fails(until_connect(&for_ever, path), ECONNREFUSED);
}

static void test_a_full_backlog_is_told_at_once(void **state)
{
	int server = listening(0), fd[64], n = 0;

	(void)state;
	while (n < 64 && (fd[n] = until_connect(&for_ever, path)) >= 0)
		n++;
	fails(n < 64 ? fd[n] : 0, EAGAIN);
	while (n-- > 0)
		close(fd[n]);
	close(server);
}

#define MUCH (4 << 20)

/* More than a socket holds, to a process that reads it as slowly as it likes. */
static void test_write_all_read_some(void **state)
{
	static char bytes[MUCH], room[65536];
	size_t at = 0;
	int fd[2], status;
	pid_t pid;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	connection(fd);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fd[0]);
		_exit(until_write(&for_ever, fd[1], bytes, sizeof bytes) != 0);
	}
	close(fd[1]);
	for (;;) {
		ssize_t n = until_read(&for_ever, fd[0], room, 1 + at % sizeof room);

		assert_true(n >= 0);
		if (n == 0)
			break;
		assert_true(at + (size_t)n <= sizeof bytes);
		assert_memory_equal(room, bytes + at, n);
		at += (size_t)n;
	}
	assert_int_equal(at, sizeof bytes);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd[0]);
}

static void test_nobody_reads(void **state)
{
	static char bytes[MUCH];
	struct until until = within(2 * MS);
	int fd[2];

	(void)state;
	connection(fd);
	fails(until_write(&until, fd[0], bytes, sizeof bytes), ETIMEDOUT);
	close_both(fd);
}

/* A write into a connection that the peer has closed is an error, not a signal. */
static void test_the_peer_vanishes(void **state)
{
	int fd[2];
	char c;

	(void)state;
	connection(fd);
	assert_int_equal(write(fd[0], "unread", 6), 6);
	close(fd[1]);
	fails(until_write(&for_ever, fd[0], "x", 1), EPIPE);
	fails(until_read(&for_ever, fd[0], &c, 1), ECONNRESET);
	assert_int_equal(until_read(&for_ever, fd[0], &c, 1), 0);
	close(fd[0]);
	fails(until_write(&for_ever, fd[0], "x", 1), EBADF);
	fails(until_read(&for_ever, fd[0], &c, 1), EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readiness),
		cmocka_unit_test(test_a_hang_up_is_readiness),
		cmocka_unit_test(test_a_closed_descriptor_is_readiness),
		cmocka_unit_test(test_not_before_the_deadline),
		cmocka_unit_test(test_a_deadline_in_the_past_counts_whatever_is_ready),
		cmocka_unit_test(test_the_stop_comes_first),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_sleep),
		cmocka_unit_test(test_signals_do_not_end_it),
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_a_full_backlog_is_told_at_once),
		cmocka_unit_test(test_write_all_read_some),
		cmocka_unit_test(test_nobody_reads),
		cmocka_unit_test(test_the_peer_vanishes),
	};

	return cmocka_run_group_tests_name("until", tests, make_directory, remove_directory);
}
