#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/http-load/expectation.h"

static struct expectation *expect(const char *const *texts)
{
	struct expectation *e = NULL;
	char *why = NULL;

	for (; *texts; texts++) {
		if (expectation_add(&e, *texts, &why) != 0)
			fail_msg("%s: %s", *texts, why);
	}
	return e;
}

static enum failure check(const struct expectation *e, int status, const char *body, char why[FAILURE_TEXT])
{
	size_t len = strlen(body), wanted = expectation_body(e);

	*why = '\0';
	return expectation_check(e, status, body, len < wanted ? len : wanted, len, why);
}

static void without_one_the_status_tells(void **state)
{
	static const struct {
		int status;
		enum failure failure;
	} cases[] = {
		{100, FAILURE_NONE}, {200, FAILURE_NONE}, {204, FAILURE_NONE}, {299, FAILURE_NONE}, {301, FAILURE_NONE},
		{304, FAILURE_NONE}, {399, FAILURE_NONE}, {400, FAILURE_STATUS_4XX}, {404, FAILURE_STATUS_4XX},
		{428, FAILURE_STATUS_4XX}, {429, FAILURE_STATUS_429}, {430, FAILURE_STATUS_4XX}, {499, FAILURE_STATUS_4XX},
		{500, FAILURE_STATUS_5XX}, {503, FAILURE_STATUS_5XX}, {599, FAILURE_STATUS_5XX}, {600, FAILURE_STATUS_5XX},
		{999, FAILURE_STATUS_5XX},
	};
	char why[FAILURE_TEXT];

	(void)state;
	assert_int_equal(expectation_body(NULL), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(check(NULL, cases[i].status, "", why), cases[i].failure);
	check(NULL, 503, "", why);
	assert_string_equal(why, "status 503");
}

static void statuses(void **state)
{
	static const struct {
		const char *text;
		int status;
		enum failure failure;
	} cases[] = {
		{"200", 200, FAILURE_NONE}, {"200", 201, FAILURE_ASSERTION}, {"200", 304, FAILURE_ASSERTION},
		{"200", 404, FAILURE_STATUS_4XX}, {"200", 429, FAILURE_STATUS_429}, {"200", 500, FAILURE_STATUS_5XX},
		{"404", 404, FAILURE_NONE}, {"404", 200, FAILURE_ASSERTION}, {"404", 403, FAILURE_STATUS_4XX},
		{"429", 429, FAILURE_NONE}, {"5xx", 503, FAILURE_NONE}, {"5xx", 200, FAILURE_ASSERTION},
		{"2xx", 200, FAILURE_NONE}, {"2XX", 299, FAILURE_NONE}, {"2xx", 300, FAILURE_ASSERTION},
		{"2xx", 199, FAILURE_ASSERTION}, {"200,304", 304, FAILURE_NONE}, {"200,304", 200, FAILURE_NONE},
		{"200,304", 204, FAILURE_ASSERTION}, {"2xx,404", 404, FAILURE_NONE}, {"2xx,404", 405, FAILURE_STATUS_4XX},
		{"999", 999, FAILURE_NONE},
	};
	char why[FAILURE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct expectation *e = expect((const char *[]){cases[i].text, NULL});

		if (check(e, cases[i].status, "x", why) != cases[i].failure)
			fail_msg("%s with %d: %s", cases[i].text, cases[i].status, why);
		assert_int_equal(expectation_body(e), 0);
		expectation_free(e);
	}
	struct expectation *e = expect((const char *[]){"200,304", NULL});
	assert_int_equal(check(e, 503, "", why), FAILURE_STATUS_5XX);
	assert_string_equal(why, "status 503, not 200,304");
	expectation_free(e);
	e = expect((const char *[]){"2xx", "200,404", NULL});
	assert_int_equal(check(e, 200, "", why), FAILURE_NONE);
	assert_int_equal(check(e, 404, "", why), FAILURE_STATUS_4XX);
	assert_string_equal(why, "status 404, not 2xx and 200,404");
	assert_int_equal(check(e, 204, "", why), FAILURE_ASSERTION);
	expectation_free(e);
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
		bool right;
	} cases[] = {
		{"size=3", 3, true}, {"size=3", 4, false}, {"size!=3", 3, false}, {"size!=3", 4, true}, {"size<3", 2, true},
		{"size<3", 3, false}, {"size<=3", 3, true}, {"size<=3", 4, false}, {"size>3", 4, true}, {"size>3", 3, false},
		{"size>=3", 3, true}, {"size>=3", 2, false}, {"size=1KiB", 1024, true}, {"size>1MB", 1000000, false},
		{"size>1MB", 1000001, true}, {"size=0", 0, true}, {"size>0", 0, false}, {"size>=1GiB", 1 << 30, true},
	};
	char why[FAILURE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct expectation *e = expect((const char *[]){cases[i].text, NULL});
		enum failure failure = expectation_check(e, 200, NULL, 0, cases[i].size, why);

		if (failure != (cases[i].right ? FAILURE_NONE : FAILURE_ASSERTION))
			fail_msg("%s with %llu", cases[i].text, (unsigned long long)cases[i].size);
		assert_int_equal(expectation_body(e), 0);
		assert_int_equal(expectation_check(e, 500, NULL, 0, cases[i].size, why), FAILURE_STATUS_5XX);
		expectation_free(e);
	}
	struct expectation *e = expect((const char *[]){"size>=1KiB", NULL});
	expectation_check(e, 200, NULL, 0, 12, why);
	assert_string_equal(why, "a body of 12 bytes, not size>=1024");
	expectation_free(e);
}

