#include "until.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define NS 1000000000

/* ppoll(2) comes late by up to a thousandth of its timeout, or five where the process is nice: a sleep ends with a
 * short one. */
#define SHORT 2000000

/* ppoll(2), at most to when. *left is the time that there was at first. */
static int poll_until(struct pollfd *fds, nfds_t n, int64_t when, int64_t *left)
{
	struct timespec ts;
	int64_t now;

	if (when == INT64_MAX) {
		*left = INT64_MAX;
		return ppoll(fds, n, NULL, NULL);
	}
	now = clock_now();
	*left = when > now ? when - now : 0;
	ts = (struct timespec){.tv_sec = (time_t)(*left / NS), .tv_nsec = (long)(*left % NS)};
	return ppoll(fds, n, &ts, NULL);
}

int until_poll(const struct until *until, struct pollfd *fds, unsigned n)
{
	struct pollfd all[UNTIL_FDS + 1];
	int64_t left;
	int ready;

	if (n > UNTIL_FDS) {
		errno = EINVAL;
		return -1;
	}
	if (n)
		memcpy(all, fds, n * sizeof *fds);
	all[n] = (struct pollfd){.fd = until->stop, .events = POLLIN};
	do {
		ready = poll_until(all, n + 1, until->when, &left);
		if (ready < 0 && errno != EINTR)
			return -1;
		if (ready > 0 && all[n].revents) {
			errno = ECANCELED;
			return -1;
		}
		if (left == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
	} while (ready <= 0);
	if (n)
		memcpy(fds, all, n * sizeof *fds);
	return ready;
}

int until_ready(const struct until *until, int fd, short events)
{
	struct pollfd one = {.fd = fd, .events = events};

	return until_poll(until, &one, 1) < 0 ? -1 : 0;
}

int until_sleep(const struct until *until, int64_t when)
{
	struct until wake = {.stop = until->stop};
	int64_t end = when < until->when ? when : until->when;

	for (;;) {
		int64_t now = clock_now();

		wake.when = end;
		if (end != INT64_MAX && end > now && end - now > SHORT)
			wake.when -= SHORT / 2 + (end - now) / 128;
		if (until_poll(&wake, NULL, 0) < 0 && errno != ETIMEDOUT)
			return -1;
		if (wake.when == end)
			break;
	}
	if (when <= until->when)
		return 0;
	errno = ETIMEDOUT;
	return -1;
}

int until_connect(const struct until *until, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(path);
	int fd, error;

	if (len == 0 || len >= sizeof address.sun_path) {
		errno = len ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	if (until->when <= clock_now()) {
		errno = ETIMEDOUT;
		return -1;
	}
	memcpy(address.sun_path, path, len + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	while (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		if (errno == EINTR)
			continue;
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

int until_write(const struct until *until, int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0) {
			at += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			if (until_ready(until, fd, POLLOUT) < 0)
				return -1;
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

ssize_t until_read(const struct until *until, int fd, void *bytes, size_t room)
{
	for (;;) {
		ssize_t n;

		if (until_ready(until, fd, POLLIN) < 0)
			return -1;
		n = read(fd, bytes, room);
		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return n;
	}
}
