#ifndef HTTP_LOAD_ENGINE_H
#define HTTP_LOAD_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "mix.h"

/* What carries requests: one of these for each thread. */

struct worker;

/* A client: it makes one request at a time, over connections of its own, one to each origin. */
struct slot {
	struct worker *worker;
	uint32_t index;                /* of the worker's slots, from 0 */
	bool connecting;               /* the request waits for its connection; the engine sets and clears it */
	const struct request *request; /* the one it is at; NULL: none */
	uint64_t seq;
	int64_t intended;              /* clock_now() at which it was meant to start */
	int64_t started;               /* at which it did */
	int64_t free_since;            /* clock_now() from which it had nothing to do */
	uint32_t step;                 /* of the load that it belongs to */
	struct slot *prev, *next;      /* in a list of the worker's */
};

/* How a request ended. */
struct outcome {
	enum failure failure;
	const char *why;       /* of a failure; only looked at during the call */
	int status;            /* 0: none came */
	bool mock;             /* the response says X-Benchpipe: mock */
	int64_t first_byte;    /* clock_now() of the response's first byte; 0: none came */
	int64_t end;           /* clock_now() at which it was over */
	uint64_t sent, received; /* bytes */
};

struct engine_state;

struct engine {
	const char *name; /* "wire", "curl" */

	/* For this worker, in its thread. NULL after a complaint. */
	struct engine_state *(*open)(struct worker *w);

	/* Connect slot to all origins before the load begins (poll() until worker_connected() has been called). */
	void (*connect)(struct engine_state *s, struct slot *slot);

	/* Begin slot's request. Never calls worker_done() itself: what fails at once is told by the next poll(). */
	void (*start)(struct engine_state *s, struct slot *slot);

	/* Wait for something to happen, until clock_now() reaches `until` at most (the past: do not wait), and handle
	 * it: worker_done() for each request that is over, which may start() the slot's next one. */
	void (*poll)(struct engine_state *s, int64_t until);

	/* Give up slot's request, or its connecting: its connection, or its stream, is closed. No worker_done(). */
	void (*cancel)(struct engine_state *s, struct slot *slot);

	void (*wake)(struct engine_state *s); /* make poll() return; from any thread */

	void (*close)(struct engine_state *s); /* NULL is fine */
};

extern const struct engine engine_wire, engine_curl;

/* --- for engines --- */

const struct options *worker_options(const struct worker *w);
const struct mix *worker_mix(const struct worker *w);
struct slot *worker_slots(struct worker *w, uint32_t *n);

/* For each connect(), once: the slot is connected to all origins (or, with failure, cannot be: why). */
void worker_connected(struct worker *w, enum failure failure, const char *why);

/* Times of a connection that was made, ns; -1: not measured. */
void worker_measured_connect(struct worker *w, int64_t connect, int64_t tls);

/* The request of slot is over. */
void worker_done(struct worker *w, struct slot *slot, const struct outcome *outcome);

/* poll() has waited, and it is now: what is handled later than that, this thread was late for. */
void worker_woke(struct worker *w, int64_t now);

struct engine_counts { /* atomics are not needed: the worker's thread alone writes them */
	uint64_t connects;    /* connections made, in all */
	uint64_t reconnects;  /* of them those in the place of one that was closed */
	uint64_t retries;     /* requests sent again since a reused connection was closed before any response */
	uint64_t queued;      /* requests that libcurl did not send at once: they waited for a connection or a stream */
	uint64_t version[4];  /* responses in HTTP/1.0, 1.1, 2, 3 */
};
struct engine_counts *worker_counts(struct worker *w);

#endif
