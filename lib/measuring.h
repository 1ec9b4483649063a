#ifndef BENCHPIPE_MEASURING_H
#define BENCHPIPE_MEASURING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli.h"
#include "record.h"
#include "writer.h"

/* What all programs that measure share: the options that say where records go and what they are called, and the
 * output that follows from them. */

struct measuring {
	const char *output;  /* -o; NULL: stdout */
	const char *bench;   /* --bench; NULL: not said */
	char *params;        /* --param: canonical text, "{}" for none */
	bool has_seed;
	uint64_t seed;       /* --seed; what measuring_init() was given where it was not said */
	enum mode mode;      /* --mode; MODE_NONE where it was not said */
	enum cli_format format;
	enum cli_when progress;
};

/* getopt_long's entries for them, into a table of long options; "o:" goes into the short ones. */
enum {
	MEASURING_BENCH = 1000,
	MEASURING_PARAM,
	MEASURING_SEED,
	MEASURING_MODE,
	MEASURING_FORMAT,
	MEASURING_PROGRESS
};
#define MEASURING_OPTIONS \
	{ "output", required_argument, NULL, 'o' }, { "bench", required_argument, NULL, MEASURING_BENCH }, \
	{ "param", required_argument, NULL, MEASURING_PARAM }, { "seed", required_argument, NULL, MEASURING_SEED }, \
	{ "mode", required_argument, NULL, MEASURING_MODE }, { "format", required_argument, NULL, MEASURING_FORMAT }, \
	{ "progress", required_argument, NULL, MEASURING_PROGRESS }

void measuring_init(struct measuring *m, uint64_t seed); /* or dies */
void measuring_free(struct measuring *m);

/* Take one of these options; false where it is none of them. Or die_usage(). output and bench refer to argument, which
 * has to stay. */
bool measuring_take(struct measuring *m, int option, const char *argument);

/* params, canonical text, with one more or another value of one; caller frees; or dies. */
char *measuring_params(const char *params, const char *key, const char *value);

/* Where records and text go. */
struct output {
	const struct measuring *measuring;
	struct outfile *file; /* of -o; NULL: records, if any, go to stdout */
	bool text;            /* a summary goes to stdout */
	FILE *records;        /* NULL: none are written */
};

/* Or dies. m has to stay. */
void output_open(struct output *out, const struct measuring *m);

/* A run begins, whose records go there: with the seed of the options, and the mode, which is real where they do not
 * say. */
void output_begin(const struct output *out, struct writer *w, char *const *argv);

/* Put the file in its place, or throw it away where error (errno of a record that could not be written, 0: none) is
 * set or nothing was told. status, or STATUS_TROUBLE after a complaint. What stdout itself could not take is told by
 * finish(). */
int output_close(struct output *out, int error, bool told, int status);

#endif
