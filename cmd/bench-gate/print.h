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

#endif
