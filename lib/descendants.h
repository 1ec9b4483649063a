#ifndef BENCHPIPE_DESCENDANTS_H
#define BENCHPIPE_DESCENDANTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The processes below a process: its children, theirs, and so on. */

/* All that are below pid now, without pid itself, each behind its parent; zombies too. *pids grows as needed (start
 * with NULL and *room 0; the caller frees). How many, or -1 with errno (ESRCH: no pid). */
ssize_t descendants_list(pid_t pid, pid_t **pids, size_t *room);

/* Make this process the parent of all below it whose own parent ends (PR_SET_CHILD_SUBREAPER). 0, or -1 with errno. */
int descendants_adopt(void);

/* Ask all that is below this process to end, with SIGTERM. How many there are, or -1 with errno. */
ssize_t descendants_ask(void);

/* End all that is below this process, which has adopted them: as descendants_ask(), after at most grace ns (0: at once)
 * SIGKILL, again until none is left, and reap them. How many there were, or -1 with errno (ETIMEDOUT: what was killed stays
 * for 10 s). */
ssize_t descendants_end(int64_t grace);

#endif
