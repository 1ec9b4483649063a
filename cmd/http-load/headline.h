#ifndef HTTP_LOAD_HEADLINE_H
#define HTTP_LOAD_HEADLINE_H

#include <stdbool.h>
#include <stdio.h>

#include "report.h"

/* What must not be overlooked. */

/* A line each, the generator's own trouble first; as warnings where out is NULL. Whether there was any. */
bool headlines(FILE *out, const struct report *report);

/* The same of one step among others, in short: "generator saturated; SLO broken: p99 61.2 ms"; caller frees; or dies. */
char *headline_step(const struct report *report, const struct step_result *r);

#endif
