#ifndef HTTP_LOAD_MIX_H
#define HTTP_LOAD_MIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "template.h"
#include "url.h"

/* The requests that are made, in which shares, and where to. Nothing of it changes during the load; threads share. */

#define MIX_MAX 1000 /* requests */

struct origin { /* where connections go */
	bool tls;
	char *host;
	unsigned port;
	char *base; /* "https://host:port", as libcurl wants it */
};

struct expectation;

struct request { /* one kind of request */
	char *name;            /* "version" */
	char *bench;           /* "http/version" */
	uint64_t weight;       /* 1 or more */
	size_t origin;         /* its index */
	const char *method;
	bool head;             /* it is HEAD: the response has no body */
	bool idempotent;       /* GET, HEAD, PUT, DELETE, OPTIONS, TRACE */
	const struct expectation *expect; /* NULL: any status under 400 */
	struct template *path;
	struct template *headers; /* lines with CRLF, but Host and Content-Length */
	struct template *body; /* NULL: none */
	char *start, *host;    /* "GET " and " HTTP/1.1\r\nHost: ...\r\n" around the path */
	struct buffer wire;    /* the whole HTTP/1.1 message where nothing in it is filled in, else empty */
	/* private */
	bool has_length;       /* Content-Length is sent */
};

struct choice { /* of a weighted pick (Walker's alias method) */
	uint64_t share;        /* of the sum of weights that is its own request's, the rest is the other's */
	uint32_t other;
};

struct mix {
	struct request *request;
	size_t n;
	struct origin *origin;
	size_t norigins;
	uint64_t seed;
	struct feed *feed;     /* NULL: none */
	uint64_t weights;      /* the sum */
	char *bench;           /* of all requests together; of the only one, where there is but one */
	/* private */
	struct expectation *expect; /* of the command line, for requests that have none of their own */
	struct choice *choice;
	uint64_t key;
};

/* From --requests, or from the URLs with -X, -H, -b, -u. Dies with option or file:line: what was expected. */
void mix_load(struct mix *mix, const struct options *o);
void mix_free(struct mix *mix);

/* Which request number seq is: weighted at random, a function of the seed and seq. */
const struct request *mix_at(const struct mix *mix, uint64_t seq);

/* The HTTP/1.1 message of number seq into out, replacing what it holds (not for those with a wire text). scratch is
 * for the body, whose length stands before it. */
void request_render(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out,
		    struct buffer *scratch);

/* One part for libcurl, NUL-terminated (which len does not count), into out, replacing what it holds. The body is empty
 * for requests without one. Headers are lines with CRLF, but Host and Content-Length; some may have no value. */
void request_render_url(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out);
void request_render_headers(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out);
void request_render_body(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out);

#endif
