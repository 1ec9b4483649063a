#ifndef DISK_GEN_REPORT_H
#define DISK_GEN_REPORT_H

#include <stdio.h>

#include "make.h"
#include "records.h"
#include "table.h"

/* The summary for people. */

struct table *report_new(void); /* or dies */
void report_image(struct table *table, const struct request *request, const struct made *made);

/* Print it, free it, and what all took. */
void report_end(FILE *out, struct table *table, const struct options *o, const struct totals *totals);

/* --list: systems with their versions, and types with their sizes. */
void report_list(FILE *out);

#endif
