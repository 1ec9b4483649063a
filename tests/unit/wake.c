#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "clock.h"
#include "rng.h"
#include "wake.h"

#define MS 1000000LL

enum { ITEMS = 1000 };

struct item {
	struct bed *bed;
	int64_t due;
	int64_t woken;    /* clock_now() */
	unsigned turn;    /* the how many-th it was */
	atomic_bool laid, up;
};

struct bed {
	struct item item[ITEMS];
	atomic_uint up;
	_Atomic int64_t held_until;
};

static int64_t hold(void *data, int64_t now)
{
	struct bed *bed = data;
	int64_t until = atomic_load(&bed->held_until);

	return now < until ? until : now;
}

static void lay_down(void *data)
{
	struct item *item = data;

	atomic_store(&item->laid, true);
}

static void wake(void *data)
{
	struct item *item = data;

	item->woken = clock_now();
	item->turn = atomic_fetch_add(&item->bed->up, 1);
	atomic_store(&item->up, true);
}

static struct bed *make_bed(struct wake **w)
{
	struct bed *bed = calloc(1, sizeof *bed);
	struct wake_calls calls = {.data = bed, .hold = hold, .lay_down = lay_down, .wake = wake};

	assert_non_null(bed);
	for (size_t i = 0; i < ITEMS; i++)
		bed->item[i].bed = bed;
	*w = wake_start(&calls);
	assert_non_null(*w);
	return bed;
}

static void wait_for(struct bed *bed, unsigned n)
{
	while (atomic_load(&bed->up) < n)
		clock_sleep_until(clock_now() + MS);
}

static void each_is_woken_in_its_turn(void **state)
{
	struct wake *w;
	struct bed *bed = make_bed(&w);
	int64_t far = clock_now() + 3600000 * MS;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	for (size_t i = 0; i < ITEMS; i++) {
		bed->item[i].due = far + (int64_t)rng_below(&rng, 500);
		assert_true(wake_later(w, bed->item[i].due, &bed->item[i]));
		assert_true(atomic_load(&bed->item[i].laid));
	}
	assert_int_equal(atomic_load(&bed->up), 0);
	wake_all(w);
	assert_int_equal(atomic_load(&bed->up), ITEMS);
	for (size_t i = 0; i < ITEMS; i++) {
		for (size_t j = 0; j < ITEMS; j++)
			assert_true(bed->item[i].due <= bed->item[j].due || bed->item[i].turn > bed->item[j].turn);
	}
	wake_end(w);
	free(bed);
}

static void those_that_are_due_are_woken(void **state)
{
	struct wake *w;
	struct bed *bed = make_bed(&w);
	int64_t begin = clock_now();

	(void)state;
	for (size_t i = 0; i < ITEMS; i++)
		assert_true(wake_later(w, begin + (int64_t)(ITEMS - i) * MS / 20, &bed->item[i]));
	wait_for(bed, ITEMS);
	wake_all(w);
	assert_int_equal(atomic_load(&bed->up), ITEMS);
	wake_end(w);
	free(bed);
}

static void nobody_goes_on_early(void **state)
{
	struct wake *w;
	struct bed *bed = make_bed(&w);

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		struct item *item = &bed->item[i];

		item->due = clock_now() + MS;
		assert_true(wake_later(w, item->due, item));
		while (!atomic_load(&item->up))
			clock_sleep_until(clock_now() + 10000);
		wake_came(w, item->due);
		assert_true(clock_now() >= item->due);
	}
	wake_all(w);
	wake_end(w);
	free(bed);
}

static void nobody_is_woken_while_it_holds(void **state)
{
	struct wake *w;
	struct bed *bed = make_bed(&w);
	int64_t until = clock_now() + 100 * MS;

	(void)state;
	atomic_store(&bed->held_until, until);
	assert_true(wake_later(w, clock_now() + MS, &bed->item[0]));
	wait_for(bed, 1);
	assert_true(bed->item[0].woken >= until);
	wake_all(w);
	wake_end(w);
	free(bed);
}

static void all_are_woken_at_the_end(void **state)
{
	struct wake *w;
	struct bed *bed = make_bed(&w);
	int64_t far = clock_now() + 3600000 * MS;

	(void)state;
	for (size_t i = 0; i < ITEMS - 1; i++)
		assert_true(wake_later(w, far, &bed->item[i]));
	assert_int_equal(atomic_load(&bed->up), 0);
	wake_all(w);
	assert_int_equal(atomic_load(&bed->up), ITEMS - 1);
	wake_came(w, far);
	/* From now on nothing waits. */
	assert_false(wake_later(w, far, &bed->item[ITEMS - 1]));
	assert_false(atomic_load(&bed->item[ITEMS - 1].laid));
	wake_end(w);
	wake_end(NULL);
	free(bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_woken_in_its_turn),
		cmocka_unit_test(those_that_are_due_are_woken),
		cmocka_unit_test(nobody_goes_on_early),
		cmocka_unit_test(nobody_is_woken_while_it_holds),
		cmocka_unit_test(all_are_woken_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
