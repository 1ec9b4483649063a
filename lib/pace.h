#ifndef BENCHPIPE_PACE_H
#define BENCHPIPE_PACE_H

#include <stdint.h>

#include "rng.h"

/* Arrival schedules: when the next operation is meant to start, whatever became of the last one. */

enum pace_kind { PACE_CONSTANT, PACE_POISSON };

struct pace {
	enum pace_kind kind;
	double rate;     /* of all shares together, a second */
	unsigned shares;
	uint64_t turn;   /* the number of the next arrival among those of all shares, where these take turns */
	double next;     /* of the arrival that pace_next() gives next, ns after start */
	int64_t start;
	struct rng rng;
};

/* rate: arrivals a second, over 0. start: clock_now() at which the schedule begins. share of shares: this
 * schedule is one of so many that together make the rate (0 of 1 for the only one): a constant pace is
 * interleaved with the others, a Poisson process is one of independent ones that add up. */
void pace_init(struct pace *p, enum pace_kind kind, double rate, int64_t start, uint64_t seed, unsigned share,
	       unsigned shares);

/* The time of the next arrival, in clock_now()'s ns; each call moves one on. The constant pace begins at
 * start, a Poisson process a gap after it. INT64_MAX where the schedule leaves int64. */
int64_t pace_next(struct pace *p);

#endif
