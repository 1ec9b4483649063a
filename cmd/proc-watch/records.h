#ifndef PROC_WATCH_RECORDS_H
#define PROC_WATCH_RECORDS_H

#include <stdint.h>

#include "options.h"
#include "sampler.h"
#include "service.h"
#include "writer.h"

/* What is written, below the benchmark that --bench names. */

struct records {
	struct writer *writer;
	const struct options *options;
};

const char *records_bench(const struct records *rec);

/* A probe saw that it is ready: the time since the start, and the bound of what is polled. */
void records_ready(const struct records *rec, const struct probe *p, int64_t started, int64_t seq);

struct timing {
	const char *part;   /* "stop" */
	const char *metric; /* "latency" */
	int64_t at;         /* clock_now() from which it counts */
	int64_t length;     /* ns */
	int64_t bound;      /* by how much it may be less; -1: nothing is said of it */
	int64_t seq;
	bool failed;
};
void records_timing(const struct records *rec, const struct timing *t);

/* One reading, which tells of from to `to`, clock_now(); what is not finite is left out. */
void records_reading(const struct records *rec, const char *part, const double value[METRICS], int64_t from, int64_t to,
		     int64_t seq);

/* What a phase came to as a whole. */
void records_sampled(const struct records *rec, const struct sampled *d);

/* Of this process: its share of a core while it sampled, and its memory. */
void records_self(const struct records *rec, const struct sampler *s);

/* at: clock_now(). format: the data, as the text of a JSON object. */
void records_event(const struct records *rec, const char *name, int64_t at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* How the service has ended, with its last line of output; not where it was stopped. */
void records_exit(const struct records *rec, const struct service *s, const char *last);

void records_skip(const struct records *rec, const char *part, const char *metric, const char *reason);

#endif
