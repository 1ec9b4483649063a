#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/helios-time/answer.h"

#define HEX "cf4cc61da367be5ac7c6bab1e14e650305aece1419ca16055f865e6ce1c43018"
#define ID "blake3:" HEX

static char id[ID_MAX], why[RUN_WHY];

static int snapshot(const char *text)
{
	*id = *why = '\0';
	return answer_snapshot(text, strlen(text), id, why);
}

static void is_snapshot(const char *text, const char *wanted)
{
	if (snapshot(text) != 0)
		fail_msg("%s: %s", text, why);
	assert_string_equal(id, wanted);
}

static void refused(const char *text, const char *wanted)
{
	if (snapshot(text) == 0)
		fail_msg("%s: was taken", text);
	assert_string_equal(why, wanted);
}

static void takes_ids(void **state)
{
	(void)state;
	is_snapshot("{\"snapshot_id\":\"" ID "\"}\n", ID);
	is_snapshot(" \r\n\t{ \"snapshot_id\" : \"a\" } \n\n", "a");
	is_snapshot("{\"new\":[1,{\"snapshot_id\":2}],\"snapshot_id\":\"\\u0061b\",\"more\":null}", "ab");
}

static void refuses_what_is_no_answer(void **state)
{
	(void)state;
	refused("", "no answer, though its exit status is 0: expected {\"snapshot_id\": ID}");
	refused(" \n\n", "no answer, though its exit status is 0: expected {\"snapshot_id\": ID}");
	refused("snapshot " ID "\n",
		"its answer is not JSON: expected a value at byte 0 of: "
		"snapshot blake3:cf4cc61da367be5ac7c6bab1e14e650305aece1419ca");
	refused("{\"snapshot_id\":\"" ID, "its answer is not JSON: expected a closing '\"' at byte 15 of: "
					  "{\"snapshot_id\":\"blake3:cf4cc61da367be5ac7c6bab1e14e650305aec");
	refused("{\"snapshot_id\":\"a\"", "its answer is not JSON: expected ',' or '}' at byte 18 of: {\"snapshot_id\":\"a\"");
	refused("[\"" HEX "\"]", "its answer is no JSON object: expected {\"snapshot_id\": ID}, but got: "
				 "[\"cf4cc61da367be5ac7c6bab1e14e650305aece1419ca16055f865e6ce1");
	refused("null\n", "its answer is no JSON object: expected {\"snapshot_id\": ID}, but got: null");
	refused("{\"snapshot_id\":\"a\"}\nDone.\n",
		"its answer goes on behind the JSON object: expected nothing, but got: Done.");
	refused("{\"snapshot_id\":\"a\"}{}", "its answer goes on behind the JSON object: expected nothing, but got: {}");
	refused("\033[31m{}", "its answer is not JSON: expected a value at byte 0 of: ?[31m{}");
}

static void refuses_what_is_no_id(void **state)
{
	char text[256];
	(void)state;

	refused("{}", "no snapshot_id in its answer: expected {\"snapshot_id\": ID}, but got: {}");
	refused("{\"Snapshot_id\":\"a\"}",
		"no snapshot_id in its answer: expected {\"snapshot_id\": ID}, but got: {\"Snapshot_id\":\"a\"}");
	refused("{\"snapshot_id\":17}",
		"snapshot_id is no string: expected {\"snapshot_id\": ID}, but got: {\"snapshot_id\":17}");
	refused("{\"snapshot_id\":null}",
		"snapshot_id is no string: expected {\"snapshot_id\": ID}, but got: {\"snapshot_id\":null}");
	refused("{\"snapshot_id\":\"a\",\"snapshot_id\":\"a\"}",
		"snapshot_id is there twice: expected {\"snapshot_id\": ID}, but got: {\"snapshot_id\":\"a\",\"snapshot_id\":\"a\"}");
	static const char *const none[] = {"", " ", "a b", "-rf", "a\\u0000b", "a\\n", "\303\244", "\\u0000"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		snprintf(text, sizeof text, "{\"snapshot_id\":\"%s\"}", none[i]);
		assert_int_equal(snapshot(text), -1);
		assert_memory_equal(why, "snapshot_id is no id: expected", 30);
	}
	/* The longest that fits, and one more. */
	snprintf(text, sizeof text, "{\"snapshot_id\":\"%0*d\"}", ID_MAX - 1, 0);
	assert_int_equal(snapshot(text), 0);
	assert_int_equal(strlen(id), ID_MAX - 1);
	snprintf(text, sizeof text, "{\"snapshot_id\":\"%0*d\"}", ID_MAX, 0);
	assert_int_equal(snapshot(text), -1);
	assert_memory_equal(why, "snapshot_id is no id: expected", 30);
}

static void refuses_nul_and_what_was_cut(void **state)
{
	static const char nul[] = "{\"snapshot_id\":\"a\"}\0{}", early[] = "\0{}";
	char *text = malloc(RUN_OUTPUT + 1);
	(void)state;

	assert_int_equal(answer_snapshot(nul, sizeof nul - 1, id, why), -1);
	assert_string_equal(why, "its answer goes on behind the JSON object: expected nothing, but got: ?{}");
	assert_int_equal(answer_snapshot(early, sizeof early - 1, id, why), -1);
	assert_non_null(strstr(why, "is not JSON"));
	assert_non_null(text);
	memset(text, ' ', RUN_OUTPUT);
	memcpy(text, "{\"snapshot_id\":\"a\"}", 19);
	text[RUN_OUTPUT] = '\0';
	assert_int_equal(answer_snapshot(text, RUN_OUTPUT, id, why), -1);
	assert_string_equal(why, "its answer is longer than 64 KiB: expected {\"snapshot_id\": ID}, "
				 "but got: {\"snapshot_id\":\"a\"}");
	text[RUN_OUTPUT - 1] = '\0';
	assert_int_equal(answer_snapshot(text, RUN_OUTPUT - 1, id, why), 0);
	free(text);
}

