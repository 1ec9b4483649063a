#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rank.h"
#include "rng.h"

static void assert_near(double value, double expected, double tolerance)
{
	double error = fabs(value - expected);

	if (!(error <= tolerance * fmax(1, fabs(expected))))
		fail_msg("%.17g, expected %.17g", value, expected);
}

static double mann_whitney(const double *x, size_t nx, const double *y, size_t ny)
{
	double p = NAN;

	assert_int_equal(rank_mann_whitney(x, nx, y, ny, &p), 0);
	return p;
}

/* --- Mann-Whitney --- */

static double midrank(const double *pool, size_t n, double v)
{
	double rank = 0.5;

	for (size_t i = 0; i < n; i++)
		rank += pool[i] < v ? 1 : pool[i] == v ? 0.5 : 0;
	return rank;
}

/* By going through all 2^n subsets of the pooled values. */
static double permutation_p(const double *x, size_t nx, const double *y, size_t ny)
{
	double pool[16], rank[16], w = 0;
	unsigned n = (unsigned)(nx + ny), lower = 0, upper = 0, all = 0;

	for (unsigned i = 0; i < n; i++)
		pool[i] = i < nx ? x[i] : y[i - nx];
	for (unsigned i = 0; i < n; i++) {
		rank[i] = midrank(pool, n, pool[i]);
		w += i < nx ? rank[i] : 0;
	}
	for (unsigned subset = 0; subset < 1u << n; subset++) {
		double sum = 0;
		unsigned members = 0;

		for (unsigned i = 0; i < n; i++) {
			sum += subset >> i & 1 ? rank[i] : 0;
			members += subset >> i & 1;
		}
		if (members != nx)
			continue;
		all++;
		lower += sum <= w;
		upper += sum >= w;
	}
	return fmin(1, 2.0 * (lower < upper ? lower : upper) / all);
}

static void exact_equals_enumeration(void **state)
{
	double x[8], y[8];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 6, 0);
	for (int i = 0; i < 1500; i++) {
		size_t nx = 1 + rng_next(&rng) % 6, ny = 1 + rng_next(&rng) % 6;
		uint64_t kinds = i % 3 == 0 ? 1000000 : 1 + rng_next(&rng) % 9; /* few kinds, many ties */

		for (size_t j = 0; j < nx; j++)
			x[j] = (double)(rng_next(&rng) % kinds);
		for (size_t j = 0; j < ny; j++)
			y[j] = (double)(rng_next(&rng) % kinds) + (i % 5 == 0 ? 2 : 0);
		stat_sort(x, nx);
		stat_sort(y, ny);
		assert_near(mann_whitney(x, nx, y, ny), permutation_p(x, nx, y, ny), 1e-14);
		assert_near(mann_whitney(x, nx, y, ny), mann_whitney(y, ny, x, nx), 1e-15);
	}
}

/* Two samples without ties in which u pairs have x above y. */
static double p_of_u(size_t nx, size_t ny, size_t u)
{
	double x[60], y[60];

	for (size_t j = 0; j < ny; j++)
		y[j] = (double)(j + 1);
	for (size_t i = nx; i-- > 0;) {
		size_t below = u < ny ? u : ny;

		x[i] = (double)below + 0.5 + 0.001 * (double)i;
		u -= below;
	}
	return mann_whitney(x, nx, y, ny);
}

/* The largest U significant at 0.05, two-sided, from the tables of Mann and Whitney's
 * test (Milton, J. Amer. Statist. Assoc. 59, 1964). */
