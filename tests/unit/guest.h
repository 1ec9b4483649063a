#ifndef TESTS_GUEST_H
#define TESTS_GUEST_H

#include <errno.h>
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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "until.h"
#include "clock.h"

/* What tests of the way into a guest have in common: a directory, and a process that is the host side of a vsock device. */

#define MS 1000000
#define PATIENCE (INT64_C(20000) * MS) /* after which a test fails rather than hangs */
#define WHILE (50 * MS)                /* for what never comes */
#define PORT 52

static char guest_directory[] = "/tmp/fc-guest-test.XXXXXX";
static char guest_path[64];

static inline int guest_make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(guest_directory))
		return -1;
	snprintf(guest_path, sizeof guest_path, "%s/vsock", guest_directory);
	return 0;
}

static inline int guest_remove_directory(void **state)
{
	(void)state;
	unlink(guest_path);
	return rmdir(guest_directory);
}

static inline struct until within(int64_t ns)
{
	return (struct until){.when = clock_now() + ns, .stop = -1};
}

static inline int guest_listen(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	unlink(guest_path);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", guest_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0)
		return -1;
	return fd;
}

/* One line, with its newline; '\0' where there is none. */
static inline void guest_line(int fd, char *line, size_t size)
{
	size_t n = 0;

	while (n < size - 1 && read(fd, line + n, 1) == 1 && line[n++] != '\n')
		;
	line[n] = '\0';
	if (n && line[n - 1] != '\n')
		line[0] = '\0';
}

static inline void guest_say(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n < 0)
			_exit(0);
		text += n;
		len -= (size_t)n;
	}
}

/* The host side of the handshake. */
static inline void guest_accept(int fd)
{
	char line[64], wanted[32];

	guest_line(fd, line, sizeof line);
	snprintf(wanted, sizeof wanted, "CONNECT %u\n", PORT);
	if (strcmp(line, wanted) != 0)
		_exit(1);
	guest_say(fd, "OK 1073741824\n");
}

/* What `socat VSOCK-LISTEN:52,fork EXEC:/bin/sh` in a guest would be. */
static inline void guest_shell(int fd)
{
	pid_t pid;

	guest_accept(fd);
	pid = fork();
	if (pid == 0) {
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/bin/sh", "sh", (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

/* Never says a word. */
static inline void guest_silent(int fd)
{
	char line[64];

	guest_line(fd, line, sizeof line);
	for (;;)
		pause();
}

/* Nobody listens on the port. */
static inline void guest_refuses(int fd)
{
	char line[64];

	guest_line(fd, line, sizeof line);
}

/* A process that serves one connection after the other, each as serve() does, which closes it on return; `delay` ns
 * pass before there is a socket at all. */
static inline pid_t guest_start(void (*serve)(int fd), int64_t delay)
{
	int listening = delay ? -1 : guest_listen();
	pid_t pid;

	if (!delay)
		assert_true(listening >= 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid > 0) {
		if (listening >= 0)
			close(listening);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (delay) {
		clock_sleep_until(clock_now() + delay);
		listening = guest_listen();
	}
	for (;;) {
		int fd = accept(listening, NULL, NULL);

		if (fd < 0)
			_exit(1);
		serve(fd);
		close(fd);
	}
}

static inline void guest_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(guest_path);
}

#endif
