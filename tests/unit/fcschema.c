#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/fc-mock/schema.h"
#include "../../cmd/fc-mock/shapes.h"

/* In version 1.minor this body is read as that JSON. */
static void reads(const struct shape *shape, unsigned minor, const char *body, const char *as)
{
	char *why = NULL, *json;
	struct value *v = schema_read(shape, minor, body, strlen(body), &why);

	if (!v)
		fail_msg("%s: %s", body, why);
	json = value_to_json(v);
	assert_string_equal(json, as);
	free(json);
	value_free(v);
}

static void refuses(const struct shape *shape, unsigned minor, const char *body, const char *words)
{
	char *why = NULL;
	struct value *v = schema_read(shape, minor, body, strlen(body), &why);

	assert_null(v);
	assert_string_equal(why, words);
	free(why);
}

static void fields_are_filled_in(void **state)
{
	(void)state;
	reads(&shape_machine, 17, " { \"mem_size_mib\" : 7 , \"vcpu_count\" : 2 } ",
	      "{\"vcpu_count\":2,\"mem_size_mib\":7,\"smt\":false,\"track_dirty_pages\":false,\"huge_pages\":\"None\"}");
	reads(&shape_machine, 6, "{\"vcpu_count\":2,\"mem_size_mib\":7,\"cpu_template\":\"T2\"}",
	      "{\"vcpu_count\":2,\"mem_size_mib\":7,\"smt\":false,\"cpu_template\":\"T2\",\"track_dirty_pages\":false}");
	reads(&shape_boot_source, 6, "{\"kernel_image_path\":\"k\"}", "{\"kernel_image_path\":\"k\",\"initrd_path\":null}");
	reads(&shape_boot_source, 7, "{\"kernel_image_path\":\"k\"}",
	      "{\"kernel_image_path\":\"k\",\"initrd_path\":null,\"boot_args\":null}");
	/* An array in the place of an object. */
	reads(&shape_vm, 16, "[\"Paused\"]", "{\"state\":\"Paused\"}");
}

static void what_is_wrong_is_said_and_where(void **state)
{
	(void)state;
	refuses(&shape_vm, 16, "{}", "missing field `state` at line 1 column 2");
	refuses(&shape_vm, 16, "{\n \n}", "missing field `state` at line 3 column 1");
	refuses(&shape_vm, 16, "{\"x\" :1}", "unknown field `x`, expected `state` at line 1 column 5");
	refuses(&shape_balloon_update, 16, "{\"amount_mib\":1,\"amount_mib\":1}", "duplicate field `amount_mib` at line 1 column 28");
	refuses(&shape_balloon_update, 16, "{\"amount_mib\":4294967296}",
		"invalid value: integer `4294967296`, expected u32 at line 1 column 24");
	refuses(&shape_balloon_update, 16, "{\"amount_mib\":1e1}",
		"invalid type: floating point `10.0`, expected u32 at line 1 column 17");
	refuses(&shape_balloon_update, 16, "{\"amount_mib\":-1}", "invalid value: integer `-1`, expected u32 at line 1 column 16");
	refuses(&shape_balloon_update, 16, "{\"amount_mib\":[]}", "invalid type: sequence, expected u32 at line 1 column 14");
	refuses(&shape_balloon_update, 16, "\"a\\\"b\"",
		"invalid type: string \"a\\\"b\", expected struct BalloonUpdateConfig at line 1 column 6");
	refuses(&shape_logger, 16, "{\"level\":\"x\" }", "Invalid LevelFilter at line 1 column 14");
	refuses(&shape_machine, 16, "[]", "invalid length 0, expected struct MachineConfig with 6 elements at line 1 column 2");
	refuses(&shape_logger, 17, "[]", "invalid length 0, expected struct LoggerConfig with 5 elements at line 1 column 2");
	refuses(&shape_vsock, 17, "[]", "invalid length 1, expected struct VsockDeviceConfig with 3 elements at line 1 column 2");
	refuses(&shape_machine, 3, "[]", "invalid length 0, expected struct VmConfig with 5 elements at line 1 column 2");
}

