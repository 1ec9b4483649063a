#ifndef BENCH_GATE_WORDING_H
#define BENCH_GATE_WORDING_H

#include "judge.h"

/* The verdicts in words, for every form of output. The caller frees what is a char *; want of memory
 * ends the program. */

const char *wording_status(enum gate_status status); /* "holds", "not measured", "undecided", "MISSED" */
char *wording_headline(const struct gate *gate);     /* "5 of 6 targets hold; 1 missed: …" */
char *wording_name(const struct gate_verdict *v);    /* "helios/commit latency", or the target's globs */
char *wording_sentence(const struct gate_verdict *v);/* "helios/commit latency p95 61.2 ms, wanted < 50ms" */

/* What was measured, in the words of the target: a share as one. "-" where nothing was. */
void wording_measured(char text[UNIT_TEXT_MAX], const struct gate_verdict *v);

#endif
