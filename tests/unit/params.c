#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "params.h"

/* In a block of exactly the size that the header promises to be enough. */
static char *canonical(const char *raw, const char **expected)
{
	size_t size = 6 * strlen(raw) + 16;
	char *out = malloc(size);
	struct json j;

	json_open(&j, raw, strlen(raw));
	long len = params_read(&j, out, size);
	*expected = j.expected;
	if (len < 0) {
		free(out);
		return NULL;
	}
	assert_int_equal(len, strlen(out));
	assert_int_equal(json_done(&j), 0);
	return out;
}

static void check(const char *raw, const char *wanted)
{
	const char *expected;
	char *out = canonical(raw, &expected);

	if (!out)
		fail_msg("%s: expected %s", raw, expected);
	assert_string_equal(out, wanted);
	/* Canonical text is its own canonical text. */
	char *again = canonical(out, &expected);
	assert_non_null(again);
	assert_string_equal(again, wanted);
	free(again);
	free(out);
}

static void one_text_for_equal_sets(void **state)
{
	(void)state;
	check("{}", "{}");
	check(" { } ", "{}");
	check("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}");
	check("{ \"b\" : 1.0e0 , \"a\" : true }", "{\"a\":true,\"b\":1}");
	check("{\"ab\":1,\"a\":2,\"abc\":3,\"\":4}", "{\"\":4,\"a\":2,\"ab\":1,\"abc\":3}");
	check("{\"\\u0061\":\"\\u0062\\/\"}", "{\"a\":\"b/\"}");
	check("{\"a\":\"\\u0001\\n\\\"\\\\\"}", "{\"a\":\"\\u0001\\n\\\"\\\\\"}");
	check("{\"a\":\"\\u00e9\"}", "{\"a\":\"\xc3\xa9\"}");
	check("{\"a\":1e2,\"b\":-0,\"c\":0.10}", "{\"a\":100,\"b\":0,\"c\":0.1}");
	check("{\"a\":9e15}", "{\"a\":9000000000000000}");
	check("{\"a\":5e-324}", "{\"a\":5e-324}");
	check("{\"a\":\"1\",\"b\":1}", "{\"a\":\"1\",\"b\":1}");
	check("{\"a\":false,\"B\":\"x\"}", "{\"B\":\"x\",\"a\":false}");
}

static void check_refused(const char *raw, const char *part)
{
	const char *expected;
	char *out = canonical(raw, &expected);

	if (out)
		fail_msg("%s was taken", raw);
	assert_non_null(expected);
	if (!strstr(expected, part))
		fail_msg("%s: expected %s", raw, expected);
}

static void refuses_what_is_no_set_of_scalars(void **state)
{
	(void)state;
	check_refused("", "an object");
	check_refused("null", "an object");
	check_refused("[]", "an object");
	check_refused("{\"a\":null}", "a string, a number");
	check_refused("{\"a\":[]}", "a string, a number");
	check_refused("{\"a\":{}}", "a string, a number");
	check_refused("{\"a\":1,\"a\":1}", "once");
	check_refused("{\"b\":0,\"a\":1,\"\\u0061\":1}", "once");
	check_refused("{\"a\":\"\\u0000\"}", "NUL");
	check_refused("{\"\\u0000\":1}", "NUL");
	check_refused("{\"a\":1", "'}'");
	check_refused("{\"a\":1,}", "key");
	check_refused("{\"a\":1e999}", "double");
	check_refused("{\"a\":tru}", "true or false");
	check_refused("{\"a\":\"x}", "closing");
}

static void bounds_the_number_of_params(void **state)
{
	char raw[2048];
	const char *expected;

	(void)state;
	for (int n = 64; n <= 65; n++) {
		size_t len = 0;
		for (int i = n; i-- > 0;)
			len += (size_t)sprintf(raw + len, "%c\"k%03d\":%d", i == n - 1 ? '{' : ',', i, i);
		strcpy(raw + len, "}");
		char *out = canonical(raw, &expected);
		if (n == 64) {
			assert_non_null(out);
			assert_memory_equal(out, "{\"k000\":0,\"k001\":1,", 19);
		} else {
			assert_null(out);
			assert_non_null(strstr(expected, "64"));
		}
		free(out);
	}
}

/* However little room there is, nothing is written beyond it. */
static void keeps_within_its_room(void **state)
{
	static const char raw[] = "{\"bb\":\"0123456789\",\"a\":1e15,\"c\":true,\"d\":\"\\u0001\\u0002\"}";

	(void)state;
	for (size_t size = 1; size < 6 * sizeof raw; size++) {
		char *out = malloc(size);
		struct json j;
		json_open(&j, raw, sizeof raw - 1);
		long len = params_read(&j, out, size);
		if (len < 0)
			assert_string_equal(j.expected, "shorter params");
		else
			assert_true((size_t)len < size);
		free(out);
	}
}

