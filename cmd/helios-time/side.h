#ifndef HELIOS_TIME_SIDE_H
#define HELIOS_TIME_SIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "backend.h"
#include "content.h"
#include "options.h"

/* One of those that are measured beside each other, and what has been measured of it. */

struct turn {           /* one operation in one round */
	enum op op;
	bool ok;        /* it was done, and rightly */
	struct cost cost;
};

struct tally {          /* of one operation, over the rounds that count */
	double *latency, *first, *less_open, *less_spawn; /* ns, by round; NAN: none */
	uint64_t n;             /* latencies */
	double sum, cpu;        /* ns, of all latencies and of their CPU time */
	int64_t max_rss;        /* bytes; the largest */
	double initial;         /* ns, of the first commit of all; NAN: none */
	uint64_t failed;
	unsigned told;          /* how many of the failures were told on standard error */
	char why[RUN_WHY];      /* of the first failure */
};

struct stored {                 /* what commits make of the store */
	uint64_t commits;
	struct changed changed; /* in all of them */
	int64_t growth;         /* bytes, in all */
};

struct side {
	struct store store;
	const struct backend *backend;
	char *bench[OP_COUNT], *params[OP_COUNT]; /* of the records */
	enum mode mode;         /* of the records */
	char skip[RUN_WHY];     /* why there is nothing to measure; "": there is */
	bool ready;             /* prepared: there is something to dispose of */
	bool over;              /* a commit failed: nothing can be compared any more */
	bool broken[OP_COUNT];  /* it failed, and is not tried again */
	bool wrong;             /* something was answered or written wrongly */
	char id[ID_MAX];        /* of the last commit, "": it failed */
	char before[ID_MAX];    /* of the one before it, from which it differs by one change; "": there is none */
	uint64_t verified;      /* times that the content of a commit was found to be right */
	/* of this round */
	struct turn turn[OP_COUNT];
	struct turn first;      /* directly after the commit */
	int64_t stored;         /* bytes of the store after the commit; -1: not known */
	struct stored step;     /* since the commit before after which it was known; commits 0: it is not known */
	struct changed changed; /* before the commit */
	/* of all */
	struct tally tally[OP_COUNT];
	struct stored sum;      /* in the rounds that count */
	int64_t stored_first, stored_last; /* bytes after the first commit of all, and after the last that is known */
	struct stored since;    /* that one; without growth */
};

/* Or dies. directory: where its store is made. */
void side_init(struct side *side, const struct options *o, const struct backend *backend, const struct content *content,
	       const char *directory, struct signals *signals);
void side_dispose(struct side *side);

/* NULL: there is such an operation. Else why there is none. */
const char *side_lacks(const struct side *side, enum op op);

/* It was asked for, there is such a thing, and it is still tried. */
bool side_does(const struct side *side, const struct options *o, enum op op);

/* Any operation is still tried. */
bool side_alive(const struct side *side, const struct options *o);

/* What an operation of this round took beyond the floor, which is this round's OP_OPEN or OP_SPAWN once for each run of
 * the program. ns, may be negative; NAN: there is no floor. */
double side_less(const struct side *side, const struct turn *turn, enum op floor);

/* The store was looked at after a commit: this many bytes, or -1. */
void side_stored(struct side *side, int64_t bytes);

/* This round counts, as the one with this number. */
void side_count(struct side *side, size_t round);

#endif
