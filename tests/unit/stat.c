#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rng.h"
#include "stat.h"

static void assert_near(double value, double expected, double tolerance)
{
	double error = fabs(value - expected);

	if (!(error <= tolerance * fmax(1, fabs(expected))))
		fail_msg("%.17g, expected %.17g", value, expected);
}

static void keys_compare_as_the_values(void **state)
{
	static const double v[] = { -INFINITY, -DBL_MAX, -1,	 -DBL_MIN, -5e-324, 0,
				    5e-324,    DBL_MIN,	 1,	 DBL_MAX,  INFINITY };

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		assert_true(stat_from_key(stat_key(v[i])) == v[i]);
		assert_true(i == 0 || stat_key(v[i - 1]) < stat_key(v[i]));
	}
	assert_true(stat_key(-0.0) == stat_key(0.0));
	assert_true(stat_from_key(stat_key(1.0) + 1) == nextafter(1, 2));
	assert_true(stat_from_key(stat_key(0.0) - 1) == -5e-324);
}

/* --- Sorting --- */

enum shape { RANDOM, BITS, SORTED, REVERSED, EQUAL, FEW, ORGAN_PIPE, SAWTOOTH, LAST_OUT, SIGNS, SHAPES };

static double shape_value(enum shape shape, size_t i, size_t n, struct rng *rng)
{
	static const double extremes[] = { -DBL_MAX, DBL_MAX, 0.0, -0.0, 5e-324, -5e-324, DBL_MIN, -DBL_MIN, 1, -1 };
	double at = (double)i, bits;

	switch (shape) {
	case RANDOM:
		return rng_normal(rng);
	case BITS: /* any finite double */
		do
			bits = stat_from_key(rng_next(rng));
		while (!isfinite(bits));
		return bits;
	case SORTED:
		return at;
	case REVERSED:
		return -at;
	case EQUAL:
		return 118200341;
	case FEW:
		return (double)(rng_next(rng) % 3);
	case ORGAN_PIPE:
		return i < n / 2 ? at : (double)(n - i);
	case SAWTOOTH:
		return (double)(i % 17);
	case LAST_OUT:
		return i + 1 == n ? -1 : at;
	default:
		return extremes[rng_next(rng) % 10];
	}
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void sorts_like_qsort(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 31, 32, 33, 100, 255, 256, 257, 1000, 50000 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3, 0);
	stat_sort(NULL, 0);
	for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
		size_t n = sizes[s];
		double *x = malloc(n * sizeof(*x)), *y = malloc(n * sizeof(*y));

		assert_non_null(x);
		assert_non_null(y);
		for (enum shape shape = RANDOM; shape < SHAPES; shape++) {
			for (size_t i = 0; i < n; i++)
				x[i] = y[i] = shape_value(shape, i, n, &rng);
			stat_sort(x, n);
			qsort(y, n, sizeof(*y), compare);
			for (size_t i = 0; i < n; i++)
				assert_true(x[i] == y[i]);
		}
		free(x);
		free(y);
	}
}

/* --- Moments and quantiles --- */

static void mean_keeps_small_values(void **state)
{
	double huge[] = { DBL_MAX, DBL_MAX, DBL_MAX }, opposite[] = { DBL_MAX, DBL_MAX, -DBL_MAX, -DBL_MAX };

	(void)state;
	assert_true(stat_mean(NULL, 0) == 0);
	assert_true(stat_mean((double[]){ 7 }, 1) == 7);
	assert_true(stat_mean((double[]){ 1e16, 1, 1, -1e16 }, 4) == 0.5);
	assert_near(stat_mean(huge, 3) / DBL_MAX, 1, 1e-15);
	assert_true(fabs(stat_mean(opposite, 4)) < DBL_MAX * 1e-15);
}

