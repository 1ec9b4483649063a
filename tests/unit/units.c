#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "units.h"

static void check_format(enum unit unit, double value, const char *wanted)
{
	char text[UNIT_TEXT_MAX];

	unit_format(text, unit, value);
	if (strcmp(text, wanted) != 0)
		fail_msg("%.17g %s: \"%s\", wanted \"%s\"", value, unit_name(unit), text, wanted);
}

static void formats_times(void **state)
{
	(void)state;
	check_format(UNIT_NS, 0, "0 ns");
	check_format(UNIT_NS, -0.0, "0 ns");
	check_format(UNIT_NS, 1, "1 ns");
	check_format(UNIT_NS, 999, "999 ns");
	check_format(UNIT_NS, 999.5, "999.5 ns");
	check_format(UNIT_NS, 999.94, "999.9 ns");
	check_format(UNIT_NS, 999.96, "1.000 \xc2\xb5s");
	check_format(UNIT_NS, 1000, "1.000 \xc2\xb5s");
	check_format(UNIT_NS, 9.9996, "10.00 ns");
	check_format(UNIT_NS, 99.996, "100.0 ns");
	check_format(UNIT_NS, 12345, "12.35 \xc2\xb5s");
	check_format(UNIT_NS, 999949, "999.9 \xc2\xb5s");
	check_format(UNIT_NS, 999950, "1.000 ms");
	check_format(UNIT_NS, 999999, "1.000 ms");
	check_format(UNIT_NS, 1000000, "1.000 ms");
	check_format(UNIT_NS, 118200341, "118.2 ms");
	check_format(UNIT_NS, 999949999, "999.9 ms");
	check_format(UNIT_NS, 999999999, "1.000 s");
	check_format(UNIT_NS, 1e9, "1.000 s");
	check_format(UNIT_NS, 12345e9, "12345 s");
	check_format(UNIT_NS, -1500, "-1.500 \xc2\xb5s");
	check_format(UNIT_NS, 0.5, "0.5 ns");
	check_format(UNIT_NS, 0.12345, "0.1235 ns");
	check_format(UNIT_NS, 0.00012, "0.00012 ns");
}

static void formats_bytes(void **state)
{
	(void)state;
	check_format(UNIT_BYTES, 1000, "1000 B");
	check_format(UNIT_BYTES, 1023, "1023 B");
	check_format(UNIT_BYTES, 1023.7, "1.000 KiB");
	check_format(UNIT_BYTES, 1024, "1.000 KiB");
	check_format(UNIT_BYTES, 1536, "1.500 KiB");
	check_format(UNIT_BYTES, 1023.4 * 1024, "1023 KiB");
	check_format(UNIT_BYTES, 1023.6 * 1024, "1.000 MiB");
	check_format(UNIT_BYTES, 1048575, "1.000 MiB");
	check_format(UNIT_BYTES, 1048576, "1.000 MiB");
	check_format(UNIT_BYTES, 1024.0 * 1024 * 1024, "1.000 GiB");
	check_format(UNIT_BYTES_PER_SECOND, 2e9, "1.863 GiB/s");
	check_format(UNIT_BYTES_PER_OP, 48, "48 B/op");
}

static void formats_counts(void **state)
{
	(void)state;
	check_format(UNIT_ONE, 42, "42");
	check_format(UNIT_ONE, -0.0, "0");
	check_format(UNIT_ONE, 999999, "999999");
	check_format(UNIT_ONE, 1e6, "1.000M");
	check_format(UNIT_ONE, 999999.5, "1.000M");
	check_format(UNIT_ONE, 0.99, "0.99");
	check_format(UNIT_ONE, 0.999, "0.999");
	check_format(UNIT_ONE, 1.5, "1.500");
	check_format(UNIT_PER_SECOND, 12345, "12.35k/s");
	check_format(UNIT_PER_SECOND, 999.99, "1.000k/s");
	check_format(UNIT_PER_OP, 3, "3/op");
	check_format(UNIT_PER_OP, 0.002, "0.002/op");
}

