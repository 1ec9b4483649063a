#ifndef BENCH_DIFF_JUDGE_H
#define BENCH_DIFF_JUDGE_H

#include "comparison.h"
#include "evidence.h"
#include "rules.h"

struct judge_options {
	double alpha;             /* false-discovery rate, and 1 minus the intervals' confidence */
	enum pairing pairing;
	struct rules thresholds, floors;
	const struct series_set *current; /* whose skip records give reasons; NULL: none */
};

#define JUDGE_THRESHOLD 0.05 /* where no rule says otherwise */

/* Judge every comparison and sort them, the worst first. Dies without memory. */
void judge(struct comparisons *all, const struct judge_options *options);

#endif
