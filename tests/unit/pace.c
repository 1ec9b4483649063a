#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pace.h"

static void constant_comes_evenly(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p, PACE_CONSTANT, 1000, 5000, 1, 0, 1);
	for (int64_t i = 0; i < 10000; i++)
		assert_true(pace_next(&p) == 5000 + i * 1000000);
}

/* A fraction of a nanosecond is not lost at every arrival: a million on, the schedule is where it should be. */
static void constant_does_not_drift(void **state)
{
	static const double rates[] = { 3, 7000, 999983, 3e7, 0.3 };

	(void)state;
	for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
		struct pace p;
		int64_t last = -1;

		pace_init(&p, PACE_CONSTANT, rates[r], 0, 1, 0, 1);
		for (int i = 0; i < 1000000; i++) {
			int64_t time = pace_next(&p);
			long double exact = i * 1e9L / rates[r];

			assert_true(time > last && fabsl(time - exact) <= 1);
			last = time;
		}
	}
}

static void constant_shares_take_turns(void **state)
{
	enum { SHARES = 3 };
	struct pace all, share[SHARES];

	(void)state;
	pace_init(&all, PACE_CONSTANT, 700, 99, 1, 0, 1);
	for (unsigned i = 0; i < SHARES; i++)
		pace_init(&share[i], PACE_CONSTANT, 700, 99, 1, i, SHARES);
	for (int i = 0; i < 30000; i++)
		assert_true(pace_next(&all) == pace_next(&share[i % SHARES]));
}

/* Gaps of mean 1 s / rate: their mean and standard deviation, and that they are not correlated. */
static void poisson_has_exponential_gaps(void **state)
{
	enum { N = 200000, CELLS = 20 };
	const double mean = 1e9 / 2000;
	double sum = 0, squares = 0, products = 0, chi = 0, before = 0;
	unsigned count[CELLS] = { 0 };
	int64_t last = 777;
	struct pace p;

	(void)state;
	pace_init(&p, PACE_POISSON, 2000, 777, 3, 0, 1);
	for (int i = 0; i < N; i++) {
		int64_t time = pace_next(&p);
		double gap = (double)(time - last) / mean;

		assert_true(time >= last);
		sum += gap;
		squares += gap * gap;
		products += (gap - 1) * (before - 1);
		count[(int)(exp(-gap) * CELLS * (1 - 1e-12))]++;
		before = gap;
		last = time;
	}
	assert_true(fabs(sum / N - 1) < 4 / sqrt(N));
	assert_true(fabs(squares / N - 2) < 4 * sqrt(20.0 / N));
	assert_true(fabs(products / N) < 4 / sqrt(N));
	for (int i = 0; i < CELLS; i++)
		chi += (count[i] - (double)N / CELLS) * (count[i] - (double)N / CELLS) * CELLS / N;
	assert_true(fabs(chi - (CELLS - 1)) < 4 * sqrt(2.0 * (CELLS - 1)));
}

static int earlier(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Shares of a Poisson process together are one of the full rate: in equal intervals as many arrivals, with
 * the variance of that number, and gaps as of one. */
static void poisson_shares_add_up(void **state)
{
	enum { SHARES = 4, SECONDS = 2000, RATE = 100 };
	static unsigned per_second[SECONDS];
	int64_t *times = calloc((size_t)SECONDS * RATE * 2, sizeof *times);
	double mean = 0, variance = 0;
	size_t n = 0, short_gaps = 0, arrivals[SHARES] = { 0 };

	(void)state;
	assert_non_null(times);
	for (unsigned i = 0; i < SHARES; i++) {
		struct pace p;
		int64_t time;

		pace_init(&p, PACE_POISSON, RATE, 0, 4, i, SHARES);
		while ((time = pace_next(&p)) < SECONDS * INT64_C(1000000000)) {
			assert_true(n < (size_t)SECONDS * RATE * 2);
			times[n++] = time;
			per_second[time / 1000000000]++;
			arrivals[i]++;
		}
	}
	for (int i = 0; i < SHARES; i++)
		assert_true(fabs((double)arrivals[i] - SECONDS * RATE / SHARES) < 4 * sqrt(SECONDS * RATE / SHARES));
	for (int i = 0; i < SECONDS; i++)
		mean += (double)per_second[i] / SECONDS;
	for (int i = 0; i < SECONDS; i++)
		variance += (per_second[i] - mean) * (per_second[i] - mean) / (SECONDS - 1);
	assert_true(fabs(mean - RATE) < 4 * sqrt((double)RATE / SECONDS));
	assert_true(fabs(variance / RATE - 1) < 4 * sqrt(2.0 / SECONDS));

	qsort(times, n, sizeof *times, earlier);
	for (size_t i = 1; i < n; i++)
		short_gaps += (double)(times[i] - times[i - 1]) < 0.1 * 1e9 / RATE;
	assert_true(fabs((double)short_gaps / (double)n - (1 - exp(-0.1))) < 4 * sqrt(0.1 / (double)n));
	free(times);
}

static void seeds_and_shares_differ(void **state)
{
	struct pace a, again, other_seed, other_share;

	(void)state;
	pace_init(&a, PACE_POISSON, 10, 0, 5, 0, 2);
	pace_init(&again, PACE_POISSON, 10, 0, 5, 0, 2);
	pace_init(&other_seed, PACE_POISSON, 10, 0, 6, 0, 2);
	pace_init(&other_share, PACE_POISSON, 10, 0, 5, 1, 2);
	for (int i = 0; i < 1000; i++) {
		int64_t time = pace_next(&a);

		assert_true(time == pace_next(&again));
		assert_true(time != pace_next(&other_seed));
		assert_true(time != pace_next(&other_share));
	}
}

static void ends_where_int64_ends(void **state)
{
	static const enum pace_kind kinds[] = { PACE_CONSTANT, PACE_POISSON };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct pace p;
		int64_t time = 0;

		pace_init(&p, kinds[k], 1e-320, 5, 1, 0, 1);
		for (int i = 0; i < 5; i++)
			time = pace_next(&p);
		assert_true(time == INT64_MAX);
		pace_init(&p, kinds[k], 1e-9, INT64_MAX - 100, 1, 0, 1);
		pace_next(&p);
		assert_true(pace_next(&p) == INT64_MAX);
		pace_init(&p, kinds[k], INFINITY, 5, 1, 0, 1);
		pace_next(&p);
		assert_true(pace_next(&p) == 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constant_comes_evenly),
		cmocka_unit_test(constant_does_not_drift),
		cmocka_unit_test(constant_shares_take_turns),
		cmocka_unit_test(poisson_has_exponential_gaps),
		cmocka_unit_test(poisson_shares_add_up),
		cmocka_unit_test(seeds_and_shares_differ),
		cmocka_unit_test(ends_where_int64_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
