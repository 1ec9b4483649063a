#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../cmd/api-mock/limits.h"

#define SECOND INT64_C(1000000000)

static int make(void **state)
{
	*state = limits_new();
	return *state ? 0 : -1;
}

static int drop(void **state)
{
	limits_free(*state);
	return 0;
}

/* How many of n at the same time get through. */
static int taken(struct limits *l, enum limit limit, const char *whose, int64_t now, int n)
{
	int64_t wait;
	int got = 0;

	for (int i = 0; i < n; i++)
		got += limits_take(l, limit, whose, now, &wait);
	return got;
}

static void each_has_its_burst(void **state)
{
	static const struct {
		enum limit limit;
		int burst, rate;
	} limits[] = {
		{LIMIT_ADDRESS, 200, 100}, {LIMIT_NODES, 100, 50},     {LIMIT_CONFIG, 20, 10},
		{LIMIT_ROUTES, 40, 20},    {LIMIT_TOPOLOGY, 200, 100},
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		int64_t now = 5 * SECOND;

		assert_int_equal(taken(*state, limits[i].limit, "x", now, 1000), limits[i].burst);
		/* What comes back in half a second, in a second, and no more than the burst in an hour. */
		assert_int_equal(taken(*state, limits[i].limit, "x", now += SECOND / 2, 1000), limits[i].rate / 2);
		assert_int_equal(taken(*state, limits[i].limit, "x", now += SECOND, 1000), limits[i].rate);
		assert_int_equal(taken(*state, limits[i].limit, "x", now += 3600 * SECOND, 1000), limits[i].burst);
	}
}

static void the_wait_is_told(void **state)
{
	int64_t now = 0, wait = 0;

	assert_int_equal(taken(*state, LIMIT_CONFIG, "x", now, 20), 20);
	assert_false(limits_take(*state, LIMIT_CONFIG, "x", now, &wait));
	assert_true(wait >= SECOND / 10 && wait <= SECOND / 10 + 1000);
	assert_false(limits_take(*state, LIMIT_CONFIG, "x", now + wait - 2000, &wait));
	assert_true(limits_take(*state, LIMIT_CONFIG, "x", now + SECOND / 10 + 1000, &wait));
}

/* A clock that a thread read before another's takes nothing back. */
static void time_does_not_run_back(void **state)
{
	assert_int_equal(taken(*state, LIMIT_CONFIG, "x", 10 * SECOND, 100), 20);
	assert_int_equal(taken(*state, LIMIT_CONFIG, "x", 9 * SECOND, 100), 0);
	assert_int_equal(taken(*state, LIMIT_CONFIG, "x", 10 * SECOND, 100), 0);
	assert_int_equal(taken(*state, LIMIT_CONFIG, "x", 11 * SECOND, 100), 10);
}

/* More of them than there is room for at first: each its own, also when all were moved. */
static void many_have_their_own(void **state)
{
	enum { MANY = 20000 };
	char whose[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(whose, sizeof whose, "node-%d", i);
		assert_int_equal(taken(*state, LIMIT_CONFIG, whose, 0, 5), 5);
		assert_int_equal(taken(*state, LIMIT_ROUTES, whose, 0, 1), 1);
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(whose, sizeof whose, "node-%d", i);
		assert_int_equal(taken(*state, LIMIT_CONFIG, whose, 0, 100), 15);
		assert_int_equal(taken(*state, LIMIT_ROUTES, whose, 0, 100), 39);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_has_its_burst, make, drop),
		cmocka_unit_test_setup_teardown(the_wait_is_told, make, drop),
		cmocka_unit_test_setup_teardown(time_does_not_run_back, make, drop),
		cmocka_unit_test_setup_teardown(many_have_their_own, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
