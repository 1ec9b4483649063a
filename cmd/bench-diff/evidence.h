#ifndef BENCH_DIFF_EVIDENCE_H
#define BENCH_DIFF_EVIDENCE_H

#include "comparison.h"

/* How many runs make the run the unit of evidence. Samples within one run share its conditions,
 * so they vary less than runs do. */
#define EVIDENCE_RUNS 5

enum pairing { PAIRED_AUTO, PAIRED_ALWAYS, PAIRED_NEVER };

/* The values that are compared: one for each unit of evidence. */
struct evidence {
	enum basis basis;
	double *base, *current; /* ascending; for pairs beside each other */
	size_t nbase, ncurrent;
	size_t unpaired;        /* samples of both sides without a partner */
};

/* The values of both sides of a comparison that has both. Pairs are samples of equal seq in runs of equal
 * rank within their sides; PAIRED_AUTO takes them where there are any. Dies without memory. */
struct evidence evidence_of(const struct comparison *c, enum pairing pairing);
/* What one side's measurement comes to by itself: for samples their median or mean, else the quantile of
 * all its histograms. NaN where it has no values. Dies without memory. */
double evidence_value(const struct comparison *c, const struct series *side);

void evidence_free(struct evidence *evidence);

#endif
