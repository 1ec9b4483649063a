#ifndef BENCH_GATE_GROWTH_H
#define BENCH_GATE_GROWTH_H

#include "series.h"

/* The fit records of the input, which targets of growth are judged by. */

struct gate_fit {
	struct series identity; /* bench, params, metric, mode; the unit is that of what a fit tells, 1 */
	enum growth class;
	unsigned plausible;
	double exponent, lo, hi; /* lo and hi infinite where there is no interval */
	uint64_t n;
	char *reason;           /* NULL: none */
};

struct gate_fits { /* starts as {0} */
	struct gate_fit *fit;
	size_t n;
};

/* For series_options.keep, with the fits as its data. */
int gate_fits_keep(void *fits, const struct record *record);
void gate_fits_free(struct gate_fits *fits);

#endif
