#ifndef BENCHPIPE_SIGNALS_H
#define BENCHPIPE_SIGNALS_H

#include <stdatomic.h>

/* SIGINT, SIGTERM and SIGHUP as something to look for rather than something that happens. */

struct signals {
	int fd;            /* for poll(2): readable when one has come; the caller closes it */
	atomic_int caught; /* the first that came; 0: none yet */
};

/* From now on they wait to be looked for, in this thread and those it makes; also in programs that these start, unless
 * they are given another mask. 0, or -1 with errno. */
int signals_hold(struct signals *s);

/* The number of the first that came, 0 while there is none. Never waits. Thread-safe. */
int signals_caught(struct signals *s);

#endif
