#ifndef BENCHPIPE_HTTPRESPONSE_H
#define BENCHPIPE_HTTPRESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "httpchunked.h"
#include "httphead.h"

/* An HTTP/1.x response, taken in as it arrives (RFC 9112): 1xx before it, framing by Content-Length, chunked or the
 * end of the connection, no body for HEAD, 204, 304. Nothing is allocated where heads arrive whole. What comes of it
 * does not depend on how the bytes are divided. */

#define RESPONSE_INTERIM_MAX 100 /* responses 1xx before the one that counts; more are refused */

/* Heads are often the same from response to response: one that was parsed is recognized by its bytes. One for each
 * thread; zeroed it is empty. */
struct head_cache {
	char bytes[1024];
	size_t len; /* 0: nothing; longer heads are not kept */
	struct head head;
};

enum response_state {
	RESPONSE_HEAD,     /* in or before the head */
	RESPONSE_LENGTH,   /* in a body of known length: response_skippable() bytes are left */
	RESPONSE_CHUNKED,
	RESPONSE_TO_CLOSE, /* in a body that the end of the connection ends */
	RESPONSE_DONE,
	RESPONSE_BROKEN
};

struct response {
	enum response_state state;
	struct head head;      /* once the state is past RESPONSE_HEAD */
	bool to_head;          /* the answer to HEAD */
	bool begun;            /* any byte of it has come, be it of a 1xx before it */
	uint64_t body;         /* bytes of the body so far, without the chunks' framing */
	uint64_t left;         /* of a body of known length */
	const char *why;       /* in RESPONSE_BROKEN: a constant text */
	/* private */
	bool reusable;
	unsigned interim;
	struct chunked chunked;
	char *held;            /* a head that has arrived in part */
	size_t held_len, held_room;
};

/* Before the first use zero it. Begin the response to one request. */
void response_begin(struct response *r, bool to_head);

/* Take in len bytes; how many belong to this response (fewer than len: the rest came behind it, or it is broken).
 * The state tells how it stands. cache may be NULL, as may body. Out of memory is RESPONSE_BROKEN. */
size_t response_feed(struct response *r, const char *bytes, size_t len, struct head_cache *cache, response_body *body,
		     void *data);

/* The connection ended in order: RESPONSE_TO_CLOSE is done, what is not done yet is broken (state and why are set). */
void response_eof(struct response *r);

/* Body bytes that the caller may take off the connection unseen and tell with response_skipped(). */
static inline uint64_t response_skippable(const struct response *r)
{
	return r->state == RESPONSE_LENGTH ? r->left : 0;
}
void response_skipped(struct response *r, uint64_t bytes); /* at most as many as are skippable */

/* After RESPONSE_DONE: may the connection be used again? */
bool response_reusable(const struct response *r);

void response_free(struct response *r); /* what it holds */

#endif
