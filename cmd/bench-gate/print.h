#ifndef BENCH_GATE_PRINT_H
#define BENCH_GATE_PRINT_H

#include "cli.h"
#include "judge.h"

struct print {
	const struct gate *gate;
	const char *path; /* of the targets file */
	bool strict;      /* what is not measured counts as a failure */
	bool all;         /* every measurement that holds, not just each target's closest */
	bool colour;
};

/* Write the verdicts in any form but FORMAT_AUTO. Failures stay in the stream; want of memory ends the program. */
void print_gate(FILE *out, enum cli_format format, const struct print *print);

/* The same in what a continuous integration shows: FORMAT_GITHUB, FORMAT_JUNIT. */
void print_github(FILE *out, const struct print *print);
void print_junit(FILE *out, const struct print *print);

/* Pieces of those; the caller frees. */
char *print_headline(const struct gate *gate); /* "5 of 6 targets hold; 1 missed: …" */
char *print_name(const struct gate_verdict *v); /* "helios/commit latency", or the target's globs */
char *print_sentence(const struct gate_verdict *v); /* "helios/commit latency p95 61.2 ms, wanted < 50ms" */

/* What was measured, in the words of the target: a share as one. "-" where nothing was. */
void print_measured(char text[UNIT_TEXT_MAX], const struct gate_verdict *v);

#endif
