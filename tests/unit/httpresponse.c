#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "octet.h"
#include "httpresponse.h"
#include "responses.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A response as it is taken in, and the body that has come of it. */
struct intake {
	struct response response;
	char *body;
	size_t body_len, consumed;
	size_t room;
};

static void keep(void *data, const char *bytes, size_t len)
{
	struct intake *in = data;

	assert_true(len > 0);
	if (in->body_len + len > in->room) {
		in->room = 2 * (in->body_len + len);
		in->body = realloc(in->body, in->room);
		assert_non_null(in->body);
	}
	memcpy(in->body + in->body_len, bytes, len);
	in->body_len += len;
}

/* A piece of its own size, so that the sanitizer sees each step beyond it. Whether the response goes on behind it. */
static bool feed(struct intake *in, const char *bytes, size_t len, struct head_cache *cache)
{
	char *piece = malloc(len + !len);
	size_t n;

	assert_non_null(piece);
	if (len)
		memcpy(piece, bytes, len);
	n = response_feed(&in->response, piece, len, cache, keep, in);
	free(piece);
	assert_true(n <= len);
	assert_true(n == len || in->response.state >= RESPONSE_DONE);
	assert_int_equal(in->body_len, in->response.body);
	in->consumed += n;
	return n == len;
}

static void release(struct intake *in)
{
	response_free(&in->response);
	free(in->body);
}

static void assert_same(const char *name, size_t at, const struct intake *a, const struct intake *b)
{
	const struct response *r = &a->response, *s = &b->response;

	if (r->state != s->state || r->why != s->why || r->body != s->body || a->body_len != b->body_len ||
	    r->left != s->left || (a->body_len && memcmp(a->body, b->body, a->body_len) != 0) ||
	    response_reusable(r) != response_reusable(s) || (r->state != RESPONSE_BROKEN && a->consumed != b->consumed))
		fail_msg("%s: not the same behind %zu bytes", name, at);
}

static enum expected came_to(struct response *r)
{
	enum response_state before = r->state;

	response_eof(r);
	assert_true(r->state == RESPONSE_DONE || r->state == RESPONSE_BROKEN);
	assert_int_equal(r->state == RESPONSE_BROKEN, r->why != NULL);
	if (r->state == before)
		return before == RESPONSE_DONE ? WHOLE : BROKEN;
	return r->state == RESPONSE_DONE ? CLOSED : CUT;
}

/* The connection ends: is it as expected? */
static void assert_expected(const struct expectation *e, const char *how, size_t at, struct intake *in)
{
	struct response *r = &in->response;
	const char *body = e->body ? e->body : "";
	enum expected came = came_to(r);

	if (came != e->expected || (e->why && (!r->why || strcmp(r->why, e->why) != 0)))
		fail_msg("%s, %s at %zu: came to %d (%s)", e->name, how, at, came, r->why ? r->why : "nothing wrong");
	if (e->status && r->head.status != e->status)
		fail_msg("%s, %s at %zu: status %d", e->name, how, at, r->head.status);
	if (in->body_len != strlen(body) || (in->body_len && memcmp(in->body, body, in->body_len) != 0))
		fail_msg("%s, %s at %zu: body `%.*s`", e->name, how, at, (int)in->body_len, in->body);
	if (response_reusable(r) != e->reusable)
		fail_msg("%s, %s at %zu: reusable %d", e->name, how, at, !e->reusable);
	if (e->expected != BROKEN && in->consumed != e->len - e->surplus)
		fail_msg("%s, %s at %zu: %zu bytes of %zu", e->name, how, at, in->consumed, e->len);
	if (r->state == RESPONSE_DONE && r->head.mock != e->mock)
		fail_msg("%s, %s at %zu: mock %d", e->name, how, at, r->head.mock);
}

static void run(const struct expectation *e, struct head_cache *cache, const char *how)
{
	struct intake step = {0};

	response_begin(&step.response, e->to_head);
	for (size_t at = 0; at <= e->len; at++) {
		struct intake in = {0};

		/* In two pieces, and the first of them must come to what its single bytes came to. */
		response_begin(&in.response, e->to_head);
		feed(&in, e->bytes, at, cache);
		assert_same(e->name, at, &in, &step);
		feed(&in, "", 0, cache);
		if (in.response.state < RESPONSE_DONE)
			feed(&in, e->bytes + at, e->len - at, cache);
		assert_expected(e, how, at, &in);
		release(&in);
		if (at < e->len && step.response.state < RESPONSE_DONE)
			feed(&step, e->bytes + at, 1, cache);
	}
	assert_expected(e, how, e->len, &step);
	release(&step);
}