static void bodies(void **state)
{
	static const struct {
		const char *text, *body;
		bool right;
	} cases[] = {
		{"body=ok", "ok", true}, {"body=ok", "ok\n", false}, {"body=ok", "o", false}, {"body=ok", "OK", false},
		{"body=", "", true}, {"body=", "x", false}, {"body==", "=", true},
		{"body~=ok", "it is ok now", true}, {"body~=^ok$", "it is ok", false}, {"body~=^ok$", "ok", true},
		{"body~=\"status\": *\"(ok|fine)\"", "{\"status\": \"fine\"}", true},
		{"body~=\"status\": *\"(ok|fine)\"", "{\"status\": \"bad\"}", false},
		{"body~=^.{3}$", "a\xff\x80", true}, {"body~=[[:digit:]]+", "abc", false}, {"body~=", "x", true},
		{"body~=a.b", "a\nb", true}, {"body~=^$", "", true}, {"body~=x", "", false},
		{"body!~error", "fine", true}, {"body!~error", "an error", false}, {"body!~x", "", true},
	};
	char why[FAILURE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct expectation *e = expect((const char *[]){cases[i].text, NULL});

		if (check(e, 200, cases[i].body, why) != (cases[i].right ? FAILURE_NONE : FAILURE_ASSERTION))
			fail_msg("%s with %s: %s", cases[i].text, cases[i].body, why);
		if (!cases[i].right)
			assert_true(*why);
		expectation_free(e);
	}
	struct expectation *e = expect((const char *[]){"body=hello", NULL});
	assert_int_equal(expectation_body(e), 5);
	/* as many bytes as were asked for, but the body goes on */
	assert_int_equal(expectation_check(e, 200, "hello", 5, 6, why), FAILURE_ASSERTION);
	assert_int_equal(expectation_check(e, 200, "hello", 5, 5, why), FAILURE_NONE);
	assert_int_equal(expectation_check(e, 200, NULL, 0, 0, why), FAILURE_ASSERTION);
	expectation_free(e);
}

static void a_nul_is_a_byte_like_any_other(void **state)
{
	static const char body[] = "a\0ok";
	struct expectation *e = expect((const char *[]){"body~=ok$", NULL});
	char why[FAILURE_TEXT];

	(void)state;
	assert_int_equal(expectation_body(e), EXPECTATION_BODY_MAX);
	assert_int_equal(expectation_check(e, 200, body, 4, 4, why), FAILURE_NONE);
	/* and bytes behind the end are not looked at */
	assert_int_equal(expectation_check(e, 200, body, 3, 3, why), FAILURE_ASSERTION);
	expectation_free(e);
}

static void a_regex_sees_the_first_mebibyte(void **state)
{
	size_t len = EXPECTATION_BODY_MAX + 2;
	char *body = malloc(len), why[FAILURE_TEXT];
	struct expectation *e = expect((const char *[]){"body~=b", NULL});

	(void)state;
	assert_non_null(body);
	memset(body, 'a', len);
	body[EXPECTATION_BODY_MAX] = 'b';
	assert_int_equal(expectation_check(e, 200, body, len, len, why), FAILURE_ASSERTION);
	body[EXPECTATION_BODY_MAX - 1] = 'b';
	assert_int_equal(expectation_check(e, 200, body, len, len, why), FAILURE_NONE);
	expectation_free(e);
	free(body);
}