static void exact_agrees_with_the_tables(void **state)
{
	static const size_t table[][3] = {
		{ 4, 4, 0 },	{ 5, 5, 2 },	{ 6, 6, 5 },	{ 7, 7, 8 },	 { 8, 8, 13 },
		{ 9, 9, 17 },	{ 10, 10, 23 }, { 12, 12, 37 }, { 15, 15, 64 },	 { 20, 20, 127 },
		{ 5, 10, 8 },	{ 4, 12, 7 },	{ 8, 20, 41 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_true(p_of_u(table[i][0], table[i][1], table[i][2]) <= 0.05);
		assert_true(p_of_u(table[i][0], table[i][1], table[i][2] + 1) > 0.05);
		assert_true(p_of_u(table[i][1], table[i][0], table[i][2]) <= 0.05);
	}
	for (size_t n = 1; n <= 3; n++)
		assert_true(p_of_u(n, n, 0) > 0.05);
}

static void exact_at_its_limit(void **state)
{
	double x[30], y[30];

	(void)state;
	assert_near(p_of_u(30, 30, 0), rank_mann_whitney_floor(30, 30), 1e-30);
	assert_near(p_of_u(30, 30, 450), 1, 1e-15);
	assert_true(p_of_u(30, 30, 449) <= 1 && p_of_u(30, 30, 448) < 1);
	assert_near(p_of_u(1, 59, 0), 2.0 / 60, 1e-15);
	for (int i = 0; i < 30; i++)
		x[i] = y[i] = 3;
	assert_true(mann_whitney(x, 30, y, 30) == 1);
}

/* By adding one pooled value after the other to all sums of all sizes, in doubles:
 * the same distribution as exact_tied() counts, but none of its short cuts. */
static double summed_p(const double *x, size_t nx, const double *y, size_t ny)
{
	enum { SUMS = 60 * 61 + 1 };
	static double ways[61][SUMS];
	double pool[60], lower = 0, upper = 0, all = 0;
	size_t n = nx + ny, w = 0;

	memset(ways, 0, sizeof(ways));
	ways[0][0] = 1;
	for (size_t i = 0; i < n; i++)
		pool[i] = i < nx ? x[i] : y[i - nx];
	for (size_t i = 0; i < n; i++) {
		size_t rank = (size_t)(2 * midrank(pool, n, pool[i]));

		w += i < nx ? rank : 0;
		for (size_t k = i + 1; k >= 1; k--) {
			for (size_t s = rank; s < SUMS; s++)
				ways[k][s] += ways[k - 1][s - rank];
		}
	}
	for (size_t s = 0; s < SUMS; s++) {
		all += ways[nx][s];
		lower += s <= w ? ways[nx][s] : 0;
		upper += s >= w ? ways[nx][s] : 0;
	}
	return fmin(1, 2 * fmin(lower, upper) / all);
}

static void exact_with_ties_at_any_size(void **state)
{
	double x[40], y[40], mirrored_x[40], mirrored_y[40];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (int i = 0; i < 60; i++) {
		size_t nx = 1 + rng_next(&rng) % 30, ny = i % 4 ? 1 + rng_next(&rng) % 30 : 60 - nx;
		uint64_t kinds = i % 5 ? 10 : 1000;
		double p;

		if (ny > 40)
			ny = 40;
		for (size_t j = 0; j < nx; j++)
			x[j] = (double)(rng_next(&rng) % kinds);
		for (size_t j = 0; j < ny; j++)
			y[j] = (double)(rng_next(&rng) % kinds) + (double)(i % 3);
		stat_sort(x, nx);
		stat_sort(y, ny);
		for (size_t j = 0; j < nx; j++)
			mirrored_x[j] = -x[nx - 1 - j];
		for (size_t j = 0; j < ny; j++)
			mirrored_y[j] = -y[ny - 1 - j];
		p = mann_whitney(x, nx, y, ny);
		assert_near(p / summed_p(x, nx, y, ny), 1, 1e-12);
		assert_near(p, mann_whitney(y, ny, x, nx), 1e-14);
		assert_near(p, mann_whitney(mirrored_x, nx, mirrored_y, ny), 1e-14);
	}
}

static void normal_approximation(void **state) /* scipy.stats.mannwhitneyu, method="asymptotic" */
{
	double x[60], y[60];

	(void)state;
	for (int i = 0; i < 40; i++)
		x[i] = i % 7;
	for (int i = 0; i < 45; i++)
		y[i] = i % 9;
	stat_sort(x, 40);
	stat_sort(y, 45);
	assert_near(mann_whitney(x, 40, y, 45), 0.046484956690762615, 1e-12);
	assert_near(mann_whitney(y, 45, x, 40), 0.046484956690762615, 1e-12);
	for (int i = 0; i < 50; i++) {
		x[i] = i;
		y[i] = i + 10.5;
	}
	assert_near(mann_whitney(x, 50, y, 50), 0.0012094231070333462, 1e-12);
	for (int i = 0; i < 50; i++)
		x[i] = y[i] = 7;
	assert_true(mann_whitney(x, 50, y, 50) == 1);
}

static void exact_known_values(void **state) /* scipy.stats.mannwhitneyu, method="exact" */
{
	static const double x[] = { 1.1, 2.2, 3.3, 4.4, 5.5 }, y[] = { 2.5, 3.5, 4.5, 5.6, 6.7, 7.8 };
	double a[20], b[20];

	(void)state;
	assert_near(mann_whitney((double[]){ 1, 2, 3, 4 }, 4, (double[]){ 5, 6, 7, 8 }, 4), 0.02857142857142857, 1e-15);
	assert_near(mann_whitney(x, 5, y, 6), 0.12554112554112554, 1e-15);
	for (int i = 0; i < 20; i++) {
		a[i] = 2 * i;
		b[i] = 2 * i + 9;
	}
	assert_near(mann_whitney(a, 20, b, 20), 0.030411256038764864, 1e-14);
	assert_true(mann_whitney(NULL, 0, x, 5) == 1);
	assert_true(mann_whitney(x, 5, NULL, 0) == 1);
	assert_true(mann_whitney(x, 1, y, 1) == 1);
	assert_true(mann_whitney((double[]){ -DBL_MAX }, 1, (double[]){ DBL_MAX }, 1) == 1);
}

static void floor_of_p(void **state)
{
	(void)state;
	assert_near(rank_mann_whitney_floor(4, 4), 2.0 / 70, 1e-15);
	assert_near(rank_mann_whitney_floor(5, 6), 2.0 / 462, 1e-15);
	assert_near(rank_mann_whitney_floor(10, 10), 2.0 / 184756, 1e-18);
	assert_true(rank_mann_whitney_floor(0, 9) == 1);
	assert_true(rank_mann_whitney_floor(1, 1) == 1);
	assert_true(rank_mann_whitney_floor(1000000, 1000000) == 0);
	assert_near(rank_mann_whitney_floor(1, 1000000), 2.0 / 1000001, 1e-18);
}

/* --- Hodges-Lehmann --- */

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* P(U <= u) by the recursion of Mann and Whitney, 1947: the largest value is an x or a y. */
static double u_ways(int nx, int ny, int u)
{
	if (u < 0)
		return 0;
	if (nx == 0 || ny == 0)
		return 1;
	return u_ways(nx - 1, ny, u - ny) + u_ways(nx, ny - 1, u);
}

static void hodges_lehmann_equals_the_table(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 8, 0);
	for (int i = 0; i < 400; i++) {
		size_t nx = 1 + rng_next(&rng) % 7, ny = 1 + rng_next(&rng) % 7, n = nx * ny, c = 0;
		double x[8], y[8], table[64], shift, total = u_ways((int)nx, (int)ny, (int)n);
		double confidence = i % 2 ? 0.95 : 0.8;
		struct interval interval;

		for (size_t j = 0; j < nx; j++)
			x[j] = i % 3 ? rng_normal(&rng) : (double)(rng_next(&rng) % 5);
		for (size_t j = 0; j < ny; j++)
			y[j] = i % 3 ? rng_normal(&rng) : (double)(rng_next(&rng) % 5);
		stat_sort(x, nx);
		stat_sort(y, ny);
		for (size_t j = 0; j < n; j++)
			table[j] = y[j % ny] - x[j / ny];
		qsort(table, n, sizeof(*table), compare);

		assert_int_equal(rank_hodges_lehmann(x, nx, y, ny, confidence, &shift, &interval), 0);
		assert_near(shift, (table[(n - 1) / 2] + table[n / 2]) / 2, 1e-15);
		while (2 * u_ways((int)nx, (int)ny, (int)c) / total <= 1 - confidence + 1e-9)
			c++;
		assert_true(interval.lo == (c ? table[c - 1] : -INFINITY));
		assert_true(interval.hi == (c ? table[n - c] : INFINITY));
	}
}

