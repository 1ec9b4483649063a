#include "estimate.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rank.h"

/* An effect and its interval on one scale: logs of ratios, or differences. */
struct effect {
	double shift;
	struct interval interval;
};

static bool all_positive(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!(x[i] > 0))
			return false;
	}
	return true;
}

static void to_logs(double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = log(x[i]);
}

/* Do more than half of the values equal one? Then the median hardly ever moves, whatever the others do. */
static bool is_flat(const double *sorted, size_t n)
{
	double middle = sorted[n / 2];
	size_t equal = 0;

	for (size_t i = 0; i < n; i++)
		equal += sorted[i] == middle;
	return 2 * equal > n;
}

/* A copy, ascending. */
static double *sorted_copy(const double *x, size_t n)
{
	double *copy = x_reallocarray(NULL, n ? n : 1, sizeof *copy);

	if (n)
		memcpy(copy, x, n * sizeof *copy);
	stat_sort(copy, n);
	return copy;
}

static double median_of(const double *x, size_t n)
{
	double *sorted = sorted_copy(x, n), median = stat_quantile(sorted, n, 0.5);

	free(sorted);
	return median;
}

double estimate_floor(enum basis basis, size_t nbase, size_t ncurrent)
{
	return basis == BASIS_PAIRS ? rank_sign_test_floor(nbase) : rank_mann_whitney_floor(nbase, ncurrent);
}

size_t estimate_reach(enum basis basis, double alpha)
{
	size_t n = 1;

	while (n < 1100 && estimate_floor(basis, n, n) > alpha)
		n++;
	return n;
}

/* Of the ratio of means minus 1 where relative, of the difference otherwise. Unpaired as Welch has
 * it (Biometrika 34, 1947); the ratio's variance by the delta method. */
static struct effect compare_means(const struct evidence *e, const double *diff, bool relative, double alpha)
{
	double x = stat_mean(e->base, e->nbase), y = stat_mean(e->current, e->ncurrent);
	double scale = relative ? fabs(x) : 1, ratio = relative ? y / x : 1;
	double shift = (y - x) / scale, variance, dof;

	if (diff) {
		double sd = stat_stddev(diff, e->nbase);
		variance = sd * sd / (double)e->nbase;
		dof = (double)e->nbase - 1;
	} else {
		double sx = stat_stddev(e->base, e->nbase), sy = stat_stddev(e->current, e->ncurrent);
		double vx = ratio * ratio * sx * sx / (double)e->nbase, vy = sy * sy / (double)e->ncurrent;
		variance = vx + vy;
		if (e->nbase < 2 || e->ncurrent < 2)
			return (struct effect){shift, {-INFINITY, INFINITY}};
		dof = variance * variance / (vx * vx / ((double)e->nbase - 1) + vy * vy / ((double)e->ncurrent - 1));
	}
	double half = variance > 0 ? stat_t_quantile(1 - alpha / 2, dof) * sqrt(variance) / scale : 0;
	return (struct effect){shift, {shift - half, shift + half}};
}

static struct effect compare_pairs(const double *sorted, size_t n, double alpha)
{
	return (struct effect){stat_quantile(sorted, n, 0.5), stat_median_interval(sorted, n, 1 - alpha)};
}

static struct effect compare_sides(const struct evidence *e, double alpha)
{
	struct effect effect;

	if (rank_hodges_lehmann(e->base, e->nbase, e->current, e->ncurrent, 1 - alpha, &effect.shift,
				&effect.interval) != 0)
		die("out of memory");
	return effect;
}

/* The values' standard deviation over both sides, or the differences' made comparable: a sign test needs
 * 3/2 of the pairs for each value a side that Mann-Whitney needs at sd / sqrt(2) (the efficiencies are
 * 2/pi and 3/pi; Lehmann, Nonparametrics, 2.4 and 3.4). */
static double spread_of(const struct evidence *e, const double *diff)
{
	if (diff)
		return sqrt(0.75) * stat_stddev(diff, e->nbase);
	double sx = stat_stddev(e->base, e->nbase), sy = stat_stddev(e->current, e->ncurrent);
	return sqrt((sx * sx + sy * sy) / 2);
}

