#ifndef BENCHPIPE_SERVE_H
#define BENCHPIPE_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A small HTTP/1.1 server on TCP or a unix socket: the only module that knows libmicrohttpd. */

struct serve;

struct serve_request {
	const struct serve *serve; /* what it came to */
	const char *method, *path; /* the path is decoded and without the query */
	const char *body;          /* NUL-terminated, "" where there is none or it was too large */
	size_t len;
	bool too_large;            /* the body was longer than the limit; it was read and thrown away */
	unsigned thread;           /* 0 and up: the thread that calls; each runs one handler at a time */
	uint64_t number;           /* 0 and up, in the order in which requests arrived */
	int64_t arrived;           /* clock_now() when its head had been read */
	void *handle;              /* this module's own */
};

/* The value of a header (whatever its case), of a parameter of the query (decoded). NULL: there is none. */
const char *serve_header(const struct serve_request *r, const char *name);
const char *serve_query(const struct serve_request *r, const char *name);

#define SERVE_PEER_MAX 48
/* The client's address without the port; "unix" for one on a unix socket. */
void serve_peer(const struct serve_request *r, char text[SERVE_PEER_MAX]);

enum serve_body {
	SERVE_STATIC, /* outlives the server */
	SERVE_OWNED,  /* free()d once it has been sent */
	SERVE_MADE    /* written piece by piece as it is sent */
};

#define SERVE_HEADERS 8
#define SERVE_TEXT 512

/* What a handler answers. All zero but the status (200) and type (NULL) when it is called. */
struct serve_reply {
	unsigned status;
	const char *type;     /* Content-Type; static; NULL: none */
	enum serve_body kind;
	void *body;           /* SERVE_STATIC: not written to. SERVE_MADE: handed to make() and, at the end, to free() */
	size_t len;
	/* SERVE_MADE: write at most max bytes of those from `at` on; how many, which is 1 or more; -1: the connection is
	 * to be closed. */
	ssize_t (*make)(void *body, uint64_t at, char *out, size_t max);
	int64_t due;          /* clock_now() before which it is not sent; the thread is free meanwhile */
	struct {
		const char *name;
		const char *value;
	} header[SERVE_HEADERS];
	unsigned headers;
	char text[SERVE_TEXT]; /* of what serve_add() formats */
	size_t used;
};

/* One more header. name is static. What there is no room for is left out: at most SERVE_HEADERS headers with SERVE_TEXT bytes. */
void serve_add(struct serve_reply *reply, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* All of them may be called by any of the server's threads. */
struct serve_options {
	const char *listen;   /* "HOST:PORT", "[IPV6]:PORT", ":PORT"; "unix:PATH", or a path with a '/' */
	unsigned threads;     /* 1 or more */
	size_t body_max;      /* bytes */
	void *data;
	void (*handle)(void *data, const struct serve_request *r, struct serve_reply *reply);
	/* Until when, in clock_now()'s ns, everything stands still at now: nothing is read or answered, though what is
	 * being sent already goes on. now itself where nothing does. NULL: never. */
	int64_t (*hold)(void *data, int64_t now);
	/* The count-th answer has been sent whole. May be NULL. */
	void (*answered)(void *data, uint64_t count);
};

#define SERVE_ERROR 256

/* Raise the limit on open files as far as may be, listen and serve. NULL with why in error. */
struct serve *serve_start(const struct serve_options *options, char error[SERVE_ERROR]);

/* "http://127.0.0.1:8080" with the port that was found, or "unix:PATH". */
const char *serve_where(const struct serve *s);

uint64_t serve_connections(const struct serve *s); /* open now */
uint64_t serve_accepted(const struct serve *s);    /* connections so far */

/* Take no more connections, send the answers that are due (also those whose time has not come) within a second, close,
 * and remove the socket's file. NULL is fine. */
void serve_stop(struct serve *s);

#endif
