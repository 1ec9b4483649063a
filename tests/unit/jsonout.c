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

#include "json.h"
#include "jsonout.h"

static void check_string(const char *text, size_t len, const char *wanted)
{
	char *out = malloc(6 * len + 8);
	size_t n = json_format_string(out, text, len);

	assert_string_equal(out, wanted);
	assert_int_equal(n, strlen(wanted));
	free(out);
}

static void escapes_strings(void **state)
{
	(void)state;
	check_string(NULL, 0, "\"\"");
	check_string("a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"");
	check_string("\b\f\n\r\t\x01\x1f\x7f", 8, "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
	check_string("a\0b", 3, "\"a\\u0000b\"");
	check_string("\xe2\x82\xac\xf0\x9f\x98\x80", 7, "\"\xe2\x82\xac\xf0\x9f\x98\x80\"");
	check_string("\xff", 1, "\"\xef\xbf\xbd\"");
	check_string("\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_string("\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* What is written reads back as what it was, for every byte at every distance from the start. */
static void strings_survive(void **state)
{
	char text[32], out[6 * sizeof text + 8], back[sizeof out];

	(void)state;
	for (int c = 1; c < 0x80; c++) {
		for (int lead = 0; lead < 18; lead++) {
			struct json_span span;
			struct json j;
			memset(text, 'x', (size_t)lead);
			text[lead] = (char)c;
			strcpy(text + lead + 1, "yz");
			size_t n = json_format_string(out, text, strlen(text));
			json_open(&j, out, n);
			assert_int_equal(json_string(&j, &span), 0);
			assert_true(json_unescape(&span, back) >= 0);
			assert_string_equal(back, text);
		}
	}
}

static void streams_write_the_same(void **state)
{
	static const char text[] = "a\x01\xc3\xa9\"\xff";
	char out[6 * sizeof text + 8], *written;
	size_t size;
	FILE *stream = open_memstream(&written, &size);

	(void)state;
	json_put_string(stream, text);
	json_put_number(stream, 1.5);
	assert_int_equal(fclose(stream), 0);
	size_t n = json_format_string(out, text, sizeof text - 1);
	assert_memory_equal(written, out, n);
	assert_string_equal(written + n, "1.5");
	free(written);
}

static void check_number(double value, const char *wanted)
{
	char text[JSON_NUMBER_MAX];

	assert_int_equal(json_format_number(text, value), strlen(wanted));
	assert_string_equal(text, wanted);
}

static void writes_the_shortest_number(void **state)
{
	(void)state;
	check_number(0, "0");
	check_number(-0.0, "0");
	check_number(1, "1");
	check_number(-5, "-5");
	check_number(0.1, "0.1");
	check_number(0.1 + 0.2, "0.30000000000000004");
	check_number(100, "100");
	check_number(9007199254740991, "9007199254740991");
	check_number(-9007199254740991, "-9007199254740991");
	check_number(1e22, "1e+22");
	check_number(5e-324, "5e-324");
	check_number(DBL_MAX, "1.7976931348623157e+308");
	check_number(-DBL_MIN, "-2.2250738585072014e-308");
	check_number(NAN, "null");
	check_number(INFINITY, "null");
	check_number(-INFINITY, "null");
}

static void numbers_survive(void **state)
{
	uint64_t x = 0x9e3779b97f4a7c15u;
	char text[JSON_NUMBER_MAX];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double value, back;
		struct json j;
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(&value, &x, sizeof value);
		if (!isfinite(value))
			continue;
		size_t n = json_format_number(text, value);
		assert_true(n < sizeof text);
		json_open(&j, text, n);
		assert_int_equal(json_number(&j, &back), 0);
		if (back != value)
			fail_msg("%s came back as %.17g", text, back);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_strings),
		cmocka_unit_test(strings_survive),
		cmocka_unit_test(streams_write_the_same),
		cmocka_unit_test(writes_the_shortest_number),
		cmocka_unit_test(numbers_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
