#ifndef CMD_TIME_PLAN_H
#define CMD_TIME_PLAN_H

#include <stddef.h>

#include "options.h"
#include "scan.h"

/* What is run for one combination of the scanned params. */

enum side { SIDE_A, SIDE_B, SIDE_COUNT };

struct plan {
	char *bench;
	int sides;                 /* 2 with --vs, else 1 */
	char *common;              /* params of the combination, canonical text */
	char *params[SIDE_COUNT];  /* the same with the variant */
	char *path[SIDE_COUNT];    /* of the program */
	char **argv[SIDE_COUNT];
	char *setup, *prepare, *cleanup; /* NULL: none */
};

/* STATUS_DONE, or what to exit with after a complaint: STATUS_NOT_FOUND, STATUS_CANNOT_RUN,
 * STATUS_TROUBLE. To be freed by plan_free() in each case. */
int plan_make(struct plan *plan, const struct options *o, const struct scan *scans, size_t n, size_t combination);
void plan_free(struct plan *plan);

#endif
