#ifndef PROC_WATCH_REPORT_H
#define PROC_WATCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "drain.h"
#include "options.h"
#include "sampler.h"
#include "times.h"

#define PHASES_MAX 3

/* What a person reads in the end. */
struct report {
	const char *name;                /* of what was watched */
	struct times ready[READY_MAX];   /* of each --ready, at the first start and at each restart */
	int64_t bound[READY_MAX];        /* the largest */
	struct times detect, detect_ready, restart, total, stop;
	int64_t detect_bound, detect_ready_bound, restart_bound; /* the largest */
	char detected[48];               /* "restart of nebula" */
	size_t killed;                   /* stops that took KILL */
	struct sampled phase[PHASES_MAX];
	size_t phases;
	char ended[2 * DRAIN_LINE];      /* how it ended by itself; "": it did not */
};

void report_phase(struct report *r, const struct sampled *d);

void report_print(struct report *r, const struct options *o, const struct sampler *s, const char *prefix, FILE *out);
void report_free(struct report *r);

#endif
