#ifndef BENCHPIPE_HTTPCHUNKED_H
#define BENCHPIPE_HTTPCHUNKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The chunked transfer coding (RFC 9112, 7.1), taken apart as it arrives. Its parts must be as the grammar has them;
 * lines end in CRLF alone: that a lone LF is let pass in heads does not hold in bodies (RFC 9112, 2.2, erratum 7633).
 * Extensions and trailer fields, folded ones too, are checked and ignored. */

/* Bytes that are neither data nor bound to it: what lines of sizes have beyond 16 bytes and twice the data a chunk, and
 * the trailer fields. More are refused. */
#define CHUNKED_EXCESS_MAX (64 << 10)

struct chunked {
	int state;        /* private; zeroed is the beginning */
	uint64_t left;    /* of the chunk's data, or its size so far */
	uint64_t data;    /* bytes of data so far */
	uint64_t excess;
	const char *why;  /* set: it is broken; a constant text */
	bool done;        /* it has ended, trailer and all */
};

/* Where a body's bytes go; NULL where nobody looks at them. Pieces come in order, none is empty. */
typedef void response_body(void *data, const char *bytes, size_t len);

/* Take in len bytes; how many belong to the body: fewer than len where it is done or broken. */
size_t chunked_feed(struct chunked *c, const char *bytes, size_t len, response_body *body, void *data);

#endif
