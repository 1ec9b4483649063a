#include "exec.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "sentinel.h"
#include "vsock.h"

#define ROOM 8192 /* on stacks that may be small */

/* "vsock port N: WHAT"; closes fd. */
static int fail(int fd, unsigned port, int error, const char *what, char why[EXEC_WHY])
{
	if (fd >= 0)
		close(fd);
	if (error == ECANCELED)
		what = "cancelled";
	snprintf(why, EXEC_WHY, "vsock port %u: %s", port, what ? what : strerror(error));
	errno = error;
	return -1;
}

static int fail_connect(unsigned port, char why[EXEC_WHY])
{
	const char *what = NULL;

	if (errno == ECONNREFUSED)
		what = "nobody listens";
	else if (errno == EPROTO)
		what = "the answer to CONNECT is not OK";
	else if (errno == ETIMEDOUT)
		what = "no answer to CONNECT in time";
	return fail(-1, port, errno, what, why);
}

/* Read up to the sentinel; *first and *done: clock_now() after the first and after the last read. 0, or -1 with why. */
static int read_to_sentinel(const struct until *until, int fd, struct sentinel *sentinel, int64_t *first, int64_t *done,
			    const char **what)
{
	char bytes[ROOM];

	*what = NULL;
	for (*first = 0;;) {
		ssize_t n = until_read(until, fd, bytes, sizeof bytes);
		int64_t now = clock_now();

		if (n > 0) {
			if (!*first)
				*first = now;
			if (!sentinel_feed(sentinel, bytes, (size_t)n))
				continue;
			*done = now;
			return 0;
		}
		if (n == 0 || errno == ECONNRESET) {
			errno = ECONNRESET;
			*what = *first ? "the shell ended before the command's end was told"
				       : "the shell ended without a word";
		} else if (errno == ETIMEDOUT) {
			*what = *first ? "the command did not end in time" : "no output in time";
		}
		return -1;
	}
}

/* The command's line in one piece where it can be, so that it travels in one packet. */
static int send_line(const struct until *until, int fd, const char *command, const char *tail, size_t tail_len)
{
	char line[ROOM];
	size_t len = strlen(command);

	if (len + tail_len > sizeof line)
		return until_write(until, fd, command, len) < 0 ? -1 : until_write(until, fd, tail, tail_len);
	memcpy(line, command, len);
	memcpy(line + len, tail, tail_len);
	return until_write(until, fd, line, len + tail_len);
}

int exec_vsock(const char *uds_path, unsigned port, const char *command, const struct until *until,
	       struct exec_result *result, char why[EXEC_WHY])
{
	struct sentinel sentinel;
	char tail[SENTINEL_TAIL];
	size_t tail_len = sentinel_make(&sentinel, tail);
	const char *what;
	int fd;

	*result = (struct exec_result){0};
	if (exec_check(command, why) < 0)
		return -1;
	result->begin = clock_now();
	fd = vsock_connect(uds_path, port, until);
	result->connected = clock_now();
	if (fd < 0)
		return fail_connect(port, why);
	if (send_line(until, fd, command, tail, tail_len) < 0) {
		what = errno == ETIMEDOUT ? "the guest took in no command in time" : NULL;
		return fail(fd, port, errno, what, why);
	}
	if (read_to_sentinel(until, fd, &sentinel, &result->first_byte, &result->done, &what) < 0)
		return fail(fd, port, errno, what, why);
	close(fd);
	if (sentinel.number > 255)
		return fail(-1, port, EPROTO, "an exit status over 255", why);
	result->status = sentinel.number;
	return 0;
}

/* "echo NONCE N": N goes round and round, so that an answer cannot be that of the line before. */
static int round_trip(const struct until *until, int fd, struct sentinel *sentinel, int number, int64_t *trip,
		      const char **what)
{
	char line[SENTINEL_TAIL];
	int len = snprintf(line, sizeof line, "echo %s%d\n", sentinel->text + 1, number);
	int64_t begin, first, done;

	*what = NULL;
	sentinel_look(sentinel, true);
	begin = clock_now();
	if (until_write(until, fd, line, (size_t)len) < 0 ||
	    read_to_sentinel(until, fd, sentinel, &first, &done, what) < 0)
		return -1;
	*trip = done - begin;
	if (sentinel->number == number)
		return 0;
	*what = "the answer to another line";
	errno = EPROTO;
	return -1;
}

int exec_round_trips(const char *uds_path, unsigned port, const struct until *until, int64_t *trips, unsigned n,
		     char why[EXEC_WHY])
{
	struct sentinel sentinel;
	char tail[SENTINEL_TAIL];
	const char *what;
	int fd;

	sentinel_make(&sentinel, tail);
	fd = vsock_connect(uds_path, port, until);
	if (fd < 0)
		return fail_connect(port, why);
	for (unsigned i = 0; i < n; i++) {
		if (round_trip(until, fd, &sentinel, (int)(i % 1000), &trips[i], &what) < 0)
			return fail(fd, port, errno, what, why);
	}
	close(fd);
	return 0;
}
