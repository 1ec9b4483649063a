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

/* Read text as one whole value. The text is copied to a block of exactly its size, so that a
 * sanitizer sees any byte read beyond it. */
static int parse(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct json j;

	assert_non_null(copy);
	memcpy(copy, text, len);
	json_open(&j, copy, len);
	int result = json_skip(&j) == 0 && json_done(&j) == 0 ? 0 : -1;
	if (result != 0)
		assert_non_null(j.expected);
	free(copy);
	return result;
}

#define ACCEPT(text) assert_int_equal(parse(text, sizeof(text) - 1), 0)
#define REFUSE(text) assert_int_equal(parse(text, sizeof(text) - 1), -1)

static double number(const char *text)
{
	struct json j;
	double value;

	json_open(&j, text, strlen(text));
	assert_int_equal(json_number(&j, &value), 0);
	assert_int_equal(json_done(&j), 0);
	return value;
}

static void accepts_the_grammar(void **state)
{
	(void)state;
	ACCEPT("{}");
	ACCEPT("[]");
	ACCEPT(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n");
	ACCEPT("\"\"");
	ACCEPT("null");
	ACCEPT("true");
	ACCEPT("false");
	ACCEPT("0");
	ACCEPT("-0");
	ACCEPT("-0.0e-0");
	ACCEPT("1E+2");
	ACCEPT("[[],{},\"\",0,null]");
	ACCEPT("{\"\":1,\"\":2}"); /* names need not be unique for the grammar */
	ACCEPT("\"\\u0000\"");
	ACCEPT("\"\x7f\"");
}

static void refuses_what_is_not_json(void **state)
{
	(void)state;
	REFUSE("");
	REFUSE(" ");
	REFUSE("{");
	REFUSE("}");
	REFUSE("[");
	REFUSE("[1");
	REFUSE("[1,");
	REFUSE("[1,]");
	REFUSE("[,1]");
	REFUSE("[,]");
	REFUSE("[1 2]");
	REFUSE("[1}");
	REFUSE("{\"a\":1]");
	REFUSE("{\"a\":1,}");
	REFUSE("{,\"a\":1}");
	REFUSE("{\"a\"}");
	REFUSE("{\"a\":}");
	REFUSE("{\"a\" 1}");
	REFUSE("{a:1}");
	REFUSE("{'a':1}");
	REFUSE("{1:1}");
	REFUSE("{null:1}");
	REFUSE("{\"a\":1 \"b\":2}");
	REFUSE("{} {}");
	REFUSE("1 2");
	REFUSE("[] x");
	REFUSE("nul");
	REFUSE("nulL");
	REFUSE("tru");
	REFUSE("truex");
	REFUSE("True");
	REFUSE("NaN");
	REFUSE("nan");
	REFUSE("Infinity");
	REFUSE("-Infinity");
	REFUSE("inf");
	REFUSE("// c\n1");
	REFUSE("\xef\xbb\xbf{}"); /* a byte order mark */
	REFUSE("{}\0");
	REFUSE("\0{}");
	REFUSE("[1\0]");
	REFUSE("\v1");
	REFUSE("\f1");
	REFUSE("\xc2\xa0" "1"); /* a no-break space is no white space */
}

static void refuses_malformed_numbers(void **state)
{
	(void)state;
	REFUSE("+1");
	REFUSE("-");
	REFUSE("--1");
	REFUSE("01");
	REFUSE("-01");
	REFUSE("00");
	REFUSE("1.");
	REFUSE(".5");
	REFUSE("-.5");
	REFUSE("1.e1");
	REFUSE("1e");
	REFUSE("1e+");
	REFUSE("1e-");
	REFUSE("1e1.5");
	REFUSE("1.2.3");
	REFUSE("0x10");
	REFUSE("1_000");
	REFUSE("1,5");
	REFUSE("1f");
	REFUSE("1e999");
	REFUSE("-1e999");
	REFUSE("1.8e308");
	REFUSE("1e99999999999999999999");
}

static void reads_numbers_as_strtod_does(void **state)
{
	static const char *const texts[] = {
		"0", "-0", "1", "-1", "0.1", "0.2", "0.3", "123456789.123456789", "1e22", "1e23", "1e-22", "1e-23",
		"9007199254740992", "9007199254740993", "9007199254740993.0", "90071992547409930e-1",
		"18014398509481985", "9223372036854775807", "18446744073709551615", "18446744073709551616",
		"99999999999999999999", "1.7976931348623157e308", "1.7976931348623158e308", "4.9e-324", "2.4e-324",
		"2.5e-324", "2.2250738585072011e-308", "2.2250738585072014e-308", "1e-400", "-1e-400", "1e-99999999999",
		"0e99999999999", "0.000000000000000000000000000000000000000001e42",
		"0.00000000000000000001", "100000000000000000000000000000000000000000000000000000000000000000000e-68",
		"1.00000000000000011102230246251565404236316680908203125",
		"1.00000000000000011102230246251565404236316680908203124",
		"1.00000000000000011102230246251565404236316680908203126",
		"8.988465674311582e307", "6.62607015e-34", "6.02214076e23", "118200341", "0.0015", "12345678901234567.8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		double wanted = strtod(texts[i], NULL), got = number(texts[i]);
		if (memcmp(&wanted, &got, sizeof got) != 0)
			fail_msg("%s: %.17g, wanted %.17g", texts[i], got, wanted);
	}
}

static void reads_random_numbers_as_strtod_does(void **state)
{
	uint64_t x = 88172645463325252u;
	char text[64];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		int digits = (int)(x % 20) + 1;
		snprintf(text, sizeof text, "%.*fe%d", digits, (double)(x >> 20) / 7919, (int)(x >> 33) % 60 - 30);
		double wanted = strtod(text, NULL), got = number(text);
		if (wanted != got)
			fail_msg("%s: %.17g, wanted %.17g", text, got, wanted);
	}
}

