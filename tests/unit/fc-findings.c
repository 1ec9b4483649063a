#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/fc-probe/findings.h"

static const struct probe policy = {.name = "cleanup", .flags = PROBE_MAY_FAIL}, other = {.name = "boot"};

static size_t found(struct load *load, struct level_rate *lowest, struct finding list[FINDINGS_MAX])
{
	struct level_rate first = {0, 0};

	return findings_of(load, lowest ? lowest : &first, list);
}

static void nothing_is_wrong(void **state)
{
	struct tally t = {.done = 100, .calls = 111, .busy = 1000000000, .cancelled = 50};
	struct load load = {.probe = &policy, .level = 1, .tally = &t};
	struct finding list[FINDINGS_MAX];
	(void)state;

	assert_int_equal(found(&load, NULL, list), 0);
	t.done = 0;
	assert_int_equal(found(&load, NULL, list), 0);
}

static void every_sign_is_told(void **state)
{
	struct tally t = {.done = 100, .calls = 200, .busy = 1000000000, .cancelled = 50, .cancelled_failed = 3,
			  .alloc_bytes = 102400, .allocs = 5, .leaked = 2, .left = "socket"};
	struct load load = {.probe = &policy, .level = 1, .tally = &t};
	struct finding list[FINDINGS_MAX];
	(void)state;

	assert_int_equal(found(&load, NULL, list), 4);
	assert_string_equal(list[0].name, "retry-storm");
	assert_float_equal(list[0].value, 2, 0);
	assert_string_equal(list[1].name, "allocations-high");
	assert_string_equal(list[2].name, "grace-missed");
	assert_string_equal(list[2].text, "grace missed: 3 of 50 cancelled operations were not cleaned up");
	assert_string_equal(list[3].name, "resource-leaked");
	assert_non_null(strstr(list[3].text, "socket"));
	t.calls = 199;
	t.alloc_bytes = 102399;
	assert_int_equal(found(&load, NULL, list), 2);
	t.allocs = 10000;
	assert_int_equal(found(&load, NULL, list), 3);
}

/* What starts processes allocates, and does not try again. */
static void some_signs_are_those_of_policies(void **state)
{
	struct tally t = {.done = 10, .calls = 100, .alloc_bytes = 1 << 20, .busy = 1};
	struct load load = {.probe = &other, .level = 1, .tally = &t};
	struct finding list[FINDINGS_MAX];
	(void)state;

	assert_int_equal(found(&load, NULL, list), 0);
}

static void whole_waves_tell_the_rate(void **state)
{
	/* The last wave of one operation would halve it. */
	struct tally t = {.done = 11, .busy = 2000000000, .waves = 1, .waves_busy = 1000000000};
	struct load load = {.probe = &other, .level = 10, .tally = &t};
	struct level_rate lowest = {1, 1};
	struct finding list[FINDINGS_MAX];
	(void)state;

	assert_int_equal(found(&load, &lowest, list), 0);
	t.waves = 0;
	t.done = 9;
	assert_int_equal(found(&load, &lowest, list), 1);
	t.failed = 1;
	assert_int_equal(found(&load, &lowest, list), 0);
}

static void scaling_is_held_against_the_fewest(void **state)
{
	struct tally t = {.done = 100, .busy = 1000000000};
	struct load load = {.probe = &other, .level = 2, .tally = &t};
	struct level_rate lowest = {0, 0};
	struct finding list[FINDINGS_MAX];
	(void)state;

	assert_int_equal(found(&load, &lowest, list), 0); /* 50 a second each */
	assert_int_equal(lowest.level, 2);
	load.level = 20;
	t.done = 500; /* 25 a second each */
	assert_int_equal(found(&load, &lowest, list), 0);
	t.done = 499;
	assert_int_equal(found(&load, &lowest, list), 1);
	assert_string_equal(list[0].name, "poor-scaling");
	assert_string_equal(list[0].text, "poor scaling: 20 at once get 5.0 times as much done as 2, not 10.0 times");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_wrong),
		cmocka_unit_test(every_sign_is_told),
		cmocka_unit_test(some_signs_are_those_of_policies),
		cmocka_unit_test(whole_waves_tell_the_rate),
		cmocka_unit_test(scaling_is_held_against_the_fewest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