static void each_is_taken_as_the_rfc_has_it_however_it_is_divided(void **state)
{
	struct head_cache cache = {.len = 0};

	(void)state;
	assert_true(COUNT(table) >= 200);
	for (size_t i = 0; i < COUNT(table); i++) {
		struct head_cache own = {.len = 0};

		run(&table[i], NULL, "no cache");
		run(&table[i], &own, "a cache");
		run(&table[i], &cache, "a cache of others");
	}
}

static void one_response_after_another(void **state)
{
	static const char bytes[] = LENGTH("2") "hi" CHUNKS "2\r\nho\r\n0\r\n\r\n" CHUNKS "2\r\nhe\r\n0\r\n\r\n"
				    "HTTP/1.1 204 No Content\r\n\r\n" LENGTH("0") OK "\r\nrest";
	static const struct {
		int status;
		const char *body;
	} expected[] = {{200, "hi"}, {200, "ho"}, {200, "he"}, {204, ""}, {200, ""}, {200, "rest"}};
	struct head_cache cache = {.len = 0};

	(void)state;
	for (size_t piece = 1; piece <= sizeof(bytes) - 1; piece++) {
		struct intake in = {0};
		size_t at = 0, n = 0;

		response_begin(&in.response, false);
		while (at < sizeof(bytes) - 1) {
			size_t before = in.consumed, len = sizeof(bytes) - 1 - at;

			feed(&in, bytes + at, len < piece ? len : piece, &cache);
			at += in.consumed - before;
			if (in.response.state != RESPONSE_DONE)
				continue;
			assert_true(response_reusable(&in.response));
			assert_int_equal(in.response.head.status, expected[n].status);
			assert_int_equal(in.body_len, strlen(expected[n].body));
			assert_true(!in.body_len || memcmp(in.body, expected[n].body, in.body_len) == 0);
			n++;
			in.body_len = 0;
			response_begin(&in.response, false);
		}
		assert_int_equal(n, 5);
		assert_int_equal(came_to(&in.response), CLOSED);
		assert_false(response_reusable(&in.response));
		assert_int_equal(in.body_len, 4);
		release(&in);
	}
}

static void an_end_before_the_first_byte_is_told_apart(void **state)
{
	struct response r = {0};

	(void)state;
	response_begin(&r, false);
	assert_int_equal(response_feed(&r, "", 0, NULL, NULL, NULL), 0);
	assert_false(r.begun);
	response_eof(&r);
	assert_int_equal(r.state, RESPONSE_BROKEN);
	assert_string_equal(r.why, "the connection ended before the response");
	response_begin(&r, false);
	assert_int_equal(response_feed(&r, "H", 1, NULL, NULL, NULL), 1);
	assert_true(r.begun);

	/* Nor does a beginning stay. */
	response_begin(&r, false);
	assert_false(r.begun);
	assert_int_equal(response_feed(&r, LENGTH("0"), strlen(LENGTH("0")), NULL, NULL, NULL), strlen(LENGTH("0")));
	assert_int_equal(r.state, RESPONSE_DONE);
	response_free(&r);
}

static void a_body_of_known_length_can_be_skipped(void **state)
{
	static const char bytes[] = LENGTH("1000000") "hi";
	struct response r = {0};

	(void)state;
	response_begin(&r, false);
	assert_int_equal(response_skippable(&r), 0);
	assert_int_equal(response_feed(&r, bytes, sizeof(bytes) - 1, NULL, NULL, NULL), sizeof(bytes) - 1);
	assert_int_equal(response_skippable(&r), 999998);
	response_skipped(&r, 999000);
	assert_int_equal(response_feed(&r, "12345678", 8, NULL, NULL, NULL), 8);
	assert_int_equal(response_skippable(&r), 990);
	assert_int_equal(r.state, RESPONSE_LENGTH);
	response_skipped(&r, 990);
	assert_int_equal(r.state, RESPONSE_DONE);
	assert_int_equal(r.body, 1000000);
	assert_int_equal(response_skippable(&r), 0);
	assert_true(response_reusable(&r));
	assert_int_equal(response_feed(&r, "more", 4, NULL, NULL, NULL), 0);
}