static void several_must_all_hold(void **state)
{
	struct expectation *e = expect((const char *[]){"201", "size>2", "body~=a", "body!~z", "size<10", NULL});
	char why[FAILURE_TEXT];

	(void)state;
	assert_int_equal(check(e, 201, "bar", why), FAILURE_NONE);
	assert_int_equal(check(e, 200, "bar", why), FAILURE_ASSERTION);
	assert_string_equal(why, "status 200, not 201");
	assert_int_equal(check(e, 201, "ba", why), FAILURE_ASSERTION);
	assert_string_equal(why, "a body of 2 bytes, not size>2");
	assert_int_equal(check(e, 201, "bor", why), FAILURE_ASSERTION);
	assert_string_equal(why, "a body that does not match a");
	assert_int_equal(check(e, 201, "baz", why), FAILURE_ASSERTION);
	assert_string_equal(why, "a body that matches z");
	assert_int_equal(check(e, 201, "baaaaaaaaaaaaa", why), FAILURE_ASSERTION);
	expectation_free(e);
}

static void what_is_told_fits_and_is_text(void **state)
{
	char text[1024] = "body=", why[FAILURE_TEXT];
	struct expectation *e = NULL;
	char *expected;

	(void)state;
	for (int shift = 0; shift < 4; shift++) {
		memset(text + 5, 'x', (size_t)shift);
		for (int i = 5 + shift; i + 2 < 600; i += 2)
			memcpy(text + i, "\xc3\xa9", 3);
		assert_int_equal(expectation_add(&e, text, &expected), 0);
		assert_int_equal(check(e, 200, "", why), FAILURE_ASSERTION);
		assert_true(strlen(why) < FAILURE_TEXT && strlen(why) > 100);
		assert_int_equal((unsigned char)why[strlen(why) - 1], 0xa9);
		expectation_free(e);
		e = NULL;
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const bad[] = {"", "2", "20", "2000", "20x", "xx", "0xx", "000", "099", "200,", ",200", "200,,304",
					  "200 304", " 200", "ok", "status=200", "bodyx", "body", "body!=x", "-200", "2x0"};
	static const char *const sizes_of[] = {"size", "size3", "size=", "size=x", "size==3", "size<>3", "size=>3", "size>-1",
					       "size=1 KiB", "size=3s", "size >3"};
	struct expectation *e = NULL;
	char *why;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (expectation_add(&e, bad[i], &why) == 0)
			fail_msg("%s is taken", bad[i]);
		assert_null(e);
		assert_string_equal(why, "statuses (200, 2xx, 200,304), body=TEXT, body~=REGEX, body!~REGEX, or size and "
					 "= != < <= > >= and bytes");
		free(why);
	}
	for (size_t i = 0; i < sizeof sizes_of / sizeof *sizes_of; i++) {
		if (expectation_add(&e, sizes_of[i], &why) == 0)
			fail_msg("%s is taken", sizes_of[i]);
		assert_string_equal(why, "size and one of = != < <= > >= and a number of bytes, such as size>=10KiB");
		free(why);
	}
	assert_int_equal(expectation_add(&e, "body~=(", &why), -1);
	assert_non_null(strstr(why, "a POSIX extended regular expression behind body~=: "));
	free(why);
	assert_int_equal(expectation_add(&e, "body!~[a", &why), -1);
	assert_non_null(strstr(why, "behind body!~: "));
	free(why);
	assert_null(e);
	/* what was there before stays as it was */
	assert_int_equal(expectation_add(&e, "200", &why), 0);
	assert_int_equal(expectation_add(&e, "204", &why), -1);
	assert_string_equal(why, "a status that '200' allows too (of several one is enough where they are written 200,204)");
	free(why);
	assert_int_equal(expectation_add(&e, "nonsense", &why), -1);
	free(why);
	char told[FAILURE_TEXT];
	assert_int_equal(check(e, 200, "", told), FAILURE_NONE);
	assert_int_equal(check(e, 204, "", told), FAILURE_ASSERTION);
	expectation_free(e);
	expectation_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_one_the_status_tells),
		cmocka_unit_test(statuses),
		cmocka_unit_test(sizes),
		cmocka_unit_test(bodies),
		cmocka_unit_test(a_nul_is_a_byte_like_any_other),
		cmocka_unit_test(a_regex_sees_the_first_mebibyte),
		cmocka_unit_test(several_must_all_hold),
		cmocka_unit_test(what_is_told_fits_and_is_text),
		cmocka_unit_test(refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
