#ifndef PROC_WATCH_HELD_H
#define PROC_WATCH_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Processes that are held on to by descriptors, so that the end of the first is seen when it comes. There may be more of
 * them than the soft limit on descriptors allows, which is raised while they are opened. */

#define HELD_NAME 16

struct held_process {
	pid_t pid;
	int fd;
	char name[HELD_NAME]; /* as /proc/PID/comm has it */
};

struct held {
	struct held_process *process;
	size_t n, room;
	int fd;                           /* to be polled for input; -1: none is held */
	const struct held_process *ended; /* the first; NULL: none yet */
	int64_t when;                     /* clock_now() at which that was seen */
};

/* Hold all of these, or only those of that name; what has ended already is left out. How many are held, or -1 with errno:
 * not all of them can be. Or dies (memory). */
ssize_t held_take(struct held *h, const pid_t *pids, size_t n, const char *name);

/* fd is readable. true: the first end has just been seen. */
bool held_look(struct held *h, int64_t now);

/* What is said of the one that ended stays readable until the next held_take(). */
void held_drop(struct held *h);
void held_free(struct held *h);

#endif
