#ifndef FC_MOCK_HTTP_H
#define FC_MOCK_HTTP_H

#include <stddef.h>

#include "vm.h"

/* The HTTP server on the API socket, as the one inside Firecracker is seen from outside: one request at a time over all
 * connections, nothing else read meanwhile, ten connections. It ends the loop where an answer ends the process. */

struct http;

struct http_options {
	const char *path;  /* of the socket, which is made and never removed */
	size_t body_max;   /* bytes */
	void (*started)(void *data); /* a request has made the machine run, or loaded one; its answer has not been sent yet */
	void *data;
};

/* Bind and listen. NULL with errno: EADDRINUSE where something is at path, ENAMETOOLONG. The options are copied. */
struct http *http_open(struct vm *vm, const struct http_options *options);

/* Take connections from now on. */
void http_start(struct http *http);

void http_free(struct http *http); /* NULL is fine */

#endif
