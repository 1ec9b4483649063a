#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/bench-fit/curve.h"
#include "../../cmd/bench-fit/groups.h"
#include "../../cmd/bench-fit/growth.h"

static const double sizes[] = {100, 500, 1000, 5000, 10000};
#define SIZES (sizeof sizes / sizeof *sizes)
#define ONLY(class) (1u << (class))

static struct growth_result fit(const double *size, const double *cost, size_t n)
{
	double variance[32] = {0};
	struct growth_data data = {n, size, cost, variance, 0};
	struct growth_result result;

	assert_true(n <= 32);
	assert_int_equal(growth_fit(&data, 0.99, &result), 0);
	return result;
}

static void assert_close(double a, double b, double relative)
{
	if (!(fabs(a - b) <= relative * fabs(b)))
		fail_msg("%.17g, wanted %.17g", a, b);
}

static double cost_of(enum growth class, double a, double b, double n)
{
	return a + b * exp(growth_log_shape(class, n));
}

static void recovers_exact_curves(void **state)
{
	(void)state;
	for (int class = GROWTH_LOG_N; class <= GROWTH_N3; class++) {
		for (int fixed = 0; fixed < 2; fixed++) {
			double cost[SIZES], b = 3.5, a = fixed ? 10 * cost_of((enum growth)class, 0, b, sizes[0]) : 0;
			for (size_t i = 0; i < SIZES; i++)
				cost[i] = cost_of((enum growth)class, a, b, sizes[i]);
			/* Of so little growth in all the shape does not show within 1 %. */
			if (class == GROWTH_LOG_N && fixed)
				continue;
			struct growth_result r = fit(sizes, cost, SIZES);
			assert_int_equal(r.class, class);
			assert_int_equal(r.plausible, ONLY(class));
			assert_int_equal(r.note, GROWTH_CLEAR);
			assert_close(r.a, a, 1e-3);
			assert_close(r.b, b, 1e-3);
			assert_true(r.residual < 1e-3);
			assert_int_equal(r.of_growing_part, fixed);
			if (class != GROWTH_LOG_N && class != GROWTH_N_LOG_N)
				assert_close(r.exponent, class == GROWTH_N ? 1 : class == GROWTH_N2 ? 2 : 3, 1e-3);
			assert_true(r.lo <= r.exponent && r.exponent <= r.hi);
		}
	}
}

static void a_constant_is_one(void **state)
{
	static const double equal[] = {7, 7, 7, 7, 7}, wobbly[] = {7, 7.05, 6.98, 7.02, 6.97};
	struct growth_result r = fit(sizes, equal, SIZES);

	(void)state;
	assert_int_equal(r.plausible, ONLY(GROWTH_1));
	assert_true(fabs(r.exponent) < 1e-9);
	assert_close(r.a, 7, 1e-9);
	assert_true(r.lo < 0 && r.hi > 0 && r.hi < 0.1);
	r = fit(sizes, wobbly, SIZES);
	assert_true(r.plausible & ONLY(GROWTH_1));
	assert_int_equal(r.class, GROWTH_1);
}

static void noise_leaves_classes_open(void **state)
{
	static const double noisy[] = {7, 9, 6, 8, 7.5}, linear[] = {100, 520, 960, 5300, 9600};
	struct growth_result r = fit(sizes, noisy, SIZES);

	(void)state;
	assert_int_equal(r.note, GROWTH_UNSEEN);
	assert_true(r.plausible & ONLY(GROWTH_1) && r.plausible & ONLY(GROWTH_N3));
	assert_true(r.most_growth > 0.1);
	assert_true(isinf(r.hi));
	r = fit(sizes, linear, SIZES);
	assert_int_equal(r.note, GROWTH_SEVERAL);
	assert_int_equal(r.plausible, ONLY(GROWTH_N) | ONLY(GROWTH_N_LOG_N));
	assert_int_equal(r.class, GROWTH_N);
}

static void needs_three_sizes(void **state)
{
	static const double cost[] = {1, 2, 4};

	(void)state;
	for (size_t n = 0; n < GROWTH_SIZES_MIN; n++) {
		struct growth_result r = fit(sizes, cost, n);
		assert_int_equal(r.note, GROWTH_TOO_FEW);
		assert_int_equal(r.plausible, 0);
		assert_int_equal(r.class, GROWTH_NONE);
		assert_true(isnan(r.exponent) && isnan(r.lo) && isnan(r.a) && isnan(r.residual));
	}
	assert_int_not_equal(fit(sizes, cost, 3).note, GROWTH_TOO_FEW);
}