/* Nothing overflows, and what is printed stays within half a unit of the fourth figure. */
static void formats_any_double(void **state)
{
	static const double suffix_scale[UNIT_COUNT][5] = {
		{1, 1e3, 1e6, 1e9, 0}, {1, 1024, 1048576, 1073741824, 1099511627776.0}, {1, 1e3, 1e6, 1e9, 1e12},
		{1, 1e3, 1e6, 1e9, 1e12}, {1, 1024, 1048576, 1073741824, 1099511627776.0},
		{1, 1024, 1048576, 1073741824, 1099511627776.0}, {1, 1e3, 1e6, 1e9, 1e12},
	};
	static const double odd[] = {DBL_MAX, -DBL_MAX, DBL_MIN, 5e-324, INFINITY, -INFINITY, NAN, 1e15, -1e-300};
	char text[UNIT_TEXT_MAX + 1];

	(void)state;
	for (int unit = 0; unit < UNIT_COUNT; unit++) {
		for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
			text[UNIT_TEXT_MAX] = 'x';
			unit_format(text, (enum unit)unit, odd[i]);
			assert_true(strlen(text) < UNIT_TEXT_MAX);
		}
		for (double value = 1e-3; value < 1e17; value *= 1.0371) {
			char *end;
			unit_format(text, (enum unit)unit, value);
			double shown = strtod(text, &end);
			bool near = false;
			for (int i = 0; i < 5; i++)
				near |= fabs(shown * suffix_scale[unit][i] - value) <= 6e-4 * value;
			if (!near)
				fail_msg("%.17g %s shown as \"%s\"", value, unit_name((enum unit)unit), text);
			/* "1000 ms" must have become "1.000 s". */
			bool top = strstr(text, " s") || strchr(text, 'T') ;
			if (shown >= 1024 && !top && unit != UNIT_ONE)
				fail_msg("%.17g %s shown as \"%s\"", value, unit_name((enum unit)unit), text);
		}
	}
}

static void parses_units(void **state)
{
	static const struct {
		const char *name;
		enum unit unit;
		double scale;
	} good[] = {
		{"ns", UNIT_NS, 1}, {"us", UNIT_NS, 1e3}, {"\xc2\xb5s", UNIT_NS, 1e3}, {"ms", UNIT_NS, 1e6},
		{"s", UNIT_NS, 1e9}, {"B", UNIT_BYTES, 1}, {"KiB", UNIT_BYTES, 1024}, {"kB", UNIT_BYTES, 1000},
		{"MiB", UNIT_BYTES, 1048576}, {"MB", UNIT_BYTES, 1e6}, {"GiB", UNIT_BYTES, 1073741824},
		{"GB", UNIT_BYTES, 1e9}, {"1", UNIT_ONE, 1}, {"%", UNIT_ONE, 0.01}, {"1/s", UNIT_PER_SECOND, 1},
		{"B/s", UNIT_BYTES_PER_SECOND, 1}, {"B/op", UNIT_BYTES_PER_OP, 1}, {"1/op", UNIT_PER_OP, 1},
	};
	static const char *const bad[] = {"", " ", "NS", "n", "sec", "Ms", "b", "KB", "k", "op", "1/", "/s", "ns ", "m", "h"};
	enum unit unit;
	double scale;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(unit_parse(good[i].name, &unit, &scale), 0);
		assert_int_equal(unit, good[i].unit);
		assert_true(scale == good[i].scale);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (unit_parse(bad[i], &unit, &scale) == 0)
			fail_msg("'%s' was taken for a unit", bad[i]);
	}
	for (int i = 0; i < UNIT_COUNT; i++) {
		assert_int_equal(unit_parse(unit_name((enum unit)i), &unit, &scale), 0);
		assert_int_equal(unit, i);
		assert_true(scale == 1);
	}
}

