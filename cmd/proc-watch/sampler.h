#ifndef PROC_WATCH_SAMPLER_H
#define PROC_WATCH_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "tree.h"
#include "units.h"

/* What the watched use, read at a fixed interval and written as it comes. Only running totals are kept. */

enum metric {
	METRIC_RSS,
	METRIC_PSS,
	METRIC_CPU,
	METRIC_THREADS,
	METRIC_FDS,
	METRIC_PROCESSES,
	METRIC_SWITCHES,
	METRIC_READ,
	METRIC_WRITE,
	METRICS
};

struct metric_kind {
	const char *name;
	enum unit unit;
	enum better better;
};
extern const struct metric_kind metric_kinds[METRICS];

struct running {
	uint64_t n;
	double sum, max;
};

struct sampled { /* of one phase */
	const char *name;         /* "idle" */
	int64_t began, length;    /* clock_now(), ns */
	struct running metric[METRICS];
	double cpu;               /* mean share of one core over the whole phase; NaN: not known */
	int64_t max_rss;          /* bytes; -1: not known */
	uint64_t ticks, missed;   /* readings, and those that came a whole interval late or more */
};

struct records;

struct sampler {
	struct tree *tree;
	int64_t interval;
	bool pss;

	/* while a phase is under way */
	int64_t next;             /* clock_now() of the next reading; INT64_MAX: none is under way */
	const struct records *records;
	struct sampled sampled;
	struct reading first, last;
	bool known;               /* first and last are readings */
	bool gone;                /* at the last try nothing was left to read */
	int64_t next_pss;
	int64_t own_before;

	/* of all phases */
	int64_t own_cpu, own_wall; /* ns of this process's CPU time, and of the time they took */
	int64_t zombies, most_zombies; /* that were there in two readings running, now and at most */
	pid_t zombie, earlier_zombie;
};

void sampler_begin(struct sampler *s, const struct records *rec, const char *name);

/* Read if it is time. */
void sampler_step(struct sampler *s, int64_t now);

/* What there was; it stays in s until the next phase. */
struct sampled *sampler_end(struct sampler *s);

/* Is there enough of it to tell this process's share of a core? */
bool sampler_knows_own(const struct sampler *s);

/* Has a process been a zombie for longer than the moment between its end and its parent's wait? */
void sampler_see_zombies(struct sampler *s, const struct reading *r);

#endif