/* Permeability of the human chorioamnion: Hollander, Wolfe and Chicken, example 4.1,
 * and the values of R's wilcox.test(conf.int = TRUE) for it. */
static void hodges_lehmann_textbook(void **state)
{
	double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 };
	double early[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	struct interval interval;
	double shift;

	(void)state;
	stat_sort(term, 10);
	stat_sort(early, 5);
	assert_near(mann_whitney(early, 5, term, 10), 0.2544122544122544, 1e-15);
	assert_int_equal(rank_hodges_lehmann(early, 5, term, 10, 0.95, &shift, &interval), 0);
	assert_near(shift, 0.305, 1e-14);
	assert_near(interval.lo, -0.15, 1e-14);
	assert_near(interval.hi, 0.76, 1e-14);
}

static void hodges_lehmann_unbounded(void **state)
{
	static const double x[] = { 1, 2, 3 }, y[] = { 11, 12, 13 }, far[] = { -DBL_MAX, DBL_MAX };
	struct interval interval;
	double shift;

	(void)state;
	assert_int_equal(rank_hodges_lehmann(x, 3, y, 3, 0.95, &shift, &interval), 0);
	assert_true(shift == 10);
	assert_true(interval.lo == -INFINITY && interval.hi == INFINITY);
	assert_int_equal(rank_hodges_lehmann(x, 3, y, 3, 0.9, &shift, &interval), 0);
	assert_true(interval.lo == 8 && interval.hi == 12);
	assert_int_equal(rank_hodges_lehmann(NULL, 0, y, 3, 0.95, &shift, &interval), 0);
	assert_true(shift == 0 && interval.lo == -INFINITY);
	assert_int_equal(rank_hodges_lehmann(far, 1, far + 1, 1, 0.95, &shift, &interval), 0);
	assert_true(shift == DBL_MAX);
	assert_int_equal(rank_hodges_lehmann(far, 2, far, 2, 0.95, &shift, &interval), 0);
	assert_true(shift == 0);
}

