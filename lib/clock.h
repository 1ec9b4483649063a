#ifndef BENCHPIPE_CLOCK_H
#define BENCHPIPE_CLOCK_H

#include <stdint.h>
#include <sys/time.h>

#define CLOCK_TEXT_MAX 32

/* Monotonic time in ns, unaffected by clock changes; only differences mean anything. */
int64_t clock_now(void);

/* Wall-clock time in ns since 1970-01-01 UTC. */
int64_t clock_wall(void);

/* wall as "2026-11-20T18:00:00.123Z". */
void clock_format(char text[CLOCK_TEXT_MAX], int64_t wall);

/* As of getrusage(2), in ns. */
static inline int64_t clock_timeval(struct timeval time)
{
	return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

/* Sleep until clock_now() reaches when (0 or more). 0, or -1 with errno: EINTR when a signal came first. */
int clock_sleep_until(int64_t when);

#endif
