#ifndef BENCH_GATE_TARGETS_H
#define BENCH_GATE_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* The targets of bench-targets(5), parsed. Nothing here exits. */

#define TARGETS_LINE_MAX 65536 /* bytes */

enum target_op { OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL, OP_EQUAL, OP_NOT_EQUAL };

/* What a target is about: a statistic, or how the metric grows, which a fit record tells. */
enum target_kind { TARGET_STAT, TARGET_CLASS, TARGET_EXPONENT };

struct target_param {
	const char *key, *value; /* value is a glob */
};

struct target {
	char *text;                /* the line as written, without comment and outer white space */
	char *words;               /* holds what the following point into */
	const char *bench, *metric; /* globs */
	struct target_param *param; /* each of these must match; others do not matter */
	size_t nparams;
	bool no_params;            /* "{}": only measurements without params */
	enum target_kind kind;
	const char *stat;          /* a name for summary_get(), or "growth class", "growth exponent" */
	enum target_op op;
	const char *wanted;        /* the value as written */
	double value;              /* a class as its enum growth */
	enum unit unit;
	bool bare;                 /* written without a unit: value is in the measurement's own */
	enum mode mode;            /* MODE_NONE: any */
	const char *tier;          /* NULL: belongs to every tier */
	uint64_t line;             /* in its file, from 1 */
};

struct targets {
	struct target *target;
	size_t n;
	char **tier; /* names in order of appearance */
	size_t ntiers;
	char *error; /* targets_error() */
};

/* NULL with ENOMEM. Free with targets_free(); NULL is fine. */
struct targets *targets_new(void);
void targets_free(struct targets *targets);

/* Read path ("-" is stdin), or text under the name given. 0, or -1 with targets_error(). A file
 * without targets is an error. */
int targets_read(struct targets *targets, const char *path);
int targets_read_memory(struct targets *targets, const char *name, const char *text, size_t len);

/* "file:line: expected …" or "file: why"; never NULL. Lives as long as the targets. */
const char *targets_error(const struct targets *targets);

/* Whether the target speaks of this measurement. 1, 0, or -1 with ENOMEM. */
int target_matches(const struct target *target, const char *bench, const char *params, const char *metric);

/* The same for bench and params alone, which is what a skip record may be limited to. */
int target_matches_bench(const struct target *target, const char *bench, const char *params);

/* Whether the stat is n, runs or errors: a count, whatever the measurement's unit. */
bool target_is_count(const struct target *target);

const char *target_op_name(enum target_op op);

#endif
