#include "vsock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MAX 32 /* bytes of "OK 4294967295\n", and some */
#define BACKLOG 16

static int close_for(int fd, int why)
{
	close(fd);
	errno = why;
	return -1;
}

/* "OK N\n" */
static int is_ok(const char *line, size_t len)
{
	size_t digits = 0;

	if (len < 5 || memcmp(line, "OK ", 3) != 0)
		return 0;
	while (3 + digits < len && line[3 + digits] >= '0' && line[3 + digits] <= '9')
		digits++;
	return digits > 0 && 3 + digits + 1 == len && line[len - 1] == '\n';
}

/* Take the line of the answer off the connection, and nothing else. 0, or -1 with errno. */
static int read_answer(const struct until *until, int fd)
{
	char line[ANSWER_MAX];
	size_t len = 0;

	for (;;) {
		const char *newline;
		ssize_t n;

		if (until_ready(until, fd, POLLIN) < 0)
			return -1;
		n = recv(fd, line + len, sizeof line - len, MSG_PEEK | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0) {
			if (len > 0)
				errno = EPROTO;
			else if (n == 0 || errno == ECONNRESET)
				errno = ECONNREFUSED;
			return -1;
		}
		newline = memchr(line + len, '\n', (size_t)n);
		if (newline)
			n = newline + 1 - (line + len);
		while (recv(fd, line + len, (size_t)n, MSG_DONTWAIT) != n) { /* what was there stays there */
			if (errno != EINTR)
				return -1;
		}
		len += (size_t)n;
		if (newline || len == sizeof line)
			break;
	}
	errno = EPROTO;
	return is_ok(line, len) ? 0 : -1;
}

int vsock_connect(const char *path, unsigned port, const struct until *until)
{
	char request[32];
	int len = snprintf(request, sizeof request, "CONNECT %u\n", port);
	int fd = until_connect(until, path);

	if (fd < 0)
		return -1;
	if (until_write(until, fd, request, (size_t)len) < 0)
		return close_for(fd, errno == EPIPE || errno == ECONNRESET ? ECONNREFUSED : errno);
	if (read_answer(until, fd) < 0)
		return close_for(fd, errno);
	return fd;
}

int vsock_listen(const char *path, unsigned port, char listens_at[VSOCK_PATH])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int n = snprintf(listens_at, VSOCK_PATH, "%s_%u", path, port);
	int fd;

	if (n < 0 || (size_t)n >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, listens_at, (size_t)n + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, BACKLOG) < 0)
		return close_for(fd, errno);
	return fd;
}