/* A number of a megabyte, before and behind the point. */
static void reads_long_numbers(void **state)
{
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE + 1);
	struct json j;
	double value;

	(void)state;
	memset(text, '0', SIZE);
	text[0] = '1';
	text[1] = '.';
	text[SIZE] = '\0';
	assert_true(number(text) == 1);
	text[0] = '0';
	text[SIZE - 1] = '1';
	assert_true(number(text) == 0);
	memset(text, '9', SIZE);
	json_open(&j, text, SIZE);
	assert_int_equal(json_number(&j, &value), -1);
	assert_string_equal(j.expected, "a number that a double can hold");
	free(text);
}

static int integer(const char *text, int64_t *value)
{
	struct json j;

	json_open(&j, text, strlen(text));
	return json_integer(&j, value) == 0 && json_done(&j) == 0 ? 0 : -1;
}

static void reads_integers(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{"0", 0}, {"-0", 0}, {"7", 7}, {"-7", -7}, {"9223372036854775807", INT64_MAX},
		{"-9223372036854775808", INT64_MIN}, {"1e3", 1000}, {"-1e3", -1000}, {"1.0", 1}, {"-2.50e1", -25},
		{"9007199254740993", 9007199254740993}, {" 5 ", 5}, {"0e5", 0}, {"1000e-3", 1},
	};
	static const char *const bad[] = {
		"9223372036854775808", "-9223372036854775809", "99999999999999999999", "1.5", "1e-1", "1e19", "1e300",
		"01", "-", "", "x", "\"1\"", "true", "1x", "0.1e999",
	};
	int64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (integer(good[i].text, &value) != 0 || value != good[i].value)
			fail_msg("%s: %lld", good[i].text, (long long)value);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (integer(bad[i], &value) == 0)
			fail_msg("%s was taken for %lld", bad[i], (long long)value);
	}
}

static void reads_counts(void **state)
{
	static const char *const bad[] = {"-1", "-0", "18446744073709551616", "1.5", "1e19", "", "null", "-"};
	struct json j;
	uint64_t value;

	(void)state;
	json_open(&j, "18446744073709551615", 20);
	assert_int_equal(json_count(&j, &value), 0);
	assert_true(value == UINT64_MAX);
	json_open(&j, " 1e3", 4);
	assert_int_equal(json_count(&j, &value), 0);
	assert_true(value == 1000);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		json_open(&j, bad[i], strlen(bad[i]));
		if (json_count(&j, &value) == 0)
			fail_msg("%s was taken for %llu", bad[i], (unsigned long long)value);
	}
}

static void refuses_bad_strings(void **state)
{
	(void)state;
	REFUSE("\"");
	REFUSE("\"a");
	REFUSE("\"\\");
	REFUSE("\"\\\"");
	REFUSE("\"\\x41\"");
	REFUSE("\"\\'\"");
	REFUSE("\"\\\0\"");
	REFUSE("\"\\u\"");
	REFUSE("\"\\u12\"");
	REFUSE("\"\\u123g\"");
	REFUSE("\"\\U0041\"");
	REFUSE("\"\\ud800\"");
	REFUSE("\"\\udc00\"");
	REFUSE("\"\\udfff\"");
	REFUSE("\"\\ud800\\u0041\"");
	REFUSE("\"\\ud800\\ud800\"");
	REFUSE("\"\\ud800x\"");
	REFUSE("\"\\ud83d\\ude0\"");
	REFUSE("\"\\udc00\\ud800\"");
	ACCEPT("\"\\ud800\\udc00\\udbff\\uDFFF\"");
	ACCEPT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00Ff\"");
	for (int c = 0; c < 0x20; c++) {
		char text[] = {'"', 'a', (char)c, 'b', '"'};
		assert_int_equal(parse(text, sizeof text), -1);
	}
}