static void broken_json_is_said_and_where(void **state)
{
	static const struct {
		const char *body, *words;
	} cases[] = {
		{"", "EOF while parsing a value at line 1 column 0"},
		{"{", "EOF while parsing an object at line 1 column 1"},
		{"{\"state\"", "EOF while parsing an object at line 1 column 8"},
		{"{\"state\":", "EOF while parsing a value at line 1 column 9"},
		{"{\"state\":\"Pau", "EOF while parsing a string at line 1 column 13"},
		{"{\"state\":\"Paused\",}", "trailing comma at line 1 column 19"},
		{"{\"state\":\"Paused\"}x", "trailing characters at line 1 column 19"},
		{"{\"state\" \"Paused\"}", "expected `:` at line 1 column 10"},
		{"{state:1}", "key must be a string at line 1 column 2"},
		{"?", "expected value at line 1 column 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		refuses(&shape_vm, 16, cases[i].body, cases[i].words);
}

static void versions_differ(void **state)
{
	(void)state;
	refuses(&shape_machine, 6, "{\"vcpu_count\":33,\"mem_size_mib\":1}",
		"invalid value: vcpu_num, expected number of vCPUs exceeds the maximum limitation at line 1 column 16");
	reads(&shape_machine, 7, "{\"vcpu_count\":33,\"mem_size_mib\":1}",
	      "{\"vcpu_count\":33,\"mem_size_mib\":1,\"smt\":false,\"track_dirty_pages\":false,\"huge_pages\":\"None\"}");
	refuses(&shape_load, 0, "{\"snapshot_path\":\"s\"}", "missing field `mem_file_path` at line 1 column 21");
	refuses(&shape_load, 0, "{\"mem_backend\":1}", "unknown field `mem_backend`, expected one of `snapshot_path`, `mem_file_path`, "
		"`enable_diff_snapshots`, `resume_vm` at line 1 column 14");
	refuses(&shape_create, 6, "{\"version\":\"1.0.0\"}", "unknown field `version`, expected one of `snapshot_type`, `snapshot_path`, "
		"`mem_file_path` at line 1 column 10");
	reads(&shape_create, 5, "{\"snapshot_path\":\"s\",\"mem_file_path\":\"m\",\"version\":\"1.0.0\"}",
	      "{\"snapshot_type\":\"Full\",\"snapshot_path\":\"s\",\"mem_file_path\":\"m\",\"version\":\"1.0.0\"}");
}

/* Every body cut short anywhere is refused, in every version, and nothing is read behind its end. */
static void cut_short(void **state)
{
	static const char body[] = "{\"boot-source\":{\"kernel_image_path\":\"k\\u00e9\"},\"drives\":[{\"drive_id\":\"a\",\"path_on_host\":\"p\","
				   "\"is_root_device\":true,\"is_read_only\":false,\"rate_limiter\":{\"ops\":{\"size\":1,\"refill_time\":2}}}]}";

	(void)state;
	for (unsigned minor = 0; minor <= 17; minor++)
		for (size_t len = 0; len < sizeof(body); len++) {
			char *copy = malloc(len ? len : 1), *why = NULL;
			struct value *v;

			assert_non_null(copy);
			memcpy(copy, body, len);
			v = schema_read(&shape_config_file, minor, copy, len, &why);
			assert_int_equal(v != NULL, len == sizeof(body) - 1);
			assert_int_equal(why == NULL, v != NULL);
			value_free(v);
			free(why);
			free(copy);
		}
}

static struct value *parsed(const char *json)
{
	return value_parse(json);
}

/* n brackets that open, n that close; the caller frees. */
static char *nested(size_t n)
{
	char *json = malloc(2 * n + 1);

	assert_non_null(json);
	memset(json, '[', n);
	memset(json + n, ']', n);
	json[2 * n] = '\0';
	return json;
}

static void as_deep_as_serde_json_goes(void **state)
{
	static const size_t too_deep[] = {128, 5000, 4000000};
	char *json = nested(127), *why = NULL;
	struct value *v = schema_read_any(json, strlen(json), &why);

	(void)state;
	assert_non_null(v);
	value_free(v);
	free(json);
	for (size_t i = 0; i < sizeof(too_deep) / sizeof(*too_deep); i++) {
		json = nested(too_deep[i]);
		v = schema_read_any(json, strlen(json), &why);
		assert_null(v);
		assert_string_equal(why, "recursion limit exceeded at line 1 column 128");
		free(why);
		free(json);
	}
}

static void of_keys_that_come_twice_the_last(void **state)
{
	static const struct {
		const char *body, *as;
	} cases[] = {
		{"{\"b\":1,\"a\":2,\"b\":3}", "{\"b\":3,\"a\":2}"},
		{"{\"a\":1,\"a\":2,\"a\":{\"a\":1,\"a\":null}}", "{\"a\":{\"a\":null}}"},
		{"{\"a\":1,\"\":2,\"a\\u0000\":3,\"\":4,\"a\":5,\"aa\":6}", "{\"a\":5,\"\":4,\"a\\u0000\":3,\"aa\":6}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct value *v = value_parse(cases[i].body);
		char *json;

		json = value_to_json(v);
		assert_string_equal(json, cases[i].as);
		free(json);
		for (uint64_t n = 0; n < 10; n++) /* what has come and gone leaves room as it should be */
			value_add(v, "more", value_integer(n));
		value_free(v);
	}
}

static void numbers_are_written_the_shortest_way(void **state)
{
	static const struct {
		const char *text, *as;
	} cases[] = {
		{"1", "1"}, {"1.50", "1.5"}, {"1e3", "1000.0"}, {"-0", "-0.0"}, {"-0.0", "-0.0"}, {"0.0", "0.0"},
		{"-1", "-1"}, {"1E-7", "1e-7"}, {"2.5e-10", "2.5e-10"}, {"1e300", "1e+300"}, {"5e-324", "5e-324"},
		{"18446744073709551615", "18446744073709551615"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = value_number_text(cases[i].text, strlen(cases[i].text));

		assert_string_equal(text, cases[i].as);
		free(text);
	}
}

/* The examples of RFC 7396, appendix A. */
static void merges(void **state)
{
	static const struct {
		const char *target, *patch, *result;
	} cases[] = {
		{"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
		{"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
		{"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
		{"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
		{"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
		{"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
		{"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
		{"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
		{"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
		{"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
		{"{\"a\":\"foo\"}", "null", "null"},
		{"{\"e\":null}", "{\"a\":1}", "{\"a\":1,\"e\":null}"},
		{"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
		{"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
		/* and more at once */
		{"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}",
		 "{\"f\":6,\"e\":null,\"bb\":7,\"a\":null,\"c\":{\"z\":null,\"y\":8},\"x\":null}",
		 "{\"b\":2,\"bb\":7,\"c\":{\"y\":8},\"d\":4,\"f\":6}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct value *target = parsed(cases[i].target), *patch = parsed(cases[i].patch);
		char *json;

		value_merge(&target, patch);
		json = value_to_json(target);
		assert_string_equal(json, cases[i].result);
		free(json);
		value_free(target);
		value_free(patch);
	}
}

/* Members come and go in any order without a trace. */
static void members_come_and_go(void **state)
{
	struct value *v = value_new(JSON_ARRAY), *copy;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		value_add(v, NULL, value_integer(i));
	for (size_t i = 0; i < 97; i++)
		value_remove(v, (i * 31) % v->count);
	copy = value_copy(v);
	for (uint64_t i = 0; i < 30; i++) {
		value_add(v, NULL, value_integer(i));
		value_add(copy, NULL, value_integer(i));
	}
	assert_int_equal(v->count, 33);
	assert_int_equal(copy->count, 33);
	value_free(v);
	value_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_filled_in),
		cmocka_unit_test(what_is_wrong_is_said_and_where),
		cmocka_unit_test(broken_json_is_said_and_where),
		cmocka_unit_test(versions_differ),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(as_deep_as_serde_json_goes),
		cmocka_unit_test(of_keys_that_come_twice_the_last),
		cmocka_unit_test(numbers_are_written_the_shortest_way),
		cmocka_unit_test(merges),
		cmocka_unit_test(members_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
