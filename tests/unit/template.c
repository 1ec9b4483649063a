#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lines.h"

#include "../../cmd/http-load/feed.h"
#include "../../cmd/http-load/template.h"

static struct feed *rows(const char *text)
{
	struct lines *lines = lines_open_memory(text, strlen(text), FEED_LINE_MAX);
	char *why = NULL;
	struct feed *feed = feed_read_lines(lines, "rows", &why);

	if (!feed)
		fail_msg("%s", why);
	lines_close(lines);
	return feed;
}

static struct template *compile_for(enum template_place place, const char *text, const struct feed *feed, unsigned salt)
{
	char *why = NULL;
	struct template *t = template_compile_for(place, text, strlen(text), feed, salt, &why);

	if (!t)
		fail_msg("%s: %s", text, why);
	return t;
}

/* What it becomes; caller frees. */
static char *render(const struct template *t, uint64_t seed, uint64_t seq, const struct feed *feed)
{
	struct moment m = {.seed = seed, .seq = seq, .feed = feed};
	struct buffer out = {0};

	template_render(t, &m, &out);
	buffer_add(&out, "", 1);
	return out.bytes;
}

static char *once(enum template_place place, const char *text, uint64_t seed, uint64_t seq, const struct feed *feed, unsigned salt)
{
	struct template *t = compile_for(place, text, feed, salt);
	char *out = render(t, seed, seq, feed);

	template_free(t);
	return out;
}

static void assert_becomes(enum template_place place, const char *text, uint64_t seq, const struct feed *feed, const char *wanted)
{
	char *out = once(place, text, 1, seq, feed, 0);

	if (strcmp(out, wanted) != 0)
		fail_msg("%s: %s", text, out);
	free(out);
}

static void text_stays_as_it_is(void **state)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
		{"", ""}, {"a", "a"}, {"{", "{"}, {"}", "}"}, {"}}", "}}"}, {"{}", "{}"}, {"{a}}", "{a}}"}, {"{ {a}}", "{ {a}}"},
		{"{\"a\":{\"b\":{}}}", "{\"a\":{\"b\":{}}}"}, {"{{{{", "{{"}, {"{{{{}}", "{{}}"}, {"{{{{seq}}", "{{seq}}"},
		{"{{{{{{{{", "{{{{"}, {"a{{{{b{{{{c", "a{{b{{c"}, {"{{{{{", "{{{"}, {"\r\n", "\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct template *t = compile_for(PLACE_BODY, cases[i].text, NULL, 0);

		assert_true(template_constant(t));
		assert_false(template_has_fields(t));
		template_free(t);
		assert_becomes(PLACE_BODY, cases[i].text, 7, NULL, cases[i].out);
	}
	struct template *t = template_literal("{{x\0}}", 6);
	struct buffer out = {0};
	assert_true(template_constant(t));
	template_render(t, NULL, &out);
	assert_int_equal(out.len, 6);
	assert_memory_equal(out.bytes, "{{x\0}}", 6);
	buffer_free(&out);
	template_free(t);
}

static void seq_is_the_number(void **state)
{
	(void)state;
	assert_becomes(PLACE_BODY, "{{seq}}", 0, NULL, "0");
	assert_becomes(PLACE_BODY, "a{{seq}}b{{seq}}c", 42, NULL, "a42b42c");
	assert_becomes(PLACE_BODY, "{{ seq }}{{\tseq}}", 7, NULL, "77");
	assert_becomes(PLACE_BODY, "{\"a\":{\"b\":{{seq}}}}", 5, NULL, "{\"a\":{\"b\":5}}");
	assert_becomes(PLACE_BODY, "{{{{{{seq}}", 5, NULL, "{{5");
	assert_becomes(PLACE_BODY, "{{seq}}", UINT64_MAX, NULL, "18446744073709551615");
	struct template *t = compile_for(PLACE_BODY, "{{seq}}", NULL, 0);
	assert_false(template_constant(t));
	template_free(t);
}

static void rand_is_within_its_bounds(void **state)
{
	struct template *t = compile_for(PLACE_BODY, "{{rand -2 3}}", NULL, 0);
	int seen[6] = {0};

	(void)state;
	for (uint64_t seq = 0; seq < 6000; seq++) {
		char *out = render(t, 1, seq, NULL), *end;
		long n = strtol(out, &end, 10);
		assert_true(*out && !*end && n >= -2 && n <= 3);
		seen[n + 2]++;
		free(out);
	}
	template_free(t);
	for (int i = 0; i < 6; i++)
		assert_true(seen[i] > 850 && seen[i] < 1150); /* 1000 with a standard deviation of 29; seeded */
	assert_becomes(PLACE_BODY, "{{rand 5 5}}", 9, NULL, "5");
	assert_becomes(PLACE_BODY, "{{rand -7 -7}}", 9, NULL, "-7");
	assert_becomes(PLACE_BODY, "{{rand 9223372036854775807 9223372036854775807}}", 9, NULL, "9223372036854775807");
	assert_becomes(PLACE_BODY, "{{rand -9223372036854775808 -9223372036854775808}}", 9, NULL, "-9223372036854775808");
	bool negative = false, positive = false;
	for (uint64_t seq = 0; seq < 64; seq++) {
		char *out = once(PLACE_BODY, "{{rand -9223372036854775808 9223372036854775807}}", 1, seq, NULL, 0);
		negative |= *out == '-';
		positive |= *out != '-';
		free(out);
	}
	assert_true(negative && positive);
}

