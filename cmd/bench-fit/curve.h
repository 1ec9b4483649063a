#ifndef BENCH_FIT_CURVE_H
#define BENCH_FIT_CURVE_H

#include <stddef.h>

/* Least squares for cost = a + b f(size), with a and b of 0 or more, on the logarithm of cost: noise of
 * measured costs is multiplicative. One such curve is, up to its height, the share of its fixed part alone,
 * which is searched for; the height has a closed form. */

struct curve_points {
	size_t n;
	const double *log_cost, *weight; /* weights over 0 */
	double *scratch;                 /* room for n */
};

struct curve {
	double rss;  /* weighted sum of squared residuals of log cost */
	double a, b; /* in the unit of cost */
};

/* The best curve for the shape f, given by its logarithm at each point. */
struct curve curve_fit(const struct curve_points *points, const double *log_f);

/* The same without a fixed part, and without a growing part. */
struct curve curve_fit_pure(const struct curve_points *points, const double *log_f);
struct curve curve_fit_constant(const struct curve_points *points);

/* How far costs at the largest f can lie over those at the smallest, as a share of these, before rss exceeds
 * limit, which that of the best curve does not: 0.1 for 10 %. */
double curve_most_growth(const struct curve_points *points, const double *log_f, const struct curve *best,
			 double limit);

#endif
