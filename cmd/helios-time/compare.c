#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "stat.h"
#include "units.h"

#define CONFIDENCE 0.95

double *compare_sorted(const double *values, size_t n, size_t *found)
{
	double *sorted = x_reallocarray(NULL, n + 1, sizeof *sorted);

	*found = 0;
	for (size_t i = 0; values && i < n; i++) {
		if (!isnan(values[i]))
			sorted[(*found)++] = values[i];
	}
	stat_sort(sorted, *found);
	return sorted;
}

static const char *verb(enum op op)
{
	static const char *const verbs[OP_COUNT] = {
		[OP_SPAWN] = "starts and ends",
		[OP_OPEN] = "opens its store",
		[OP_COMMIT] = "commits",
		[OP_RESTORE] = "restores",
		[OP_MATERIALIZE] = "materializes",
		[OP_CYCLE] = "commits and materializes",
		[OP_DIFF] = "compares two commits",
	};

	return verbs[op];
}

/* What can be said of it: it was always right, and what it has written was looked at. */
static bool certain(const struct side *side, enum op op)
{
	bool content = op == OP_COMMIT || op == OP_RESTORE || op == OP_MATERIALIZE || op == OP_CYCLE;

	if (side->tally[op].failed || !side->tally[op].n)
		return false;
	return !content || (!side->wrong && !side->tally[OP_COMMIT].failed && side->verified);
}

/* A restore that writes files and one that does not are two things. */
static bool comparable(const struct side *a, const struct side *b, enum op op)
{
	return op != OP_RESTORE || strcmp(a->backend->restore_scope, b->backend->restore_scope) == 0;
}

struct ratio { /* how many times as long b takes as a */
	double median;
	struct interval interval;
	double a, b; /* medians, ns */
	size_t n;
};

/* Rounds in which both have a value: a figure of each, of the same content at about the same time. */
static struct ratio ratio_of(const struct tally *a, const struct tally *b, size_t rounds)
{
	double *both = x_reallocarray(NULL, 3 * rounds, sizeof *both), *in_a = both + rounds, *in_b = in_a + rounds;
	struct ratio ratio = {0};

	for (size_t i = 0; i < rounds; i++) {
		if (!(a->latency[i] > 0 && b->latency[i] > 0)) /* nor NAN */
			continue;
		both[ratio.n] = b->latency[i] / a->latency[i];
		in_a[ratio.n] = a->latency[i];
		in_b[ratio.n++] = b->latency[i];
	}
	if (ratio.n) {
		stat_sort(both, ratio.n);
		stat_sort(in_a, ratio.n);
		stat_sort(in_b, ratio.n);
		ratio.median = stat_quantile(both, ratio.n, 0.5);
		ratio.interval = stat_median_interval(both, ratio.n, CONFIDENCE);
		ratio.a = stat_quantile(in_a, ratio.n, 0.5);
		ratio.b = stat_quantile(in_b, ratio.n, 0.5);
	}
	free(both);
	return ratio;
}

static void print_ratio(FILE *out, enum op op, const struct side *a, const struct side *b, struct ratio r)
{
	bool bounded = isfinite(r.interval.lo) && isfinite(r.interval.hi);

	if (r.median < 1) { /* the faster one has the word */
		const struct side *other = a;

		a = b;
		b = other;
		r = (struct ratio){1 / r.median, {1 / r.interval.hi, 1 / r.interval.lo}, r.b, r.a, r.n};
	}
	if (bounded && r.interval.lo <= 1 && r.interval.hi >= 1)
		fprintf(out, "%s%s and %s%s: it is not certain which %s faster", mode_prefix(a->mode), a->backend->name,
			mode_prefix(b->mode), b->backend->name, verb(op));
	else
		fprintf(out, "%s%s %s %.3g times as fast as %s%s", mode_prefix(a->mode), a->backend->name, verb(op),
			r.median, mode_prefix(b->mode), b->backend->name);
	fprintf(out, " (%smedian %s, %s; ",
		op == OP_RESTORE && strcmp(a->backend->restore_scope, "metadata") == 0
			? "metadata only, no file is written; "
			: "",
		unit_text(UNIT_NS, r.a).s, unit_text(UNIT_NS, r.b).s);
	if (bounded)
		fprintf(out, "95 %% interval of the ratios of %zu rounds %.3g to %.3g).\n", r.n, r.interval.lo,
			r.interval.hi);
	else
		fprintf(out, "%zu round%s too few for an interval).\n", r.n, r.n == 1 ? " is" : "s are");
}

void compare_print(FILE *out, const struct side *a, const struct side *b, const struct options *o)
{
	for (int i = 0; i < OP_COUNT; i++) {
		enum op op = (enum op)i;
		struct ratio ratio;

		if (!o->op[op] || !comparable(a, b, op) || !certain(a, op) || !certain(b, op))
			continue;
		ratio = ratio_of(&a->tally[op], &b->tally[op], (size_t)o->count);
		if (ratio.n)
			print_ratio(out, op, a, b, ratio);
	}
}