static void uuid_is_of_version_4(void **state)
{
	char last[37] = "";

	(void)state;
	for (uint64_t seq = 0; seq < 1000; seq++) {
		char *out = once(PLACE_BODY, "{{uuid}}", 1, seq, NULL, 0);

		assert_int_equal(strlen(out), 36);
		for (int i = 0; i < 36; i++) {
			if (i == 8 || i == 13 || i == 18 || i == 23)
				assert_int_equal(out[i], '-');
			else
				assert_non_null(strchr("0123456789abcdef", out[i]));
		}
		assert_int_equal(out[14], '4');
		assert_non_null(strchr("89ab", out[19]));
		assert_string_not_equal(out, last);
		memcpy(last, out, sizeof last);
		free(out);
	}
}

static void all_follows_from_seed_number_salt_and_place(void **state)
{
	static const char text[] = "{{uuid}} {{uuid}}";
	char *a = once(PLACE_BODY, text, 1, 5, NULL, 0);
	char *same = once(PLACE_HEADER, text, 1, 5, NULL, 0);
	char *seed = once(PLACE_BODY, text, 2, 5, NULL, 0);
	char *seq = once(PLACE_BODY, text, 1, 6, NULL, 0);
	char *salt = once(PLACE_BODY, text, 1, 5, NULL, 1);

	(void)state;
	assert_string_equal(a, same);
	assert_string_not_equal(a, seed);
	assert_string_not_equal(a, seq);
	assert_string_not_equal(a, salt);
	assert_true(strncmp(a, a + 37, 36) != 0);
	free(a);
	free(same);
	free(seed);
	free(seq);
	free(salt);
	/* Known for good: the same on every machine and in every version. */
	assert_becomes(PLACE_BODY, "{{rand 1 1000000}} {{uuid}}", 0, NULL, "192119 b2cf359d-3ac6-4cca-beff-2e91c4083fe8");
	assert_becomes(PLACE_BODY, "{{rand 1 1000000}} {{uuid}}", 1, NULL, "984890 5bdc5f6e-c717-4834-b0b3-df6bff9836d9");
}

static void fields_come_from_the_row(void **state)
{
	struct feed *feed = rows("{\"id\":1,\"a b\":\"x\"}\n{\"id\":2,\"a b\":\"y\"}\n{\"id\":3}\n");

	(void)state;
	assert_becomes(PLACE_BODY, "{{field id}}", 0, feed, "1");
	assert_becomes(PLACE_BODY, "{{field id}}", 4, feed, "2");
	assert_becomes(PLACE_BODY, "<{{field  a b }}>", 1, feed, "<y>");
	assert_becomes(PLACE_BODY, "<{{field a b}}>", 2, feed, "<>");
	struct template *t = compile_for(PLACE_BODY, "{{seq}}{{field id}}", feed, 0);
	assert_true(template_has_fields(t));
	template_free(t);
	feed_free(feed);
}

static void fields_do_not_break_what_they_are_part_of(void **state)
{
	struct feed *feed = rows("{\"v\":\"a b\\r\\nX: y\\t\\u0001?#%41%zz\\\"\\\\\\u007f\xc3\xa9/\"}\n");

	(void)state;
	assert_becomes(PLACE_BODY, "{{field v}}", 0, feed, "a b\r\nX: y\t\001?#%41%zz\"\\\x7f\xc3\xa9/");
	assert_becomes(PLACE_PATH, "{{field v}}", 0, feed,
		       "a%20b%0D%0AX:%20y%09%01?%23%41%25zz%22%5C%7F%C3%A9/");
	assert_becomes(PLACE_JSON, "{{field v}}", 0, feed,
		       "a b\\u000d\\u000aX: y\\u0009\\u0001?#%41%zz\\\"\\\\\x7f\xc3\xa9/");
	feed_free(feed);
}

static void assert_refused(enum template_place place, const char *text, const struct feed *feed, const char *wanted)
{
	char *why = NULL;
	struct template *t = template_compile_for(place, text, strlen(text), feed, 0, &why);

	if (t)
		fail_msg("%s is taken", text);
	assert_string_equal(why, wanted);
	free(why);
}