/* Every two-byte sequence, and the edges of the longer ones, against RFC 3629. */
static void checks_utf8(void **state)
{
	(void)state;
	for (int a = 0x80; a < 0x100; a++) {
		char one[] = {'"', (char)a, '"'};
		assert_int_equal(parse(one, sizeof one), -1);
		for (int b = 0; b < 0x100; b++) {
			char two[] = {'"', (char)a, (char)b, '"'};
			bool valid = a >= 0xc2 && a <= 0xdf && b >= 0x80 && b <= 0xbf;
			assert_int_equal(parse(two, sizeof two), valid ? 0 : -1);
		}
	}
	ACCEPT("\"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"");
	ACCEPT("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"");
	REFUSE("\"\xe0\x9f\xbf\"");     /* overlong */
	REFUSE("\"\xf0\x8f\xbf\xbf\""); /* overlong */
	REFUSE("\"\xc0\x80\"");         /* an overlong NUL */
	REFUSE("\"\xed\xa0\x80\"");     /* a surrogate */
	REFUSE("\"\xed\xbf\xbf\"");
	REFUSE("\"\xf4\x90\x80\x80\""); /* over U+10FFFF */
	REFUSE("\"\xf5\x80\x80\x80\"");
	REFUSE("\"\xe2\x82\"");
	REFUSE("\"\xf0\x9f\x98\"");
	REFUSE("\"\xe2\x28\xa1\"");
	REFUSE("\"\xf0\x9f\x28\x80\"");
	REFUSE("\"\xf0\x9f\x98\x28\"");
}

/* The run of plain characters is taken eight bytes at a time: what ends it must be found at every place. */
static void finds_the_end_at_every_offset(void **state)
{
	char text[64];

	(void)state;
	for (int lead = 0; lead < 24; lead++) {
		for (int tail = 0; tail < 10; tail++) {
			for (int c = 1; c < 256; c++) {
				size_t n = 0;
				text[n++] = '"';
				memset(text + n, 'a' + lead % 3, (size_t)lead);
				n += (size_t)lead;
				text[n++] = (char)c;
				memset(text + n, '!', (size_t)tail);
				n += (size_t)tail;
				text[n++] = '"';
				bool valid = (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') ;
				/* "\"" closes the string, and is all right as the very last of two quotes only. */
				if (c == '"' || c == '\\')
					valid = false;
				if ((parse(text, n) == 0) != valid)
					fail_msg("byte %02x behind %d and before %d", c, lead, tail);
			}
		}
	}
}

static void refuses_every_truncation(void **state)
{
	static const char text[] = "{\"a\":[1.5e+3,-2,\"x\\u00e9\\ud83d\\ude00\\n\xe2\x82\xac\",true,false,null],\"b\":{}}";

	(void)state;
	ACCEPT("{\"a\":[1.5e+3,-2,\"x\\u00e9\\ud83d\\ude00\\n\xe2\x82\xac\",true,false,null],\"b\":{}}");
	for (size_t len = 0; len < sizeof text - 1; len++)
		assert_int_equal(parse(text, len), -1);
}

static void bounds_the_nesting(void **state)
{
	char text[2048];

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		for (int depth = 63; depth <= 66; depth++) {
			size_t n = 0;
			for (int i = 0; i < depth; i++)
				n += (size_t)sprintf(text + n, "%s", kind ? "{\"a\":" : "[");
			n += (size_t)sprintf(text + n, "1");
			for (int i = 0; i < depth; i++)
				text[n++] = kind ? '}' : ']';
			assert_int_equal(parse(text, n), depth <= 64 ? 0 : -1);
		}
	}
	char *deep = malloc(1 << 20);
	memset(deep, '[', 1 << 20);
	assert_int_equal(parse(deep, 1 << 20), -1);
	free(deep);
}

static void unescapes(void **state)
{
	static const char raw[] = "\"\\\"\\\\\\/\\b\\f\\n\\r\\tA\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"";
	char out[sizeof raw];
	struct json_span span;
	struct json j;

	(void)state;
	json_open(&j, raw, sizeof raw - 1);
	assert_int_equal(json_string(&j, &span), 0);
	assert_true(span.escaped);
	int64_t len = json_unescape(&span, out);
	assert_string_equal(out, "\"\\/\b\f\n\r\tAA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	assert_int_equal(len, (int64_t)strlen(out));
	json_open(&j, "\"a\\u0000b\"", 10);
	assert_int_equal(json_string(&j, &span), 0);
	assert_int_equal(json_unescape(&span, out), -1);
}

static bool is(const char *raw, const char *text)
{
	struct json_span span;
	struct json j;

	json_open(&j, raw, strlen(raw));
	assert_int_equal(json_string(&j, &span), 0);
	return json_is(&span, text);
}

static void compares_what_a_string_means(void **state)
{
	(void)state;
	assert_true(is("\"type\"", "type"));
	assert_true(is("\"\\u0074yp\\u0065\"", "type"));
	assert_true(is("\"\"", ""));
	assert_false(is("\"typ\"", "type"));
	assert_false(is("\"types\"", "type"));
	assert_false(is("\"\\u0074yp\"", "type"));
	assert_false(is("\"\\u0074ypes\"", "type"));
	assert_false(is("\"\\u0000\"", ""));
	assert_true(is("\"\\u00e9\"", "\xc3\xa9"));
}

static int copy(const char *raw, char *out, size_t size)
{
	struct json_span span;
	struct json j;

	json_open(&j, raw, strlen(raw));
	assert_int_equal(json_string(&j, &span), 0);
	return json_copy(&span, out, size);
}

static void copies_whole_characters(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(copy("\"abcdefg\"", out, sizeof out), 0);
	assert_string_equal(out, "abcdefg");
	assert_int_equal(copy("\"abcdefgh\"", out, sizeof out), 0);
	assert_string_equal(out, "abcdefg");
	assert_int_equal(copy("\"abcde\xe2\x82\xac\"", out, sizeof out), 0);
	assert_string_equal(out, "abcde");
	assert_int_equal(copy("\"abcdef\\u20ac\"", out, sizeof out), 0);
	assert_string_equal(out, "abcdef");
	assert_int_equal(copy("\"abcd\\u20ac\"", out, sizeof out), 0);
	assert_string_equal(out, "abcd\xe2\x82\xac");
	assert_int_equal(copy("\"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\"", out, sizeof out), 0);
	assert_string_equal(out, "\xe2\x82\xac\xe2\x82\xac");
	assert_int_equal(copy("\"a\"", out, 1), 0);
	assert_string_equal(out, "");
	assert_int_equal(copy("\"a\\u0000\"", out, sizeof out), -1);
}

static void null_text_of_no_length(void **state)
{
	struct json j;

	(void)state;
	json_open(&j, NULL, 0);
	assert_int_equal(json_peek(&j), JSON_END);
	assert_int_equal(json_skip(&j), -1);
	assert_int_equal(json_done(&j), 0);
}

static void tells_what_was_expected(void **state)
{
	struct json_span span;
	struct json j;
	bool flag;

	(void)state;
	json_open(&j, "[1]", 3);
	assert_int_equal(json_object(&j), -1);
	assert_string_equal(j.expected, "an object");
	json_open(&j, "tru", 3);
	assert_int_equal(json_bool(&j, &flag), -1);
	assert_string_equal(j.expected, "true or false");
	json_open(&j, "{\"a\" 1}", 7);
	assert_int_equal(json_object(&j), 0);
	assert_int_equal(json_key(&j, &span), -1);
	assert_string_equal(j.expected, "':' behind the key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_the_grammar),
		cmocka_unit_test(refuses_what_is_not_json),
		cmocka_unit_test(refuses_malformed_numbers),
		cmocka_unit_test(reads_numbers_as_strtod_does),
		cmocka_unit_test(reads_random_numbers_as_strtod_does),
		cmocka_unit_test(reads_long_numbers),
		cmocka_unit_test(reads_integers),
		cmocka_unit_test(reads_counts),
		cmocka_unit_test(refuses_bad_strings),
		cmocka_unit_test(checks_utf8),
		cmocka_unit_test(finds_the_end_at_every_offset),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(bounds_the_nesting),
		cmocka_unit_test(unescapes),
		cmocka_unit_test(compares_what_a_string_means),
		cmocka_unit_test(copies_whole_characters),
		cmocka_unit_test(null_text_of_no_length),
		cmocka_unit_test(tells_what_was_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