static void knows_directions(void **state)
{
	enum better better;

	(void)state;
	assert_int_equal(unit_better(UNIT_NS), BETTER_LOWER);
	assert_int_equal(unit_better(UNIT_BYTES), BETTER_LOWER);
	assert_int_equal(unit_better(UNIT_BYTES_PER_OP), BETTER_LOWER);
	assert_int_equal(unit_better(UNIT_PER_OP), BETTER_LOWER);
	assert_int_equal(unit_better(UNIT_PER_SECOND), BETTER_HIGHER);
	assert_int_equal(unit_better(UNIT_BYTES_PER_SECOND), BETTER_HIGHER);
	assert_int_equal(unit_better(UNIT_ONE), BETTER_NONE);
	for (int i = BETTER_NONE; i <= BETTER_HIGHER; i++) {
		assert_int_equal(better_parse(better_name((enum better)i), &better), 0);
		assert_int_equal(better, i);
	}
	assert_int_equal(better_parse("", &better), -1);
	assert_int_equal(better_parse("Lower", &better), -1);
}

static void parses_quantities(void **state)
{
	static const struct {
		const char *text;
		enum unit unit;
		double value;
		bool dimensionless;
	} good[] = {
		{"50ms", UNIT_NS, 50e6, false}, {"1.5s", UNIT_NS, 1.5e9, false}, {"1KB", UNIT_BYTES, 1000, false},
		{"1000/s", UNIT_PER_SECOND, 1000, false}, {"3", UNIT_ONE, 3, true}, {"10k", UNIT_ONE, 1e4, false},
		{"2M", UNIT_ONE, 2e6, false}, {"99%", UNIT_ONE, 0.99, false}, {"1KB/op", UNIT_BYTES_PER_OP, 1000, false},
		{"-5ms", UNIT_NS, -5e6, false}, {"+5", UNIT_ONE, 5, true}, {".5s", UNIT_NS, 5e8, false},
		{"1e3us", UNIT_NS, 1e6, false}, {"5.", UNIT_ONE, 5, true}, {"2m", UNIT_NS, 120e9, false},
	};
	static const char *const bad[] = {
		"", " 5", "5 ", "5 ms", "ms", "-", "+", ".", "5msx", "0x10", "-0x10", "inf", "nan", "infinity", "1e999",
		"1e308s", "5/", "51/s ", "1 /s", "5ns5", "1,5", "5%%", "--5", "5e", "1e5e",
	};
	enum unit unit;
	double value;
	bool dimensionless;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (quantity_parse(good[i].text, &unit, &value, &dimensionless) != 0 || unit != good[i].unit ||
		    fabs(value - good[i].value) > 1e-12 * fabs(good[i].value) || dimensionless != good[i].dimensionless)
			fail_msg("%s", good[i].text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (quantity_parse(bad[i], &unit, &value, NULL) == 0)
			fail_msg("'%s' was taken for %g %s", bad[i], value, unit_name(unit));
	}
}

static void check_integers(int (*parse)(const char *, int64_t *), const char *name, const char *const *bad)
{
	int64_t value;

	for (; *bad; bad++) {
		if (parse(*bad, &value) == 0)
			fail_msg("%s '%s' was taken for %lld", name, *bad, (long long)value);
	}
}

static void parses_durations(void **state)
{
	static const char *const bad[] = {"", "-1s", "1e10s", "293y", "5B", "5%", "5/s", "10k", "9223372036.854775808s",
					  "nan", "1 s", NULL};
	int64_t ns;

	(void)state;
	assert_int_equal(duration_parse("250ms", &ns), 0);
	assert_true(ns == 250000000);
	assert_int_equal(duration_parse("10", &ns), 0);
	assert_true(ns == 10000000000);
	assert_int_equal(duration_parse("1h", &ns), 0);
	assert_true(ns == 3600000000000);
	assert_int_equal(duration_parse("1.5s", &ns), 0);
	assert_true(ns == 1500000000);
	assert_int_equal(duration_parse("0", &ns), 0);
	assert_true(ns == 0);
	assert_int_equal(duration_parse("-0", &ns), 0);
	assert_true(ns == 0);
	assert_int_equal(duration_parse("9223372036s", &ns), 0);
	assert_true(ns == 9223372036000000000);
	check_integers(duration_parse, "duration", bad);
}

