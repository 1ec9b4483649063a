#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "mixing.h"

#define AGENT "User-Agent: benchpipe/" BENCHPIPE_VERSION "\r\n"

static void assert_sends(const struct options *o, const char *wanted)
{
	struct mix mix;

	mix_load(&mix, o);
	assert_int_equal(mix.n, 1);
	assert_string_equal(message(&mix, &mix.request[0], 0), wanted);
	assert_true(mix.request[0].wire.len > 0);
	mix_free(&mix);
}

static void one_url_is_a_get(void **state)
{
	struct options o = plain((const char *[]){"http://h:8080/api/version/?x=1", NULL});
	struct mix mix;

	(void)state;
	assert_sends(&o, "GET /api/version/?x=1 HTTP/1.1\r\nHost: h:8080\r\n" AGENT "Accept: */*\r\n\r\n");
	mix_load(&mix, &o);
	const struct request *r = &mix.request[0];
	assert_string_equal(r->name, "api/version");
	assert_string_equal(r->bench, "http/api/version");
	assert_string_equal(mix.bench, "http/api/version");
	assert_string_equal(r->method, "GET");
	assert_true(r->idempotent && !r->head);
	assert_null(r->expect);
	assert_null(r->body);
	assert_int_equal(mix.norigins, 1);
	assert_string_equal(mix.origin[0].base, "http://h:8080");
	assert_string_equal(mix.origin[0].host, "h");
	assert_int_equal(mix.origin[0].port, 8080);
	assert_false(mix.origin[0].tls);
	assert_string_equal(r->start, "GET ");
	assert_string_equal(r->host, " HTTP/1.1\r\nHost: h:8080\r\n");
	for (uint64_t seq = 0; seq < 10; seq++)
		assert_ptr_equal(mix_at(&mix, seq), r);
	mix_free(&mix);
}