static void check_set(const char *params, const char *key, const char *value, const char *wanted)
{
	char *out = params_set(params, key, value);

	if (!out)
		fail_msg("%s: %s", params, strerror(errno));
	assert_string_equal(out, wanted);
	free(out);
}

static void sets_a_key(void **state)
{
	(void)state;
	check_set("{}", "a", "1", "{\"a\":1}");
	check_set("{}", "a", "1.10", "{\"a\":\"1.10\"}");
	check_set("{}", "a", "1e3", "{\"a\":\"1e3\"}");
	check_set("{}", "a", "-0", "{\"a\":\"-0\"}");
	check_set("{}", "a", "0.1", "{\"a\":0.1}");
	check_set("{}", "a", " 1", "{\"a\":\" 1\"}");
	check_set("{}", "a", "1 ", "{\"a\":\"1 \"}");
	check_set("{}", "a", "+1", "{\"a\":\"+1\"}");
	check_set("{}", "a", "01", "{\"a\":\"01\"}");
	check_set("{}", "a", "nan", "{\"a\":\"nan\"}");
	check_set("{}", "a", "1e999", "{\"a\":\"1e999\"}");
	check_set("{}", "a", "true", "{\"a\":true}");
	check_set("{}", "a", "TRUE", "{\"a\":\"TRUE\"}");
	check_set("{}", "a", "null", "{\"a\":\"null\"}");
	check_set("{}", "a", "", "{\"a\":\"\"}");
	check_set("{}", "", "x", "{\"\":\"x\"}");
	check_set("{}", "a\"b", "c\\d\n", "{\"a\\\"b\":\"c\\\\d\\n\"}");
	check_set("{}", "a", "\xff", "{\"a\":\"\xef\xbf\xbd\"}");
	check_set("{\"a\":1,\"c\":3}", "b", "2", "{\"a\":1,\"b\":2,\"c\":3}");
	check_set("{\"a\":1,\"c\":3}", "a", "x", "{\"a\":\"x\",\"c\":3}");
	check_set("{\"a\":1,\"c\":3}", "a", NULL, "{\"c\":3}");
	check_set("{\"a\":1,\"c\":3}", "c", NULL, "{\"a\":1}");
	check_set("{\"a\":1}", "a", NULL, "{}");
	check_set("{}", "a", NULL, "{}");
	check_set("{\"ab\":1}", "a", "2", "{\"a\":2,\"ab\":1}");
	errno = 0;
	assert_null(params_set("{\"a\"", "b", "1"));
	assert_int_equal(errno, EINVAL);
	assert_null(params_set("[]", "b", "1"));
}

static void gets_a_key(void **state)
{
	static const char params[] = "{\"a\\\"b\":\"c\\n\",\"n\":100,\"t\":true}";

	(void)state;
	char *value = params_get(params, "a\"b");
	assert_string_equal(value, "c\n");
	free(value);
	value = params_get(params, "n");
	assert_string_equal(value, "100");
	free(value);
	value = params_get(params, "t");
	assert_string_equal(value, "true");
	free(value);
	errno = 0;
	assert_null(params_get(params, "a"));
	assert_int_equal(errno, ENOENT);
	assert_null(params_get("{}", ""));
}

static void what_is_set_is_got(void **state)
{
	static const char *const values[] = {"", "1", "1.10", "true", "a b", "\xc3\xa9", "\"", "\\", "\x01\x1f", "{}"};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		char *params = params_set("{\"x\":1}", "key", values[i]);
		assert_non_null(params);
		char *value = params_get(params, "key");
		assert_string_equal(value, values[i]);
		free(value);
		free(params);
	}
}

static void text_for_people(void **state)
{
	char *text = params_text("{\"connections\":100,\"name\":\"a\\\"b\",\"tls\":true}");

	(void)state;
	assert_string_equal(text, "connections=100 name=a\"b tls=true");
	free(text);
	text = params_text("{}");
	assert_string_equal(text, "");
	free(text);
	text = params_text("{\"\":\"\"}");
	assert_string_equal(text, "=");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_text_for_equal_sets),
		cmocka_unit_test(refuses_what_is_no_set_of_scalars),
		cmocka_unit_test(bounds_the_number_of_params),
		cmocka_unit_test(keeps_within_its_room),
		cmocka_unit_test(sets_a_key),
		cmocka_unit_test(gets_a_key),
		cmocka_unit_test(what_is_set_is_got),
		cmocka_unit_test(text_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
