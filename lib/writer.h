#ifndef BENCHPIPE_WRITER_H
#define BENCHPIPE_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "hist.h"
#include "record.h"

/* The records of one run of a program, and what they have in common: the run, its clock, the mode. Nothing is written
 * without a stream, nor after a failure, which is kept in error. For one thread at a time. bench, params ("{}" for
 * none), metric and the other texts are only read during the call. */

struct writer {
	FILE *out;          /* NULL: nothing is written; it is the caller's, who also closes it */
	int error;          /* errno of the first failure; nothing is written after it */
	int64_t began;      /* clock_now() of the run's start, which records' t counts from */
	enum mode mode;     /* of what comes; the caller may change it. Run, skip and event records have none */
	bool opened;        /* the run record is written */
	struct record run;  /* refers to id and start: the writer stays where it was opened */
	char id[37], start[32];
};

struct place { /* of a measurement in time; -1: not said */
	int64_t at;     /* clock_now() */
	int64_t length; /* ns */
};

/* The run begins now, with this seed, in MODE_REAL. Its record is written before the first other one. */
void writer_open(struct writer *w, FILE *out, uint64_t seed, char *const *argv);

/* Write the run record now, if it is not written yet. */
void writer_begin(struct writer *w);

/* n: operations that were averaged into value. data: more members, as the text of a JSON object, or NULL. */
void writer_sample(struct writer *w, const char *bench, const char *params, const char *metric, enum unit unit,
		   enum better better, double value, double n, struct place place, const char *data);

/* Of times in ns, the lower the better; but a "lag", which tells of the generator, is neither. */
void writer_hist(struct writer *w, const char *bench, const char *params, const char *metric, const struct hist *hist,
		 struct place place);

/* metric "": all of the benchmark. */
void writer_skip(struct writer *w, const char *bench, const char *params, const char *metric, const char *reason);

/* at: clock_now(), or -1. format: makes the data, as the text of a JSON object; NULL for none. */
void writer_event(struct writer *w, const char *bench, const char *params, const char *name, int64_t at,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Any other record: begin with one that has the bench, the params, the mode and the place, fill in the rest, and write
 * it, which fills in its run. */
struct record writer_new(const struct writer *w, enum record_type type, const char *bench, const char *params,
			 struct place place);
void writer_put(struct writer *w, struct record *record);

/* text as a JSON string with its quotes; caller frees; or dies. */
char *writer_quote(const char *text);

#endif
