#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hist.h"
#include "rng.h"

static void bounds_hold_their_values(void **state)
{
	(void)state;
	for (int64_t v = 0; v < 256; v++)
		assert_true(hist_upper(v) == v);
	for (int shift = 0; shift < 63; shift++) {
		for (int64_t d = -2; d <= 2; d++) {
			int64_t v = ((int64_t)1 << shift) + d;
			if (v < 0)
				continue;
			int64_t upper = hist_upper(v);
			assert_true(upper >= v);
			assert_true(hist_upper(upper) == upper);
			assert_true((double)(upper - v) <= (double)v / 128);
			if (upper < INT64_MAX)
				assert_true(hist_upper(upper + 1) > upper);
		}
	}
	assert_true(hist_upper(INT64_MAX) == INT64_MAX);
	assert_true(hist_upper(INT64_MAX - 1) == INT64_MAX);
	assert_true(hist_upper(256) == 257);
	assert_true(hist_upper(184319) == 184319);
	assert_true(hist_upper(183296) == 184319);
	assert_true(hist_upper(184320) == 185343);
}

static void buckets_have_no_gap(void **state)
{
	int64_t upper = 0;
	size_t n = 1;

	(void)state;
	while (upper < INT64_MAX) {
		int64_t next = hist_upper(upper + 1);
		assert_true(next > upper);
		assert_true(hist_upper(next) == next);
		upper = next;
		n++;
	}
	assert_int_equal(n, 57 * 128);
}

static void an_empty_one(void **state)
{
	struct hist *h = hist_new();
	size_t at = 0;
	int64_t upper;
	uint64_t count;

	(void)state;
	assert_true(hist_count(h) == 0);
	assert_true(hist_min(h) == 0 && hist_max(h) == 0);
	assert_true(hist_mean(h) == 0 && hist_sum(h) == 0 && hist_stddev(h) == 0);
	assert_true(hist_quantile(h, 0.5) == 0);
	assert_int_equal(hist_next(h, &at, &upper, &count), 0);
	assert_int_equal(hist_next(h, &at, &upper, &count), 0);
	assert_int_equal(hist_merge(h, h), 0);
	assert_int_equal(hist_record(h, 5, 0), 0);
	assert_true(hist_count(h) == 0);
	hist_free(h);
	hist_free(NULL);
}