static void the_cache_knows_only_what_is_the_same_to_the_byte(void **state)
{
	static const char *const heads[] = {
		OK "Content-Length: 2\r\n\r\n",  OK "Content-Length: 2\n\r\n",
		OK "Content-Length: 2\r\n \r\n\r\n", OK "Content-Length: 3\r\n\r\n",
		OK "Content-Length: 2\r\nA: b\r\n\r\n",
	};
	struct head_cache cache = {.len = 0};

	(void)state;
	/* Each four times, to GET and to HEAD; what comes out of the cache is marked. */
	for (size_t i = 0; i < 8 * COUNT(heads); i++) {
		const char *head = heads[i / 4 % COUNT(heads)];
		uint64_t length = head[33] == '3' ? 3 : 2;
		struct response r = {0};
		bool to_head = i & 1;
		char bytes[100];
		size_t n;

		snprintf(bytes, sizeof(bytes), "%s12345", head);
		response_begin(&r, to_head);
		n = response_feed(&r, bytes, strlen(bytes), &cache, NULL, NULL);
		assert_int_equal(n, strlen(head) + (to_head ? 0 : length));
		assert_int_equal(r.state, RESPONSE_DONE);
		assert_int_equal(r.body, to_head ? 0 : length);
		assert_int_equal(r.head.length, length);
		assert_int_equal(r.head.mock, i % 4 > 0);
		assert_int_equal(cache.len, strlen(head));
		cache.head.mock = true;
	}
}

static void an_interim_head_or_a_broken_one_leaves_the_cache_alone(void **state)
{
	static const char last[] = LENGTH("2"), interim[] = "HTTP/1.1 100 Continue\r\n\r\n", bad[] = OK "A\r\n\r\n";
	struct head_cache cache = {.len = 0};
	struct response r = {0};

	(void)state;
	response_begin(&r, false);
	response_feed(&r, last, sizeof(last) - 1, &cache, NULL, NULL);
	assert_int_equal(cache.len, sizeof(last) - 1);
	response_begin(&r, false);
	response_feed(&r, interim, sizeof(interim) - 1, &cache, NULL, NULL);
	assert_int_equal(r.state, RESPONSE_HEAD);
	assert_int_equal(cache.len, sizeof(last) - 1);
	response_begin(&r, false);
	response_feed(&r, bad, sizeof(bad) - 1, &cache, NULL, NULL);
	assert_int_equal(r.state, RESPONSE_BROKEN);
	assert_int_equal(cache.len, sizeof(last) - 1);
}

/* A head of len bytes, in fields of `each` bytes but for the last. */
static char *long_head(size_t len, size_t each)
{
	static const char first[] = OK "Content-Length: 2\r\n";
	char *head = malloc(len);
	size_t at = sizeof(first) - 1;

	assert_non_null(head);
	memcpy(head, first, at);
	while (at < len - 2) {
		size_t n = len - 2 - at < 2 * each ? len - 2 - at : each;

		memset(head + at, 'v', n);
		memcpy(head + at, "X-Name: ", 8);
		memcpy(head + at + n - 2, "\r\n", 2);
		at += n;
	}
	memcpy(head + len - 2, "\r\n", 2);
	return head;
}

/* In pieces of a size, from single bytes to the whole. */
static void run_in_pieces(const char *bytes, size_t len, enum expected expected, const char *why, size_t consumed)
{
	static const size_t sizes[] = {1, 7, 1460, 4096, 65536, 1 << 20};

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct head_cache cache = {.len = 0};
		struct intake in = {0};

		response_begin(&in.response, false);
		for (size_t at = 0; at < len; at += sizes[i])
			if (!feed(&in, bytes + at, len - at < sizes[i] ? len - at : sizes[i], &cache))
				break;
		assert_int_equal(came_to(&in.response), expected);
		if (why)
			assert_string_equal(in.response.why, why);
		else
			assert_int_equal(in.consumed, consumed);
		release(&in);
	}
}

