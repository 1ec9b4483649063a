#ifndef BENCH_DIFF_COMPARISON_H
#define BENCH_DIFF_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "series.h"

/* One measurement on two sides, and what is to be said of it. */

enum verdict { /* the worst first, which is the order of every listing */
	VERDICT_REGRESSION,
	VERDICT_MISSING,
	VERDICT_INCOMPARABLE,
	VERDICT_INCONCLUSIVE,
	VERDICT_CHANGED, /* as much as a regression would, where no direction is better */
	VERDICT_IMPROVEMENT,
	VERDICT_NEW,
	VERDICT_UNCHANGED,
	VERDICT_COUNT
};

enum basis { BASIS_NONE, BASIS_PAIRS, BASIS_RUNS, BASIS_SAMPLES, BASIS_INTERVALS };

struct comparison {
	const struct series *base, *current; /* NULL where the side lacks it */
	const struct series *any;            /* current, or base where there is none */
	const char *params;                  /* without the key of --by */
	char *owned_params;
	char *label;                         /* for people; owned */
	char stat[24];                       /* median, mean, p50, p99.9 */
	int quantile;                        /* index of a histogram's, -1 for samples */
	double share;                        /* which quantile that is: 0.99 */

	enum basis basis;
	size_t n_base, n;            /* units of evidence */
	double base_value, value;    /* their medians or means; NaN where there is none */
	double effect, lo, hi;       /* as a share of the baseline; NaN where there is none */
	double change, change_lo, change_hi; /* in the metric's unit */
	double spread;               /* standard deviation of the units, on the scale of width */
	double width;                /* half the interval's, on the scale of logs or shares; NaN */
	double shift;                /* the effect on that scale */
	double p, q;                 /* NaN where nothing was tested */
	double p_floor;              /* the smallest p that so many units can give */
	size_t unpaired;             /* samples without a partner, where pairs are compared */

	double threshold, floor;     /* a share; in the metric's unit */
	enum verdict verdict;
	bool by_threshold;           /* too few units for a test: judged by the threshold alone */
	long long needed;            /* how many more units a side; -1 where that is not to be told */
	char *reason;                /* NULL where there is nothing to add; owned */
};

struct comparisons {
	struct comparison *list;
	size_t n;
	size_t count[VERDICT_COUNT];
	size_t shared;       /* on both sides */
	size_t tested;       /* have a p */
	size_t by_threshold; /* of the shared */
	size_t within_runs;  /* tested on samples or intervals within runs */
};

const char *verdict_name(enum verdict verdict);
const char *basis_name(const struct comparison *c); /* "threshold" where that is all */
const char *basis_unit(enum basis basis, bool one); /* "runs", "run" … */

/* Add to the reason, "; " between. */
void comparison_say(struct comparison *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fill count, by_threshold and the like, and put the worst first. */
void comparisons_finish(struct comparisons *all);
void comparisons_free(struct comparisons *all);

#endif
