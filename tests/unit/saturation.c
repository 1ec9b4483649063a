#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/http-load/saturation.h"

#define SECOND 1000000000LL
#define US 1000

static unsigned causes(bool paced, int64_t elapsed, double busiest, double delayed, int64_t lag, int64_t late,
		       int64_t latency)
{
	struct hist *lags = hist_new(), *latencies = hist_new();
	struct saturation s;

	/* Of a hundred starts two are later than the others. */
	hist_record(lags, lag, 98);
	hist_record(lags, late, 2);
	hist_record(latencies, latency, 100);
	s = saturation_judge(paced, elapsed, busiest, delayed, lags, latencies);
	hist_free(lags);
	hist_free(latencies);
	return s.causes;
}

static void one_that_keeps_up_is_not_saturated(void **state)
{
	(void)state;
	assert_int_equal(causes(true, SECOND, 0.5, 0.05, 50 * US, 90 * US, 200 * US), 0);
	assert_int_equal(causes(false, SECOND, 0.89, 0.0, 50 * US, 90 * US, 200 * US), 0);
}

static void a_full_processor_is(void **state)
{
	(void)state;
	assert_int_equal(causes(true, SECOND, 0.90, 0, US, US, 200 * US), SATURATION_BUSY);
	assert_int_equal(causes(false, SECOND, 0.99, 0, US, US, 200 * US), SATURATION_BUSY);
	/* Too short to tell. */
	assert_int_equal(causes(false, SECOND / 100, 1.0, 0.9, US, US, 200 * US), 0);
}

/* A closed loop that waits now and then, but not all the time it does not run, is held up by nothing. */
static void waiting_for_a_processor_is(void **state)
{
	(void)state;
	assert_int_equal(causes(true, SECOND, 0.1, 0.21, US, US, 200 * US), SATURATION_DELAYED);
	assert_int_equal(causes(true, SECOND, 0.1, 0.19, US, US, 200 * US), 0);
	assert_int_equal(causes(false, SECOND, 0.5, 0.3, US, US, 200 * US), 0);
	assert_int_equal(causes(false, SECOND, 0.5, 0.45, US, US, 200 * US), SATURATION_DELAYED);
}

/* Late starts count by what they are of the latency. */
static void being_late_is(void **state)
{
	(void)state;
	assert_int_equal(causes(true, SECOND, 0.1, 0, US, 1100 * US, 2000 * US), SATURATION_LATE);
	assert_int_equal(causes(true, SECOND, 0.1, 0, US, 1100 * US, 50000 * US), 0);
	assert_int_equal(causes(true, SECOND, 0.1, 0, US, 900 * US, 2000 * US), 0);
	assert_int_equal(causes(true, SECOND, 0.1, 0, 150 * US, 150 * US, 1000 * US), SATURATION_LATE);
	assert_int_equal(causes(true, SECOND, 0.1, 0, 150 * US, 150 * US, 5000 * US), 0);
	assert_int_equal(causes(false, SECOND, 0.1, 0, 150 * US, 150 * US, 1000 * US), SATURATION_LATE);
}

static void nothing_started_is_nothing_late(void **state)
{
	struct hist *none = hist_new();

	(void)state;
	assert_int_equal(saturation_judge(true, SECOND, 0, 0, none, none).causes, 0);
	hist_free(none);
}

static void all_causes_are_told(void **state)
{
	struct saturation s = {.causes = SATURATION_BUSY | SATURATION_DELAYED | SATURATION_LATE, .busiest = 0.984,
			       .delayed = 0.25, .lag_mean = 2e5, .lag_p99 = 3e6};
	char *text = saturation_text(&s);

	(void)state;
	assert_string_equal(text, "a thread used 98 % of a processor, a thread waited for a processor 25 % of the time, "
				  "what was due was handled late, 200.0 \xc2\xb5s on average, p99 3.000 ms");
	free(text);
	assert_string_equal(saturation_word(s.causes), "saturated");
	s.causes = SATURATION_DELAYED;
	assert_string_equal(saturation_word(s.causes), "held up");
	text = saturation_text(&s);
	assert_string_equal(text, "a thread waited for a processor 25 % of the time");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_keeps_up_is_not_saturated),
		cmocka_unit_test(a_full_processor_is),
		cmocka_unit_test(waiting_for_a_processor_is),
		cmocka_unit_test(being_late_is),
		cmocka_unit_test(nothing_started_is_nothing_late),
		cmocka_unit_test(all_causes_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
