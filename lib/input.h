#ifndef BENCHPIPE_INPUT_H
#define BENCHPIPE_INPUT_H

#include <getopt.h>

#include "series.h"

/* What the programs that read records have in common: options and operands. */

/* Short and long options for getopt_long(): which records to take (-f, -m, --warmup, --lenient),
 * -h and -V. */
#define INPUT_SHORT "f:m:hV"
#define INPUT_LONG                                                                                                     \
	{"filter", required_argument, NULL, 'f'}, {"metric", required_argument, NULL, 'm'},                            \
		{"warmup", no_argument, NULL, INPUT_WARMUP}, {"lenient", no_argument, NULL, INPUT_LENIENT},            \
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}

enum { INPUT_WARMUP = 1000, INPUT_LENIENT };

/* Act on one of these. -h, -V and what is none of them (getopt_long() has said so) end the program.
 * The lists of globs in options are freed by input_options_free(). */
void input_option(struct series_options *options, int option, const char *argument, const char *usage);
void input_options_free(struct series_options *options);

/* Read a program's operands, a NULL-terminated list of files of which there may be none (then
 * standard input), into one set. Says on stderr what is wrong, and how many broken lines were
 * left out. 0, or -1. */
int input_read(struct series_set *set, char *const *files);

#endif
