#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/http-load/expectation.h"
#include "dying.h"
#include "mixing.h"

static void a_lone_url_has_a_name(void **state)
{
	static const struct {
		const char *url, *name, *bench, *wanted_name, *wanted_bench;
	} cases[] = {
		{"h", NULL, NULL, "root", "http/root"},
		{"http://h/?x", NULL, NULL, "root", "http/root"},
		{"http://h//a/b//?x", NULL, NULL, "a/b", "http/a/b"},
		{"http://h/a b", NULL, NULL, "a%20b", "http/a%20b"},
		{"http://h/n/{{field id}}/x{{ seq }}", NULL, NULL, "n/:id/x:seq", "http/n/:id/x:seq"},
		{"http://h/n/{{rand 1 2}}{{uuid}}", NULL, NULL, "n/:rand:uuid", "http/n/:rand:uuid"},
		{"http://h/n/{{field a b}}", NULL, NULL, "n/:a_b", "http/n/:a_b"},
		{"http://h/a", "me", NULL, "me", "http/me"},
		{"http://h/a", NULL, "api/a", "a", "api/a"},
		{"http://h/a", "me", "api", "me", "api"},
	};
	const char *data = file_of("{\"id\":1,\"a b\":2}\n");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct options o = plain((const char *[]){cases[i].url, NULL});
		struct mix mix;

		o.name = cases[i].name;
		o.common.bench = cases[i].bench;
		o.data = strstr(cases[i].url, "field") ? data : NULL;
		mix_load(&mix, &o);
		assert_string_equal(mix.request[0].name, cases[i].wanted_name);
		assert_string_equal(mix.request[0].bench, cases[i].wanted_bench);
		assert_string_equal(mix.bench, cases[i].wanted_bench);
		mix_free(&mix);
	}
	unlink(data);
}

static void several_urls_are_a_mix(void **state)
{
	struct options o = plain((const char *[]){"http://a/x", "http://b:81/x", "https://a/y", "http://A:80/y?z", "http://a/",
						  "http://a/y?1", NULL});
	static const char *const names[] = {"a/x", "b:81/x", "a/y", "a/y-2", "root", "a/y-3"};
	static const size_t origins[] = {0, 1, 2, 0, 0, 0};
	struct mix mix;
	size_t hits[6] = {0};

	(void)state;
	mix_load(&mix, &o);
	assert_int_equal(mix.n, 6);
	assert_int_equal(mix.norigins, 3);
	assert_int_equal(mix.weights, 6);
	assert_string_equal(mix.bench, "http");
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(mix.request[i].name, names[i]);
		assert_int_equal(strncmp(mix.request[i].bench, "http/", 5), 0);
		assert_string_equal(mix.request[i].bench + 5, names[i]);
		assert_int_equal(mix.request[i].origin, origins[i]);
	}
	for (uint64_t seq = 0; seq < 60000; seq++)
		hits[mix_at(&mix, seq) - mix.request]++;
	for (size_t i = 0; i < 6; i++)
		assert_true(hits[i] > 9500 && hits[i] < 10500);
	mix_free(&mix);
	o.common.bench = "api";
	mix_load(&mix, &o);
	assert_string_equal(mix.bench, "api");
	assert_string_equal(mix.request[4].bench, "api/root");
	mix_free(&mix);
}

