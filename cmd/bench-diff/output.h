#ifndef BENCH_DIFF_OUTPUT_H
#define BENCH_DIFF_OUTPUT_H

#include <stdio.h>

#include "comparison.h"
#include "table.h"

/* The verdicts in each form. All of them only write to out, whose errors show at its closing;
 * they die without memory. */

struct output {
	const struct comparisons *all;
	const char *current; /* the current side's file, "-" for standard input */
	double alpha;
	bool list_all;       /* text and Markdown: the unchanged too */
	bool strict;         /* undecided ones are failures */
};

void output_text(FILE *out, const struct output *o, bool colour);
void output_markdown(FILE *out, const struct output *o);
void output_ndjson(FILE *out, const struct output *o);
void output_github(FILE *out, const struct output *o);
void output_junit(FILE *out, const struct output *o);
void output_sarif(FILE *out, const struct output *o);

#endif
