#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "diffs.h"
#include "rng.h"
#include "stat.h"

enum shape { NORMAL, INTEGERS, FEW, EQUAL, CLUSTERS, HEAVY, HUGE_VALUES, ONE_OUT, SHAPES };

static void fill(double *v, size_t n, enum shape shape, struct rng *rng)
{
	for (size_t i = 0; i < n; i++) {
		double z = rng_normal(rng);

		switch (shape) {
		case NORMAL:
			v[i] = z;
			break;
		case INTEGERS:
			v[i] = floor(100 * z);
			break;
		case FEW:
			v[i] = (double)(rng_next(rng) % 3);
			break;
		case EQUAL:
			v[i] = 5;
			break;
		case CLUSTERS:
			v[i] = ldexp(1, (int)(rng_next(rng) % 40)) + 1e-9 * z;
			break;
		case HEAVY:
			v[i] = pow(1 - rng_uniform(rng), -3);
			break;
		case HUGE_VALUES:
			v[i] = z < 0 ? -DBL_MAX : DBL_MAX / (1 + fabs(z));
			break;
		default:
			v[i] = i == 0 ? 1e18 : 1 + 1e-15 * (double)(rng_next(rng) % 8);
		}
	}
	stat_sort(v, n);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void check_against_table(size_t nx, size_t ny, enum shape shape, struct rng *rng)
{
	enum { RANKS = 24 };
	size_t n = nx * ny;
	double *x = malloc(nx * sizeof(*x)), *y = malloc(ny * sizeof(*y)), *table = malloc(n * sizeof(*table));
	uint64_t rank[RANKS];
	double value[RANKS];

	assert_non_null(x);
	assert_non_null(y);
	assert_non_null(table);
	fill(x, nx, shape, rng);
	fill(y, ny, shape, rng);
	for (size_t i = 0; i < n; i++)
		table[i] = y[i % ny] - x[i / ny];
	qsort(table, n, sizeof(*table), compare);

	rank[0] = 0;
	rank[1] = n - 1;
	rank[2] = (n - 1) / 2;
	rank[3] = n / 2;
	for (int r = 4; r < RANKS; r++)
		rank[r] = rng_next(rng) % n;
	for (int r = 4; r < RANKS / 2; r++) { /* the ends of ties */
		while (r % 2 && rank[r] > 0 && table[rank[r] - 1] == table[rank[r]])
			rank[r]--;
		while (r % 2 == 0 && rank[r] + 1 < n && table[rank[r] + 1] == table[rank[r]])
			rank[r]++;
	}
	assert_int_equal(diffs_select(x, nx, y, ny, rank, RANKS, value), 0);
	for (int r = 0; r < RANKS; r++) {
		if (!(value[r] == table[rank[r]]))
			fail_msg("%zu x %zu, shape %d, rank %zu: %.17g, expected %.17g", nx, ny, (int)shape,
				 (size_t)rank[r], value[r], table[rank[r]]);
	}
	free(table);
	free(y);
	free(x);
}

static void equals_the_table_laid_out(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 4, 0);
	for (int i = 0; i < 1000; i++) /* small ones are laid out */
		check_against_table(1 + rng_next(&rng) % 12, 1 + rng_next(&rng) % 12, (enum shape)(i % SHAPES), &rng);
	for (int i = 0; i < 8 * SHAPES; i++) /* larger ones are searched */
		check_against_table(65 + rng_next(&rng) % 200, 65 + rng_next(&rng) % 200, (enum shape)(i % SHAPES),
				    &rng);
	for (int i = 0; i < 2 * SHAPES; i++) {
		check_against_table(2, 9001, (enum shape)(i % SHAPES), &rng);
		check_against_table(9001, 2, (enum shape)(i % SHAPES), &rng);
		check_against_table(1, 6000, (enum shape)(i % SHAPES), &rng);
		check_against_table(6000, 1, (enum shape)(i % SHAPES), &rng);
	}
}

/* The candidates sit in rows that the evenly spaced sample of rows does not meet. */
static void survives_what_a_sample_does_not_see(void **state)
{
	enum { N = 1024 };
	static double x[N], y[N], table[N * N];
	uint64_t rank[9];
	double value[9];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		x[i] = (double)(i / 8) * 1e6 + (i % 8 == 4 ? 0 : 1e5 * (double)(i % 8 + 1));
		y[i] = 1e-3 * (double)i * (double)i;
	}
	stat_sort(x, N);
	for (size_t i = 0; i < (size_t)N * N; i++)
		table[i] = y[i % N] - x[i / N];
	qsort(table, (size_t)N * N, sizeof(*table), compare);
	for (size_t r = 0; r < 9; r++)
		rank[r] = (r + 1) * N * N / 10 + r;
	assert_int_equal(diffs_select(x, N, y, N, rank, 9, value), 0);
	for (size_t r = 0; r < 9; r++)
		assert_true(value[r] == table[rank[r]]);
}

/* Counting back: as many differences below the value found as its rank allows. */
static void large_ones_count_back(void **state)
{
	enum { N = 30000 };
	static double x[N], y[N];
	uint64_t pairs = (uint64_t)N * N, rank[] = { 0, 1, pairs / 1000, pairs / 2 - 1, pairs / 2, pairs - 2 };
	double value[6];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5, 0);
	for (enum shape shape = NORMAL; shape < SHAPES; shape++) {
		fill(x, N, shape, &rng);
		fill(y, N, shape, &rng);
		assert_int_equal(diffs_select(x, N, y, N, rank, 6, value), 0);
		for (int r = 0; r < 6; r++) {
			uint64_t below = 0, through = 0;
			size_t b = 0, t = 0;

			for (size_t i = 0; i < N; i++) {
				while (b < N && y[b] - x[i] < value[r])
					b++;
				while (t < N && y[t] - x[i] <= value[r])
					t++;
				below += b;
				through += t;
			}
			assert_true(below <= rank[r] && rank[r] < through);
		}
	}
}

static void nothing_to_select(void **state)
{
	double v = 1;

	(void)state;
	assert_int_equal(diffs_select(&v, 1, &v, 1, NULL, 0, NULL), 0);
	assert_int_equal(diffs_select(NULL, 0, &v, 1, (uint64_t[]){ 0 }, 1, &v), 0);
	assert_true(v == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_table_laid_out),
		cmocka_unit_test(survives_what_a_sample_does_not_see),
		cmocka_unit_test(large_ones_count_back),
		cmocka_unit_test(nothing_to_select),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
