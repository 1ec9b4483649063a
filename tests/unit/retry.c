#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "retry.h"

#define MS INT64_C(1000000)

static void names_of_backoffs(void **state)
{
	enum retry_backoff backoff;
	(void)state;

	assert_int_equal(retry_parse_backoff("constant", &backoff), 0);
	assert_int_equal(backoff, RETRY_CONSTANT);
	assert_int_equal(retry_parse_backoff("exponential", &backoff), 0);
	assert_int_equal(backoff, RETRY_EXPONENTIAL);
	assert_int_equal(retry_parse_backoff("jitter", &backoff), 0);
	assert_int_equal(backoff, RETRY_JITTER);
	assert_int_equal(retry_parse_backoff("", &backoff), -1);
	assert_int_equal(retry_parse_backoff("Constant", &backoff), -1);
	assert_int_equal(retry_parse_backoff("jitters", &backoff), -1);
	assert_int_equal(backoff, RETRY_JITTER);
}

static void delays_grow_up_to_a_bound(void **state)
{
	struct retry policy = {.attempts = 9, .delay = 10 * MS, .delay_max = 100 * MS};
	static const int64_t wanted[] = {10, 20, 40, 80, 100, 100};
	(void)state;

	for (unsigned failed = 1; failed <= 100; failed++)
		assert_int_equal(retry_delay(&policy, failed, failed), 10 * MS);
	policy.backoff = RETRY_EXPONENTIAL;
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(retry_delay(&policy, i + 1, i), wanted[i] * MS);
	assert_int_equal(retry_delay(&policy, 4000000000u, 0), 100 * MS);
	policy.delay_max = 5 * MS;
	assert_int_equal(retry_delay(&policy, 1, 0), 5 * MS);
	policy.delay_max = INT64_MAX;
	assert_int_equal(retry_delay(&policy, 1000, 0), INT64_MAX);
	policy.delay = 0;
	assert_int_equal(retry_delay(&policy, 4000000000u, 0), 0);
}

static void jitter_is_uniform_and_repeatable(void **state)
{
	struct retry policy = {.attempts = 9, .backoff = RETRY_JITTER, .delay = 10 * MS, .delay_max = 40 * MS};
	int quarter[4] = {0};
	double sum = 0;
	(void)state;

	for (uint64_t key = 0; key < 10000; key++) {
		int64_t delay = retry_delay(&policy, 3, key);

		assert_in_range(delay, 0, 40 * MS);
		assert_int_equal(delay, retry_delay(&policy, 3, key));
		quarter[delay / (10 * MS) < 4 ? delay / (10 * MS) : 3]++;
		sum += (double)delay / MS;
	}
	assert_true(sum / 10000 > 19.5 && sum / 10000 < 20.5); /* 20; the mean's standard error is 0.12 */
	for (int i = 0; i < 4; i++)
		assert_in_range(quarter[i], 2300, 2700); /* 2500; standard deviation 43 */
	assert_true(retry_delay(&policy, 3, 1) != retry_delay(&policy, 4, 1));
	assert_true(retry_delay(&policy, 3, 1) != retry_delay(&policy, 3, 2));
	for (uint64_t key = 0; key < 1000; key++)
		assert_in_range(retry_delay(&policy, 1, key), 0, 10 * MS);
	policy.delay = 1;
	policy.delay_max = 1;
	int ones = 0;
	for (uint64_t key = 0; key < 1000; key++)
		ones += (int)retry_delay(&policy, 1, key);
	assert_in_range(ones, 400, 600); /* both ends come */
	policy.delay = policy.delay_max = INT64_MAX;
	assert_true(retry_delay(&policy, 1, 1) >= 0);
	policy.delay = policy.delay_max = 0;
	assert_int_equal(retry_delay(&policy, 1, 1), 0);
}

