#ifndef BENCH_FIT_REPEATS_H
#define BENCH_FIT_REPEATS_H

#include "series.h"

/* What was measured of each size: one cost, and what its repeats tell of the noise. */

struct statistic {
	const char *name;
	enum { STATISTIC_MEAN, STATISTIC_MIN, STATISTIC_MAX, STATISTIC_QUANTILE } kind;
	double quantile;
};

/* mean, median, p50, p90, p95, p99, p99.9, p999, min or max. 0, or -1. */
int statistic_parse(const char *name, struct statistic *statistic);

struct repeats {
	double value;    /* of the statistic; NaN where there is none */
	double *unit;    /* values that repeat each other, ascending; owned */
	size_t nunits;   /* 1 or less: nothing is known of the noise */
	uint64_t n;      /* samples behind it */
};

/* The runs repeat each other where there are enough (summary.h), else samples do, and the parts of each run's
 * histogram never. 0, or -1 with ENOMEM. */
int repeats_of(const struct series *series, const struct statistic *statistic, struct repeats *repeats);

/* The variance of each value relative to it, from the noise of one size moderated by that of all, and the degrees
 * of freedom behind them, 0 where nothing repeats. Values over 0. 0, or -1 with ENOMEM. */
int repeats_noise(const struct repeats *repeats, size_t n, const struct statistic *statistic, double *variance,
		  double *dof);

#endif
