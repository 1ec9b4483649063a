#ifndef HTTP_LOAD_REPORT_H
#define HTTP_LOAD_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "load.h"
#include "slo.h"

/* The summary for people. */

struct table;

struct report {
	const struct options *options;
	const struct mix *mix;
	const char *engine;
	size_t threads;
	const struct step_result *result; /* warm-ups, and what was not reached, are passed over */
	size_t n;
	const struct slo *slo;            /* NULL: none was judged */
	int signal;                       /* that ended it; 0: none */
};

/* Was it reached, and no warm-up? */
bool report_counts(const struct step_result *r);

/* Everything, what must not be overlooked first. */
void report_print(FILE *out, const struct report *report);

/* A table of steps, a line each, that grows; table_free() frees, x_table_print() too. */
struct table *report_steps(void);
void report_add_step(struct table *table, const struct report *report, const struct step_result *r, const char *note);

/* Bytes, connections, the generator: of one or several steps. */
void report_details(FILE *out, const struct report *report);

#endif