static void long_heads_work_up_to_their_bound(void **state)
{
	static const size_t lengths[] = {1023, 1024, 1025, 65536, HEAD_MAX - 1, HEAD_MAX, HEAD_MAX + 1, 2 * HEAD_MAX};
	static const size_t fields[] = {16, 1000, 60000, 4 * HEAD_MAX}; /* thousands of fields to one */

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++)
		for (size_t f = 0; f < COUNT(fields); f++) {
			char *head = long_head(lengths[i], fields[f]), *bytes = malloc(lengths[i] + 2);

			assert_non_null(bytes);
			memcpy(bytes, head, lengths[i]);
			memcpy(bytes + lengths[i], "hi", 2);
			if (lengths[i] <= HEAD_MAX)
				run_in_pieces(bytes, lengths[i] + 2, WHOLE, NULL, lengths[i] + 2);
			else
				run_in_pieces(bytes, lengths[i] + 2, BROKEN, "the head is too long", 0);
			free(head);
			free(bytes);
		}
}

static void a_flood_without_a_line_is_refused(void **state)
{
	struct response r = {0};
	char *bytes = malloc(2 * HEAD_MAX);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'x', 2 * HEAD_MAX);
	run_in_pieces(bytes, 2 * HEAD_MAX, BROKEN, NO_HTTP, 0);
	memcpy(bytes, "HTTP/1.1 200 ", 13);
	run_in_pieces(bytes, 2 * HEAD_MAX, BROKEN, "the head is too long", 0);
	response_begin(&r, false);
	response_feed(&r, bytes, HEAD_MAX, NULL, NULL, NULL);
	assert_int_equal(r.state, RESPONSE_BROKEN);
	free(bytes);
}

/* first, n times the unit, last. */
static char *repeated(const char *first, const char *unit, size_t n, const char *last, size_t *len)
{
	size_t size = strlen(first) + n * strlen(unit) + strlen(last) + 1;
	char *bytes = malloc(size), *at;

	assert_non_null(bytes);
	at = stpcpy(bytes, first);
	for (size_t i = 0; i < n; i++)
		at = stpcpy(at, unit);
	strcpy(at, last);
	*len = size - 1;
	return bytes;
}

static void assert_repeated(const char *first, const char *unit, size_t n, const char *last, enum expected expected,
			    const char *why)
{
	size_t len;
	char *bytes = repeated(first, unit, n, last, &len);

	run_in_pieces(bytes, len, expected, why, len);
	free(bytes);
}

static void interim_responses_have_an_end(void **state)
{
	static const char interim[] = "HTTP/1.1 103 Early Hints\r\n\r\n";
	struct response r = {0};
	size_t len;
	char *bytes = repeated("", interim, RESPONSE_INTERIM_MAX, LENGTH("0"), &len);

	(void)state;
	assert_repeated("", interim, RESPONSE_INTERIM_MAX, LENGTH("2") "hi", WHOLE, NULL);
	assert_repeated("", interim, RESPONSE_INTERIM_MAX + 1, LENGTH("2") "hi", BROKEN, "too many responses 1xx");
	for (int i = 0; i < 2; i++) {
		response_begin(&r, false);
		assert_int_equal(response_feed(&r, bytes, len, NULL, NULL, NULL), len);
		assert_int_equal(r.state, RESPONSE_DONE);
	}
	free(bytes);
}

static void what_is_between_chunks_has_an_end(void **state)
{
	static const char too_much[] = "too much between the chunks";

	(void)state;
	/* Any number of chunks, of a byte each and with a short extension. */
	assert_repeated(CHUNKS, "1;abcde=f\r\nx\r\n", 50000, "0\r\n\r\n", WHOLE, NULL);
	/* An extension in proportion to the data. */
	assert_repeated(CHUNKS,
			"32;signature=0123456789012345678901234567890123456789\r\n"
			"01234567890123456789012345678901234567890123456789\r\n",
			5000, "0\r\n\r\n", WHOLE, NULL);
	/* Long ones, but few. */
	assert_repeated(CHUNKS "1", ";0123456789abcde", 4000, "\r\nx\r\n0\r\n\r\n", WHOLE, NULL);
	assert_repeated(CHUNKS "1", ";0123456789abcde", 5000, "\r\nx\r\n0\r\n\r\n", BROKEN, too_much);
	assert_repeated(CHUNKS "1;a=\"", "0123456789abcdef", 5000, "\"\r\nx\r\n0\r\n\r\n", BROKEN, too_much);
	assert_repeated(CHUNKS, "1;0123456789abcdef0123456789abcdef0123456789abcdef\r\nx\r\n", 5000, "0\r\n\r\n",
			BROKEN, too_much);
	/* Zeros. */
	assert_repeated(CHUNKS, "0", 65000, "2\r\nhi\r\n0\r\n\r\n", WHOLE, NULL);
	assert_repeated(CHUNKS, "0", 70000, "2\r\nhi\r\n0\r\n\r\n", BROKEN, too_much);
	/* Trailers. */
	assert_repeated(CHUNKS "0\r\n", "Some-Name: value\r\n", 3000, "\r\n", WHOLE, NULL);
	assert_repeated(CHUNKS "0\r\n", "Some-Name: value\r\n", 4000, "\r\n", BROKEN, too_much);
}

