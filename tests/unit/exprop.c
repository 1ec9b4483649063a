#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exprop.h"

/* The other operations are tested through expr. */

enum { CELLS = 10, DRAWS = 200000 };

static const char *apply(enum exprop op, int64_t low, int64_t high, double parameter, struct rng *rng, int64_t *result)
{
	struct expr_value v[3] = { { .integer = low },
				   { .integer = high },
				   { .is_real = true, .real = parameter } };
	const char *error = exprop_apply(op, v, rng);

	assert_true(error || (!v->is_real && v->integer >= low && v->integer <= high));
	*result = v->integer;
	return error;
}

/* How many standard deviations chi-squared of draws from a range of CELLS lies over what chance gives. */
static double surprise(enum exprop op, double parameter, const double *share)
{
	const int64_t low = -3;
	unsigned count[CELLS] = { 0 };
	double chi = 0;
	struct rng rng;

	rng_seed(&rng, 20, 0);
	for (int i = 0; i < DRAWS; i++) {
		int64_t value;

		assert_null(apply(op, low, low + CELLS - 1, parameter, &rng, &value));
		count[value - low]++;
	}
	for (int i = 0; i < CELLS; i++)
		chi += (count[i] - DRAWS * share[i]) * (count[i] - DRAWS * share[i]) / (DRAWS * share[i]);
	return (chi - (CELLS - 1)) / sqrt(2.0 * (CELLS - 1));
}

static void uniform_is_even(void **state)
{
	double share[CELLS];

	(void)state;
	for (int i = 0; i < CELLS; i++)
		share[i] = 1.0 / CELLS;
	assert_true(fabs(surprise(OP_RANDOM, 0, share)) < 4);
}

/* pgbench(1): with PHI of the normal, mu the middle and p the parameter, value i has the probability
 * (PHI(2 p (i - mu + 0.5) / cells) - PHI(2 p (i - mu - 0.5) / cells)) / (2 PHI(p) - 1). */
static void gaussian_is_as_pgbench_defines_it(void **state)
{
	static const double parameters[] = { 2, 2.5, 5 };

	(void)state;
	for (size_t p = 0; p < sizeof parameters / sizeof *parameters; p++) {
		double share[CELLS], all = erf(parameters[p] / sqrt(2));

		for (int i = 0; i < CELLS; i++) {
			double from = parameters[p] * (2.0 * i / CELLS - 1);
			double to = parameters[p] * (2.0 * (i + 1) / CELLS - 1);

			share[i] = (erf(to / sqrt(2)) - erf(from / sqrt(2))) / 2 / all;
		}
		assert_true(fabs(surprise(OP_GAUSSIAN, parameters[p], share)) < 4);
		/* pgbench(1): at 2.5, "about 67% in the middle 1 / parameter of the range", here 4 of 10 */
		if (parameters[p] == 2.5)
			assert_true(fabs(share[3] + share[4] + share[5] + share[6] - 0.67) < 0.03);
	}
}

/* pgbench(1): value i of the range has the probability
 * (exp(-p (i - low) / cells) - exp(-p (i - low + 1) / cells)) / (1 - exp(-p)). */
static void exponential_is_as_pgbench_defines_it(void **state)
{
	static const double parameters[] = { 1e-300, 0.1, 2, 10 };

	(void)state;
	for (size_t p = 0; p < sizeof parameters / sizeof *parameters; p++) {
		double share[CELLS];

		for (int i = 0; i < CELLS; i++)
			share[i] = exp(-parameters[p] * i / CELLS) * expm1(-parameters[p] / CELLS) /
				   expm1(-parameters[p]);
		assert_true(fabs(surprise(OP_EXPONENTIAL, parameters[p], share)) < 4);
	}
}

static void zipfian_favours_the_lower_end(void **state)
{
	static const double parameters[] = { 0.5, 1, 1.1, 2.5 };

	(void)state;
	for (size_t p = 0; p < sizeof parameters / sizeof *parameters; p++) {
		double share[CELLS], sum = 0;

		for (int i = 0; i < CELLS; i++)
			sum += share[i] = pow(i + 1, -parameters[p]);
		for (int i = 0; i < CELLS; i++)
			share[i] /= sum;
		assert_true(fabs(surprise(OP_ZIPFIAN, parameters[p], share)) < 4);
	}
}

static void ranges_may_be_of_any_width(void **state)
{
	static const struct {
		enum exprop op;
		int64_t low, high;
		double parameter;
		int least, most; /* percent of the values that are over the middle */
	} cases[] = {
		{ OP_RANDOM, INT64_MIN, INT64_MAX, 0, 45, 55 },
		{ OP_RANDOM, 0, INT64_MAX, 0, 45, 55 },
		{ OP_RANDOM, 5, 5, 0, 0, 0 },
		{ OP_GAUSSIAN, INT64_MIN, INT64_MAX, 2, 45, 55 },
		{ OP_GAUSSIAN, INT64_MIN, INT64_MAX, 1e308, 0, 100 },
		{ OP_GAUSSIAN, INT64_MAX, INT64_MAX, 2, 0, 0 },
		{ OP_EXPONENTIAL, INT64_MIN, INT64_MAX, 1e-9, 45, 55 },
		{ OP_EXPONENTIAL, INT64_MIN, INT64_MAX, 2, 22, 32 }, /* (e^-1 - e^-2) / (1 - e^-2) = 27 % */
		{ OP_EXPONENTIAL, INT64_MIN, INT64_MAX, 1e308, 0, 0 },
		{ OP_ZIPFIAN, INT64_MIN, INT64_MAX, 0.01, 45, 55 },
		{ OP_ZIPFIAN, INT64_MIN, INT64_MAX, 2, 0, 1 },
		{ OP_ZIPFIAN, 1, 10, 1e308, 0, 0 },
		{ OP_ZIPFIAN, INT64_MAX, INT64_MAX, 1, 0, 0 },
	};
	struct rng rng;

	(void)state;
	rng_seed(&rng, 21, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double middle = (double)cases[i].low / 2 + (double)cases[i].high / 2;
		int over = 0;

		for (int k = 0; k < 2000; k++) {
			int64_t value;

			assert_null(apply(cases[i].op, cases[i].low, cases[i].high, cases[i].parameter, &rng, &value));
			over += (double)value > middle;
		}
		assert_in_range(over, cases[i].least * 20, cases[i].most * 20);
	}
}

static void says_how_many_operands(void **state)
{
	(void)state;
	assert_int_equal(exprop_arity(OP_TRUTH), 1);
	assert_int_equal(exprop_arity(OP_EXP), 1);
	assert_int_equal(exprop_arity(OP_ADD), 2);
	assert_int_equal(exprop_arity(OP_RANDOM), 2);
	assert_int_equal(exprop_arity(OP_GAUSSIAN), 3);
	assert_int_equal(exprop_arity(OP_ZIPFIAN), 3);
	assert_false(exprop_draws(OP_HASH));
	assert_true(exprop_draws(OP_RANDOM) && exprop_draws(OP_ZIPFIAN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uniform_is_even),
		cmocka_unit_test(gaussian_is_as_pgbench_defines_it),
		cmocka_unit_test(exponential_is_as_pgbench_defines_it),
		cmocka_unit_test(zipfian_favours_the_lower_end),
		cmocka_unit_test(ranges_may_be_of_any_width),
		cmocka_unit_test(says_how_many_operands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
