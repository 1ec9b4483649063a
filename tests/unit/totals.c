#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../cmd/http-load/totals.h"

/* What the server says decides; the command line can lower it, and nothing can raise it. */
static void the_server_says_what_it_is(void **state)
{
	const struct tally none = {.done = 0}, real = {.real = 5}, mock = {.mock = 5}, both = {.mock = 1, .real = 4};

	(void)state;
	assert_int_equal(totals_mode(&none, MODE_NONE), MODE_REAL);
	assert_int_equal(totals_mode(&none, MODE_MOCK), MODE_MOCK);
	assert_int_equal(totals_mode(&real, MODE_NONE), MODE_REAL);
	assert_int_equal(totals_mode(&real, MODE_MOCK), MODE_MOCK);
	assert_int_equal(totals_mode(&mock, MODE_NONE), MODE_MOCK);
	assert_int_equal(totals_mode(&mock, MODE_REAL), MODE_MOCK);
	assert_int_equal(totals_mode(&both, MODE_NONE), MODE_MIXED);
	assert_int_equal(totals_mode(&both, MODE_REAL), MODE_MIXED);
	assert_int_equal(totals_mode(&both, MODE_MOCK), MODE_MOCK);
}

static void classes_are_told_by_their_number(void **state)
{
	struct tally t = {.done = 7};
	char *text = totals_classes(&t);

	(void)state;
	assert_string_equal(text, "");
	free(text);
	t.failed[FAILURE_CONNECT] = 2;
	t.failed[FAILURE_STATUS_5XX] = 10;
	t.failed[FAILURE_TIMEOUT] = 2;
	text = totals_classes(&t);
	assert_string_equal(text, "10 status-5xx, 2 connect, 2 timeout");
	free(text);
	assert_int_equal(totals_failed(&t), 14);
}

static void what_came_after_the_end_is_no_throughput(void **state)
{
	struct tally t = {.done = 110, .drained = 10};
	struct step_result r = {.begin = 5, .end = 2000000005};

	(void)state;
	assert_true(totals_throughput(&r, &t) == 50);
}

static void all_requests_add_up(void **state)
{
	struct mix mix = {.n = 3};
	struct step_result r = {.timeline = timeline_new(series_of(3, 0), 1000, 10)};
	struct recorder recorder;
	struct hist *all;

	(void)state;
	timeline_start(r.timeline, 0);
	recorder_open(&recorder, r.timeline);
	for (size_t i = 0; i < 3; i++) {
		recorder_put(&recorder, series_of(i, SERIES_LATENCY), (int64_t)i * 1500, 100 + (int64_t)i);
		recorder_put(&recorder, series_of(i, SERIES_SERVICE), (int64_t)i * 1500, 10);
	}
	recorder_close(&recorder);
	timeline_end(r.timeline, 5000);
	all = totals_hist(&r, &mix, SERIES_LATENCY);
	assert_int_equal(hist_count(all), 3);
	assert_int_equal(hist_min(all), 100);
	assert_int_equal(hist_max(all), 102);
	hist_free(all);
	timeline_free(r.timeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_server_says_what_it_is),
		cmocka_unit_test(classes_are_told_by_their_number),
		cmocka_unit_test(what_came_after_the_end_is_no_throughput),
		cmocka_unit_test(all_requests_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