static void octets_are_classed_as_the_grammar_does(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		bool token = alpha || (c && strchr("!#$%&'*+-.^_`|~", c)), text = c == '\t' || (c >= ' ' && c != 0x7f);

		assert_int_equal(octet_is((char)c, OCTET_TOKEN) != 0, token);
		assert_int_equal(octet_is((char)c, OCTET_TEXT) != 0, text);
	}
}

/* A control character anywhere in a value is found, whatever is around it. */
static void every_octet_of_a_value_is_looked_at(void **state)
{
	static const int around[] = {'a', 0xff, 0x80, '\t', ' '};

	(void)state;
	for (size_t a = 0; a < COUNT(around); a++)
		for (size_t at = 0; at < 40; at++)
			for (int c = 0; c < 256; c++) {
				char bytes[80] = OK "A:";
				size_t from = strlen(bytes);
				struct head head;
				const char *why;

				memset(bytes + from, around[a], 40);
				bytes[from + at] = (char)c;
				memcpy(bytes + from + 40, "\n\n", 2);
				if (c == '\n' || (c == '\r' && at == 39))
					continue;
				if (octet_is((char)c, OCTET_TEXT)) {
					assert_int_equal(head_parse(&head, bytes, from + 42, &why), 0);
				} else {
					assert_int_equal(head_parse(&head, bytes, from + 42, &why), -1);
					assert_string_equal(why, VALUE);
				}
			}
}

static void the_head_tells_of_its_fields(void **state)
{
	static const char bytes[] = "HTTP/1.0 201 Created\r\nContent-Length: 9223372036854775807\r\n"
				    "Connection: keep-alive\r\nX-Benchpipe: mock\r\n\r\n";
	struct head head;
	const char *why;

	(void)state;
	assert_int_equal(head_end(bytes, sizeof(bytes) - 1, 0), sizeof(bytes) - 1);
	assert_int_equal(head_parse(&head, bytes, sizeof(bytes) - 1, &why), 0);
	assert_int_equal(head.status, 201);
	assert_int_equal(head.minor, 0);
	assert_true(head.has_length && head.keep_alive && head.mock);
	assert_false(head.chunked || head.other_coding || head.suspect || head.fault);
	assert_true(head.length == INT64_MAX);
	assert_int_equal(head_parse(&head, "HTTP/2 200\n\n", 12, &why), -1);
	assert_string_equal(why, HEAD_IMPOSSIBLE);
}

static void a_heads_end_is_found_from_wherever_one_looked_before(void **state)
{
	static const char *const heads[] = {"HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200\n\n", "HTTP/1.1 200\n\r\n",
					    "HTTP/1.1 200\r\n\n", "HTTP/1.1 200 OK\r\nA: b\r\n \r\n\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++)
		for (size_t from = 0; from < strlen(heads[i]); from++) {
			assert_int_equal(head_end(heads[i], from, 0), 0);
			assert_int_equal(head_end(heads[i], strlen(heads[i]), from), strlen(heads[i]));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_are_classed_as_the_grammar_does),
		cmocka_unit_test(every_octet_of_a_value_is_looked_at),
		cmocka_unit_test(the_head_tells_of_its_fields),
		cmocka_unit_test(a_heads_end_is_found_from_wherever_one_looked_before),
		cmocka_unit_test(each_is_taken_as_the_rfc_has_it_however_it_is_divided),
		cmocka_unit_test(one_response_after_another),
		cmocka_unit_test(an_end_before_the_first_byte_is_told_apart),
		cmocka_unit_test(a_body_of_known_length_can_be_skipped),
		cmocka_unit_test(the_cache_knows_only_what_is_the_same_to_the_byte),
		cmocka_unit_test(an_interim_head_or_a_broken_one_leaves_the_cache_alone),
		cmocka_unit_test(long_heads_work_up_to_their_bound),
		cmocka_unit_test(a_flood_without_a_line_is_refused),
		cmocka_unit_test(interim_responses_have_an_end),
		cmocka_unit_test(what_is_between_chunks_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
