#ifndef HTTP_LOAD_LOAD_H
#define HTTP_LOAD_LOAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"
#include "failure.h"
#include "hist.h"
#include "mix.h"
#include "options.h"
#include "signals.h"
#include "timeline.h"

/* The load as a whole: threads with connections that stay through any number of goes. A go is a sequence of steps
 * without a pause between them, each with a rate of its own. */

struct step { /* as planned */
	double rate;      /* a second, of all shards; 0: closed loop */
	int64_t duration; /* ns; 0: until count */
	uint64_t count;   /* requests of all shards; 0: until the duration is over */
	bool warmup;      /* not to be told */
};

/* Series of a step's timeline: these, then SERIES_OF_REQUEST for each request of the mix. */
enum { SERIES_CONNECT, SERIES_TLS, SERIES_LAG, SERIES_COMMON };
/* SERIES_CARRIED: as many as there are successes of the step before that ended in this one; the values mean nothing. */
enum { SERIES_LATENCY, SERIES_SERVICE, SERIES_FIRST_BYTE, SERIES_CARRIED, SERIES_OF_REQUEST };

static inline size_t series_of(size_t request, size_t which)
{
	return SERIES_COMMON + request * SERIES_OF_REQUEST + which;
}

struct tally { /* of one request of the mix in one step */
	uint64_t done;                  /* that succeeded; as many as latencies */
	uint64_t drained;               /* of them after the step's end */
	uint64_t carried;               /* successes of the steps before that ended within this one: its throughput, not done */
	uint64_t failed[FAILURE_COUNT];
	uint64_t status[6];             /* responses by hundred: [2] of 2xx; [0]: others */
	uint64_t sent, received;        /* bytes */
	uint64_t mock, real;            /* responses that said they are a stand-in's, and that did not */
	char error[FAILURE_TEXT];       /* the first failure */
};

struct step_result {
	const struct step *step;
	bool reached;                 /* false: everything was stopped before it began */
	int64_t begin, end;           /* clock_now(); end is the planned one, or where it was cut off or the count was reached */
	struct timeline *timeline;    /* successes alone; service only where there is a rate */
	struct tally *tally;          /* by request of the mix */
	struct tally total;
	uint64_t due;                 /* arrivals until the end, where there is a rate */
	uint64_t started;             /* requests */
	uint64_t not_started;         /* arrivals for which no connection was free until the end */
	uint64_t unfinished;          /* in flight when the draining was over */
	uint64_t in_flight;           /* when the step was over, before the draining */
	struct engine_counts counts;
	int64_t cpu_user, cpu_system; /* of the threads, ns */
	double busiest;               /* share of a processor that the busiest thread used, 0..1 */
	double delayed;               /* share of the time that the most delayed thread was ready but not run */
	bool incomplete;              /* values are missing for want of memory */
};

struct load; /* private to load.c */

/* Seen from outside while it runs. */
struct sight {
	uint64_t done, failed, in_flight;
	int64_t begin, now; /* of the go, clock_now() */
	uint32_t step;      /* the one it is in */
	struct timeline *timeline; /* of that step, for timeline_peek() */
};

/* Threads and connections: all connected, or NULL after a complaint (or a signal). */
struct load *load_open(const struct options *o, const struct mix *mix, struct signals *signals);
void load_close(struct load *load); /* NULL is fine */

const char *load_engine(const struct load *load); /* "wire", "curl" */
size_t load_threads(const struct load *load);

/* Run n steps, beginning at clock_now() `at` (the past: at once), and drain. results has room for n, and is filled in also
 * where a signal came; its timelines and tallies are the caller's: step_result_free(). watch is called about every
 * 100 ms, and may be NULL. seq numbers go on from go to go. 0, or the number of the signal that ended it. */
int load_go(struct load *load, const struct step *step, size_t n, int64_t at, struct step_result *results,
	    void (*watch)(void *data, const struct sight *sight), void *data);

void step_result_free(struct step_result *r);

#endif