static int restored(const char *text)
{
	*why = '\0';
	return answer_restored(text, strlen(text), ID, why);
}

static void compares_what_was_restored(void **state)
{
	(void)state;
	assert_int_equal(restored("{\"restored\":\"" ID "\"}\n"), 0);
	assert_int_equal(restored("{\"restored\":\"blake3:00\"}\n"), -1);
	assert_string_equal(why, "restored names another id: expected " ID ", but got blake3:00");
	assert_int_equal(restored("{\"restored\":\"" ID "0\"}\n"), -1);
	assert_int_equal(restored("{\"restored\":\"\"}\n"), -1);
	assert_string_equal(why, "restored names another id: expected " ID ", but got ");
	assert_int_equal(restored("{\"restored\":true}"), -1);
	assert_string_equal(why, "restored is no string: expected {\"restored\": ID}, but got: {\"restored\":true}");
	assert_int_equal(restored("{\"snapshot_id\":\"" ID "\"}"), -1);
	assert_memory_equal(why, "no restored in its answer: expected {\"restored\": ID}, but got: ", 62);
}

static int materialized(const char *text, const char *out)
{
	*why = '\0';
	return answer_materialized(text, strlen(text), ID, out, why);
}

static void compares_what_was_materialized(void **state)
{
	(void)state;
	assert_int_equal(materialized("{\"materialized\":\"" ID "\",\"out\":\"/tmp/a&b\"}", "/tmp/a&b"), 0);
	/* As Go writes it. */
	assert_int_equal(materialized("{\"materialized\":\"" ID "\",\"out\":\"/tmp/a\\u0026b\"}", "/tmp/a&b"), 0);
	assert_int_equal(materialized("{\"materialized\":\"" ID "\"}", "/tmp"), 0);
	assert_int_equal(materialized("{\"materialized\":\"" ID "\",\"out\":\"/\"}", "/tmp"), -1);
	assert_string_equal(why, "out names another directory: expected /tmp, but got /");
	assert_int_equal(materialized("{\"materialized\":\"" ID "\",\"out\":\"\357\277\275\"}", "\377"), 0);
	assert_int_equal(materialized("{\"materialized\":\"" ID "\",\"out\":0}", "\377"), -1);
	assert_int_equal(materialized("{\"materialized\":\"x\",\"out\":\"/tmp\"}", "/tmp"), -1);
	assert_string_equal(why, "materialized names another id: expected " ID ", but got x");
	assert_int_equal(materialized("{\"out\":\"/tmp\"}", "/tmp"), -1);
	assert_string_equal(why, "no materialized in its answer: expected {\"materialized\": ID, \"out\": DIRECTORY}, "
				 "but got: {\"out\":\"/tmp\"}");
}

static void counts_differences(void **state)
{
	static const char *const wrong[] = {"{\"Added\":1,\"Changed\":2}", "{\"Added\":-1,\"Changed\":0,\"Deleted\":0}",
					    "{\"Added\":1.5,\"Changed\":0,\"Deleted\":0}",
					    "{\"Added\":\"1\",\"Changed\":0,\"Deleted\":0}",
					    "{\"Added\":[1,],\"Changed\":0,\"Deleted\":0}",
					    "{\"Added\":0,\"Added\":0,\"Changed\":0,\"Deleted\":0}"};
	static const char *const reasons[] = {"no Deleted in its answer", "Added is neither a count nor a list",
					      "Added is neither a count nor a list", "Added is neither a count nor a list",
					      "its answer is not JSON", "Added is there twice"};
	static const char counts[] = "{\"Added\":0,\"Changed\":18446744073709551615,\"Deleted\":3}",
			  lists[] = "{\"Deleted\":[],\"Changed\":[\"a\",\"b]\"],\"Added\":[{}]}";
	struct answer_diff d;
	(void)state;

	assert_int_equal(answer_diff(counts, strlen(counts), &d, why), 0);
	assert_true(d.added == 0 && d.changed == UINT64_MAX && d.deleted == 3);
	assert_int_equal(answer_diff(lists, strlen(lists), &d, why), 0);
	assert_true(d.added == 1 && d.changed == 2 && d.deleted == 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(answer_diff(wrong[i], strlen(wrong[i]), &d, why), -1);
		if (strncmp(why, reasons[i], strlen(reasons[i])) != 0)
			fail_msg("%s: %s", wrong[i], why);
	}
}

static void knows_objects_and_ids(void **state)
{
	(void)state;
	assert_int_equal(answer_object("{\"a\":{}}\n", 9, why), 0);
	assert_int_equal(answer_object("{\"a\":{}\n", 8, why), -1);
	assert_int_equal(answer_object("[]", 2, why), -1);
	assert_string_equal(why, "its answer is no JSON object: expected a JSON object, but got: []");
	assert_true(answer_is_blake3(ID));
	assert_false(answer_is_blake3(ID "0"));
	assert_false(answer_is_blake3(HEX));
	assert_false(answer_is_blake3("blake3:"));
	assert_false(answer_is_blake3("blake3:gf4cc61da367be5ac7c6bab1e14e650305aece1419ca16055f865e6ce1c43018"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_ids),
		cmocka_unit_test(refuses_what_is_no_answer),
		cmocka_unit_test(refuses_what_is_no_id),
		cmocka_unit_test(refuses_nul_and_what_was_cut),
		cmocka_unit_test(compares_what_was_restored),
		cmocka_unit_test(compares_what_was_materialized),
		cmocka_unit_test(counts_differences),
		cmocka_unit_test(knows_objects_and_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
