#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "timeline.h"

static uint64_t count_at(const struct timeline *t, size_t slot, size_t series)
{
	const struct hist *h = timeline_hist(t, slot, series);

	return h ? hist_count(h) : 0;
}

static void values_fall_into_their_intervals(void **state)
{
	struct timeline *t = timeline_new(2, 100, TIMELINE_SLOTS);
	struct recorder a, b;
	int64_t from, length;

	(void)state;
	timeline_start(t, 1000);
	recorder_open(&a, t);
	recorder_open(&b, t);
	recorder_put(&a, 0, 1099, 5);
	recorder_put(&a, 0, 1100, 6);
	recorder_put(&b, 0, 1150, 7);
	recorder_put(&b, 1, 1350, 8);
	recorder_close(&a);
	recorder_close(&b);
	timeline_end(t, 1400);
	assert_int_equal(timeline_slots(t), 4);
	assert_int_equal(count_at(t, 0, 0), 1);
	assert_int_equal(count_at(t, 1, 0), 2);
	assert_int_equal(count_at(t, 2, 0), 0);
	assert_int_equal(count_at(t, 3, 1), 1);
	timeline_slot(t, 3, &from, &length);
	assert_int_equal(from, 300);
	assert_int_equal(length, 100);
	timeline_free(t);
}

static void a_short_rest_joins_what_is_before(void **state)
{
	struct timeline *t = timeline_new(1, 100, TIMELINE_SLOTS);
	struct recorder r;
	int64_t from, length;

	(void)state;
	timeline_start(t, 0);
	recorder_open(&r, t);
	recorder_put(&r, 0, 150, 1);
	recorder_put(&r, 0, 220, 1);
	recorder_close(&r);
	timeline_end(t, 230);
	assert_int_equal(timeline_slots(t), 2);
	assert_int_equal(count_at(t, 1, 0), 2);
	timeline_slot(t, 1, &from, &length);
	assert_int_equal(length, 130);
	timeline_free(t);
}

static void what_ends_at_the_very_end_is_not_lost(void **state)
{
	struct timeline *t = timeline_new(1, 100, TIMELINE_SLOTS);
	struct recorder r;

	(void)state;
	timeline_start(t, 0);
	recorder_open(&r, t);
	recorder_put(&r, 0, 50, 1);
	recorder_put(&r, 0, 100, 1);
	recorder_close(&r);
	timeline_end(t, 100);
	assert_int_equal(timeline_slots(t), 1);
	assert_int_equal(count_at(t, 0, 0), 2);
	timeline_free(t);
}

/* However long it takes, there are at most TIMELINE_SLOTS intervals, of one length, and all values. */
static void intervals_widen_when_there_are_too_many(void **state)
{
	struct timeline *t = timeline_new(1, 10, TIMELINE_SLOTS);
	struct recorder r;
	struct hist *total;
	int64_t from, length, sum = 0;

	(void)state;
	timeline_start(t, 0);
	recorder_open(&r, t);
	for (int64_t now = 0; now < 10 * 1000; now += 5)
		recorder_put(&r, 0, now, now);
	recorder_close(&r);
	timeline_end(t, 10 * 1000);
	total = timeline_total(t, 0);
	assert_int_equal(hist_count(total), 2000);
	assert_int_equal(hist_max(total), 9995);
	hist_free(total);
	assert_int_equal(timeline_slots(t), 63);
	for (size_t i = 0; i < timeline_slots(t); i++) {
		timeline_slot(t, i, &from, &length);
		assert_int_equal(from, sum);
		sum += length;
		if (i + 1 < timeline_slots(t)) {
			assert_int_equal(length, 160);
			assert_int_equal(count_at(t, i, 0), 32);
		}
	}
	assert_int_equal(sum, 10000);
	timeline_free(t);
}

/* Two slots are enough to keep all values, however long it takes. */
static void slots_are_as_many_as_asked_for(void **state)
{
	struct timeline *t = timeline_new(1, 10, 2);
	struct recorder r;
	int64_t from, length;

	(void)state;
	timeline_start(t, 0);
	recorder_open(&r, t);
	for (int64_t now = 0; now < 1000; now += 5)
		recorder_put(&r, 0, now, now);
	recorder_close(&r);
	recorder_close(&r);
	assert_false(r.failed);
	timeline_end(t, 1000);
	assert_int_equal(timeline_slots(t), 2);
	timeline_slot(t, 1, &from, &length);
	assert_int_equal(from, 640);
	assert_int_equal(length, 360);
	assert_int_equal(count_at(t, 0, 0), 128);
	assert_int_equal(count_at(t, 1, 0), 72);
	timeline_free(t);
}

/* Another thread sees what has been handed over of the interval before this one. */
static void the_last_interval_can_be_looked_at(void **state)
{
	struct timeline *t = timeline_new(2, 100, TIMELINE_SLOTS);
	struct recorder r;
	struct hist *h;

	(void)state;
	timeline_start(t, 1000);
	recorder_open(&r, t);
	recorder_put(&r, 1, 1050, 7);
	recorder_put(&r, 1, 1060, 8);
	assert_null(timeline_peek(t, 1, 900));
	assert_null(timeline_peek(t, 1, 1070));
	assert_null(timeline_peek(t, 1, 1110));
	recorder_turn(&r, 1100);
	assert_null(timeline_peek(t, 0, 1110));
	h = timeline_peek(t, 1, 1110);
	assert_non_null(h);
	assert_int_equal(hist_count(h), 2);
	assert_int_equal(hist_max(h), 8);
	hist_free(h);
	assert_null(timeline_peek(t, 1, 1250));
	recorder_close(&r);
	timeline_end(t, 1300);
	timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_fall_into_their_intervals),
		cmocka_unit_test(a_short_rest_joins_what_is_before),
		cmocka_unit_test(what_ends_at_the_very_end_is_not_lost),
		cmocka_unit_test(intervals_widen_when_there_are_too_many),
		cmocka_unit_test(slots_are_as_many_as_asked_for),
		cmocka_unit_test(the_last_interval_can_be_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
