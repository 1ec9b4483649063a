#ifndef BENCHPIPE_UNTIL_H
#define BENCHPIPE_UNTIL_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How long to wait, and what ends all waiting. */
struct until {
	int64_t when; /* clock_now(); INT64_MAX: without end */
	int stop;     /* readable (and left so) once everything is to stop; -1: nothing stops it */
};

/* Wait for events (poll(2)) on fd. Errors and hang-ups of fd are readiness. 0, or -1 with ECANCELED or ETIMEDOUT,
 * which come before readiness: `when` in the past is ETIMEDOUT whatever there is. */
int until_ready(const struct until *until, int fd, short events);

/* The same for up to UNTIL_FDS at once, whose revents are set (only then). How many are ready. */
#define UNTIL_FDS 4
int until_poll(const struct until *until, struct pollfd *fds, unsigned n);

/* Sleep until when or until `until` ends it, whichever is first. 0, or -1 with ETIMEDOUT (until->when came first) or
 * ECANCELED. */
int until_sleep(const struct until *until, int64_t when);

/* The same for a non-blocking socket: connect to a unix socket (SOCK_CLOEXEC, SOCK_NONBLOCK), write all, read some. A
 * descriptor, 0, or how many bytes (0: the end); -1 with errno: of the call, ETIMEDOUT or ECANCELED. ENOENT,
 * ECONNREFUSED and EAGAIN (its backlog is full) of until_connect() come at once. ENAMETOOLONG: over 107 bytes. */
int until_connect(const struct until *until, const char *path);
int until_write(const struct until *until, int fd, const void *bytes, size_t len);
ssize_t until_read(const struct until *until, int fd, void *bytes, size_t room);

#endif