static void what_falls_is_constant_at_most(void **state)
{
	double cost[SIZES];

	(void)state;
	for (size_t i = 0; i < SIZES; i++)
		cost[i] = 1e6 / sqrt(sizes[i]);
	struct growth_result r = fit(sizes, cost, SIZES);
	assert_int_equal(r.note, GROWTH_FALLING);
	assert_int_equal(r.plausible, ONLY(GROWTH_1));
	assert_close(r.exponent, -0.5, 1e-6);
	assert_true(r.hi < 0 && isnan(r.a));
}

/* The least class that bounds it, and never a lesser one. */
static void other_powers_are_bounded(void **state)
{
	static const struct {
		double power;
		enum growth bound;
	} cases[] = {{0.5, GROWTH_N}, {1.5, GROWTH_N2}, {2.2, GROWTH_N3}, {3.5, GROWTH_OVER}, {7, GROWTH_OVER}};
	double cost[SIZES];

	(void)state;
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		for (size_t i = 0; i < SIZES; i++)
			cost[i] = pow(sizes[i], cases[k].power);
		struct growth_result r = fit(sizes, cost, SIZES);
		assert_int_equal(r.note, GROWTH_BETWEEN);
		assert_int_equal(r.class, cases[k].bound);
		assert_int_equal(r.plausible, ONLY(cases[k].bound));
		assert_close(r.exponent, cases[k].power, 1e-3);
		assert_true(isnan(r.a) && isnan(r.b));
	}
}

static void what_no_curve_fits_is_bounded_by_its_steps(void **state)
{
	static const double n[] = {10, 20, 30, 40, 50}, jumps[] = {1, 1, 1000, 1000, 1};
	double cost[SIZES];

	(void)state;
	for (size_t i = 0; i < SIZES; i++)
		cost[i] = exp2(n[i]);
	struct growth_result r = fit(n, cost, SIZES);
	assert_int_equal(r.note, GROWTH_IRREGULAR);
	assert_int_equal(r.plausible, ONLY(GROWTH_OVER));
	assert_true(r.lo > 3 && r.hi > r.lo && isnan(r.a));
	r = fit(n, jumps, SIZES);
	assert_int_equal(r.note, GROWTH_IRREGULAR);
	assert_true(r.plausible & ONLY(GROWTH_1) && r.plausible & ONLY(GROWTH_OVER));
	assert_true(r.lo < 0 && r.lo <= r.exponent && r.exponent <= r.hi);
}

static void takes_extreme_numbers(void **state)
{
	static const double n[] = {1e-6, 1, 1e3, 1e9, 1e15, 1e30};
	double cost[6];

	(void)state;
	for (int k = -1; k <= 1; k++) {
		for (size_t i = 0; i < 6; i++)
			cost[i] = ldexp(n[i] * n[i], 700 * k);
		struct growth_result r = fit(n, cost, 6);
		assert_int_equal(r.plausible, ONLY(GROWTH_N2));
		assert_close(r.b, ldexp(1, 700 * k), 1e-6);
	}
}

static void repeats_tell_the_noise(void **state)
{
	/* One and the same scatter around n, with repeats that explain it and with such that do not. */
	static const double cost[] = {100, 560, 920, 5500, 9300};
	double large[SIZES], small[SIZES];
	struct growth_data data = {SIZES, sizes, cost, large, 20};
	struct growth_result r;

	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		large[i] = 0.08 * 0.08;
		small[i] = 0.001 * 0.001;
	}
	assert_int_equal(growth_fit(&data, 0.99, &r), 0);
	assert_true(r.plausible & ONLY(GROWTH_N));
	double width = r.hi - r.lo;
	data.variance = small;
	assert_int_equal(growth_fit(&data, 0.99, &r), 0);
	/* Repeats that agree do not make scattered sizes precise. */
	assert_true(r.plausible & ONLY(GROWTH_N));
	assert_true(r.hi - r.lo > width);
}

