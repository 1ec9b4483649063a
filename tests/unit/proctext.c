#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proctext.h"

static void number_is(const char *text, int64_t wanted, size_t taken)
{
	const char *at = text;
	int64_t value;

	assert_true(proctext_number(&at, text + strlen(text), &value));
	assert_int_equal(value, wanted);
	assert_int_equal(at - text, taken);
}

static void test_numbers(void **state)
{
	static const char *const none[] = {"", "-1", "+1", " 1", "x", "9223372036854775808", "99999999999999999999"};

	(void)state;
	number_is("0", 0, 1);
	number_is("12 kB", 12, 2);
	number_is("9223372036854775807\n", INT64_MAX, 19);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		const char *at = none[i];
		int64_t value;

		assert_false(proctext_number(&at, none[i] + strlen(none[i]), &value));
		assert_ptr_equal(at, none[i]);
	}
}

static void test_bases(void **state)
{
	static const char text[] = "7fAfg", most[] = "ffffffffffffffff", more[] = "10000000000000000";
	const char *at = text;
	uint64_t value;

	(void)state;
	assert_true(proctext_unsigned(&at, text + sizeof text - 1, 16, &value));
	assert_int_equal(value, 0x7faf);
	assert_ptr_equal(at, text + 4);
	at = text;
	assert_true(proctext_unsigned(&at, text + sizeof text - 1, 10, &value));
	assert_int_equal(value, 7);
	at = most;
	assert_true(proctext_unsigned(&at, most + sizeof most - 1, 16, &value));
	assert_true(value == UINT64_MAX);
	at = more;
	assert_false(proctext_unsigned(&at, more + sizeof more - 1, 16, &value));
	assert_ptr_equal(at, more);
}

static void test_sizes(void **state)
{
	static const char fits[] = "9007199254740991 kB", over[] = "9007199254740992 kB";
	int64_t bytes;

	(void)state;
	assert_true(proctext_size(fits, fits + sizeof fits - 1, &bytes));
	assert_int_equal(bytes, INT64_MAX - 1023);
	assert_false(proctext_size(over, over + sizeof over - 1, &bytes));
	assert_false(proctext_size(over, over, &bytes));
}

static void test_lines(void **state)
{
	static const char text[] = "a\n\nbc";
	static const char *const wanted[] = {"a", "", "bc"};
	const char *at = text, *end = text + sizeof text - 1, *line, *line_end;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(proctext_line(&at, end, &line, &line_end));
		assert_int_equal(line_end - line, strlen(wanted[i]));
		assert_memory_equal(line, wanted[i], strlen(wanted[i]));
	}
	assert_false(proctext_line(&at, end, &line, &line_end));
}

static bool named(const char *line, const char *name, const char **value)
{
	return proctext_named(line, line + strlen(line), name, value);
}

static void test_names(void **state)
{
	static const char line[] = "Rss: 1";
	const char *value;

	(void)state;
	assert_true(named("Rss: \t 12 kB", "Rss", &value));
	assert_string_equal(value, "12 kB");
	assert_true(named("Rss:", "Rss", &value));
	assert_string_equal(value, "");
	assert_false(named("Rss", "Rss", &value));
	assert_false(named("Rss2: 1", "Rss", &value));
	assert_false(named("xRss: 1", "Rss", &value));
	assert_false(named("Rs", "Rss", &value));
	assert_false(proctext_named(line, line + 3, "Rss", &value)); /* what follows the end is not looked at */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_bases),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
