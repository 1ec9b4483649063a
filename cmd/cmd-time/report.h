#ifndef CMD_TIME_REPORT_H
#define CMD_TIME_REPORT_H

#include <stdio.h>

#include "session.h"
#include "table.h"

/* The summary for people. */

struct report {
	FILE *out;
	struct table *overview; /* of all combinations; NULL where there is just one */
};

void report_open(struct report *r, FILE *out, size_t combinations);

/* What one combination gave; hints about outliers go to stderr. */
void report_combination(struct report *r, const struct session *s, const struct plan *plan,
			const struct gathered g[SIDE_COUNT]);

/* Print the overview and be done. 0, or -1 after a complaint. */
int report_close(struct report *r);

#endif