static void most_growth_is_a_bound(void **state)
{
	double log_cost[SIZES] = {0}, weight[SIZES], scratch[SIZES], log_f[SIZES];
	struct curve_points points = {SIZES, log_cost, weight, scratch};

	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		weight[i] = 1;
		log_f[i] = log(sizes[i]);
	}
	struct curve best = curve_fit(&points, log_f);
	assert_true(best.rss < 1e-9);
	double little = curve_most_growth(&points, log_f, &best, 0.001), much = curve_most_growth(&points, log_f, &best, 0.1);
	assert_true(little > 0 && little < much && much < 1);
	assert_close(curve_most_growth(&points, log_f, &best, 1e9), 99, 1e-9);
}

/* --- Records into groups --- */

static void add(struct series_set *set, const char *run, const char *params, enum mode mode, double value)
{
	struct record r = record_new(RECORD_SAMPLE);

	r.run = run;
	r.bench = "b";
	r.params = params;
	r.metric = "latency";
	r.unit = UNIT_NS;
	r.better = BETTER_LOWER;
	r.mode = mode;
	r.value = value;
	assert_int_equal(series_add(set, &r), 0);
}

static struct group_options by(const char *x, const char *stat)
{
	struct group_options o = {.x = x, .confidence = 0.99};

	assert_int_equal(statistic_parse(stat, &o.statistic), 0);
	return o;
}

static void groups_by_all_but_the_size(void **state)
{
	static const struct series_options options = {0};
	struct series_set *set = series_new(&options);
	struct group_options o = by("n", "median");
	struct groups groups;
	char params[64];

	(void)state;
	for (int n = 3; n >= 1; n--) {
		for (int k = 2; k >= 1; k--) {
			snprintf(params, sizeof params, "{\"k\":%d,\"n\":%d}", k, 10 * n);
			add(set, "r", params, MODE_REAL, n * k);
		}
		snprintf(params, sizeof params, "{\"k\":1,\"n\":\"%dk\"}", n);
		add(set, "r", params, MODE_MOCK, n);
	}
	add(set, "r", "{\"k\":1}", MODE_REAL, 1);
	add(set, "r", "{\"n\":0}", MODE_REAL, 1);
	add(set, "r", "{\"n\":\"all\"}", MODE_REAL, 1);
	add(set, "r", "{\"n\":true}", MODE_REAL, 1);
	add(set, "r", "{\"k\":1,\"n\":\"30\"}", MODE_REAL, 1);
	assert_int_equal(groups_fit(&groups, set, &o), 0);
	assert_int_equal(groups.n, 3);
	assert_string_equal(groups.group[0].identity.params, "{\"k\":2}");
	assert_string_equal(groups.group[1].identity.params, "{\"k\":1}");
	assert_int_equal(groups.group[1].identity.mode, MODE_REAL);
	assert_int_equal(groups.group[2].identity.mode, MODE_MOCK);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(groups.group[i].sizes, 3);
		assert_true(groups.group[i].smallest == (i == 2 ? 1000 : 10));
		assert_close(groups.group[i].result.exponent, 1, 1e-6);
	}
	assert_int_equal(groups.nleft_out, 5);
	assert_null(groups.left_out[0].value);
	assert_string_equal(groups.left_out[2].value, "all");
	assert_true(groups.left_out[4].twice);
	groups_free(&groups);
	series_free(set);
}

static void costs_alone_unless_asked(void **state)
{
	static const struct series_options options = {0};
	struct series_set *set = series_new(&options);
	struct group_options o = by("n", "mean");
	struct groups groups;

	(void)state;
	for (int n = 1; n <= 4; n++) {
		char params[32];
		struct record r = record_new(RECORD_SAMPLE);
		snprintf(params, sizeof params, "{\"n\":%d}", n);
		r.run = "r";
		r.bench = "b";
		r.params = params;
		r.metric = "throughput";
		r.unit = UNIT_PER_SECOND;
		r.better = BETTER_HIGHER;
		r.mode = MODE_REAL;
		r.value = 1e6 / n;
		assert_int_equal(series_add(set, &r), 0);
	}
	assert_int_equal(groups_fit(&groups, set, &o), 0);
	assert_int_equal(groups.n, 0);
	assert_int_equal(groups.no_costs, 4);
	groups_free(&groups);
	o.any_metric = true;
	assert_int_equal(groups_fit(&groups, set, &o), 0);
	assert_int_equal(groups.n, 1);
	assert_int_equal(groups.group[0].identity.unit, UNIT_NS);
	assert_close(groups.group[0].result.exponent, 1, 1e-6);
	assert_close(groups.group[0].result.b, 1000, 1e-3);
	groups_free(&groups);
	series_free(set);
}

