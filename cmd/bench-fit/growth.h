#ifndef BENCH_FIT_GROWTH_H
#define BENCH_FIT_GROWTH_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

/* How cost grows with size: the classes that measured costs do not contradict, and the exponent. Nothing here
 * prints or exits. */

#define GROWTH_SIZES_MIN 3 /* distinct sizes under which nothing is claimed */

struct growth_data { /* a point a size; sizes distinct, ascending and over 0; costs over 0 */
	size_t n;
	const double *size, *cost;
	const double *variance; /* of each cost relative to it, as repeats of it show; all 0 where none were made */
	double dof;             /* degrees of freedom behind the variances; 0: there are none */
};

enum growth_note {
	GROWTH_CLEAR,   /* one class */
	GROWTH_TOO_FEW, /* sizes: nothing is known */
	GROWTH_SEVERAL, /* classes */
	GROWTH_UNSEEN,  /* several classes, O(1) among them: growth may be nothing, or too much to be that */
	GROWTH_FALLING, /* cost falls: O(1) */
	GROWTH_BETWEEN, /* no class fits, but an exponent does, which the class bounds */
	GROWTH_IRREGULAR /* nothing fits: the classes bound the exponents from each size to the next, lo to hi */
};

struct growth_result {
	enum growth_note note;
	enum growth class;   /* the best fit, GROWTH_NONE where there is none */
	unsigned plausible;  /* bits 1 << class */
	double exponent, lo, hi;
	bool of_growing_part; /* the exponent is that of cost less a fixed part, which shows in the data */
	double a, b;         /* of the best class, NaN where that is but a bound */
	double residual;     /* root mean square of the relative residuals */
	double most_growth;  /* GROWTH_UNSEEN: how much more the largest size may cost, as a share */
};

/* 0, or -1 with ENOMEM. A class is left out of the plausible ones where the data contradicts it at this
 * confidence (0.99); the interval of the exponent is at the same. */
int growth_fit(const struct growth_data *data, double confidence, struct growth_result *result);

/* The logarithm of what a class is proportional to: 1, log2(1 + n), n, n log2(1 + n), n^2 or n^3. */
double growth_log_shape(enum growth class, double size);

#endif
