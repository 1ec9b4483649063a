#ifndef DB_LOAD_TIMELINE_H
#define DB_LOAD_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hist.h"

/* Histograms of several series, interval by interval. Each client keeps those of the interval it is in to
 * itself, and hands them over when the next one begins: one lock an interval. */

#define TIMELINE_SLOTS 120 /* intervals at most; when they are full, two become one */

struct timeline;

struct recorder { /* one client's */
	struct timeline *timeline;
	struct hist **hist;   /* by series */
	int64_t until;        /* clock_now() at which the interval ends */
	uint64_t interval;
	bool failed;          /* for want of memory; something is missing */
};

struct timeline *timeline_new(size_t series, int64_t interval); /* interval in ns; or dies */
void timeline_free(struct timeline *t);                         /* NULL is fine */
void timeline_start(struct timeline *t, int64_t begin);         /* clock_now() of the beginning */

/* All recorders are closed: cut it at the end of the measurement, clock_now(). A short rest joins the interval before it. */
void timeline_end(struct timeline *t, int64_t end);
size_t timeline_slots(const struct timeline *t);
void timeline_slot(const struct timeline *t, size_t slot, int64_t *from, int64_t *length); /* ns after begin */
const struct hist *timeline_hist(const struct timeline *t, size_t slot, size_t series); /* NULL: nothing */
struct hist *timeline_total(const struct timeline *t, size_t series); /* caller frees; or dies */

void recorder_open(struct recorder *r, struct timeline *t); /* or dies; after timeline_start() */
void recorder_turn(struct recorder *r, int64_t now);        /* into the interval that holds now */
void recorder_close(struct recorder *r);

/* What happened at now took value ns. */
static inline void recorder_put(struct recorder *r, size_t series, int64_t now, int64_t value)
{
	if (now >= r->until)
		recorder_turn(r, now);
	if (hist_record(r->hist[series], value, 1) != 0)
		r->failed = true;
}

#endif