/* The interval leaves 0 out exactly where the test rejects: they invert each other. */
static void interval_and_p_agree(void **state)
{
	static const size_t sizes[] = { 4, 7, 10, 20, 30, 31, 45 };
	double x[45], y[45], shift;
	struct interval interval;
	struct rng rng;
	int rejected = 0;

	(void)state;
	rng_seed(&rng, 9, 0);
	for (int i = 0; i < 1400; i++) {
		size_t n = sizes[i % 7];
		double p;

		for (size_t j = 0; j < n; j++) {
			x[j] = rng_normal(&rng);
			y[j] = rng_normal(&rng) + 2 / sqrt((double)n);
		}
		stat_sort(x, n);
		stat_sort(y, n);
		p = mann_whitney(x, n, y, n);
		assert_int_equal(rank_hodges_lehmann(x, n, y, n, 0.95, &shift, &interval), 0);
		assert_int_equal(p <= 0.05, interval.lo > 0 || interval.hi < 0);
		rejected += p <= 0.05;
	}
	assert_in_range(rejected, 200, 1200);
}

/* Of a ratio: lognormal values with a coefficient of variation of 5 %. */
static void interval_covers(void **state)
{
	static const size_t sizes[] = { 10, 20, 50 };
	enum { TRIALS = 4000 };
	double x[50], y[50], shift;
	struct interval interval;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 10, 0);
	for (size_t s = 0; s < 3; s++) {
		int covered = 0;

		for (int i = 0; i < TRIALS; i++) {
			for (size_t j = 0; j < sizes[s]; j++) {
				x[j] = log(100 * exp(0.05 * rng_normal(&rng)));
				y[j] = log(110 * exp(0.05 * rng_normal(&rng)));
			}
			stat_sort(x, sizes[s]);
			stat_sort(y, sizes[s]);
			assert_int_equal(rank_hodges_lehmann(x, sizes[s], y, sizes[s], 0.95, &shift, &interval), 0);
			covered += interval.lo <= log(1.1) && log(1.1) <= interval.hi;
		}
		assert_in_range(covered, TRIALS * 93 / 100, TRIALS * 97 / 100);
	}
}

/* --- Sign test --- */

static void sign_test(void **state)
{
	static const double d[] = { 1, 2, 3, 0, 4, 5, -1, 6, 7, 8, 0, 9, -2, 10 };

	(void)state;
	assert_near(rank_sign_test(d, 14), 0.03857421875, 1e-13); /* 2 of 12 */
	assert_true(rank_sign_test(NULL, 0) == 1);
	assert_true(rank_sign_test((double[]){ 0, 0 }, 2) == 1);
	assert_true(rank_sign_test((double[]){ 1, -1 }, 2) == 1);
	assert_near(rank_sign_test((double[]){ 1, 1, 1, 1, 1, 1 }, 6), 2.0 / 64, 1e-15);
	assert_near(rank_sign_test((double[]){ -1, -1, -1, -1, -1, -1 }, 6), rank_sign_test_floor(6), 1e-15);
	assert_true(rank_sign_test_floor(0) == 1);
	assert_true(rank_sign_test_floor(1) == 1);
	assert_true(rank_sign_test_floor(100000) == 0);
}

/* --- Many comparisons --- */

