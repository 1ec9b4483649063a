#ifndef FC_MOCK_HTTPREQUEST_H
#define FC_MOCK_HTTPREQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The requests in a stream of bytes, as the HTTP server inside Firecracker (micro_http) finds them, with what it takes
 * and refuses and in its words. What comes up to the first broken one does not depend on how the bytes are divided.
 * Behind a broken one it does, as it does there: the rest of what was fed is thrown away, and the next bytes are read
 * as what was expected where it broke. */

#define REQUEST_LINE 1024 /* bytes of a request line or a header, with its CR LF */

struct request {
	const char *method;  /* "GET", "PUT", "PATCH", "DELETE"; static */
	char *path;          /* absolute, "" where there is none; a NUL in it has become \x01 */
	char *body;          /* NUL-terminated; "" where there is none */
	size_t len;
	struct request *next; /* for the caller's use */
};

void request_free(struct request *request); /* NULL is fine */

enum request_step {
	REQUEST_MORE,     /* all has been read; feed again */
	REQUEST_CONTINUE, /* 100 Continue is to be sent before the body comes */
	REQUEST_READY,    /* a request is whole: request_take() */
	REQUEST_BROKEN    /* why, why_len say why: bytes of any kind */
};

struct request_parser {
	size_t body_max;
	bool knows_delete; /* the method DELETE, from Firecracker 1.16 on */
	char bytes[REQUEST_LINE];
	size_t held;      /* bytes of a line that began in an earlier feed */
	size_t at, end;   /* what of bytes has not been read yet */
	enum { IN_LINE, IN_HEADERS, IN_BODY, IS_WHOLE } state;
	struct request *request; /* being read; in IN_LINE NULL */
	unsigned minor;   /* of its version: 0 or 1 */
	bool expect;
	uint32_t length;  /* Content-Length */
	size_t room;      /* of request->body */
	char *why;
	size_t why_len;
};

void request_begin(struct request_parser *p, size_t body_max, bool knows_delete);
void request_end(struct request_parser *p); /* frees what is in it */

/* Where the next bytes are to be put, and how many at most (1 or more). Only after REQUEST_MORE and REQUEST_BROKEN. */
char *request_room(struct request_parser *p, size_t *room);
void request_feed(struct request_parser *p, size_t len);

/* Read on. Or dies for want of memory. */
enum request_step request_next(struct request_parser *p);

struct request *request_take(struct request_parser *p); /* the caller's, request_free() */

#endif
