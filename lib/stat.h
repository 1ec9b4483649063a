#ifndef BENCHPIPE_STAT_H
#define BENCHPIPE_STAT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Pure statistics on arrays of doubles. "sorted" means ascending. Nothing here
 * allocates unless it says so; no input may hold NaN or infinity. Intervals are
 * two-sided at the confidence given (0.95). */

struct interval {
	double lo, hi; /* -INFINITY and INFINITY where the data cannot bound it */
};

/* The share that an interval may leave out at either end. A little generous, since
 * 1 - 0.9 falls short of 0.1, which a discrete distribution may reach exactly. */
double stat_tail(double confidence);

/* Sort ascending, in place; n log n at worst. Takes n doubles of memory for speed
 * where n is large, and does without where they are refused. */
void stat_sort(double *x, size_t n);

double stat_mean(const double *x, size_t n);    /* compensated; 0 for n = 0 */
double stat_stddev(const double *x, size_t n);  /* n - 1; 0 for n < 2; at most DBL_MAX */
double stat_geomean(const double *x, size_t n); /* all positive; 1 for n = 0 */

/* Quantile by linear interpolation (Hyndman and Fan's type 7); n >= 1; q is taken
 * into 0..1. */
double stat_quantile(const double *sorted, size_t n, double q);

/* Confidence interval of the mean by Student's t; unbounded for n < 2. */
struct interval stat_mean_interval(double mean, double stddev, size_t n, double confidence);

/* Distribution-free interval of the median from order statistics: the narrowest
 * symmetric pair of ranks whose binomial coverage reaches confidence. Unbounded
 * where even min..max does not cover (n < 6 at 0.95). */
struct interval stat_median_interval(const double *sorted, size_t n, double confidence);

double stat_normal_cdf(double z);

/* Wichura's AS 241 (Applied Statistics 37, 1988), to about 1e-15. 0 < p < 1; minus
 * and plus infinity at and beyond the ends. */
double stat_normal_quantile(double p);

/* By inverting the incomplete beta function, to 1e-10 of the value and up to 1e149.
 * 0 < p < 1, dof > 0; minus and plus infinity at and beyond the ends. */
double stat_t_quantile(double p, double dof);

/* P(F > f) of the F distribution, to about 1e-12 of 1. dof over 0. */
double stat_f_tail(double f, double dof1, double dof2);

/* Where function is least between lo and hi, within tolerance, by golden section: a local minimum, and
 * the one where there is no other. */
double stat_minimum(double (*function)(double x, void *data), void *data, double lo, double hi, double tolerance);

/* P(K <= k) where K counts heads in n tosses of a fair coin. */
double stat_coin_cdf(size_t k, size_t n);

/* Keys compare exactly as the doubles do (-0 and 0 share one); adjacent doubles have
 * adjacent keys. */
static inline uint64_t stat_key(double x)
{
	const uint64_t zero = UINT64_C(1) << 63;
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return (bits & zero) ? -bits : zero + bits;
}

static inline double stat_from_key(uint64_t key)
{
	const uint64_t zero = UINT64_C(1) << 63;
	uint64_t bits = key < zero ? -key : key - zero;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

#endif
