#ifndef BENCH_FIT_GROUPS_H
#define BENCH_FIT_GROUPS_H

#include <stdbool.h>

#include "growth.h"
#include "repeats.h"

/* Measurements that differ in one param alone, and how they grow with it. */

struct group {
	struct series identity; /* bench, metric, unit, better, mode; params: those that are left. The strings of
				 * params are owned, the others the set's */
	size_t order;           /* of its first measurement in the set */
	size_t sizes;           /* distinct, that have a value */
	double smallest, largest;
	uint64_t n;             /* samples behind them */
	size_t without;         /* sizes whose operations all failed, or whose summary lacks the statistic */
	bool free_of_cost;      /* it is 0 at every size */
	size_t not_positive;    /* sizes of a cost of 0 or less, where it is not that */
	struct growth_result result;
};

struct group_options {
	const char *x;       /* the param's name */
	struct statistic statistic;
	bool any_metric;     /* else only costs: what is better lower */
	double confidence;
};

struct left_out { /* a measurement that has no size, or one too many */
	const struct series *series;
	char *value; /* of the param; NULL: it has none. Owned */
	bool twice;  /* it has one, that of another measurement of its group in other words */
};

struct groups {
	struct group *group; /* in order of appearance */
	size_t n;
	struct left_out *left_out;
	size_t nleft_out;
	size_t no_costs;     /* measurements of metrics that are none */
};

/* Group, and fit each group. 0, or -1 with ENOMEM. groups refers to set. Free with groups_free() in any case. */
int groups_fit(struct groups *groups, const struct series_set *set, const struct group_options *options);
void groups_free(struct groups *groups);

#endif