static void methods_and_bodies(void **state)
{
	struct options o = plain((const char *[]){"http://h/x", NULL});
	char body[] = "a=1\0b";

	(void)state;
	o.method = "DELETE";
	assert_sends(&o, "DELETE /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\n\r\n");
	o.method = "POST";
	assert_sends(&o, "POST /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nContent-Length: 0\r\n\r\n");
	o.method = "PATCH";
	assert_sends(&o, "PATCH /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nContent-Length: 0\r\n\r\n");
	o.method = NULL;
	o.body = body;
	o.body_len = 3;
	assert_sends(&o, "POST /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nContent-Length: 3\r\n\r\na=1");
	o.method = "GET";
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nContent-Length: 3\r\n\r\na=1");
	o.method = "HEAD";
	o.body = NULL;
	struct mix mix;
	mix_load(&mix, &o);
	assert_true(mix.request[0].head);
	mix_free(&mix);
	static const char *const repeatable[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
	static const char *const others[] = {"POST", "PATCH", "LOCK", "get", "X-Y!"};
	for (size_t i = 0; i < sizeof repeatable / sizeof *repeatable; i++) {
		o.method = repeatable[i];
		mix_load(&mix, &o);
		assert_true(mix.request[0].idempotent);
		assert_string_equal(mix.request[0].method, repeatable[i]);
		mix_free(&mix);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		o.method = others[i];
		mix_load(&mix, &o);
		assert_false(mix.request[0].idempotent);
		assert_false(mix.request[0].head);
		mix_free(&mix);
	}
}

/* A body that is no text is what it is; in text braces are placeholders. */
static void only_text_is_filled_in(void **state)
{
	struct options o = plain((const char *[]){"http://h/x", NULL});
	char text[] = "{{seq}}{{{{", binary[] = "{{x\xff", nul[] = "{{y\0}}";
	struct mix mix;

	(void)state;
	o.body = text;
	o.body_len = strlen(text);
	mix_load(&mix, &o);
	assert_int_equal(mix.request[0].wire.len, 0);
	assert_non_null(strstr(message(&mix, &mix.request[0], 12345), "Content-Length: 7\r\n\r\n12345{{"));
	mix_free(&mix);
	o.body = binary;
	o.body_len = strlen(binary);
	assert_sends(&o, "POST /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nContent-Length: 4\r\n\r\n{{x\xff");
	o.body = nul;
	o.body_len = 6;
	mix_load(&mix, &o);
	assert_int_equal(mix.request[0].wire.len, strlen(mix.request[0].wire.bytes) + 3);
	assert_memory_equal(mix.request[0].wire.bytes + mix.request[0].wire.len - 6, nul, 6);
	mix_free(&mix);
}

static void headers_replace_defaults(void **state)
{
	struct options o = plain((const char *[]){"http://h/x", NULL});

	(void)state;
	o.header = (const char *[]){"X-A: 1", "X-A:2 ", "x-b:\t a: b ", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nX-A: 1\r\nX-A: 2\r\nx-b: a: b\r\n\r\n");
	o.header = (const char *[]){"accept: text/html", "USER-AGENT: me", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\naccept: text/html\r\nUSER-AGENT: me\r\n\r\n");
	o.header = (const char *[]){"Accept:", "User-Agent: ", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
	o.header = (const char *[]){"Accept;", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept:\r\n\r\n");
	o.header = (const char *[]){"host: other:1", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: other:1\r\n" AGENT "Accept: */*\r\n\r\n");
	o.header = (const char *[]){"host: one", "Host: two", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: two\r\n" AGENT "Accept: */*\r\n\r\n");
	o.header = (const char *[]){"Host:", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\n" AGENT "Accept: */*\r\n\r\n");
	o.header = NULL;
	o.keepalive = false;
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nConnection: close\r\n\r\n");
	o.header = (const char *[]){"Connection: TE, close", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nConnection: TE, close\r\n\r\n");
}

static void users_become_a_header(void **state)
{
	struct options o = plain((const char *[]){"http://Aladdin:open%20sesame@h/x", NULL});
	static const struct {
		const char *user, *text;
	} cases[] = {{"a:", "YTo="}, {"a:b", "YTpi"}, {"ab:c", "YWI6Yw=="}, {"ab:cd", "YWI6Y2Q="}, {":", "Og=="},
		     {"\xff\xfe:\xfd", "//46/Q=="}};

	(void)state;
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT
			 "Accept: */*\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char wanted[256];
		o.user = cases[i].user;
		snprintf(wanted, sizeof wanted, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT
						"Accept: */*\r\nAuthorization: Basic %s\r\n\r\n", cases[i].text);
		assert_sends(&o, wanted);
	}
	o.header = (const char *[]){"authorization: Bearer x", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\nauthorization: Bearer x\r\n\r\n");
	o.header = (const char *[]){"Authorization:", NULL};
	assert_sends(&o, "GET /x HTTP/1.1\r\nHost: h\r\n" AGENT "Accept: */*\r\n\r\n");
}

static void libcurl_gets_parts(void **state)
{
	struct options o = plain((const char *[]){"http://h/x/{{seq}}", NULL});
	char body[] = "b{{seq}}";
	struct buffer out = {0};
	struct mix mix;

	(void)state;
	o.header = (const char *[]){"X: {{seq}}", NULL};
	o.body = body;
	o.body_len = strlen(body);
	mix_load(&mix, &o);
	request_render_url(&mix, &mix.request[0], 42, &out);
	assert_string_equal(out.bytes, "http://h:80/x/42");
	assert_int_equal(out.len, strlen(out.bytes));
	request_render_headers(&mix, &mix.request[0], 42, &out);
	assert_string_equal(out.bytes, AGENT "Accept: */*\r\nX: 42\r\n");
	assert_int_equal(out.len, strlen(out.bytes));
	request_render_body(&mix, &mix.request[0], 42, &out);
	assert_string_equal(out.bytes, "b42");
	assert_int_equal(out.len, 3);
	mix_free(&mix);
	o.body = NULL;
	mix_load(&mix, &o);
	request_render_body(&mix, &mix.request[0], 42, &out);
	assert_string_equal(out.bytes, "");
	assert_int_equal(out.len, 0);
	mix_free(&mix);
	buffer_free(&out);
}

/* The parts that libcurl gets are those of the message. */
static void both_engines_send_the_same(void **state)
{
	struct options o = plain((const char *[]){"http://h/{{uuid}}?{{rand 1 1000000}}", NULL});
	char body[] = "{{uuid}} {{rand 1 1000000}}";
	struct buffer url = {0}, headers = {0}, text = {0};
	struct mix mix;
	char wanted[1024];

	(void)state;
	o.header = (const char *[]){"X: {{uuid}} {{rand 1 1000000}}", NULL};
	o.body = body;
	o.body_len = strlen(body);
	mix_load(&mix, &o);
	for (uint64_t seq = 0; seq < 20; seq++) {
		request_render_url(&mix, &mix.request[0], seq, &url);
		request_render_headers(&mix, &mix.request[0], seq, &headers);
		request_render_body(&mix, &mix.request[0], seq, &text);
		snprintf(wanted, sizeof wanted, "POST %s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %zu\r\n\r\n%s",
			 url.bytes + strlen("http://h:80"), headers.bytes, text.len, text.bytes);
		assert_string_equal(message(&mix, &mix.request[0], seq), wanted);
	}
	mix_free(&mix);
	buffer_free(&url);
	buffer_free(&headers);
	buffer_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_url_is_a_get),
		cmocka_unit_test(methods_and_bodies),
		cmocka_unit_test(only_text_is_filled_in),
		cmocka_unit_test(headers_replace_defaults),
		cmocka_unit_test(users_become_a_header),
		cmocka_unit_test(libcurl_gets_parts),
		cmocka_unit_test(both_engines_send_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
