#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stat.h"
#include "summary.h"

static const struct series_options plain;

static void add(struct series_set *set, const char *run, double value, bool ok)
{
	struct record r = record_new(RECORD_SAMPLE);

	r.run = run;
	r.bench = "b";
	r.metric = "m";
	r.mode = MODE_REAL;
	r.value = value;
	r.ok = ok;
	assert_int_equal(series_add(set, &r), 0);
}

static struct record_stat summary(const struct series_set *set)
{
	struct record_stat stat;

	assert_int_equal(summary_of(set->series[0], &stat), 0);
	return stat;
}

static void close_to(double got, double wanted)
{
	if (!(fabs(got - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("%.17g, wanted %.17g", got, wanted);
}

static void of_one_run(void **state)
{
	struct series_set *set = series_new(&plain);

	(void)state;
	for (int i = 100; i > 0; i--)
		add(set, "r", i, true);
	add(set, "r", 1e9, false);
	struct record_stat s = summary(set);
	assert_true(s.n == 100 && s.runs == 1 && s.errors == 1);
	close_to(s.mean, 50.5);
	close_to(s.stddev, 29.011491975882016);
	assert_true(s.min == 1 && s.max == 100);
	close_to(s.p50, 50.5);
	close_to(s.p90, 90.1);
	close_to(s.p95, 95.05);
	close_to(s.p99, 99.01);
	close_to(s.p999, 99.901);
	/* 50.5 -+ t(0.975, 99) * 29.0115 / 10 */
	close_to(s.mean_lo, 50.5 - 1.9842169515086827 * 2.9011491975882016);
	close_to(s.mean_hi, 50.5 + 1.9842169515086827 * 2.9011491975882016);
	series_free(set);
}

static void of_one_value(void **state)
{
	struct series_set *set = series_new(&plain);

	(void)state;
	add(set, "r", 7, true);
	struct record_stat s = summary(set);
	assert_true(s.n == 1 && s.mean == 7 && s.stddev == 0 && s.p50 == 7 && s.p999 == 7 && s.min == 7 && s.max == 7);
	assert_true(isinf(s.mean_lo) && isinf(s.mean_hi));
	series_free(set);
}

static void of_failures_alone(void **state)
{
	struct series_set *set = series_new(&plain);

	(void)state;
	add(set, "r", 7, false);
	struct record_stat s = summary(set);
	assert_true(s.n == 0 && s.errors == 1 && s.runs == 1);
	assert_true(isnan(s.mean) && isnan(s.p50) && isnan(s.max));
	series_free(set);
}

/* From SUMMARY_RUNS runs on, the interval comes from the runs' means, here 1..5 with 2 samples each. */
static void of_many_runs(void **state)
{
	struct series_set *set = series_new(&plain);
	static const char *const runs[] = {"a", "b", "c", "d", "e"};

	(void)state;
	for (int i = 0; i < 5; i++) {
		add(set, runs[i], i + 1 - 0.5, true);
		add(set, runs[i], i + 1 + 0.5, true);
	}
	struct record_stat s = summary(set);
	assert_true(s.n == 10 && s.runs == 5);
	close_to(s.mean, 3);
	close_to(s.mean_lo, 3 - 2.7764451051977987 * sqrt(2.5 / 5));
	close_to(s.mean_hi, 3 + 2.7764451051977987 * sqrt(2.5 / 5));
	series_free(set);
}

static void of_histograms(void **state)
{
	static const int64_t upper[] = {1, 2, 3};
	static const uint64_t counts[] = {1, 2, 1};
	struct series_set *set = series_new(&plain);
	struct record r = record_new(RECORD_HIST);

	(void)state;
	r.run = "r";
	r.bench = "b";
	r.metric = "m";
	r.mode = MODE_REAL;
	r.hist = (struct record_hist){.count = 4, .sum = 8, .min = 1, .max = 3, .n = 3, .upper = upper, .counts = counts};
	assert_int_equal(series_add(set, &r), 0);
	assert_int_equal(series_add(set, &r), 0);
	struct record_stat s = summary(set);
	assert_true(s.n == 8 && s.runs == 1 && s.mean == 2 && s.min == 1 && s.max == 3 && s.p50 == 2);
	assert_true(isnan(s.mean_lo)); /* one run's values are no independent ones */
	series_free(set);
	set = series_new(&plain);
	r.hist = (struct record_hist){0};
	assert_int_equal(series_add(set, &r), 0);
	s = summary(set);
	assert_true(s.n == 0 && isnan(s.mean));
	series_free(set);
}

static void of_a_summary(void **state)
{
	struct series_set *set = series_new(&plain);
	struct record r = record_new(RECORD_STAT);

	(void)state;
	r.bench = "b";
	r.metric = "m";
	r.mode = MODE_REAL;
	r.stat.n = 12;
	r.stat.p50 = 3;
	assert_int_equal(series_add(set, &r), 0);
	struct record_stat s = summary(set);
	assert_true(s.n == 12 && s.p50 == 3 && isnan(s.mean));
	add(set, "r", 1, true); /* samples count for more than a summary */
	s = summary(set);
	assert_true(s.n == 1 && s.p50 == 1);
	series_free(set);
}

/* No finite values may make a summary that cannot be written. */
static void of_extremes(void **state)
{
	static const double values[][3] = {
		{DBL_MAX, DBL_MAX, DBL_MAX}, {-DBL_MAX, DBL_MAX, 0}, {-DBL_MAX, -DBL_MAX, DBL_MAX}, {5e-324, 0, -5e-324},
	};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct series_set *set = series_new(&plain);
		for (int k = 0; k < 3; k++)
			add(set, "r", values[i][k], true);
		struct record_stat s = summary(set);
		if (!isfinite(s.mean) || !isfinite(s.stddev) || !isfinite(s.p50) || !isfinite(s.p90))
			fail_msg("case %zu: mean %g, stddev %g, p50 %g, p90 %g", i, s.mean, s.stddev, s.p50, s.p90);
		/* Rounding may take the mean of equal values one step out. */
		if (!(s.mean >= nextafter(s.min, -INFINITY) && s.mean <= nextafter(s.max, INFINITY)))
			fail_msg("case %zu: mean %g of %g..%g", i, s.mean, s.min, s.max);
		series_free(set);
	}
}

static void by_name(void **state)
{
	static const char *const names[] = {"mean", "median", "p50", "p90", "p95", "p99", "p99.9", "p999",
					    "min", "max", "stddev", "n", "runs", "errors"};
	struct record_stat s = {.n = 1, .runs = 2, .mean = 3, .stddev = 4, .min = 5, .p50 = 6, .p90 = 7, .p95 = 8,
				.p99 = 9, .p999 = 10, .max = 11, .errors = 12};
	static const double wanted[] = {3, 6, 6, 7, 8, 9, 10, 10, 5, 11, 4, 1, 2, 12};
	double value;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(summary_get(&s, names[i], &value), 0);
		assert_true(value == wanted[i]);
	}
	assert_int_equal(summary_get(&s, "", &value), -1);
	assert_int_equal(summary_get(&s, "p5", &value), -1);
	assert_int_equal(summary_get(&s, "Mean", &value), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_one_run),
		cmocka_unit_test(of_one_value),
		cmocka_unit_test(of_failures_alone),
		cmocka_unit_test(of_many_runs),
		cmocka_unit_test(of_histograms),
		cmocka_unit_test(of_a_summary),
		cmocka_unit_test(of_extremes),
		cmocka_unit_test(by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