static void fdr_adjusts(void **state) /* scipy.stats.false_discovery_control */
{
	static const double p[] = { .01, .04, .03, .005, .55, .04 }, expected[] = { .03, .048, .048, .03, .55, .048 };
	double q[6], one = 0.3, in_place[6];

	(void)state;
	assert_int_equal(rank_fdr(NULL, NULL, 0), 0);
	assert_int_equal(rank_fdr(p, q, 6), 0);
	memcpy(in_place, p, sizeof(in_place));
	assert_int_equal(rank_fdr(in_place, in_place, 6), 0);
	for (int i = 0; i < 6; i++) {
		assert_near(q[i], expected[i], 1e-15);
		assert_true(in_place[i] == q[i]);
	}
	assert_int_equal(rank_fdr(&one, q, 1), 0);
	assert_true(q[0] == one);
}

/* Against the definition: the least over all levels p[j] >= p[i] of n p[j] / #{p <= p[j]}. */
static void fdr_equals_its_definition(void **state)
{
	double p[40], q[40];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 11, 0);
	for (int trial = 0; trial < 200; trial++) {
		size_t n = 1 + rng_next(&rng) % 40;

		for (size_t i = 0; i < n; i++)
			p[i] = trial % 2 ? rng_uniform(&rng) : (double)(rng_next(&rng) % 11) / 10;
		assert_int_equal(rank_fdr(p, q, n), 0);
		for (size_t i = 0; i < n; i++) {
			double least = 1;

			for (size_t j = 0; j < n; j++) {
				double called = 0;

				for (size_t k = 0; k < n; k++)
					called += p[k] <= p[j];
				if (p[j] >= p[i])
					least = fmin(least, p[j] * (double)n / called);
			}
			assert_near(q[i], least, 1e-14);
		}
	}
}

static void needed_gives_the_power(void **state)
{
	static const double cases[][3] = { { 0.05, 0.05, 0.05 }, { 0.1, 0.05, 0.01 }, { 0.04, 0.05, 0.0005 } };
	enum { TRIALS = 2000 };
	double x[200], y[200];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 12, 0);
	for (size_t c = 0; c < 3; c++) {
		double sd = cases[c][0], delta = cases[c][1], alpha = cases[c][2];
		size_t n = rank_needed(sd, delta, alpha, 0.8);
		int found = 0;

		assert_in_range(n, 4, 200);
		for (int i = 0; i < TRIALS; i++) {
			for (size_t j = 0; j < n; j++) {
				x[j] = sd * rng_normal(&rng);
				y[j] = sd * rng_normal(&rng) + delta;
			}
			stat_sort(x, n);
			stat_sort(y, n);
			found += mann_whitney(x, n, y, n) <= alpha;
		}
		assert_in_range(found, TRIALS * 75 / 100, TRIALS * 86 / 100);
	}
}

static void needed_at_the_ends(void **state)
{
	(void)state;
	assert_int_equal(rank_needed(0.05, 0.05, 0.05, 0.8), 18);
	assert_int_equal(rank_needed(0, 0.05, 0.05, 0.8), 4);
	assert_int_equal(rank_needed(1e-9, 0.05, 0.0005, 0.8), 8); /* 2 / C(16, 8) = .00016; 7: .00058 */
	for (double alpha = 1e-3; alpha > 1e-200; alpha *= 1e-3) {
		size_t n = rank_needed(0.01, 0.05, alpha, 0.8);

		assert_true(rank_mann_whitney_floor(n, n) <= alpha);
		assert_true(n < 1000);
	}
	assert_true(rank_needed(1, 1e-300, 0.05, 0.8) == SIZE_MAX);
	assert_true(rank_needed(0, 1, 0, 0.8) == SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_equals_enumeration),
		cmocka_unit_test(exact_agrees_with_the_tables),
		cmocka_unit_test(exact_at_its_limit),
		cmocka_unit_test(exact_with_ties_at_any_size),
		cmocka_unit_test(exact_known_values),
		cmocka_unit_test(normal_approximation),
		cmocka_unit_test(floor_of_p),
		cmocka_unit_test(hodges_lehmann_equals_the_table),
		cmocka_unit_test(hodges_lehmann_textbook),
		cmocka_unit_test(hodges_lehmann_unbounded),
		cmocka_unit_test(interval_and_p_agree),
		cmocka_unit_test(interval_covers),
		cmocka_unit_test(sign_test),
		cmocka_unit_test(fdr_adjusts),
		cmocka_unit_test(fdr_equals_its_definition),
		cmocka_unit_test(needed_gives_the_power),
		cmocka_unit_test(needed_at_the_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
