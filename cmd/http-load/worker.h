#ifndef HTTP_LOAD_WORKER_H
#define HTTP_LOAD_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "load.h"
#include "pace.h"

/* A thread of the load: its clients, when they start what, and what became of it. */

struct go { /* what all workers do together; read-only while it runs, but for claimed */
	const struct options *options;
	const struct mix *mix;
	const struct engine *engine;
	unsigned threads;
	const struct step *step;
	size_t n;
	int64_t *begin, *end;        /* of each step, clock_now(); end INT64_MAX: when the count is reached */
	struct timeline **timeline;  /* by step */
	uint64_t base;               /* numbers of requests begin here */
	atomic_uint_fast64_t claimed; /* closed loop: requests that have a number */
	atomic_uint_fast64_t quota;  /* of them in the step with a count */
	uint64_t quota_limit;        /* of this shard */
	atomic_bool stop;            /* everything is to end at once */
	void (*look)(void *data);    /* what the only worker does now and then, where it has no thread of its own; else NULL */
	void *look_data;
};

struct use { /* what a thread has used so far */
	int64_t user, system, delay; /* ns */
};

struct part { /* of one step, one worker's */
	struct recorder recorder;
	bool open;               /* the recorder is */
	uint64_t in_flight;      /* requests of it that are not over */
	struct tally *tally;     /* by request */
	uint64_t started, not_started, unfinished;
	uint64_t at_end;         /* in flight when it was over */
	uint64_t over;           /* of them those that ended before this thread came to look at the time */
	struct engine_counts counts;
	struct use use;
	int64_t last;            /* clock_now() of the last success or failure; 0: none */
	int64_t end;             /* where it was over for this worker */
};

struct seen { /* by other threads */
	atomic_uint_fast64_t done, failed, started;
	atomic_uint_fast32_t step;
};

struct worker {
	struct go *go;
	struct engine_state *state;
	pthread_t thread;
	unsigned index;
	struct slot *slot;
	uint32_t nslots;
	struct slot idle, busy, resting; /* lists by their heads: first free first, first started first, first failed first */
	int64_t woke;
	int64_t expiry;      /* no request can be too old before */
	int64_t next_look;   /* for go.look */

	/* the step */
	uint32_t step;
	struct part *part;   /* by step of the go */
	struct pace pace;
	int64_t arrival;     /* the next one; INT64_MAX: there is none */
	bool aims;           /* arrivals are far enough from each other to wake early for them */
	int64_t lead;        /* by how much, ns */
	uint64_t number;     /* of the next arrival within the step, of all shards */
	uint64_t seq;        /* of the next request, where they are not claimed */
	bool ended;          /* nothing more is to be started */

	struct engine_counts counts;
	struct engine_counts counts_before;
	struct use use_before;
	int schedstat;       /* descriptor, -1: none */

	/* the connecting before the load */
	uint32_t connecting, connected;
	enum failure failure;
	char why[FAILURE_TEXT];
	int64_t (*early)[2]; /* connect and tls of connections made before any step */
	size_t nearly;

	struct seen seen;
	int done_fd;         /* written to at the end of a thread's work */
};

/* Make w's clients and its engine's state. 0, or -1 after a complaint. */
int worker_open(struct worker *w, struct go *go, unsigned index, uint32_t nslots);
void worker_close(struct worker *w);

/* Thread functions; data is the worker. */
void *worker_connect(void *data);
void *worker_go(void *data);

#endif
