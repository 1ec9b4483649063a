#ifndef DB_LOAD_WRITER_H
#define DB_LOAD_WRITER_H

#include <stdio.h>

#include "hist.h"
#include "record.h"

/* The records of one run, and what they have in common. Without a stream nothing is written. */

struct writer {
	FILE *out;      /* NULL: none */
	int error;      /* errno of the first failure; nothing is written after it */
	int64_t began;  /* clock_now() of the run record */
	bool opened;    /* the run record is written */
	struct record run;
	char id[37], start[32];
};

struct place { /* of a measurement in time; -1: not said */
	int64_t at;     /* clock_now() */
	int64_t length; /* ns */
};

/* The run begins now. Its record is written when there is another one. */
void writer_open(struct writer *w, FILE *out, uint64_t seed, char *const *argv);

/* n: operations that were averaged. data: more members, as JSON text, or NULL. */
void writer_sample(struct writer *w, const char *bench, const char *params, const char *metric, enum unit unit,
		   enum better better, double value, double n, struct place place, const char *data);
void writer_hist(struct writer *w, const char *bench, const char *params, const char *metric, const struct hist *hist,
		 struct place place);
void writer_skip(struct writer *w, const char *bench, const char *params, const char *metric, const char *reason);

/* format: the data as JSON text, or NULL. */
void writer_event(struct writer *w, const char *bench, const char *params, const char *name, int64_t at,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));

/* text as a JSON string with its quotes; caller frees; or dies. */
char *writer_quote(const char *text);

#endif