static void attempts_are_counted_in_all(void **state)
{
	const struct retry policy = {.attempts = 3, .delay = 1000 * MS, .delay_max = 1000 * MS, .timeout = 30 * MS};
	struct retry_run run;
	int64_t at, until;
	(void)state;

	retry_start(&run, &policy, 7);
	assert_int_equal(run.made, 0);
	assert_true(retry_next(&run, 5, &at, &until));
	assert_int_equal(at, 5);
	assert_int_equal(until, 5 + 30 * MS);
	assert_true(retry_next(&run, 10, &at, &until));
	assert_int_equal(at, 10 + 1000 * MS);
	assert_int_equal(until, at + 30 * MS);
	assert_int_equal(run.made, 2);
	assert_true(retry_next(&run, 20, &at, &until));
	assert_int_equal(at, 20 + 1000 * MS);
	assert_int_equal(run.made, 3);
	assert_false(retry_next(&run, 30, &at, &until));
	assert_false(retry_next(&run, 40, &at, &until));
	assert_int_equal(run.made, 3);
}

static void nothing_bounds_an_attempt_unless_asked(void **state)
{
	const struct retry policy = {.attempts = 2, .delay = INT64_MAX, .timeout = 0};
	struct retry_run run;
	int64_t at, until;
	(void)state;

	retry_start(&run, &policy, 0);
	assert_true(retry_next(&run, 1, &at, &until));
	assert_int_equal(until, INT64_MAX);
	/* A delay without end never begins. */
	assert_false(retry_next(&run, 1, &at, &until));
	assert_int_equal(run.made, 1);
}

static void cancelled_it_has_the_grace(void **state)
{
	const struct retry policy = {.attempts = 5, .delay = 10, .delay_max = 10, .timeout = 100, .grace = 50};
	struct retry_run run;
	int64_t at, until;
	(void)state;

	retry_start(&run, &policy, 0);
	assert_true(retry_next(&run, 1000, &at, &until));
	assert_int_equal(until, 1100);
	retry_cancel(&run, 1020);
	assert_true(run.cancelled);
	assert_int_equal(run.end, 1070);
	retry_cancel(&run, 1060); /* only the first counts */
	assert_int_equal(run.end, 1070);
	assert_true(retry_next(&run, 1059, &at, &until));
	assert_int_equal(at, 1069);
	assert_int_equal(until, 1070);
	assert_false(retry_next(&run, 1060, &at, &until)); /* it would begin when all is over */
	assert_int_equal(run.made, 2);
}

static void without_grace_it_is_over_at_once(void **state)
{
	const struct retry policy = {.attempts = 5};
	struct retry_run run;
	int64_t at, until;
	(void)state;

	retry_start(&run, &policy, 0);
	retry_cancel(&run, 10);
	assert_int_equal(run.end, 10);
	assert_false(retry_next(&run, 10, &at, &until));
	assert_int_equal(run.made, 0);
}

static void the_grace_lengthens_no_deadline(void **state)
{
	const struct retry policy = {.attempts = 5, .grace = INT64_MAX};
	struct retry_run run;
	int64_t at, until;
	(void)state;

	retry_start(&run, &policy, 0);
	run.end = 100;
	retry_cancel(&run, 10);
	assert_int_equal(run.end, 100);
	assert_true(retry_next(&run, 99, &at, &until));
	assert_int_equal(until, 100);
	retry_start(&run, &policy, 0);
	retry_cancel(&run, 10);
	assert_int_equal(run.end, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_backoffs),
		cmocka_unit_test(delays_grow_up_to_a_bound),
		cmocka_unit_test(jitter_is_uniform_and_repeatable),
		cmocka_unit_test(attempts_are_counted_in_all),
		cmocka_unit_test(nothing_bounds_an_attempt_unless_asked),
		cmocka_unit_test(cancelled_it_has_the_grace),
		cmocka_unit_test(without_grace_it_is_over_at_once),
		cmocka_unit_test(the_grace_lengthens_no_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
