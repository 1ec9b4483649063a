#ifndef HTTP_LOAD_REQUEST_H
#define HTTP_LOAD_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expectation.h"
#include "feed.h"
#include "fields.h"
#include "mix.h"
#include "url.h"

/* From what is asked for to a request that can be sent. */

struct wanted { /* by one URL of the command line, or one line of a file; texts are owned by it */
	uint64_t line;    /* of the file; 0: of the command line */
	char *name;       /* NULL: to be made */
	uint64_t weight;
	char *method;     /* NULL: GET, or POST where there is a body */
	struct url url;
	struct fields fields;
	char *body;       /* NULL: none */
	size_t body_len;
	bool json;        /* the body is a JSON value, and says so */
	struct expectation *expect; /* NULL: none */
};

struct given { /* for all requests that do not say otherwise */
	struct fields fields;
	const char *user; /* "name:password"; NULL: none */
	bool keepalive;
	const struct feed *feed; /* NULL: none */
};

void wanted_free(struct wanted *w);

/* All of r but name, bench, weight, origin and expect. 0, or -1 with *why (caller frees): what was expected. */
int request_make(struct request *r, const struct wanted *w, const struct given *given, char **why);
void request_free(struct request *r);

/* Whether any of it comes from --data. */
bool request_has_fields(const struct request *r);

/* A name for what has none: the path without its query, ":id" in the place of {{field id}}, "root" for "/"; with the
 * method before it ("post/nodes") where that is not NULL and not GET. Caller frees. */
char *request_name(const char *method, const char *path);

/* Whether a name can be part of a benchmark's. */
bool request_name_good(const char *name);
#define REQUEST_NAME_EXPECTED "a name of 1 to 200 bytes without blanks, control bytes and braces"

#endif