static void names_are_told_apart(void **state)
{
	struct options o = plain((const char *[]){"http://h/", NULL});
	static const char *const names[] = {"a-2", "a", "a-3", "a-4", "post/a", "root"};
	struct mix mix;

	(void)state;
	o.requests = file_of("{\"name\":\"a-2\"}\n{\"url\":\"/a\"}\n{\"url\":\"/a?x\"}\n{\"url\":\"/a?y\"}\n"
			     "{\"url\":\"/a\",\"body\":1}\n{}\n");
	mix_load(&mix, &o);
	unlink(o.requests);
	assert_int_equal(mix.n, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(mix.request[i].name, names[i]);
	mix_free(&mix);
	/* one is called as if it were given on the command line */
	o.requests = file_of("{\"url\":\"/a\",\"body\":1}\n{\"name\":\"never\",\"weight\":0}\n");
	mix_load(&mix, &o);
	unlink(o.requests);
	assert_int_equal(mix.n, 1);
	assert_string_equal(mix.request[0].bench, "http/a");
	assert_string_equal(mix.bench, "http/a");
	mix_free(&mix);
}

/* Chi-squared of what is drawn, for weights of every kind. */
static void weights_are_shares(void **state)
{
	static const uint64_t weights[][6] = {
		{1, 1, 0, 0, 0, 0}, {1, 2, 3, 4, 5, 6}, {90, 9, 1, 0, 0, 0}, {1, 1000, 1, 1000, 1, 1}, {7, 0, 7, 0, 7, 1},
		{1000000000, 1000000000, 1, 0, 0, 0}, {5, 1, 1, 1, 1, 1},
	};
	const double limit = 25; /* the 0.9999 quantile of 5 degrees of freedom is 25.7; the draws are seeded */

	(void)state;
	for (size_t w = 0; w < sizeof weights / sizeof *weights; w++) {
		char text[1024];
		size_t len = 0, at[6], n = 0;
		uint64_t sum = 0, hits[6] = {0};
		enum { DRAWS = 200000 };
		double chi = 0;
		struct mix mix;

		for (size_t i = 0; i < 6; i++) {
			len += (size_t)sprintf(text + len, "{\"name\":\"r%zu\",\"weight\":%llu,\"url\":\"http://h/\"}\n", i,
					       (unsigned long long)weights[w][i]);
			sum += weights[w][i];
			if (weights[w][i])
				at[n++] = i;
		}
		struct options o = plain(NULL);
		o.requests = file_of(text);
		mix_load(&mix, &o);
		unlink(o.requests);
		assert_int_equal(mix.n, n);
		assert_int_equal(mix.weights, sum);
		for (uint64_t seq = 0; seq < DRAWS; seq++)
			hits[mix_at(&mix, seq) - mix.request]++;
		for (size_t i = 0; i < n; i++) {
			double expected = (double)weights[w][at[i]] / (double)sum * DRAWS;
			double off = (double)hits[i] - expected;

			assert_int_equal(mix.request[i].weight, weights[w][at[i]]);
			assert_int_equal(mix.request[i].name[1] - '0', at[i]);
			chi += expected > 5 ? off * off / expected : 0;
		}
		if (chi > limit)
			fail_msg("weights %zu: %g", w, chi);
		/* the shares of all columns add up to the weights exactly */
		for (size_t i = 0; i < n; i++) {
			uint64_t share = mix.choice[i].share;
			for (size_t j = 0; j < n; j++)
				share += mix.choice[j].other == i ? sum - mix.choice[j].share : 0;
			assert_int_equal(share, mix.request[i].weight * n);
		}
		mix_free(&mix);
	}
}

/* What is sent under a number is the same whoever sends it, and whatever was sent before. */
static void shards_send_what_one_would(void **state)
{
	struct options o = plain((const char *[]){"http://h/", NULL});
	struct mix whole, part;
	char *wanted[60];

	(void)state;
	o.requests = file_of("{\"url\":\"a/{{seq}}/{{uuid}}\",\"weight\":2}\n{\"url\":\"b?{{rand 1 1000000}}\"}\n"
			     "{\"url\":\"c\",\"body\":{\"v\":\"{{field v}}{{uuid}}\"}}\n");
	o.data = file_of("{\"v\":1}\n{\"v\":22}\n{\"v\":333}\n{\"v\":4444}\n{\"v\":55555}\n");
	mix_load(&whole, &o);
	for (uint64_t seq = 0; seq < 60; seq++)
		wanted[seq] = strdup(message(&whole, mix_at(&whole, seq), seq));
	for (uint64_t shards = 1; shards <= 4; shards++) {
		for (uint64_t shard = 0; shard < shards; shard++) {
			mix_load(&part, &o);
			for (uint64_t seq = shard; seq < 60; seq += shards)
				assert_string_equal(message(&part, mix_at(&part, seq), seq), wanted[seq]);
			mix_free(&part);
		}
	}
	o.common.seed = 2;
	mix_load(&part, &o);
	size_t same = 0;
	for (uint64_t seq = 0; seq < 60; seq++)
		same += strcmp(message(&part, mix_at(&part, seq), seq), wanted[seq]) == 0;
	assert_true(same < 3);
	mix_free(&part);
	for (size_t i = 0; i < 60; i++)
		free(wanted[i]);
	mix_free(&whole);
	unlink(o.requests);
	unlink(o.data);
}

static void expectations_are_inherited(void **state)
{
	struct options o = plain((const char *[]){"http://h/", NULL});
	struct mix mix;
	char why[FAILURE_TEXT];

	(void)state;
	o.expect = (const char *[]){"2xx", "size>0", NULL};
	o.requests = file_of("{\"name\":\"a\"}\n{\"name\":\"b\",\"expect\":404}\n{\"name\":\"c\",\"expect\":[\"200\",\"size=0\"]}\n"
			     "{\"name\":\"d\",\"expect\":\"200\",\"weight\":0}");
	mix_load(&mix, &o);
	unlink(o.requests);
	assert_int_equal(mix.n, 3);
	assert_int_equal(expectation_check(mix.request[0].expect, 204, NULL, 0, 1, why), FAILURE_NONE);
	assert_int_equal(expectation_check(mix.request[0].expect, 204, NULL, 0, 0, why), FAILURE_ASSERTION);
	assert_int_equal(expectation_check(mix.request[1].expect, 404, NULL, 0, 0, why), FAILURE_NONE);
	assert_int_equal(expectation_check(mix.request[2].expect, 200, NULL, 0, 0, why), FAILURE_NONE);
	mix_free(&mix);
}

static struct options bad;

static void load_bad(void)
{
	struct mix mix;

	mix_load(&mix, &bad);
}

static void assert_refused(const struct options *o, const char *error)
{
	bad = *o;
	assert_dies(load_bad, error);
}

#define TRY "tool: try 'tool --help'\n"

static void bad_options_end_the_program(void **state)
{
	struct options o = plain((const char *[]){"http://h/{{x}}", NULL});
	char body[] = "{{seq";

	(void)state;
	assert_refused(&o, "tool: {{x}}: expected {{seq}}, {{rand A B}}, {{uuid}} or {{field NAME}} (two braces as such are "
			   "written {{{{)\n" TRY);
	o.url = (const char *[]){"http://h/{{field x}}", NULL};
	assert_refused(&o, "tool: {{field x}}: expected --data, where fields come from\n" TRY);
	o.url = (const char *[]){"http://me:secret@h:x/", NULL};
	assert_refused(&o, "tool: http://me:***@h:x/: expected a port of 1 to 65535 behind the host\n" TRY);
	o.url = (const char *[]){"http://h/", NULL};
	o.header = (const char *[]){"X: y\r\nZ: secret", NULL};
	assert_refused(&o, "tool: --header 'X': expected no line breaks or other control bytes in a header's value\n" TRY);
	o.header = (const char *[]){"X", NULL};
	assert_refused(&o, "tool: --header 'X': expected a header such as 'Name: value'\n" TRY);
	o.header = (const char *[]){"Content-length: 5", NULL};
	assert_refused(&o, "tool: --header 'Content-length': expected no Content-Length or Transfer-Encoding, which follow "
			   "from the body\n" TRY);
	o.header = NULL;
	o.method = "G T";
	assert_refused(&o, "tool: expected a method such as GET or POST, and not CONNECT\n" TRY);
	o.method = "CONNECT";
	assert_refused(&o, "tool: expected a method such as GET or POST, and not CONNECT\n" TRY);
	o.method = NULL;
	o.expect = (const char *[]){"200", "x", NULL};
	assert_refused(&o, "tool: --expect 'x': expected statuses (200, 2xx, 200,304), body=TEXT, body~=REGEX, body!~REGEX, "
			   "or size and = != < <= > >= and bytes\n" TRY);
	o.expect = NULL;
	o.name = "a b";
	assert_refused(&o, "tool: --name 'a b': expected a name of 1 to 200 bytes without blanks, control bytes and braces\n"
			   TRY);
	o.name = "x";
	o.url = (const char *[]){"http://h/", "http://h/2", NULL};
	assert_refused(&o, "tool: --name: expected one request; those of --requests have names of their own\n" TRY);
	o.name = NULL;
	o.body = body;
	o.body_len = 5;
	assert_refused(&o, "tool: {{seq: expected '}}' behind it (two braces as such are written {{{{)\n" TRY);
	o.requests = "/dev/null";
	o.url = NULL;
	o.body = NULL;
	assert_refused(&o, "tool: /dev/null: expected at least one request, such as {\"url\":\"/version\"}\n");
	o.requests = "/nonexistent/file";
	assert_refused(&o, "tool: /nonexistent/file: No such file or directory\n");
}

static void bad_files_end_the_program(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"{\"url\":\"/a\"}\n{\"url\":\"/b\",\"weight\":-1}\n", ":2: weight: expected an integer from 0 to 1000000000\n"},
		{"\n{\"url\":\"/{{nope}}\"}\n", ":2: {{nope}}: expected {{seq}}, {{rand A B}}, {{uuid}} or {{field NAME}} (two "
						"braces as such are written {{{{)\n"},
		{"{\"url\":\"/a\",\"weight\":0}\n{\"url\":\"/b\",\"weight\":0}\n", ": expected a request with a weight over 0\n"},
		{"{\"name\":\"a\"}\n{\"name\":\"b\"}\n{\"name\":\"a\"}\n", ":3: name: expected one that no other request has\n"},
		{"{\"url\":\"/\",\"method\":\"CONNECT\"}\n", ":1: expected a method such as GET or POST, and not CONNECT\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct options o = plain((const char *[]){"http://h/", NULL});
		char error[512];

		o.requests = file_of(cases[i].text);
		snprintf(error, sizeof error, "tool: %s%s", o.requests, cases[i].error);
		assert_refused(&o, error);
		unlink(o.requests);
	}
}

