#ifndef DB_LOAD_RUN_H
#define DB_LOAD_RUN_H

#include <sys/resource.h>

#include "client.h"
#include "progress.h"
#include "signals.h"

/* The clients in their threads. */

struct run {
	struct shared *shared;
	struct client *client;
	size_t clients;
	struct signals *signals;
	struct progress *progress;
	int signal;                 /* that ended it; 0: none */
	int64_t end;                /* clock_now() of the measurement's end */
	struct rusage before, after;
};

/* Connect all clients. 0, or -1 after a complaint. */
int run_connect(struct run *run);

/* Have them work for a time (ns, 0: no end) or so many transactions each (0: any number). measured: this is
 * it, else it is a warm-up. 0, or -1 after a complaint. */
int run_phase(struct run *run, int64_t time, int64_t count, bool measured);

#endif
