#ifndef HTTP_LOAD_CURL_ENGINE_H
#define HTTP_LOAD_CURL_ENGINE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "engine.h"
#include "handle.h"

/* The curl engine: libcurl's multi interface, for what the wire engine does not speak.
 *
 * Slots are in groups, each group with a multi handle, that is with a pool of connections, of its own. HTTP/1.1: all
 * slots of a thread are one group; since a pooled connection that is idle is always used before another is made, there
 * are never more of them than slots. HTTP/2 and 3: a group is one connection (to each origin) and the --streams slots
 * that share it. With --requests-per-conn and HTTP/1.1 each slot is a group, for its connection to be its own.
 *
 * No request waits unseen within libcurl: slot->connecting is set from start() until libcurl is about to send (its
 * pre-request callback), so a wait for a connection or for a free stream is the worker's to see and to bound; libcurl's
 * own limit of the whole time is off. Requests that were not sent at once are counted (engine_counts.queued).
 *
 * Connections are made by the first requests: libcurl makes none without a request, but such as no request can use. */

struct watch { /* of a descriptor */
	struct group *group;
	uint32_t events;    /* registered with epoll; 0: it is not */
	bool wanted;        /* by libcurl; idle connections stay registered without */
	bool ours;          /* a connection's, opened and closed by our callbacks */
};

struct parts { /* of a request, as libcurl wants them */
	struct buffer url, headers, body;
	struct curl_slist *line; /* of headers, linked; what they point to is in headers and in constants */
	size_t room;
};

struct kind { /* of request */
	const struct request *request;
	struct parts parts;          /* those that are the same for every request */
	bool url, headers, body;     /* which those are */
	char *base;                  /* what the URL begins with (handle_base()) */
	struct curl_slist *to;       /* for CURLOPT_CONNECT_TO, where there is --server-name */
	char *host;                  /* "Host: ..." */
	size_t wanted;               /* bytes of the response's body to keep */
};

struct route { /* of a group to an origin */
	uint32_t in_flight, most;    /* requests; the most there ever were */
	uint64_t made, replaced;     /* connections; of them those in the place of another */
	bool warm;                   /* there was a connection when last seen */
	uint64_t begun, sent;        /* requests since the last close by --requests-per-conn */
	struct exchange *held, **held_end; /* wait for that close */
};

struct group {
	struct engine_state *state;
	CURLM *multi;
	int64_t deadline;            /* clock_now() at which libcurl wants to be called; INT64_MAX: never */
	bool due;                    /* in the list of those to be called at once */
	struct group *next_due;
	uint64_t runs;               /* how often it was called; each time it begins all that was added before */
	struct route *route;         /* by origin */
	struct exchange *exchange;   /* of its first slot */
	uint32_t n;                  /* slots */
};

struct exchange { /* of a slot: its handle, and the request and response that it is at */
	struct slot *slot;
	struct group *group;
	struct route *route;         /* while active */
	CURL *easy;
	const struct kind *kind;     /* that the handle is set up for; NULL: none yet */
	struct parts parts;          /* of the request, those that change */
	bool active, is_held, was_held; /* was_held: it was not to be sent at once */
	bool closing;                /* the handle is set to close its connection, if no other uses it then */
	struct exchange *next_held;
	uint64_t at;                 /* the group's runs when it was added */
	long sends, resends;         /* of the request; of them those after a connection was lost */
	struct buffer body;          /* the beginning of the response's */
	uint64_t size;               /* of the response's body */
	int64_t first_byte, end;     /* clock_now(); 0: not yet */
	bool mock;
	bool new_only, again;        /* curl-prior.c: how the handle is set up; it was not the right way */
	unsigned tries;
	char error[CURL_ERROR_SIZE];
};

struct engine_state {
	struct worker *worker;
	const struct options *options;
	const struct mix *mix;
	struct kind *kind;           /* by request */
	struct exchange *exchange;   /* by slot */
	uint32_t nslots;
	struct group *group;
	uint32_t ngroups;
	bool shared;                 /* a connection is, by the slots of a group: HTTP/2 and 3 */
	uint64_t limit;              /* requests in each connection that groups count; 0: none */
	bool prior_once;             /* curl-prior.c is needed */
	CURLSH *names;               /* the groups' common cache of host names */
	int epoll, event;            /* event: an eventfd that wakes */
	struct watch *watch;         /* by descriptor */
	size_t nwatch;
	struct group *due, **due_end;
	int64_t earliest;            /* no group has a deadline before */
	int64_t now;                 /* clock_now() of the event that is handled */
	uint32_t connecting;         /* slots whose connect() is to be answered */
};

/* --- curl-kind.c --- */

void curl_must(CURLcode code); /* die where setting an option failed: there is no memory */

void kind_init(struct kind *k, const struct mix *mix, const struct request *r, const struct options *o);
void kind_free(struct kind *k);

/* Set up the handle for a request of that kind, but for what changes with its number. */
void kind_set(const struct kind *k, CURL *easy, const struct options *o, bool tls);

/* Fill in what changes. */
void kind_fill(const struct kind *k, const struct mix *mix, uint64_t seq, struct parts *parts, CURL *easy);
void parts_free(struct parts *p);

/* --- curl-exchange.c --- */

void exchange_open(struct exchange *x, struct group *g, struct slot *slot); /* or dies */
void exchange_close(struct exchange *x);
void exchange_begin(struct exchange *x);                 /* the slot's request */
void exchange_finish(struct exchange *x, CURLcode code); /* the handle is done and has been removed: worker_done() */

/* --- curl-prior.c: a way round a defect of libcurl --- */

bool prior_is_needed(const struct options *o);

/* Set up the handle for the request that begins. */
void prior_begin(struct exchange *x);

/* About to be sent: whether that can go well. Where not, the request is to be given up before anything of it is sent,
 * and prior_again() then says that it is to begin once more. */
bool prior_is_right(struct exchange *x);
bool prior_again(struct exchange *x);

/* --- curl-watch.c: what libcurl wants to be told --- */

void watch_group(struct group *g);                      /* what its multi handle waits for */
void watch_sockets(struct engine_state *s, CURL *easy); /* what the handle opens */

/* The group that waits for fd, of which there is an event; NULL: none does, and there will be no more events of it. */
struct group *watch_wanted(struct engine_state *s, int fd);

void watch_expire(struct engine_state *s); /* groups whose deadline has come are due */

#endif