static void unused_rows_are_told(void **state)
{
	struct options o = plain((const char *[]){"ftp://h/", NULL});
	char error[512];

	(void)state;
	/* the warning comes first where the complaint is about something later */
	o.url = (const char *[]){"http://h/", NULL};
	o.data = file_of("{\"id\":1}\n");
	snprintf(error, sizeof error, "tool: --data %s: no request takes a {{field NAME}} from it\n", o.data);
	bad = o;
	/* it goes on, and so does not exit with 1 */
	int fd[2];
	char got[512] = "";
	assert_int_equal(pipe(fd), 0);
	fflush(NULL);
	int saved = dup(STDERR_FILENO);
	dup2(fd[1], STDERR_FILENO);
	struct mix mix;
	mix_load(&mix, &o);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd[1]);
	assert_true(read(fd[0], got, sizeof got - 1) > 0);
	close(fd[0]);
	assert_non_null(strstr(got, strchr(error, ' ')));
	mix_free(&mix);
	unlink(o.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lone_url_has_a_name),
		cmocka_unit_test(several_urls_are_a_mix),
		cmocka_unit_test(names_are_told_apart),
		cmocka_unit_test(weights_are_shares),
		cmocka_unit_test(shards_send_what_one_would),
		cmocka_unit_test(expectations_are_inherited),
		cmocka_unit_test(bad_options_end_the_program),
		cmocka_unit_test(bad_files_end_the_program),
		cmocka_unit_test(unused_rows_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
