#ifndef HTTP_LOAD_TRANSFER_H
#define HTTP_LOAD_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "options.h"

/* libcurl's handles for connections of our own (CURLOPT_CONNECT_ONLY), kept to be used again. */

struct transfer {
	CURL *easy;                   /* CURLINFO_PRIVATE is the transfer */
	void *owner;                  /* who it works for; NULL: nobody */
	char error[CURL_ERROR_SIZE];  /* libcurl's words */
	/* private */
	CURLSH *pool;
	const struct target *target;
	struct transfers *transfers;
	int keep;
	struct transfer *next;
};

struct target { /* where to connect */
	char *url;
	struct curl_slist *connect_to; /* NULL: as all handles have it */
};

struct transfers {
	CURLM *multi;
	const struct options *o;
	void (*resolved)(void *owner); /* the name is known: called by libcurl whenever it wants a socket */
	struct transfer *spare;
	size_t spares;
};

void transfers_free(struct transfers *ts); /* what it keeps */

/* One that connects to target, begun. NULL where there was no memory. */
struct transfer *transfer_begin(struct transfers *ts, const struct target *target, void *owner);

/* Close its connection, and keep the handle for another. */
void transfer_end(struct transfer *t);

/* The same, but the connection's socket stays open: it is the caller's. */
void transfer_release(struct transfer *t, int fd);

#endif