static double *differences(const struct evidence *e)
{
	double *diff = x_reallocarray(NULL, e->nbase ? e->nbase : 1, sizeof *diff);

	for (size_t i = 0; i < e->nbase; i++)
		diff[i] = e->current[i] - e->base[i];
	stat_sort(diff, e->nbase);
	return diff;
}

static double clamp(double x)
{
	return isnan(x) ? x : fmax(-DBL_MAX, fmin(DBL_MAX, x));
}

static void fill_ratio(struct comparison *c, struct effect effect)
{
	c->shift = effect.shift;
	c->effect = clamp(expm1(effect.shift));
	c->lo = expm1(effect.interval.lo);
	c->hi = expm1(effect.interval.hi);
	c->change = c->effect * c->base_value;
	c->change_lo = c->lo * c->base_value;
	c->change_hi = c->hi * c->base_value;
}

/* From a difference; the share is of the baseline's value where that is not 0. */
static void fill_difference(struct comparison *c, struct effect effect)
{
	double scale = fabs(c->base_value);

	c->change = effect.shift;
	c->change_lo = effect.interval.lo;
	c->change_hi = effect.interval.hi;
	if (scale > 0) {
		c->effect = c->shift = clamp(c->change / scale);
		c->lo = c->change_lo / scale;
		c->hi = c->change_hi / scale;
		c->spread /= scale;
	}
}

static void test(struct comparison *c, const struct evidence *e, const double *diff)
{
	if (diff)
		c->p = rank_sign_test(diff, e->nbase);
	else if (rank_mann_whitney(e->base, e->nbase, e->current, e->ncurrent, &c->p) != 0)
		die("out of memory");
}

/* Too few units to test: the values alone. */
static void compare_values(struct comparison *c)
{
	c->by_threshold = true;
	c->change = c->value - c->base_value;
	if (c->base_value != 0)
		c->effect = c->shift = clamp(c->change / fabs(c->base_value));
}

static void keep_width(struct comparison *c, bool logs)
{
	double lo = logs ? log1p(c->lo) : c->lo, hi = logs ? log1p(c->hi) : c->hi;

	c->width = isfinite(lo) && isfinite(hi) ? (hi - lo) / 2 : NAN;
}

static bool is_tied(const struct evidence *e, const double *diff)
{
	if (diff)
		return is_flat(diff, e->nbase);
	return is_flat(e->base, e->nbase) || is_flat(e->current, e->ncurrent);
}

void estimate(struct comparison *c, struct evidence *e, double alpha)
{
	bool paired = e->basis == BASIS_PAIRS, by_mean = strcmp(c->stat, "mean") == 0;

	c->basis = e->basis;
	c->n_base = e->nbase;
	c->n = e->ncurrent;
	c->unpaired = e->unpaired;
	if (e->nbase == 0 || e->ncurrent == 0)
		return;
	c->base_value = by_mean ? stat_mean(e->base, e->nbase) : median_of(e->base, e->nbase);
	c->value = by_mean ? stat_mean(e->current, e->ncurrent) : median_of(e->current, e->ncurrent);
	c->p_floor = estimate_floor(e->basis, e->nbase, e->ncurrent);
	if (c->p_floor > alpha) {
		compare_values(c);
		return;
	}
	double *diff = paired ? differences(e) : NULL;
	test(c, e, diff);
	if (by_mean && is_tied(e, diff)) {
		c->spread = spread_of(e, diff);
		fill_difference(c, compare_means(e, diff, false, alpha));
		if (!diff && c->base_value != 0) {
			struct effect share = compare_means(e, NULL, true, alpha);
			c->lo = share.interval.lo;
			c->hi = share.interval.hi;
		}
		keep_width(c, false);
		free(diff);
		return;
	}
	bool logs = all_positive(e->base, e->nbase) && all_positive(e->current, e->ncurrent);
	if (logs) {
		to_logs(e->base, e->nbase);
		to_logs(e->current, e->ncurrent);
		free(diff);
		diff = paired ? differences(e) : NULL;
	}
	struct effect effect = diff ? compare_pairs(diff, e->nbase, alpha) : compare_sides(e, alpha);
	c->spread = spread_of(e, diff);
	if (logs)
		fill_ratio(c, effect);
	else
		fill_difference(c, effect);
	keep_width(c, logs);
	free(diff);
}
