#ifndef DB_LOAD_WATCH_H
#define DB_LOAD_WATCH_H

#include "run.h"

/* What people see while the clients work. */

struct sight { /* what the clients have done so far */
	uint64_t done, failed, skipped;
	double sum, squares; /* of latencies, ns */
	int64_t at;          /* clock_now() */
};

struct watch {
	const struct run *run;
	bool measured;     /* or a warm-up */
	struct sight last; /* at the last line of -P */
	int64_t line;      /* when the next is due, clock_now() */
	int64_t next;      /* when to look again */
};

void watch_start(struct watch *w, const struct run *run, bool measured);
void watch_look(struct watch *w); /* show what is due */

#endif