static void stddev_is_stable(void **state)
{
	static const double x[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
	const double expected = 2.138089935299395; /* sqrt(32 / 7) */
	static const double scales[] = { 1, 1e-300, 1e-160, 1e160, 1e300 };
	double y[8];

	(void)state;
	assert_true(stat_stddev(NULL, 0) == 0);
	assert_true(stat_stddev(x, 1) == 0);
	assert_true(stat_stddev((double[]){ 0.1, 0.1, 0.1 }, 3) == 0);
	for (size_t s = 0; s < sizeof(scales) / sizeof(*scales); s++) {
		for (size_t i = 0; i < 8; i++)
			y[i] = x[i] * scales[s];
		assert_near(stat_stddev(y, 8) / scales[s], expected, 1e-14);
	}
	for (size_t i = 0; i < 8; i++)
		y[i] = x[i] + 1e15;
	assert_near(stat_stddev(y, 8), expected, 1e-14);
	/* the mean, 1e15 + 2/3, falls between two doubles */
	assert_near(stat_stddev((double[]){ 1e15, 1e15 + 1, 1e15 + 1 }, 3), sqrt(1 / 3.0), 1e-14);
	assert_true(stat_stddev((double[]){ -DBL_MAX, DBL_MAX }, 2) == DBL_MAX);
	assert_true(isfinite(stat_stddev((double[]){ 0, 5e-324, 1e-323 }, 3)));
}

static void geomean(void **state)
{
	(void)state;
	assert_true(stat_geomean(NULL, 0) == 1);
	assert_near(stat_geomean((double[]){ 0.5, 2, 8 }, 3), 2, 1e-15);
	assert_near(stat_geomean((double[]){ 1e300, 1e300, 1e-300, 1e-300 }, 4), 1, 1e-12);
}

static void quantile_interpolates(void **state) /* values of numpy.quantile */
{
	static const double x[] = { 1, 2, 4, 8, 16 };

	(void)state;
	assert_near(stat_quantile(x, 5, 0.1), 1.4, 1e-15);
	assert_near(stat_quantile(x, 5, 0.9), 12.8, 1e-15);
	assert_true(stat_quantile(x, 5, 0.5) == 4);
	assert_true(stat_quantile(x, 5, 0) == 1);
	assert_true(stat_quantile(x, 5, 1) == 16);
	assert_true(stat_quantile(x, 5, -1) == 1);
	assert_true(stat_quantile(x, 5, 2) == 16);
	assert_true(stat_quantile(x, 1, 0.99) == 1);
	assert_true(stat_quantile(x, 2, 0.5) == 1.5);
	assert_true(stat_quantile((double[]){ -DBL_MAX, DBL_MAX }, 2, 0.5) == 0);
	assert_true(stat_quantile((double[]){ 0.1, 0.1, 0.1 }, 3, 0.3) == 0.1);
}

/* --- Intervals --- */

static void mean_interval(void **state)
{
	struct interval i = stat_mean_interval(100, 5, 10, 0.95);

	(void)state;
	assert_near(i.hi, 100 + 2.262157162798205 * 5 / sqrt(10), 1e-12);
	assert_near(i.lo, 100 - 2.262157162798205 * 5 / sqrt(10), 1e-12);
	i = stat_mean_interval(100, 0, 1, 0.95);
	assert_true(i.lo == -INFINITY && i.hi == INFINITY);
	i = stat_mean_interval(0, 0, 0, 0.95);
	assert_true(i.lo == -INFINITY && i.hi == INFINITY);
	i = stat_mean_interval(3, 0, 2, 0.95);
	assert_true(i.lo == 3 && i.hi == 3);
}

/* The ranks that tables of the sign interval give (Conover, Practical Nonparametric
 * Statistics; Hahn and Meeker, Statistical Intervals). */
static void median_interval_has_the_tabled_ranks(void **state)
{
	static const struct {
		size_t n;
		double confidence;
		int lo, hi; /* from 1 */
	} table[] = { { 6, 0.95, 1, 6 },    { 7, 0.95, 1, 7 },	   { 8, 0.95, 1, 8 },	  { 9, 0.95, 2, 8 },
		      { 10, 0.95, 2, 9 },   { 15, 0.95, 4, 12 },   { 20, 0.95, 6, 15 },	  { 30, 0.95, 10, 21 },
		      { 50, 0.95, 18, 33 }, { 100, 0.95, 40, 61 }, { 1000, 0.95, 469, 532 }, { 8, 0.99, 1, 8 },
		      { 20, 0.99, 4, 17 },  { 5, 0.90, 1, 5 },	   { 5, 0.9375, 1, 5 },
		      { 60, 1 - 1e-12, 5, 56 }, { 100, 1 - 1e-10, 19, 82 } };
	double x[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		x[i] = i + 1;
	for (size_t t = 0; t < sizeof(table) / sizeof(*table); t++) {
		struct interval i = stat_median_interval(x, table[t].n, table[t].confidence);

		assert_int_equal((int)i.lo, table[t].lo);
		assert_int_equal((int)i.hi, table[t].hi);
	}
	for (size_t n = 0; n < 6; n++)
		assert_true(stat_median_interval(x, n, 0.95).lo == -INFINITY);
	assert_true(stat_median_interval(x, 7, 0.99).hi == INFINITY);
}

/* --- Distributions --- */

static void normal_distribution(void **state)
{
	static const double known[][2] = { { 0.975, 1.959963984540054 },   { 0.995, 2.5758293035489004 },
					   { 0.9, 1.2815515655446004 },	   { 0.6, 0.2533471031357997 },
					   { 1e-10, -6.361340902404056 },  { 0.5, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		assert_near(stat_normal_quantile(known[i][0]), known[i][1], 1e-14);
		assert_near(stat_normal_cdf(known[i][1]) / known[i][0], 1, 1e-14);
	}
	for (double p = 1e-300; p < 0.5; p *= 1.7)
		assert_near(stat_normal_cdf(stat_normal_quantile(p)) / p, 1, 1e-12);
	assert_true(stat_normal_quantile(0) == -INFINITY);
	assert_true(stat_normal_quantile(1) == INFINITY);
}

static void t_quantile_has_known_values(void **state) /* scipy.stats.t.ppf */
{
	static const double known[][3] = { { 0.975, 1, 12.706204736174694 },	{ 0.975, 2, 4.302652729749462 },
					   { 0.975, 9, 2.262157162798205 },	{ 0.995, 19, 2.8609346064649794 },
					   { 0.95, 99.5, 1.6603123433073295 },	{ 0.975, 1e6, 1.959966356814107 },
					   { 0.0001, 3, -22.203742273204178 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_near(stat_t_quantile(known[i][0], known[i][1]), known[i][2], 1e-11);
	assert_near(stat_t_quantile(0.975, 1e12), 1.959963984540054, 1e-11);
	assert_true(stat_t_quantile(0.5, 3) == 0);
	assert_true(stat_t_quantile(0, 3) == -INFINITY);
	assert_true(stat_t_quantile(1, 3) == INFINITY);
}

/* Closed forms for 1, 2 and 4 degrees of freedom (Shaw, J. Comput. Finance 9, 2006). */
static void t_quantile_has_closed_forms(void **state)
{
	(void)state;
	for (double p = 1e-12; p < 0.5; p *= 1.3) {
		double a = 4 * p * (1 - p), root = sqrt(a);

		assert_near(stat_t_quantile(p, 1) / (-1 / tan(M_PI * p)), 1, 1e-11);
		assert_near(stat_t_quantile(p, 2) / ((2 * p - 1) * sqrt(2 / a)), 1, 1e-11);
		if (p > 1e-4 && p < 0.49) /* cos and acos lose digits outside */
			assert_near(stat_t_quantile(p, 4), -2 * sqrt(cos(acos(root) / 3) / root - 1), 1e-10);
	}
}

static void coin_counts_heads(void **state)
{
	double pascal[41] = { 1 };

	(void)state;
	for (size_t n = 1; n <= 40; n++) {
		double sum = 0;

		for (size_t k = n; k >= 1; k--)
			pascal[k] += pascal[k - 1];
		for (size_t k = 0; k <= n; k++) {
			sum += pascal[k];
			assert_near(stat_coin_cdf(k, n), ldexp(sum, -(int)n), 1e-13);
		}
	}
	assert_true(stat_coin_cdf(0, 0) == 1);
	assert_true(stat_coin_cdf(9, 3) == 1);
	assert_near(stat_coin_cdf(39, 100), 0.017600100108852428, 1e-13); /* scipy.stats.binom.cdf */
	assert_near(stat_coin_cdf(469, 1000), 0.026838924822505023, 1e-12);
	assert_near(stat_coin_cdf(500000, 1000000), 0.5 + 0.5 * 7.978843e-4, 1e-9);
}

static void f_tail_has_known_values(void **state)
{
	(void)state;
	/* The 5 and 1 % points of the tables. */
	assert_near(stat_f_tail(161.4476387975881, 1, 1), 0.05, 1e-12);
	assert_near(stat_f_tail(4.964602743730711, 1, 10), 0.05, 1e-12);
	assert_near(stat_f_tail(99.0, 2, 2), 0.01, 1e-12);
	assert_near(stat_f_tail(1, 7, 7), 0.5, 1e-12);
	assert_true(stat_f_tail(0, 3, 4) == 1 && stat_f_tail(-1, 3, 4) == 1);
	assert_true(stat_f_tail(INFINITY, 3, 4) == 0);
	/* Of one degree it is the square of Student's t; of two there is a closed form. */
	for (double p = 0.001; p < 0.5; p *= 1.7) {
		double t = stat_t_quantile(1 - p / 2, 5.5);
		assert_near(stat_f_tail(t * t, 1, 5.5), p, 1e-10);
		assert_near(stat_f_tail(4 / p, 2, 8), pow(1 + 1 / p, -4), 1e-12);
	}
}

static double parabola(double x, void *data)
{
	return (x - *(double *)data) * (x - *(double *)data);
}

static void finds_the_minimum(void **state)
{
	static const double at[] = {-3, -2.9999, 0, 0.7, 4};

	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		double x = at[i];
		assert_near(stat_minimum(parabola, &x, -3, 4, 1e-6), x, 1e-6);
	}
	double outside = 9;
	assert_near(stat_minimum(parabola, &outside, -3, 4, 1e-6), 4, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_compare_as_the_values),
		cmocka_unit_test(sorts_like_qsort),
		cmocka_unit_test(mean_keeps_small_values),
		cmocka_unit_test(stddev_is_stable),
		cmocka_unit_test(geomean),
		cmocka_unit_test(quantile_interpolates),
		cmocka_unit_test(mean_interval),
		cmocka_unit_test(median_interval_has_the_tabled_ranks),
		cmocka_unit_test(normal_distribution),
		cmocka_unit_test(t_quantile_has_known_values),
		cmocka_unit_test(t_quantile_has_closed_forms),
		cmocka_unit_test(coin_counts_heads),
		cmocka_unit_test(f_tail_has_known_values),
		cmocka_unit_test(finds_the_minimum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
