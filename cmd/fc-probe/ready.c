#include "ready.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

#define MS 1000000

/* Between tries: a share of the time waited so far, so that the error of the answer stays in proportion to it. */
#define DELAY_SHARE 32
#define DELAY_MIN (1 * MS)
#define DELAY_MAX (20 * MS)

/* A try is given up after this, then twice this ...: a connection can hang for ever. No sooner, as Firecracker itself
 * drops a CONNECT that is not answered after 2 s, and a try that is slow but would have come through must go on. */
#define TRY_MAX (INT64_C(3000) * MS)

enum { LOG, PROCESS, HOME, FDS };

const char *ready_name(enum ready_kind kind)
{
	static const char *const name[] = {"none", "boot-timer", "vsock", "exec"};

	return name[kind];
}

/* Wait for whatever may come, taking in the log. *now: clock_now() directly after. Which of the descriptors are
 * ready, or -1 with errno. */
static int wait_for(const struct ready *ready, const struct until *until, int64_t *now)
{
	struct pollfd fds[FDS] = {
		[LOG] = {.fd = ready->log ? ready->log->fd : -1, .events = POLLIN},
		[PROCESS] = {.fd = ready->process, .events = POLLIN},
		[HOME] = {.fd = ready->kind == READY_VSOCK ? ready->home : -1, .events = POLLIN},
	};
	int n = until_poll(until, fds, FDS), come = 0;

	*now = clock_now();
	if (n < 0)
		return -1;
	for (int i = 0; i < FDS; i++)
		come |= (fds[i].revents != 0) << i;
	if (ready->log && come & (1 << LOG | 1 << PROCESS)) {
		int error = errno;

		boot_log_drain(ready->log);
		errno = error;
	}
	return come;
}

/* Of errno, with what the log says. */
static int fail(const struct ready *ready, const char *what, char why[EXEC_WHY])
{
	const char *said = ready->log ? ready->log->error : "";
	int error = errno;

	if (error == ECANCELED)
		snprintf(why, EXEC_WHY, "cancelled");
	else
		snprintf(why, EXEC_WHY, "%s%s%.110s", what ? what : strerror(error), *said ? ": " : "", said);
	errno = error;
	return -1;
}

static int fail_process(const struct ready *ready, char why[EXEC_WHY])
{
	errno = ESRCH;
	return fail(ready, "Firecracker ended before the guest was up", why);
}

static int wait_boot_timer(const struct ready *ready, const struct until *until, int64_t *when, char why[EXEC_WHY])
{
	int64_t now;

	boot_log_drain(ready->log);
	while (ready->log->boot_wall < 0) {
		int come = wait_for(ready, until, &now);

		if (come < 0)
			return fail(ready, errno == ETIMEDOUT ? "no boot timer line in the log in time" : NULL, why);
		if (come & 1 << PROCESS && ready->log->boot_wall < 0)
			return fail_process(ready, why);
	}
	*when = ready->log->seen;
	return 0;
}

/* Take the call. false: it was none. */
static bool accept_call(int home)
{
	int fd = accept4(home, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static int wait_call(const struct ready *ready, const struct until *until, int64_t *when, char why[EXEC_WHY])
{
	for (;;) {
		int come = wait_for(ready, until, when);

		if (come < 0)
			return fail(ready, errno == ETIMEDOUT ? "no call from the guest in time" : NULL, why);
		if (come & 1 << HOME) {
			if (accept_call(ready->home))
				return 0;
			if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
				return fail(ready, NULL, why);
		} else if (come & 1 << PROCESS) {
			return fail_process(ready, why);
		}
	}
}

/* Let the time between two tries go by. 0, or -1 with errno; ESRCH: the process ended. */
static int pause_between(const struct ready *ready, const struct until *until, int64_t begin)
{
	int64_t now = clock_now(), delay = (now - begin) / DELAY_SHARE;
	struct until again = *until;

	delay = delay < DELAY_MIN ? DELAY_MIN : delay > DELAY_MAX ? DELAY_MAX : delay;
	if (again.when > now + delay)
		again.when = now + delay;
	for (;;) {
		int come = wait_for(ready, &again, &now);

		if (come < 0)
			return errno == ETIMEDOUT && now < until->when ? 0 : -1;
		if (come & 1 << PROCESS) {
			errno = ESRCH;
			return -1;
		}
	}
}

/* Of exec_vsock()'s errno: can the guest be expected to come to it? */
static bool is_passing(int error)
{
	return error == ENOENT || error == ECONNREFUSED || error == EAGAIN || error == ECONNRESET || error == EPIPE ||
	       error == EPROTO || error == ETIMEDOUT;
}

/* The first `true`. What the last try failed with is told where time runs out. */
static int wait_exec(const struct ready *ready, const struct until *until, int64_t *when, char why[EXEC_WHY])
{
	int64_t begin = clock_now(), longest = TRY_MAX;
	struct exec_result result;
	char last[EXEC_WHY];

	for (;;) {
		struct until one = *until;
		int64_t now = clock_now();

		if (one.when > now && one.when - now > longest)
			one.when = now + longest;
		if (exec_vsock(ready->uds_path, ready->port, "true", &one, &result, last) == 0) {
			if (result.status == 0)
				break;
			snprintf(last, sizeof last, "vsock port %u: true: exit status %d", ready->port, result.status);
		} else if (!is_passing(errno)) {
			return fail(ready, last, why);
		} else if (errno == ETIMEDOUT && longest < INT64_MAX / 4) {
			longest *= 2;
		}
		if (pause_between(ready, until, begin) == 0)
			continue;
		if (errno == ESRCH)
			return fail_process(ready, why);
		return fail(ready, errno == ETIMEDOUT ? last : NULL, why);
	}
	*when = result.done;
	return 0;
}

int ready_wait(const struct ready *ready, const struct until *until, int64_t *when, char why[EXEC_WHY])
{
	switch (ready->kind) {
	case READY_BOOT_TIMER:
		return wait_boot_timer(ready, until, when, why);
	case READY_VSOCK:
		return wait_call(ready, until, when, why);
	case READY_EXEC:
		return wait_exec(ready, until, when, why);
	case READY_NONE:
		break;
	}
	*when = clock_now();
	return 0;
}
