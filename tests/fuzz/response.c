/* http-load's parser of responses: what comes of bytes must not depend on how they are divided, on the cache, or on
 * what was parsed before. The first byte of the input says how it is divided, and whether it answers HEAD. */
#include "harness.h"

#include "httpresponse.h"

struct body {
	uint64_t len, hash;
};

static void take(void *data, const char *bytes, size_t len)
{
	struct body *body = data;

	MUST(len > 0);
	body->len += len;
	for (size_t i = 0; i < len; i++)
		body->hash = (body->hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
}

struct result {
	struct response response;
	struct body body;
	size_t consumed;
};

static void check(const struct response *r)
{
	MUST((r->state == RESPONSE_BROKEN) == (r->why != NULL));
	MUST(response_skippable(r) <= INT64_MAX);
	MUST(r->state != RESPONSE_LENGTH || (r->left > 0 && r->body + r->left == r->head.length));
	MUST(r->state == RESPONSE_HEAD || r->state == RESPONSE_BROKEN || r->head.status / 100 != 1);
	MUST(!response_reusable(r) || (r->state == RESPONSE_DONE && r->head.keep_alive));
	MUST(r->state == RESPONSE_HEAD || !r->held);
}

/* In pieces of a length; the bytes of each are its own, so that looking past them is seen. */
static void run(struct result *result, const char *bytes, size_t size, size_t piece, bool to_head,
		struct head_cache *cache)
{
	struct response *r = &result->response;

	*result = (struct result){0};
	response_begin(r, to_head);
	for (size_t at = 0; at < size; at += piece) {
		size_t len = size - at < piece ? size - at : piece, n;
		char *own = malloc(len);

		MUST(own);
		memcpy(own, bytes + at, len);
		n = response_feed(r, own, len, cache, take, &result->body);
		free(own);
		check(r);
		MUST(n <= len && r->begun);
		MUST(result->body.len == r->body);
		result->consumed += n;
		if (n < len || r->state >= RESPONSE_DONE) {
			MUST(r->state >= RESPONSE_DONE);
			break;
		}
	}
	MUST(r->body <= result->consumed);
	MUST(!to_head || r->body == 0);
}

static void must_be_same(const struct result *a, const struct result *b)
{
	const struct response *r = &a->response, *s = &b->response;

	MUST(r->state == s->state && r->why == s->why);
	MUST(r->body == s->body && a->body.hash == b->body.hash);
	MUST(r->state == RESPONSE_BROKEN || a->consumed == b->consumed);
	MUST(response_reusable(r) == response_reusable(s));
	MUST(response_skippable(r) == response_skippable(s));
	if (r->state == RESPONSE_HEAD || r->state == RESPONSE_BROKEN)
		return;
	MUST(r->head.status == s->head.status && r->head.minor == s->head.minor && r->head.mock == s->head.mock);
	MUST(r->head.status >= 0 && r->head.status <= 999 && r->head.minor >= 0 && r->head.minor <= 9);
}

/* Whole, with a cache that others have used, and to its end. */
static void run_cached(const struct result *whole, const char *bytes, size_t size, bool to_head)
{
	static struct head_cache cache;
	struct result again;

	for (int i = 0; i < 2; i++) {
		run(&again, bytes, size, size, to_head, &cache);
		must_be_same(whole, &again);
		response_eof(&again.response);
		check(&again.response);
		MUST(again.response.state == RESPONSE_DONE || again.response.state == RESPONSE_BROKEN);
		response_free(&again.response);
	}
}

/* What head_parse() takes is what head_end() finds. */
static void check_head(const char *bytes, size_t size)
{
	struct head head;
	const char *why = NULL;
	size_t end;

	if (!head_possible(bytes, size))
		return;
	end = head_end(bytes, size, 0);
	MUST(end <= size);
	for (size_t from = 0; from < end; from += 1 + end / 16)
		MUST(head_end(bytes, size, from) == end);
	if (end && head_parse(&head, bytes, end, &why) != 0)
		MUST(why && *why);
	if (!end) /* nor does what is no head do harm */
		MUST(head_parse(&head, bytes, size, &why) != 0 && why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	struct result whole, divided;
	bool to_head;

	if (size < 2)
		return 0;
	to_head = data[0] & 1;
	size--;
	run(&whole, bytes, size, size, to_head, NULL);
	run(&divided, bytes, size, 1, to_head, NULL);
	must_be_same(&whole, &divided);
	response_free(&divided.response);
	run(&divided, bytes, size, 1 + (data[0] >> 1), to_head, NULL);
	must_be_same(&whole, &divided);
	response_free(&divided.response);
	run_cached(&whole, bytes, size, to_head);
	response_free(&whole.response);
	check_head(bytes, size);
	return 0;
}
