#ifndef BENCHPIPE_RECORD_H
#define BENCHPIPE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "host.h"
#include "units.h"

/* The records of bench-record(5) and their one writer: a JSON object a line. The one reader is reader.h. */

enum record_type {
	RECORD_RUN,
	RECORD_SAMPLE,
	RECORD_HIST,
	RECORD_SKIP,
	RECORD_EVENT,
	RECORD_STAT,
	RECORD_VERDICT,
	RECORD_FIT,
	RECORD_OTHER /* a type this version does not know: pass its line through */
};

/* MODE_NONE: the record does not say (allowed for run, skip, event and verdict). */
enum mode { MODE_NONE, MODE_REAL, MODE_MOCK, MODE_MIXED };

struct record_run {
	const char *tool, *version;
	const char *start;       /* RFC 3339 */
	char *const *argv;       /* for writing, NULL-terminated; secrets are taken out. NULL: left out */
	bool has_seed;
	uint64_t seed;
	struct host host;        /* host.id "" where the record has no host */
	struct vcs vcs;          /* vcs.commit "" where it has none */
	struct ci ci;
};

struct record_hist {
	uint64_t count;
	double sum;
	int64_t min, max;
	size_t n; /* buckets */
	const int64_t *upper;
	const uint64_t *counts;
};

struct record_stat { /* in the record's unit; NaN where unknown (left out when written) */
	uint64_t n, runs;
	double mean, mean_lo, mean_hi; /* 95 % interval of the mean */
	double stddev, min, p50, p90, p95, p99, p999, max;
	uint64_t errors;               /* operations that failed */
};

struct record_verdict { /* a NULL string, a NaN, a negative count: left out */
	const char *status;    /* bench-diff: regression … new; bench-gate: pass, fail, missing */
	const char *stat;      /* what was compared: median, mean, p50, p99 … */
	double base, value;    /* of the baseline, of the current side; in the record's unit */
	double effect;         /* value / base - 1, estimated */
	double lo, hi;         /* interval of effect */
	double p, q;
	double threshold;      /* as a share: 0.05; for bench-gate the wanted value, in the unit */
	const char *basis;     /* runs, samples, intervals, pairs, threshold */
	int64_t n_base, n;     /* units of evidence on each side */
	int64_t needed;        /* how many more a side it would take */
	const char *target;    /* bench-gate: the target's line */
	const char *tier;
	const char *reason;
};

/* Classes of growth, ascending. GROWTH_OVER: faster than the last one that is looked for. */
enum growth {
	GROWTH_NONE, /* not known */
	GROWTH_1,
	GROWTH_LOG_N,
	GROWTH_N,
	GROWTH_N_LOG_N,
	GROWTH_N2,
	GROWTH_N3,
	GROWTH_OVER,
	GROWTH_COUNT /* how many there are, GROWTH_NONE among them */
};

struct record_fit { /* how the metric grows with one param, n; a NULL string, a NaN, GROWTH_NONE: left out */
	const char *x;         /* the param's name */
	const char *stat;      /* which statistic of each size was fitted: median, mean, p99 ... */
	enum growth class;     /* the best */
	unsigned plausible;    /* bit 1 << class for each that the data does not exclude */
	double exponent;       /* slope of log cost against log n */
	double lo, hi;         /* its interval, at confidence; infinite where the data cannot bound it */
	const char *basis;     /* what the exponent is of: "cost", or "growing part", without the fixed cost */
	double confidence;     /* as a share: 0.99 */
	double a, b;           /* cost = a + b f(n), in the record's unit; f as in bench-record(5) */
	double residual;       /* root mean square, as a share of the cost */
	double x_min, x_max;   /* the sizes fitted */
	uint64_t sizes, n;     /* how many sizes, and samples behind them */
	const char *reason;    /* why there is no class, or more than one */
};

/* A record as read: every string is NUL-terminated UTF-8 that belongs to the reader
 * and lives until the next reader_next(). A string the record lacks is "" (params:
 * "{}"); `name` and `reason` too. */
struct record {
	enum record_type type;
	const char *run, *bench, *params, *metric;
	enum unit unit;      /* values are normalized to it */
	enum mode mode;
	enum better better;  /* the record's own, else what the unit implies */
	double value;
	double n;            /* operations averaged into the sample, 1 unless said */
	int64_t seq, t, dur; /* -1 where absent; ns */
	bool warmup;         /* readers leave these out unless asked */
	bool ok;             /* false: a failed operation, an error and never a latency */
	const char *name;    /* of an event */
	const char *reason;  /* of a skip */
	const char *data;    /* for writing: an event's data, or more members of any record, as
			      * JSON text: {"pages":1000}. An event writes it as "data", other types
			      * splice its members in. NULL for none; reading leaves it NULL */
	struct record_hist hist;
	struct record_stat stat;
	struct record_verdict verdict;
	struct record_fit fit;
	struct record_run info; /* of a run record */

	const char *line; /* as read, without newline: what a filter passes through */
	size_t line_len;
};

/* A record with the defaults that reading gives absent fields (ok true, n 1, NaN and
 * -1 elsewhere, empty strings): where every writer starts. */
struct record record_new(enum record_type type);

/* Write one line in canonical form. What a reader would not take back is refused: a value
 * that is not finite, a member missing that the type must have. -1 with EINVAL, or ENOMEM,
 * and nothing written; -1 with errno if the stream failed; else 0. */
int record_write(FILE *out, const struct record *record);

/* Fill in a run record for this process: a fresh UUID in uuid, the start time in start, host, vcs and ci.
 * The record refers to uuid and start. */
struct record record_new_run(char uuid[37], char start[32], const char *tool, const char *version,
			     char *const *argv);

const char *mode_name(enum mode mode);   /* "real", "mock", "mixed", "" */
int mode_parse(const char *name, enum mode *mode); /* 0, or -1 if not one of the first three */
const char *mode_prefix(enum mode mode); /* "", "mock-", "mixed-" for people's eyes */
/* "run", "sample" …; NULL for RECORD_OTHER. */
const char *record_type_name(enum record_type type);

const char *growth_name(enum growth growth); /* "O(n log n)"; "" for GROWTH_NONE */
/* The same, blanks aside, and with a superscript 2 or 3. 0, or -1 if it is no class. */
int growth_parse(const char *name, enum growth *growth);

#define GROWTH_TEXT_MAX 32
/* Several classes, bits 1 << class, for people: "O(n)", "O(n) or O(n log n)", "O(1) to O(n^3)"; "-" for none. */
void growth_format(char text[GROWTH_TEXT_MAX], unsigned classes);

enum mode mode_join(enum mode a, enum mode b); /* what both together are; MODE_NONE is neutral */

#endif
