#ifndef BENCHPIPE_RANK_H
#define BENCHPIPE_RANK_H

#include <stddef.h>

#include "stat.h"

/* Distribution-free comparison of two samples, and what to make of many comparisons.
 * "sorted" means ascending; no input may hold NaN or infinity. */

/* Two-sided Mann-Whitney U test of two sorted samples: twice the smaller of
 * P(W <= w) and P(W >= w), at most 1. Exact where nx + ny <= 60: the distribution of
 * the rank sum over all ways to divide the pooled values, ties at their midranks
 * (Streitberg and Roehmel's shift algorithm, 1986). Else the tie-corrected normal
 * approximation with continuity correction (Hollander, Wolfe and Chicken, 3rd ed.,
 * 4.1). p = 1 where all values are equal or a side has none. 0, or -1 with ENOMEM. */
int rank_mann_whitney(const double *x, size_t nx, const double *y, size_t ny, double *p);

/* The smallest two-sided p that Mann-Whitney can give: 2 / C(nx + ny, nx), at most 1. */
double rank_mann_whitney_floor(size_t nx, size_t ny);

/* Hodges-Lehmann shift y - x of two sorted samples: the median of all nx * ny
 * differences (the mean of the middle two where their number is even), with the
 * interval that inverts Mann-Whitney (exact rank quantiles where nx + ny <= 60, and
 * so covering at least confidence; normal ones otherwise; Hollander, Wolfe and
 * Chicken, 3rd ed., 4.2-4.3). Unbounded where so few values cannot reach the
 * confidence. Memory linear in nx + ny, time about (nx + ny) log(nx * ny). A
 * difference too large for a double counts as infinite, and shift as DBL_MAX then.
 * nx and ny at least 1, else shift is 0. 0, or -1 with ENOMEM. */
int rank_hodges_lehmann(const double *x, size_t nx, const double *y, size_t ny, double confidence, double *shift,
			struct interval *interval);

/* Two-sided sign test of n paired differences (zeros left out): exact binomial. */
double rank_sign_test(const double *d, size_t n);
double rank_sign_test_floor(size_t n); /* 2 / 2^n, at most 1 */

/* Benjamini-Hochberg (J. R. Statist. Soc. B 57, 1995): q[i] is the adjusted p[i] (the
 * least false-discovery rate at which i is still called). q may be p. n of 0 is fine.
 * 0, or -1 with ENOMEM. */
int rank_fdr(const double *p, double *q, size_t n);

/* How many values a side a two-sided Mann-Whitney test at level alpha needs to find
 * a shift delta (> 0) with the given power, where the values' standard deviation is
 * sd: 2 ((z_{1-alpha/2} + z_power) sd / delta)^2 * pi/3 + z_{1-alpha/2}^2 / 4 (pi/3 is
 * the inverse of the test's asymptotic relative efficiency on normal data, Lehmann,
 * Nonparametrics, 2.4; the last term makes up for few values, Guenther, The American
 * Statistician 35, 1981), and never fewer than can reach alpha at all. At least 4;
 * SIZE_MAX where it is beyond counting. alpha may be as small as alpha / m of m
 * comparisons. */
size_t rank_needed(double sd, double delta, double alpha, double power);

#endif
