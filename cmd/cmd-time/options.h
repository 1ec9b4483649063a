#ifndef CMD_TIME_OPTIONS_H
#define CMD_TIME_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "measuring.h"

struct options {
	struct measuring common;

	int64_t runs;      /* exactly so many; 0: as min_runs, min_time and precision say */
	int64_t min_runs;
	int64_t min_time;  /* ns of measuring */
	int64_t max_runs;  /* INT64_MAX: no bound */
	int64_t max_time;  /* ns of measuring; INT64_MAX: no bound */
	double precision;  /* share of the median; 0: not asked for */
	int64_t warmup;
	int64_t timeout;   /* ns; 0: none */

	const char *setup, *prepare, *cleanup; /* NULL: none */
	const char *input;                     /* NULL: /dev/null */
	const char *vs;                        /* NULL: no second command */
	const char **scan;                     /* NULL-terminated, or NULL */
	char **command;

	bool ignore_failure, show_output, shell, allocs, counters;
};

/* Parse or exit. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
