#ifndef DB_LOAD_REPORT_H
#define DB_LOAD_REPORT_H

#include <stdio.h>

#include "results.h"

/* The summary for people. */
void report_print(FILE *out, const struct run *run, const struct results *r);

/* What makes the figures less than they seem, on stderr. */
void report_warn(const struct run *run, const struct results *r);

#endif
