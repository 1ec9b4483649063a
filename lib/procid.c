#include "procid.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A text of the kernel's, as much as fits; empty: none. */
static void read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, size - 1);
	int error = errno;

	text[len > 0 ? len : 0] = '\0';
	if (fd >= 0)
		close(fd);
	errno = error;
}

int procid_started(pid_t pid, unsigned long long *start)
{
	char path[64], text[1024], *p;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	read_text(path, text, sizeof text);
	if (!*text) {
		if (errno == ENOENT)
			errno = ESRCH;
		return -1;
	}
	p = strrchr(text, ')'); /* the name before it may hold anything */
	errno = ESRCH;
	if (!p || p[1] != ' ' || p[2] == 'Z' || p[2] == 'X')
		return -1;
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p && sscanf(p, " %llu", start) == 1 ? 0 : -1;
}

void procid_where(char where[PROCID_WHERE])
{
	char boot[40], space[40];
	ssize_t len = readlink("/proc/self/ns/pid", space, sizeof space - 1);

	space[len > 0 ? len : 0] = '\0';
	read_text("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
	boot[strcspn(boot, "\n")] = '\0';
	snprintf(where, PROCID_WHERE, "%s %s", *boot ? boot : "-", *space ? space : "-");
}

/* A pidfd; -1 with errno, ESRCH where that one is gone. The process is held before its start is looked at, so that what
 * is compared is what is meant: one that came to the same pid in between started after the time compared with. */
static int hold(pid_t pid, unsigned long long start)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	unsigned long long now;
	int error;

	if (fd < 0) {
		if (errno == EINVAL) /* the pid of a thread by now */
			errno = ESRCH;
		return -1;
	}
	if (procid_started(pid, &now) == 0) {
		if (now == start)
			return fd;
		errno = ESRCH;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int procid_kill(pid_t pid, unsigned long long start)
{
	int fd = hold(pid, start);
	int result = fd < 0 || syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) < 0 ? -1 : 1;
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return result < 0 && error == ESRCH ? 0 : result;
}

int procid_await(pid_t pid, unsigned long long start, int timeout)
{
	struct pollfd process = {.events = POLLIN, .fd = hold(pid, start)};
	int n, error;

	if (process.fd < 0)
		return errno == ESRCH ? 0 : -1;
	do
		n = poll(&process, 1, timeout);
	while (n < 0 && errno == EINTR);
	error = n == 0 ? ETIMEDOUT : errno;
	close(process.fd);
	errno = error;
	return n > 0 ? 0 : -1;
}
