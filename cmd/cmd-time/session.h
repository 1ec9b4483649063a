#ifndef CMD_TIME_SESSION_H
#define CMD_TIME_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "options.h"
#include "plan.h"
#include "progress.h"
#include "protocol.h"
#include "runner.h"
#include "writer.h"

/* What holds for all combinations of one invocation, what is gathered of one, and how it
 * becomes records. */

enum metric {
	METRIC_LATENCY,
	METRIC_CPU_USER,
	METRIC_CPU_SYS,
	METRIC_MAX_RSS,
	METRIC_PAGE_FAULTS,
	METRIC_SWITCHES,
	METRIC_INSTRUCTIONS,
	METRIC_CYCLES,
	METRIC_ALLOCS,
	METRIC_ALLOC_BYTES,
	METRIC_COUNT
};

struct metric_info {
	const char *name;
	enum unit unit;
	enum better better;
};

extern const struct metric_info metrics[METRIC_COUNT];

struct values {
	double *v;
	size_t n, room;
};

struct gathered { /* of one side of one combination */
	struct values values[METRIC_COUNT]; /* of the timed runs; empty unless session.keep */
	struct values seq;                  /* beside the latencies: their seq */
	char *skipped[METRIC_COUNT];        /* why not measured; NULL where it was */
	int64_t runs;                       /* that succeeded */
	double sum;                         /* of their latencies, ns */
};

struct session {
	const struct options *options;
	struct runner runner;
	struct progress progress;
	struct writer writer;
	bool keep;          /* values are needed: for a summary or to reach a precision */
};

void values_add(struct values *values, double value);
void gathered_free(struct gathered *g);

struct sample_info {
	int64_t seq;
	bool warmup;
	bool ok;
};

/* One sample. */
void session_sample(struct session *s, const struct plan *plan, int side, enum metric metric, double value,
		    const struct result *result, struct sample_info info);

/* Say why a metric is missing, once for each side of a combination. */
void session_skip(struct session *s, const struct plan *plan, int side, struct gathered *g, enum metric metric,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));

/* An event; data is JSON text. */
void session_event(struct session *s, const struct plan *plan, const char *name, const char *data);

#endif
