#ifndef FC_PROBE_REPORT_H
#define FC_PROBE_REPORT_H

#include <stdio.h>

#include "findings.h"
#include "load.h"
#include "table.h"

/* What a person reads. */

struct report;

struct report *report_new(const struct options *o); /* or dies */

/* What a load came to; it may go away afterwards. */
void report_load(struct report *r, const struct load *load, const struct finding *finding, size_t findings);
void report_skip(struct report *r, const struct probe *probe, const char *reason);

/* Print it and free it. */
void report_print(struct report *r, FILE *out);

/* The findings alone, as warnings, where the rest is for programs. */
void report_warn(const struct load *load, const struct finding *finding, size_t findings);

#endif
