#ifndef BENCHPIPE_SERIES_H
#define BENCHPIPE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hist.h"
#include "record.h"

/* A record stream grouped by identity (bench + params + metric), run by run. */

struct series_run { /* one identity's part in one run */
	uint32_t run;       /* index into the set's runs */
	struct hist *hist;  /* merged over the run; NULL for samples */
	uint64_t n;         /* values in it */
};

struct series {
	char *bench, *params, *metric;
	enum unit unit;
	enum better better;
	enum mode mode;         /* joined over all its records */
	bool is_hist;           /* histograms, else samples */

	double *value;          /* samples, in order of arrival */
	uint32_t *part;         /* beside each: its run, as an index into run[] below */
	int64_t *seq;           /* beside each: its seq, -1 where none; NULL unless asked for */
	size_t n;

	double *interval[4];    /* histograms: for each quantile asked for, one value a record */
	size_t nintervals;

	struct series_run *run; /* in order of arrival */
	size_t nruns;

	uint64_t errors;        /* samples with ok false */

	struct record_stat *stat; /* a summary that was read; NULL where none. Owned */
};

struct series_options {
	bool keep_seq;
	bool warmup;            /* take warm-up records too */
	bool lenient;
	double quantile[4];     /* of each histogram record, see series.interval */
	size_t nquantiles;
	const char *const *filter; /* bench globs, any of which must match; NULL-terminated; NULL: all */
	const char *const *metric; /* the same for metrics */
	FILE *pass;             /* where lines of types that are not grouped here go; NULL: nowhere */
	int (*keep)(void *data, const struct record *record); /* sees these records; -1: no memory. NULL: nobody */
	void *keep_data;
};

struct series_info { /* what a run record said; strings "" where it did not */
	char *id;
	char host[17], cpu[128], os[128];
	char commit[65];
	bool dirty;
};

struct series_skip { char *bench, *params, *metric, *reason; };

struct series_set {
	struct series **series; /* in order of first appearance */
	size_t nseries;
	struct series_info *run;
	size_t nruns;
	struct series_skip *skip;
	size_t nskips;
	uint64_t records;       /* read, of any type */
	uint64_t left_out;      /* broken lines passed over, lenient only */
	const struct series_options *options;
	char *error; /* series_error() */
	struct series_index *index;
};

/* NULL with ENOMEM. options must outlive the set. Free with series_free(); NULL is fine. */
struct series_set *series_new(const struct series_options *options);
void series_free(struct series_set *set);

/* Read a whole file ("-" is stdin) into the set. 0, or -1 with series_error():
 * "file:line: expected …", for die("%s"). An input without any record is
 * an error, since a producer that died would look the same. */
int series_read(struct series_set *set, const char *path);

/* Add one record. 0, or -1 with series_error(). */
int series_add(struct series_set *set, const struct record *record);

/* What went wrong last; never NULL. Lives as long as the set. */
const char *series_error(const struct series_set *set);

/* Does text match any of the globs, a NULL-terminated list? NULL matches everything. */
bool series_matches(const char *const *globs, const char *text);

/* NULL where there is none. */
struct series *series_find(const struct series_set *set, const char *bench, const char *params, const char *metric);

/* "bench{connections=100} metric" with the mode's prefix on the bench, for people.
 * Caller frees; NULL with ENOMEM. */
char *series_label(const struct series *series);

/* Write all samples to out, which has room for n, run by run: run[0].n values, then
 * run[1].n values and so on, each in order of arrival. start holds nruns elements and gets
 * the place where each run's begin. */
void series_by_run(const struct series *series, double *out, size_t *start);

/* All histograms of the series in one. NULL with ENOMEM; caller frees. */
struct hist *series_merged(const struct series *series);

#endif