static void extremes(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	assert_int_equal(hist_record(h, INT64_MAX, 1), 0);
	assert_int_equal(hist_record(h, 0, 1), 0);
	assert_int_equal(hist_record(h, -1, 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(hist_record(h, INT64_MIN, 1), -1);
	assert_true(hist_count(h) == 2);
	assert_true(hist_min(h) == 0);
	assert_true(hist_max(h) == INT64_MAX);
	assert_true(hist_quantile(h, 0) == 0);
	assert_true(hist_quantile(h, 1) == (double)INT64_MAX);
	assert_true(hist_quantile(h, -3) == 0);
	assert_true(hist_quantile(h, 7) == (double)INT64_MAX);
	hist_free(h);
}

static void refuses_to_overflow(void **state)
{
	struct hist *h = hist_new(), *other = hist_new();
	const int64_t upper[] = {1, 2};
	const uint64_t counts[] = {UINT64_MAX / 2, UINT64_MAX / 2 + 5};

	(void)state;
	assert_int_equal(hist_record(h, 7, UINT64_MAX), 0);
	assert_int_equal(hist_record(h, 7, 1), -1);
	assert_int_equal(errno, ERANGE);
	assert_true(hist_count(h) == UINT64_MAX);
	assert_int_equal(hist_record(other, 3, 1), 0);
	assert_int_equal(hist_merge(h, other), -1);
	assert_int_equal(errno, ERANGE);
	assert_true(hist_min(h) == 7);
	assert_int_equal(hist_add(h, upper, counts, 1, 1, 1, 1), -1);
	assert_int_equal(errno, ERANGE);
	assert_int_equal(hist_add(other, upper, counts, 2, 1, 2, 3), -1);
	assert_int_equal(errno, ERANGE);
	assert_true(hist_count(other) == 1);
	assert_true(hist_quantile(h, 0.5) == 7);
	hist_free(h);
	hist_free(other);
}

static void add_checks_what_it_is_given(void **state)
{
	static const struct {
		int64_t upper[2];
		uint64_t count[2];
		int64_t min, max;
	} bad[] = {
		{{256, 300}, {1, 1}, 256, 300}, /* not bounds of the scale */
		{{-1, 5}, {1, 1}, 0, 5},
		{{5, 5}, {1, 1}, 5, 5},         /* not ascending */
		{{6, 5}, {1, 1}, 5, 6},
		{{5, 6}, {0, 1}, 5, 6},         /* an empty bucket */
		{{5, 6}, {1, 1}, 4, 6},         /* min elsewhere */
		{{5, 6}, {1, 1}, 5, 7},
		{{5, 6}, {1, 1}, 6, 5},
		{{0, 6}, {1, 1}, -1, 6},
	};
	struct hist *h = hist_new();

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		errno = 0;
		if (hist_add(h, bad[i].upper, bad[i].count, 2, bad[i].min, bad[i].max, 1) == 0)
			fail_msg("case %zu", i);
		assert_int_equal(errno, EINVAL);
		assert_true(hist_count(h) == 0);
	}
	hist_free(h);
}

static void fill(struct hist *h, uint64_t seed, int n)
{
	struct rng rng;

	rng_seed(&rng, seed, 0);
	for (int i = 0; i < n; i++)
		assert_int_equal(hist_record(h, (int64_t)exp(20 * rng_uniform(&rng)), 1 + rng_next(&rng) % 3), 0);
}

static void assert_same(const struct hist *a, const struct hist *b)
{
	size_t at = 0, bt = 0;
	int64_t upper_a, upper_b;
	uint64_t count_a, count_b;

	assert_true(hist_count(a) == hist_count(b));
	assert_true(hist_sum(a) == hist_sum(b));
	assert_true(hist_min(a) == hist_min(b) && hist_max(a) == hist_max(b));
	while (hist_next(a, &at, &upper_a, &count_a)) {
		assert_int_equal(hist_next(b, &bt, &upper_b, &count_b), 1);
		assert_true(upper_a == upper_b && count_a == count_b);
	}
	assert_int_equal(hist_next(b, &bt, &upper_b, &count_b), 0);
}

/* (a + b) + c, a + (b + c), and all recorded into one, in another order. */
static void merging_is_exact(void **state)
{
	struct hist *left = hist_new(), *right = hist_new(), *inner = hist_new(), *one = hist_new(), *part[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		part[i] = hist_new();
		fill(part[i], (uint64_t)i, 2000);
		fill(one, 2 - (uint64_t)i, 2000);
		assert_int_equal(hist_merge(left, part[i]), 0);
	}
	assert_int_equal(hist_merge(inner, part[1]), 0);
	assert_int_equal(hist_merge(inner, part[2]), 0);
	assert_int_equal(hist_merge(right, part[0]), 0);
	assert_int_equal(hist_merge(right, inner), 0);
	assert_same(left, right);
	assert_same(left, one);
	for (int i = 0; i < 3; i++)
		hist_free(part[i]);
	hist_free(left);
	hist_free(right);
	hist_free(inner);
	hist_free(one);
}

static void serialized_adds_up_to_the_same(void **state)
{
	static int64_t upper[57 * 128];
	static uint64_t count[57 * 128];
	struct hist *h = hist_new(), *back = hist_new();
	size_t at = 0, n = 0;

	(void)state;
	fill(h, 9, 3000);
	while (hist_next(h, &at, &upper[n], &count[n]))
		n++;
	assert_int_equal(hist_add(back, upper, count, n, hist_min(h), hist_max(h), hist_sum(h)), 0);
	assert_same(h, back);
	hist_free(h);
	hist_free(back);
}

static void merging_with_itself_doubles(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	fill(h, 4, 500);
	uint64_t n = hist_count(h);
	double median = hist_quantile(h, 0.5);
	assert_int_equal(hist_merge(h, h), 0);
	assert_true(hist_count(h) == 2 * n);
	assert_true(fabs(hist_quantile(h, 0.5) - median) <= 0.01 * median);
	hist_free(h);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Every quantile within 1/128 of the order statistics around its rank, and never falling. */
static void quantiles_within_a_step(void **state)
{
	enum { N = 5000 };
	static double x[N];
	struct rng rng;

	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct hist *h = hist_new();
		rng_seed(&rng, 77, (uint64_t)kind);
		for (int i = 0; i < N; i++) {
			double u = rng_uniform(&rng);
			int64_t v = (int64_t)(kind == 0 ? 1e6 * exp(rng_normal(&rng)) : kind == 1 ? 50 * u
					      : kind == 2 ? exp(43 * u) : u < 0.5 ? 100 : 1e9 + 1e6 * u);
			x[i] = (double)v;
			assert_int_equal(hist_record(h, v, 1), 0);
		}
		qsort(x, N, sizeof *x, compare);
		double last = 0;
		for (int i = 0; i <= 1000; i++) {
			double q = i / 1000.0, rank = q * (N - 1), got = hist_quantile(h, q);
			double lo = x[(size_t)floor(rank)], hi = x[(size_t)ceil(rank)];
			if (got < lo - lo / 128 || got > hi + hi / 128)
				fail_msg("kind %d: q %g is %g, not within %g..%g", kind, q, got, lo, hi);
			assert_true(got >= last);
			last = got;
		}
		assert_true(hist_quantile(h, 0) == x[0]);
		assert_true(hist_quantile(h, 1) == x[N - 1]);
		hist_free(h);
	}
}

/* Of few values, p99 lies close to the greatest and not in the bucket below it. */
static void quantiles_between_few_values(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	assert_int_equal(hist_record(h, 1000, 1), 0);
	assert_int_equal(hist_record(h, 9000, 1), 0);
	assert_true(fabs(hist_quantile(h, 0.5) - 5000) < 1e-9);
	assert_true(fabs(hist_quantile(h, 0.99) - 8920) < 1e-9);
	assert_int_equal(hist_record(h, 5000, 1), 0);
	assert_true(fabs(hist_quantile(h, 0.5) - 5000) < 5000.0 / 128);
	assert_true(fabs(hist_quantile(h, 0.75) - 7000) < 5000.0 / 256);
	hist_free(h);
}

static void mean_and_deviation(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	for (int64_t v = 1; v <= 100; v++)
		assert_int_equal(hist_record(h, v, 1), 0);
	assert_true(hist_mean(h) == 50.5);
	assert_true(hist_sum(h) == 5050);
	assert_true(fabs(hist_stddev(h) - 29.011491975882016) < 1e-12);
	hist_free(h);
	h = hist_new();
	assert_int_equal(hist_record(h, 123456789, 1000), 0);
	assert_true(hist_mean(h) == 123456789);
	assert_true(hist_stddev(h) == 0);
	assert_true(hist_quantile(h, 0.999) == 123456789);
	hist_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold_their_values),
		cmocka_unit_test(buckets_have_no_gap),
		cmocka_unit_test(an_empty_one),
		cmocka_unit_test(extremes),
		cmocka_unit_test(refuses_to_overflow),
		cmocka_unit_test(add_checks_what_it_is_given),
		cmocka_unit_test(merging_is_exact),
		cmocka_unit_test(serialized_adds_up_to_the_same),
		cmocka_unit_test(merging_with_itself_doubles),
		cmocka_unit_test(quantiles_within_a_step),
		cmocka_unit_test(quantiles_between_few_values),
		cmocka_unit_test(mean_and_deviation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