static void refuses_what_it_does_not_know(void **state)
{
#define KNOWN "{{seq}}, {{rand A B}}, {{uuid}} or {{field NAME}} (two braces as such are written {{{{)"
	struct feed *feed = rows("{\"id\":1,\"name\":\"x\",\"bad\":\"a\\nb\",\"tab\":\"a\\tb\"}");
	struct feed *wide = rows("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1}");
	static const char *const unknown[] = {"{{}}", "{{ }}", "{{id}}", "{{SEQ}}", "{{seq 1}}", "{{uuid 4}}", "{{seq\n}}",
					      "{{{seq}}", "{{fields id}}", "{{.id}}"};
	static const char *const numbers[] = {"{{rand}}", "{{rand 1}}", "{{rand 1 2 3}}", "{{rand 2 1}}", "{{rand a b}}",
					      "{{rand 1.5 2}}", "{{rand 1 9223372036854775808}}", "{{rand 0x1 2}}",
					      "{{rand -9223372036854775809 2}}", "{{rand - 2}}", "{{rand +1 2}}",
					      "{{rand 1 99999999999999999999999}}"};
	char wanted[256];

	(void)state;
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		char shown[16];
		snprintf(shown, sizeof shown, "%s", unknown[i]);
		if (strchr(shown, '\n'))
			*strchr(shown, '\n') = '?';
		snprintf(wanted, sizeof wanted, "%s: expected " KNOWN, shown);
		assert_refused(PLACE_BODY, unknown[i], feed, wanted);
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		snprintf(wanted, sizeof wanted, "%s: expected two integers of 64 bits, the lower one first", numbers[i]);
		assert_refused(PLACE_BODY, numbers[i], feed, wanted);
	}
	static const char unclosed[] = "expected '}}' behind it (two braces as such are written {{{{)";
	snprintf(wanted, sizeof wanted, "{{seq}: %s", unclosed);
	assert_refused(PLACE_BODY, "a {{seq}", NULL, wanted);
	snprintf(wanted, sizeof wanted, "{{: %s", unclosed);
	assert_refused(PLACE_BODY, "{{", NULL, wanted);
	assert_refused(PLACE_BODY, "{{field id}}", NULL, "{{field id}}: expected --data, where fields come from");
	assert_refused(PLACE_BODY, "{{field}}", feed, "{{field}}: expected a column's name behind 'field'");
	assert_refused(PLACE_BODY, "{{field x}}", feed, "{{field x}}: expected a column of the rows: id, name, bad, tab");
	assert_refused(PLACE_BODY, "{{field x}}", wide,
		       "{{field x}}: expected a column of the rows: a, b, c, d, e, f, g, h, i, j, ...");
	assert_refused(PLACE_HEADER, "X: {{field bad}}", feed,
		       "{{field bad}}: expected no control bytes in what goes into a header (row 1 has one)");
	assert_becomes(PLACE_HEADER, "X: {{field tab}}", 0, feed, "X: a\tb");
	assert_refused(PLACE_BODY, "{{field 0123456789012345678901234567890123456789}}", feed,
		       "{{field 012345678901234567890123456789012345678...: expected a column of the rows: id, name, bad, tab");
	/* what is no UTF-8 is cut all the same */
	memset(wanted, 0x80, sizeof wanted);
	memcpy(wanted, "{{", 2);
	memcpy(wanted + 100, "}}", 3);
	char *why = NULL;
	assert_null(template_compile(wanted, 102, NULL, 0, &why));
	assert_int_equal(strstr(why, "...: expected ") - why, 44);
	free(why);
	feed_free(feed);
	feed_free(wide);
}

static void rendering_does_not_allocate_again(void **state)
{
	struct template *t = compile_for(PLACE_BODY, "{{seq}} {{uuid}} {{rand 1 1000}}", NULL, 0);
	struct moment m = {.seed = 1};
	struct buffer out = {0};
	char *bytes;

	(void)state;
	template_render(t, &m, &out);
	bytes = out.bytes;
	for (m.seq = 0; m.seq < 1000; m.seq++) {
		out.len = 0;
		template_render(t, &m, &out);
		assert_ptr_equal(out.bytes, bytes);
	}
	buffer_free(&out);
	template_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_as_it_is),
		cmocka_unit_test(seq_is_the_number),
		cmocka_unit_test(rand_is_within_its_bounds),
		cmocka_unit_test(uuid_is_of_version_4),
		cmocka_unit_test(all_follows_from_seed_number_salt_and_place),
		cmocka_unit_test(fields_come_from_the_row),
		cmocka_unit_test(fields_do_not_break_what_they_are_part_of),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(rendering_does_not_allocate_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
