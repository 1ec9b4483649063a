#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../cmd/http-load/ramp.h"

#define SECOND 1000000000LL

static struct step *steps_of(struct ramp ramp, int64_t warmup, size_t *n)
{
	struct options o = {.paced = true, .rate = ramp, .warmup = warmup, .duration = 7 * SECOND};

	return ramp_steps(&o, n);
}

static void one_rate_is_one_step(void **state)
{
	size_t n;
	struct step *step = steps_of((struct ramp){.from = 500, .to = 500}, 0, &n);

	(void)state;
	assert_int_equal(n, 1);
	assert_true(step[0].rate == 500 && step[0].duration == 7 * SECOND && !step[0].warmup && !step[0].count);
	free(step);
}

static void a_closed_loop_has_no_rate(void **state)
{
	struct options o = {.count = 1000, .warmup = SECOND};
	size_t n;
	struct step *step = ramp_steps(&o, &n);

	(void)state;
	assert_int_equal(n, 2);
	assert_true(step[0].warmup && step[0].rate == 0 && step[0].duration == SECOND && !step[0].count);
	assert_true(!step[1].warmup && step[1].rate == 0 && step[1].duration == 0 && step[1].count == 1000);
	free(step);
}

static void ramps_rise_and_fall(void **state)
{
	static const struct {
		struct ramp ramp;
		size_t n;
		double first, second, last;
	} all[] = {
		{{100, 2000, 100, SECOND}, 20, 100, 200, 2000},
		{{2000, 100, 100, SECOND}, 20, 2000, 1900, 100},
		{{100, 250, 100, SECOND}, 3, 100, 200, 250},
		{{250, 100, 100, SECOND}, 3, 250, 150, 100},
		{{100, 110, 100, SECOND}, 2, 100, 110, 110},
		{{0.1, 0.7, 0.1, SECOND}, 7, 0.1, 0.2, 0.7},
		{{1, 1.3, 0.1, SECOND}, 4, 1, 1.1, 1.3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		size_t n;
		struct step *step = steps_of(all[i].ramp, 0, &n);

		assert_int_equal(n, all[i].n);
		assert_true(step[0].rate == all[i].first && step[1].rate == all[i].second);
		assert_true(step[n - 1].rate == all[i].last);
		for (size_t k = 0; k < n; k++)
			assert_true(step[k].duration == SECOND && step[k].rate > 0 && !step[k].warmup);
		free(step);
	}
}

/* Rates are as a person would write them, since they name what is measured. */
static void no_rate_is_off_by_a_rounding(void **state)
{
	size_t n;
	struct step *step = steps_of((struct ramp){0.1, 0.9, 0.1, SECOND}, 0, &n);

	(void)state;
	assert_true(step[2].rate == 0.3 && step[5].rate == 0.6 && step[6].rate == 0.7);
	free(step);
}

static void the_warm_up_has_the_first_rate(void **state)
{
	size_t n;
	struct step *step = steps_of((struct ramp){300, 100, 100, SECOND}, 3 * SECOND, &n);

	(void)state;
	assert_int_equal(n, 4);
	assert_true(step[0].warmup && step[0].rate == 300 && step[0].duration == 3 * SECOND);
	assert_true(!step[1].warmup && step[1].rate == 300 && step[1].duration == SECOND);
	free(step);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rate_is_one_step),
		cmocka_unit_test(a_closed_loop_has_no_rate),
		cmocka_unit_test(ramps_rise_and_fall),
		cmocka_unit_test(no_rate_is_off_by_a_rounding),
		cmocka_unit_test(the_warm_up_has_the_first_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
