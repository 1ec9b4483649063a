#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/proc-watch/attach.h"

static char directory[] = "/tmp/attach-test.XXXXXX";
static char file[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(file, sizeof file, "%s/pid", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(directory);
}

static void write_file(const char *text, size_t len)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static pid_t child(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void is_refused(pid_t pid, const char *expected)
{
	char why[ATTACH_WHY] = "";

	assert_int_equal(attach_pid(pid, why), -1);
	if (!strstr(why, expected))
		fail_msg("%s: is not about %s", why, expected);
}

static pid_t thread_id;

static void *thread(void *pipe_end)
{
	char c;

	thread_id = gettid();
	if (write(((int *)pipe_end)[1], "x", 1) == 1 && read(((int *)pipe_end)[2], &c, 1) == 1)
		return NULL;
	return pipe_end;
}

static void test_pid(void **state)
{
	char why[ATTACH_WHY];
	pid_t pid = child();
	int ends[4];
	siginfo_t info;
	pthread_t started;
	char c;

	(void)state;
	assert_int_equal(attach_pid(pid, why), pid);
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	is_refused(pid, "it has ended");
	end(pid);
	is_refused(pid, "no such process");
	is_refused(0, "no process has such a pid");
	is_refused(-1, "no process has such a pid");
	is_refused(getpid(), "this program itself");
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pipe(ends + 2), 0);
	assert_int_equal(pthread_create(&started, NULL, thread, ends), 0);
	assert_int_equal(read(ends[0], &c, 1), 1);
	is_refused(thread_id, "a thread of process");
	assert_int_equal(write(ends[3], "x", 1), 1);
	pthread_join(started, NULL);
	for (int i = 0; i < 4; i++)
		close(ends[i]);
}

static void test_pidfile(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *why;
	} bad[] = {
		{"", 0, "empty"}, {" \n", 2, "empty"}, {"x\n", 2, "nothing else"}, {"12 13\n", 6, "nothing else"},
		{"1 x", 3, "nothing else"}, {"12\0\n", 4, "nothing else"}, {"-1\n", 3, "nothing else"},
		{"+1\n", 3, "nothing else"}, {"1.5\n", 4, "nothing else"}, {"0x10\n", 5, "nothing else"},
		{"99999999999999999999\n", 21, "nothing else"}, {"2147483647\n", 11, "no such process"},
		{"0\n", 2, "no process has such a pid"},
		{"1                                                                       \n", 74, "nothing else"},
	};
	char why[ATTACH_WHY], text[64];
	pid_t pid = child();

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		write_file(bad[i].text, bad[i].len);
		assert_int_equal(attach_pidfile(file, why), -1);
		if (!strstr(why, bad[i].why))
			fail_msg("%s: %s: is not about %s", bad[i].text, why, bad[i].why);
	}
	snprintf(text, sizeof text, "%d", (int)pid);
	write_file(text, strlen(text));
	assert_int_equal(attach_pidfile(file, why), pid);
	snprintf(text, sizeof text, " \t%d\r\n\n", (int)pid);
	write_file(text, strlen(text));
	assert_int_equal(attach_pidfile(file, why), pid);
	end(pid);
	assert_int_equal(attach_pidfile(file, why), -1);
	unlink(file);
	assert_int_equal(attach_pidfile(file, why), -1);
	assert_string_equal(why, strerror(ENOENT));
	assert_int_equal(attach_pidfile(directory, why), -1);
	assert_string_equal(why, "not a regular file");
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(attach_pidfile(file, why), -1); /* and does not wait for a writer */
	assert_string_equal(why, "not a regular file");
}

/* A socket on a port that the kernel chose. */
static int open_socket(int family, unsigned *port)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&four : (struct sockaddr *)&six;
	socklen_t len = family == AF_INET ? sizeof four : sizeof six;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, address, len) != 0 || getsockname(fd, address, &len) != 0)
		return -1;
	*port = ntohs(family == AF_INET ? four.sin_port : six.sin6_port);
	return fd;
}

static void test_port(void **state)
{
	static const int families[] = {AF_INET, AF_INET6};
	char why[ATTACH_WHY];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		unsigned port;
		int fd = open_socket(families[i], &port);
		pid_t first, second;

		if (fd < 0) {
			print_message("no %s here\n", i ? "IPv6" : "IPv4");
			continue;
		}
		assert_int_equal(attach_port(port, why), -1); /* bound, but nobody listens */
		assert_non_null(strstr(why, "nothing listens on port"));
		assert_int_equal(listen(fd, 5), 0);
		first = child(); /* has it too, but for this program nobody else did */
		second = child();
		assert_int_equal(attach_port(port, why), first < second ? first : second);
		end(first < second ? first : second);
		assert_int_equal(attach_port(port, why), first < second ? second : first);
		end(first < second ? second : first);
		assert_int_equal(attach_port(port, why), -1);
		assert_non_null(strstr(why, "something listens on port"));
		close(fd);
		assert_int_equal(attach_port(port, why), -1);
		assert_non_null(strstr(why, "nothing listens on port"));
	}
}

/* A parent and its child that listen on the same socket: the parent, though both may have started in one clock tick. */
static void test_port_of_a_family(void **state)
{
	char why[ATTACH_WHY];
	unsigned port;
	int fd = open_socket(AF_INET, &port), ready[2];
	pid_t parent;
	char c;

	(void)state;
	if (fd < 0 || listen(fd, 5) != 0) {
		print_message("no IPv4 here\n");
		skip();
	}
	assert_int_equal(pipe(ready), 0);
	parent = fork();
	assert_true(parent >= 0);
	if (parent == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (write(ready[1], "x", 1) != 1)
				_exit(1);
		}
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(attach_port(port, why), parent);
	end(parent);
	close(fd);
	close(ready[0]);
	close(ready[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pid),
		cmocka_unit_test(test_pidfile),
		cmocka_unit_test(test_port),
		cmocka_unit_test(test_port_of_a_family),
	};

	return cmocka_run_group_tests_name("attach", tests, make_directory, remove_directory);
}