static void parses_sizes(void **state)
{
	static const char *const bad[] = {"", "-1", "K", "5s", "5%", "1e30", "8388608TiB", "9223372036854775808",
					  "0x10", "1KiBB", "64 K", NULL};
	int64_t bytes;

	(void)state;
	assert_int_equal(size_parse("64KiB", &bytes), 0);
	assert_true(bytes == 65536);
	assert_int_equal(size_parse("64K", &bytes), 0);
	assert_true(bytes == 65536);
	assert_int_equal(size_parse("64k", &bytes), 0);
	assert_true(bytes == 65536);
	assert_int_equal(size_parse("1MB", &bytes), 0);
	assert_true(bytes == 1000000);
	assert_int_equal(size_parse("2G", &bytes), 0);
	assert_true(bytes == 2147483648);
	assert_int_equal(size_parse("1M", &bytes), 0);
	assert_true(bytes == 1048576);
	assert_int_equal(size_parse("10", &bytes), 0);
	assert_true(bytes == 10);
	assert_int_equal(size_parse("1.5KiB", &bytes), 0);
	assert_true(bytes == 1536);
	check_integers(size_parse, "size", bad);
}

static void parses_counts(void **state)
{
	static const char *const bad[] = {"", "-1", "2.5", "0.4", "5%", "100%", "5s", "1/s", "1e19", "k", "1e-3", NULL};
	int64_t count;

	(void)state;
	assert_int_equal(count_parse("10k", &count), 0);
	assert_true(count == 10000);
	assert_int_equal(count_parse("1.5k", &count), 0);
	assert_true(count == 1500);
	assert_int_equal(count_parse("2.3k", &count), 0);
	assert_true(count == 2300);
	assert_int_equal(count_parse("1M", &count), 0);
	assert_true(count == 1000000);
	assert_int_equal(count_parse("0", &count), 0);
	assert_true(count == 0);
	check_integers(count_parse, "count", bad);
}

static void parses_shares(void **state)
{
	static const char *const bad[] = {"", "%", "5%%", "5ms", "5 %", "1e999", "nan", "5k"};
	double share;

	(void)state;
	assert_int_equal(share_parse("5%", &share), 0);
	assert_true(share == 0.05);
	assert_int_equal(share_parse("0.05", &share), 0);
	assert_true(share == 0.05);
	assert_int_equal(share_parse("-10%", &share), 0);
	assert_true(fabs(share + 0.1) < 1e-15);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (share_parse(bad[i], &share) == 0)
			fail_msg("'%s' was taken for %g", bad[i], share);
	}
}

static void parses_numbers(void **state)
{
	static const char *const bad[] = {"", "x", "1x", "1 ", " 1", "0x1", "nan", "inf", "1e999", "1%", "1.2.3"};
	double value;

	(void)state;
	assert_int_equal(number_parse("1e-3", &value), 0);
	assert_true(value == 1e-3);
	assert_int_equal(number_parse("-7", &value), 0);
	assert_true(value == -7);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (number_parse(bad[i], &value) == 0)
			fail_msg("'%s' was taken for %g", bad[i], value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_times),
		cmocka_unit_test(formats_bytes),
		cmocka_unit_test(formats_counts),
		cmocka_unit_test(formats_any_double),
		cmocka_unit_test(parses_units),
		cmocka_unit_test(knows_directions),
		cmocka_unit_test(parses_quantities),
		cmocka_unit_test(parses_durations),
		cmocka_unit_test(parses_sizes),
		cmocka_unit_test(parses_counts),
		cmocka_unit_test(parses_shares),
		cmocka_unit_test(parses_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
