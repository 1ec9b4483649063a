#ifndef HELIOS_TIME_REPORT_H
#define HELIOS_TIME_REPORT_H

#include <stdio.h>

#include "place.h"
#include "rounds.h"

/* The summary for people. left_out: entries of --work that were not copied. */
void report_print(FILE *out, const struct rounds *r, const struct place_found *place, uint64_t left_out);

#endif
