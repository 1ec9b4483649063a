#ifndef BENCHPIPE_TIMELINE_H
#define BENCHPIPE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hist.h"

/* Histograms of several series (latency, service …), interval by interval, of values in ns. Each client records those
 * of the interval it is in to itself, and hands them over when the next one begins: one lock an interval and client.
 *
 * In this order: timeline_new(), timeline_start(), the clients' recorder_open(), recorder_close(), timeline_end(), and
 * only then what reads it. A recorder is used by any one thread at a time; the rest is for one thread. */

#define TIMELINE_SLOTS 120 /* intervals at most, if not said otherwise; when they are full, two become one */

struct timeline;

struct recorder { /* one client's */
	struct timeline *timeline;
	struct hist **hist;   /* by series, of the interval it is in; NULL once closed */
	int64_t until;        /* clock_now() at which that interval ends */
	uint64_t interval;    /* its number */
	bool failed;          /* values are missing, for want of memory or because they were negative */
};

/* interval in ns, above 0; slots at least 2. Or dies; timeline_free() frees, for which NULL is fine. */
struct timeline *timeline_new(size_t series, int64_t interval, size_t slots);
void timeline_free(struct timeline *t);
void timeline_start(struct timeline *t, int64_t begin); /* clock_now() of the first interval's beginning */

void recorder_open(struct recorder *r, struct timeline *t); /* or dies */
void recorder_close(struct recorder *r);                    /* hands over what is left; once more is harmless */
void recorder_turn(struct recorder *r, int64_t now);        /* into the interval that holds now; or dies */

/* What happened at now, clock_now() and not before the beginning, took value ns. series is under timeline_new()'s. */
static inline void recorder_put(struct recorder *r, size_t series, int64_t now, int64_t value)
{
	if (now >= r->until)
		recorder_turn(r, now);
	if (hist_record(r->hist[series], value, 1) != 0)
		r->failed = true;
}

/* While it runs, for any thread: what has been handed over of a series in the interval before the one that holds now.
 * NULL: nothing, or no memory; caller frees. */
struct hist *timeline_peek(struct timeline *t, size_t series, int64_t now);

/* Cut it at the end of the measurement, clock_now(). A rest of less than half an interval joins the one before it. Or
 * dies. */
void timeline_end(struct timeline *t, int64_t end);

size_t timeline_slots(const struct timeline *t); /* at least 1 */
void timeline_slot(const struct timeline *t, size_t slot, int64_t *from, int64_t *length); /* ns; from is after begin */

/* The values of a series in one slot; NULL: none. The timeline's. */
const struct hist *timeline_hist(const struct timeline *t, size_t slot, size_t series);

/* All of a series; caller frees; or dies. */
struct hist *timeline_total(const struct timeline *t, size_t series);

#endif
