#ifndef BENCH_DIFF_ESTIMATE_H
#define BENCH_DIFF_ESTIMATE_H

#include "evidence.h"

/* Fill in what the evidence says: values, effect, change, interval at confidence 1 - alpha, p, spread.
 * Where so few units cannot reach alpha, only the values, the effect and the change; then
 * by_threshold is set. Dies without memory. */
void estimate(struct comparison *c, struct evidence *evidence, double alpha);

/* The smallest p that so many units can give in the test for that basis. */
double estimate_floor(enum basis basis, size_t nbase, size_t ncurrent);

/* How many units a side can give a p of alpha. */
size_t estimate_reach(enum basis basis, double alpha);

#endif
