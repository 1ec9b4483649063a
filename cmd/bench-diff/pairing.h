#ifndef BENCH_DIFF_PAIRING_H
#define BENCH_DIFF_PAIRING_H

#include "comparison.h"

/* Which measurement of one side stands against which of the other. */

/* By identity: one comparison for samples, one for each quantile of a histogram. The sets
 * must outlive the comparisons. */
void pair_sets(struct comparisons *all, const struct series_set *base, const struct series_set *current);

/* Within one set: params that have key=base against those that differ only in key=current. */
void pair_by(struct comparisons *all, const struct series_set *set, const char *key, const char *base,
	     const char *current);

#endif
