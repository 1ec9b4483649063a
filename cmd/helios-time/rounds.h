#ifndef HELIOS_TIME_ROUNDS_H
#define HELIOS_TIME_ROUNDS_H

#include <stdbool.h>

#include "progress.h"
#include "records.h"
#include "side.h"

/* The schedule: rounds in which each operation has its turn, of one side after the other, on the same content; the
 * sides change who is first from round to round. Never are two programs run at once. */

#define SIDES 2
#define ROUNDS_WHY (CONTENT_WHY + 64)

struct rounds {
	const struct options *options;
	struct signals *signals;
	struct content *content;
	struct changed changed;   /* before the last commit */
	bool ahead;               /* the change before the next one is made already */
	struct records *records;
	struct progress *progress;
	const char *out;          /* where files are written to: a directory that is there only meanwhile */
	struct side side[SIDES];
	size_t sides;             /* those that are measured */
	struct side absent[SIDES]; /* asked for, but not there */
	size_t absents;
	uint64_t failures;
	char why[ROUNDS_WHY];     /* what ended the rounds early that is no program's fault; "": nothing */
};

/* All of them. What failed is told, counted and in the records; a signal ends them. */
void rounds_run(struct rounds *r);

#endif
