#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../cmd/db-seed/date.h"
#include "rng.h"

static size_t libc_puts(char *out, size_t size, const struct tm *tm, unsigned millis, enum date_format format)
{
	size_t len;

	switch (format) {
	case DATE_ISO:
		len = strftime(out, size, "%Y-%m-%dT%H:%M:%S", tm);
		return len + (size_t)snprintf(out + len, size - len, ".%03uZ", millis);
	case DATE_SQL: return strftime(out, size, "%Y-%m-%d %H:%M:%S", tm);
	case DATE_DAY: return strftime(out, size, "%Y-%m-%d", tm);
	default:       return strftime(out, size, "%H:%M:%S", tm);
	}
}

/* What libc makes of the same time. */
static void check_time(int64_t ns)
{
	int64_t seconds = ns / 1000000000 - (ns % 1000000000 < 0);
	unsigned millis = (unsigned)((uint64_t)ns - (uint64_t)seconds * 1000000000) / 1000000;
	time_t t = (time_t)seconds;
	struct tm tm;

	assert_non_null(gmtime_r(&t, &tm));
	for (int format = DATE_ISO; format <= DATE_TIME; format++) {
		char wanted[64], got[DATE_MAX];
		size_t len = libc_puts(wanted, sizeof(wanted), &tm, millis, (enum date_format)format);

		assert_int_equal(date_put(got, ns, (enum date_format)format), len);
		assert_memory_equal(got, wanted, len);
	}
	assert_int_equal(date_year(ns), tm.tm_year + 1900);
}

static void agrees_with_libc(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 20000; i++)
		check_time((int64_t)rng_at(1, i));
	check_time(INT64_MIN);
	check_time(INT64_MIN + 1);
	check_time(INT64_MAX);
	check_time(-1);
	check_time(0);
	check_time(1);
}

/* The first and last moment of every day of some 400 years around now, and so all leap years. */
static void every_day(void **state)
{
	const int64_t day = INT64_C(86400000000000);

	(void)state;
	for (int64_t n = -73000; n < 73000; n++) {
		check_time(n * day);
		check_time(n * day - 1);
	}
}

static void is_as_documented(void **state)
{
	char got[DATE_MAX];

	(void)state;
	assert_int_equal(date_put(got, INT64_C(1795197600123456789), DATE_ISO), 24);
	assert_memory_equal(got, "2026-11-20T18:00:00.123Z", 24);
	assert_int_equal(date_put(got, INT64_C(1795197600123456789), DATE_SQL), 19);
	assert_memory_equal(got, "2026-11-20 18:00:00", 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_libc),
		cmocka_unit_test(every_day),
		cmocka_unit_test(is_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
