#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#include "clock.h"

static void check(int64_t wall, const char *wanted)
{
	char text[CLOCK_TEXT_MAX];

	clock_format(text, wall);
	assert_string_equal(text, wanted);
}

static void formats(void **state)
{
	(void)state;
	check(0, "1970-01-01T00:00:00.000Z");
	check(1795197600123456789, "2026-11-20T18:00:00.123Z");
	check(1795197600999999999, "2026-11-20T18:00:00.999Z");
	check(951782400000000000, "2000-02-29T00:00:00.000Z");
	check(-1000000, "1969-12-31T23:59:59.999Z");
	check(-1, "1969-12-31T23:59:59.999Z");
	check(-1000000000, "1969-12-31T23:59:59.000Z");
	check(INT64_MAX, "2262-04-11T23:47:16.854Z");
	check(INT64_MIN, "1677-09-21T00:12:43.145Z");
}

static void runs_forward(void **state)
{
	int64_t last = clock_now();

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t now = clock_now();
		assert_true(now >= last);
		last = now;
	}
	assert_true(clock_wall() > 1700000000000000000);
}

static void sleeps_until(void **state)
{
	int64_t when = clock_now() + 20000000;

	(void)state;
	assert_int_equal(clock_sleep_until(when), 0);
	assert_true(clock_now() >= when);
	assert_int_equal(clock_sleep_until(0), 0);
	assert_int_equal(clock_sleep_until(when), 0); /* in the past */
}

static void on_signal(int number)
{
	(void)number;
}

static void a_signal_ends_sleep(void **state)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct itimerval timer = {.it_value = {.tv_usec = 20000}};
	int64_t when = clock_now() + 30000000000;

	(void)state;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	assert_int_equal(clock_sleep_until(when), -1);
	assert_true(clock_now() < when);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(runs_forward),
		cmocka_unit_test(sleeps_until),
		cmocka_unit_test(a_signal_ends_sleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
