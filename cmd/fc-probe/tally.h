#ifndef FC_PROBE_TALLY_H
#define FC_PROBE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"
#include "probe.h"
#include "record.h"

/* What the operations of one load came to. For one thread at a time. */

#define TALLY_SAMPLES 1000 /* up to so many operations are kept one by one */

struct op;

struct tally_sample {
	int64_t begin;
	int64_t value[VALUES]; /* -1: not measured */
	bool ok;
};

struct tally {
	struct hist *hist[VALUES];   /* of those that went well */
	struct hist *given_up;       /* of those that failed: how long it took until that was told, ns */
	struct tally_sample *sample; /* NULL: there are too many */
	uint64_t samples;
	uint64_t done, failed;       /* operations */
	uint64_t cancelled, cancelled_failed, leaked;
	uint64_t calls, allocs, alloc_bytes;
	int64_t begin, end;          /* of the first and the last one, clock_now() */
	int64_t busy;                /* ns in which operations were under way */
	uint64_t waves;              /* whole ones */
	int64_t waves_busy;          /* ns of these */
	unsigned most;               /* at once */
	enum mode mode;
	char why[768];               /* of the first that failed */
	const char *left;            /* what was leaked first */
};

struct tally *tally_new(uint64_t count); /* or dies */
void tally_free(struct tally *t);
void tally_add(struct tally *t, const struct op *op);

/* A wave took so long; whole: it was as large as it could be. */
void tally_wave(struct tally *t, int64_t took, bool whole);

#endif
