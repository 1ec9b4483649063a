/* fc-mock's parser of requests: what comes of bytes up to the first that are no request must not depend on how they are
 * divided. The first byte of the input says how, the second how large a body may be. What comes behind a broken request
 * may be anything, but must not do harm. */
#include "harness.h"

#include "../../cmd/fc-mock/httprequest.h"

struct result {
	unsigned requests, continues;
	uint64_t hash;     /* of all that was found */
	bool broken;
	char *why;
	size_t why_len;
};

static void mix(struct result *result, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		result->hash = (result->hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
	result->hash = (result->hash ^ len) * UINT64_C(0x100000001b3);
}

static void take(struct result *result, struct request_parser *p)
{
	struct request *r = request_take(p);

	MUST(r && r->method && r->path && r->body);
	MUST(r->len <= p->body_max && r->body[r->len] == '\0');
	MUST(!r->path[0] || r->path[0] == '/');
	MUST(strlen(r->path) < REQUEST_LINE);
	mix(result, r->method, strlen(r->method));
	mix(result, r->path, strlen(r->path));
	mix(result, r->body, r->len);
	result->requests++;
	request_free(r);
}

/* What has been fed, to its end. */
static void read_on(struct result *result, struct request_parser *p)
{
	for (;;) {
		switch (request_next(p)) {
		case REQUEST_MORE:
			MUST(p->at == p->end);
			return;
		case REQUEST_CONTINUE:
			MUST(p->minor <= 1);
			result->continues++;
			break;
		case REQUEST_READY:
			take(result, p);
			break;
		case REQUEST_BROKEN:
			MUST(p->why && p->why_len > 0);
			if (!result->broken) {
				result->why = malloc(p->why_len);
				MUST(result->why);
				memcpy(result->why, p->why, p->why_len);
				result->why_len = p->why_len;
			}
			result->broken = true;
			return;
		}
	}
}

/* In pieces of a length. All of it, or up to what is broken. */
static void run(struct result *result, const uint8_t *data, size_t size, size_t piece, size_t body_max, bool all)
{
	struct request_parser *p = malloc(sizeof *p);

	MUST(p);
	*result = (struct result){0};
	request_begin(p, body_max, body_max % 16 == 0);
	for (size_t at = 0; at < size && (all || !result->broken);) {
		size_t len = size - at < piece ? size - at : piece, room;
		char *to = request_room(p, &room);

		MUST(room > 0 && to + room == p->bytes + sizeof p->bytes);
		if (len > room)
			len = room;
		memcpy(to, data + at, len);
		request_feed(p, len);
		read_on(result, p);
		at += len;
	}
	request_end(p);
	free(p);
}

static void must_be_same(const struct result *a, const struct result *b)
{
	MUST(a->requests == b->requests && a->continues == b->continues && a->hash == b->hash);
	MUST(a->broken == b->broken && a->why_len == b->why_len);
	MUST(!a->why_len || memcmp(a->why, b->why, a->why_len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result whole, divided;
	size_t piece, body_max;

	if (size < 3)
		return 0;
	piece = 1 + data[0];
	body_max = 8 * (size_t)data[1];
	data += 2;
	size -= 2;
	run(&whole, data, size, size, body_max, false);
	run(&divided, data, size, 1, body_max, false);
	must_be_same(&whole, &divided);
	free(divided.why);
	run(&divided, data, size, piece, body_max, false);
	must_be_same(&whole, &divided);
	free(divided.why);
	run(&divided, data, size, piece, body_max, true);
	MUST(divided.requests >= whole.requests || whole.broken);
	free(divided.why);
	free(whole.why);
	return 0;
}
