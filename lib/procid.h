#ifndef BENCHPIPE_PROCID_H
#define BENCHPIPE_PROCID_H

#include <sys/types.h>

/* Processes that can be told apart from later ones with the same pid, also by another program: by the time at which
 * they started, and where that and the pid hold. */

#define PROCID_WHERE 96

/* When pid started, in clock ticks since boot. 0, or -1 with errno (ESRCH: it is not there, or has ended and is not
 * reaped yet). */
int procid_started(pid_t pid, unsigned long long *start);

/* This boot and this namespace of pids: a text without NUL and newline. */
void procid_where(char where[PROCID_WHERE]);

/* If pid is still what started at start, send it SIGKILL: 1. 0: that one is gone. -1 with errno. */
int procid_kill(pid_t pid, unsigned long long start);

/* Wait at most timeout ms until that one is gone. 0, or -1 with errno (ETIMEDOUT: it is still there). */
int procid_await(pid_t pid, unsigned long long start, int timeout);

#endif
