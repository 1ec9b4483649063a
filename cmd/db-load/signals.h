#ifndef DB_LOAD_SIGNALS_H
#define DB_LOAD_SIGNALS_H

#include <stdatomic.h>

/* SIGINT, SIGTERM and SIGHUP as something to look for rather than something that happens. */

struct signals {
	int fd;            /* for poll(2): readable when one comes */
	atomic_int caught; /* the first that came; 0: none yet */
};

/* From now on they wait to be looked for, in this thread and those it makes. 0, or -1 with errno. */
int signals_hold(struct signals *s);

/* The first that came, 0 while there is none. Thread-safe. */
int signals_caught(struct signals *s);

#endif
