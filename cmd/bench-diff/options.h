#ifndef BENCH_DIFF_OPTIONS_H
#define BENCH_DIFF_OPTIONS_H

#include "judge.h"
#include "report.h"

struct options {
	struct judge_options judge;
	struct series_options series;
	const char *by_key, *by_base, *by_current; /* NULL: two files */
	enum cli_format format;
	struct reports reports;
	bool strict, all;
	char **file; /* the operands */
	int nfiles;
	char *by;    /* what the by_ strings point into */
};

/* Parse or die_usage(). */
void options_parse(struct options *options, int argc, char **argv);
void options_free(struct options *options);

#endif