static void zero_is_free_and_some_zeros_are_not(void **state)
{
	static const struct series_options options = {0};
	struct group_options o = by("n", "median");

	(void)state;
	for (int some = 0; some < 2; some++) {
		struct series_set *set = series_new(&options);
		struct groups groups;
		for (int n = 1; n <= 4; n++) {
			char params[32];
			snprintf(params, sizeof params, "{\"n\":%d}", n);
			add(set, "r", params, MODE_REAL, some && n > 2 ? 5 : 0);
		}
		assert_int_equal(groups_fit(&groups, set, &o), 0);
		assert_int_equal(groups.group[0].free_of_cost, !some);
		assert_int_equal(groups.group[0].not_positive, some ? 2 : 4);
		assert_int_equal(groups.group[0].result.plausible, 0);
		groups_free(&groups);
		series_free(set);
	}
}

/* --- Repeats --- */

static void repeats_are_runs_where_there_are_enough(void **state)
{
	static const struct series_options options = {0};
	struct series_set *set = series_new(&options);
	struct group_options o = by("n", "median");
	struct repeats r;
	char run[8];

	(void)state;
	for (int k = 0; k < 5; k++) {
		snprintf(run, sizeof run, "r%d", k);
		for (int i = 0; i < 3; i++)
			add(set, run, "{}", MODE_REAL, 10 * k + i);
		assert_int_equal(repeats_of(set->series[0], &o.statistic, &r), 0);
		assert_int_equal(r.nunits, k < 4 ? 3 * (k + 1) : 5);
		assert_int_equal(r.n, 3 * (k + 1));
		if (k == 4)
			assert_true(r.value == 21);
		free(r.unit);
	}
	o = by("n", "p99");
	assert_int_equal(repeats_of(set->series[0], &o.statistic, &r), 0);
	assert_int_equal(r.nunits, 5);
	free(r.unit);
	series_free(set);
}

static void noise_is_that_of_the_repeats(void **state)
{
	struct group_options median = by("n", "median"), mean = by("n", "mean");
	double unit[2][4] = {{98, 99, 101, 102}, {980, 990, 1010, 1020}}, outlier[4] = {98, 99, 101, 900};
	struct repeats r[2] = {{100, unit[0], 4, 4}, {1000, unit[1], 4, 4}};
	double variance[2], dof;

	(void)state;
	assert_int_equal(repeats_noise(r, 2, &mean.statistic, variance, &dof), 0);
	/* The deviations are 2, 1, 1 and 2 %. */
	assert_close(variance[0], 10.0 / 3 * 1e-4 / 4, 1e-9);
	assert_close(variance[1], variance[0], 1e-9);
	assert_true(dof == 6);
	assert_int_equal(repeats_noise(r, 2, &median.statistic, variance, &dof), 0);
	double calm = variance[1];
	assert_true(calm > 1e-5 && calm < 1e-3 && dof > 4 && dof < 6);
	/* One outlier hardly moves it. */
	r[0].unit = outlier;
	assert_int_equal(repeats_noise(r, 2, &median.statistic, variance, &dof), 0);
	assert_true(variance[1] < 3 * calm);
	r[0].nunits = r[1].nunits = 1;
	assert_int_equal(repeats_noise(r, 2, &median.statistic, variance, &dof), 0);
	assert_true(dof == 0 && variance[0] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recovers_exact_curves),
		cmocka_unit_test(a_constant_is_one),
		cmocka_unit_test(noise_leaves_classes_open),
		cmocka_unit_test(needs_three_sizes),
		cmocka_unit_test(what_falls_is_constant_at_most),
		cmocka_unit_test(other_powers_are_bounded),
		cmocka_unit_test(what_no_curve_fits_is_bounded_by_its_steps),
		cmocka_unit_test(takes_extreme_numbers),
		cmocka_unit_test(repeats_tell_the_noise),
		cmocka_unit_test(most_growth_is_a_bound),
		cmocka_unit_test(groups_by_all_but_the_size),
		cmocka_unit_test(costs_alone_unless_asked),
		cmocka_unit_test(zero_is_free_and_some_zeros_are_not),
		cmocka_unit_test(repeats_are_runs_where_there_are_enough),
		cmocka_unit_test(noise_is_that_of_the_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
