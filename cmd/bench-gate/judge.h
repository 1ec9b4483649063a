#ifndef BENCH_GATE_JUDGE_H
#define BENCH_GATE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "growth.h"
#include "series.h"
#include "targets.h"

enum gate_status { GATE_PASS, GATE_MISSING, GATE_UNSURE, GATE_FAIL }; /* ascending by how bad */

struct gate_verdict { /* one target on one measurement */
	const struct target *target;
	const struct series *series; /* NULL: none that the target wants */
	const struct gate_fit *fit;  /* of a target of growth; series is then its identity. NULL: of another */
	enum gate_status status;
	double value;  /* of the target's stat, a class as its enum growth; NaN where unknown */
	double margin; /* share of the wanted value that is left, negative where it is missed; NaN where
			* that means nothing: wanted is 0, or the op is == or != */
	double room;   /* orders verdicts of one status: the least is the worst; never NaN */
	uint64_t n;    /* successful samples behind the value */
	size_t order;  /* in which targets and measurements came */
	bool closest;  /* of those of its target that pass, the one with the least room */
	char *reason;  /* why it is missing or failed, or what to know of a pass; NULL: nothing. Owned */
};

struct gate_options { /* NULL: all. Lists are NULL-terminated */
	const char *const *tier;
	const char *const *filter, *const *metric; /* globs */
};

struct gate { /* the verdicts on all targets that were chosen */
	struct gate_verdict *verdict; /* worst first */
	size_t n;
	/* Targets: chosen, missed anywhere, else not decided somewhere, else not measured somewhere. */
	size_t targets, missed, unsure, missing;
	size_t stand_ins; /* targets that were judged on mock or mixed measurements */
	bool tiers; /* any target belongs to one */
	char *error; /* gate_judge() */
};

/* Judge. filter and metric choose measurements, and leave out the targets that can be about no such one.
 * 0, or -1 with gate->error ("file:line: …", without memory NULL). path: the targets file, for messages.
 * gate refers to targets, set and fits. Free with gate_free() in any case. */
int gate_judge(struct gate *gate, const struct targets *targets, const char *path, const struct series_set *set,
	       const struct gate_fits *fits, const struct gate_options *options);
void gate_free(struct gate *gate);

#endif
