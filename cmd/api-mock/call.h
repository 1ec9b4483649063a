#ifndef API_MOCK_CALL_H
#define API_MOCK_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "serve.h"
#include "store.h"
#include "text.h"

/* A request on its way through the stand-in. */

#define ID_MAX 64

/* Who asks: the node, or the cluster, that the token belongs to. */
struct caller {
	char node[ID_MAX];    /* "" for a cluster */
	char tenant[ID_MAX];
	char cluster[ID_MAX];
	bool admin;
};

struct call {
	struct store *store;                 /* the calling thread's */
	const struct serve_request *request;
	struct serve_reply *reply;
	struct caller caller;
	char id[ID_MAX];                     /* what stands for :id in the path */
};

/* --- answers --- */

enum problem {
	BAD_REQUEST,
	BAD_CONTENT_TYPE,
	BAD_VERSION,
	UNAUTHORIZED,
	FORBIDDEN,
	NOT_FOUND,
	NO_ROUTE,
	NO_METHOD,
	CONFLICT,
	TOO_LARGE,
	TOO_MANY,
	INTERNAL,
	BUSY,
	FAILING,
	NOT_READY
};

/* The problem's status, and its words as the server puts them. */
void answer_problem(struct call *call, enum problem problem);

/* What went wrong in the database: a lock that was not to be had is BUSY, all else INTERNAL and told on stderr. */
void answer_failure(struct call *call);

/* {"data": text}: takes text over. */
void answer_data(struct call *call, unsigned status, struct text *text);

/* {"message": ...}, of static text that needs no escape. */
void answer_static(struct call *call, unsigned status, const char *body);

/* A moment of the database, "2025-06-01 00:00:00", as the API writes it; and the present. */
void text_moment(struct text *text, const char *moment);
void text_now(struct text *text);

#endif
