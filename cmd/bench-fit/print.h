#ifndef BENCH_FIT_PRINT_H
#define BENCH_FIT_PRINT_H

#include "cli.h"
#include "groups.h"

struct print {
	const struct groups *groups;
	const struct series_set *set;
	const struct group_options *options;
	bool colour;
};

/* Write what was found as FORMAT_TEXT, FORMAT_MARKDOWN or FORMAT_NDJSON. Failures stay in the stream; want of
 * memory ends the program. */
void print_groups(FILE *out, enum cli_format format, const struct print *print);

#endif
