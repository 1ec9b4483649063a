#include "judge.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "summary.h"

struct work {
	struct gate *gate;
	const char *path;
	const struct series_set *set;
	const struct gate_fits *fits;
	const struct gate_options *options;
	struct record_stat *stat; /* of each series, once it is summarized */
	bool *summarized;
};

/* Could a target with this glob be about something that one of the globs chooses? Exact where one
 * of the two is a plain name. */
static bool may_meet(const char *const *globs, const char *glob)
{
	if (!globs)
		return true;
	for (; *globs; globs++) {
		if (fnmatch(*globs, glob, 0) == 0 || fnmatch(glob, *globs, 0) == 0)
			return true;
	}
	return false;
}

static bool tier_chosen(const struct gate_options *o, const struct target *t)
{
	if (!o->tier || !t->tier)
		return true;
	for (const char *const *name = o->tier; *name; name++) {
		if (strcmp(*name, t->tier) == 0)
			return true;
	}
	return false;
}

/* Integers are equal or not; other values within what arithmetic may have done to them. */
static bool equal(double a, double b)
{
	if (a == b)
		return true;
	/* Infinite: an end of an interval that has none. */
	if (isinf(a) || isinf(b) || (a == floor(a) && b == floor(b)))
		return false;
	return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static bool holds(enum target_op op, double value, double wanted)
{
	bool same = equal(value, wanted);

	switch (op) {
	case OP_LESS:
		return value < wanted && !same;
	case OP_LESS_EQUAL:
		return value < wanted || same;
	case OP_GREATER:
		return value > wanted && !same;
	case OP_GREATER_EQUAL:
		return value > wanted || same;
	case OP_EQUAL:
		return same;
	default:
		return !same;
	}
}

static bool is_exact_op(enum target_op op)
{
	return op == OP_EQUAL || op == OP_NOT_EQUAL;
}

static void measure_margin(struct gate_verdict *v)
{
	const struct target *t = v->target;
	double wanted = t->value;
	double left = t->op == OP_LESS || t->op == OP_LESS_EQUAL ? wanted - v->value : v->value - wanted;

	v->room = v->status == GATE_PASS ? INFINITY : -INFINITY;
	if (wanted == 0)
		return;
	if (!is_exact_op(t->op))
		v->room = v->margin = left / fabs(wanted);
	else if (t->op == OP_EQUAL && v->status == GATE_FAIL)
		v->room = -fabs(left / wanted);
}

static int no_memory(struct work *w)
{
	free(w->gate->error);
	w->gate->error = NULL;
	return -1;
}

static struct gate_verdict *add_verdict(struct work *w, const struct target *target, const struct series *series)
{
	struct gate *gate = w->gate;

	if ((gate->n & (gate->n - 1)) == 0) {
		void *p = reallocarray(gate->verdict, gate->n ? 2 * gate->n : 1, sizeof *gate->verdict);
		if (!p)
			return NULL;
		gate->verdict = p;
	}
	gate->verdict[gate->n] = (struct gate_verdict){.target = target, .series = series, .status = GATE_MISSING,
						       .value = NAN, .margin = NAN, .order = gate->n};
	return &gate->verdict[gate->n++];
}

/* A target's unit must be the measurement's. */
static int check_unit(struct work *w, const struct target *t, const struct series *s)
{
	if (t->bare || target_is_count(t) || t->unit == s->unit)
		return 0;
	w->gate->error = explain_unit(w->path, t, s);
	return -1;
}

static const struct record_stat *summarize(struct work *w, size_t i)
{
	if (!w->summarized[i]) {
		if (summary_of(w->set->series[i], &w->stat[i]) != 0)
			return NULL;
		w->summarized[i] = true;
	}
	return &w->stat[i];
}

/* NaN where the summary cannot say. */
static double value_of(const struct target *t, const struct record_stat *stat)
{
	double value = NAN;

	summary_get(stat, t->stat, &value);
	if (strcmp(t->stat, "stddev") == 0 && stat->n < 2)
		return NAN;
	if (strcmp(t->stat, "runs") == 0 && stat->runs == 0 && stat->n > 0)
		return NAN;
	return isfinite(value) ? value : NAN;
}

static int judge_series(struct work *w, const struct target *t, size_t i)
{
	const struct series *s = w->set->series[i];

	if (check_unit(w, t, s) != 0)
		return -1;
	const struct record_stat *stat = summarize(w, i);
	struct gate_verdict *v = stat ? add_verdict(w, t, s) : NULL;
	if (!v)
		return no_memory(w);
	v->n = stat->n;
	v->value = value_of(t, stat);
	if (!isnan(v->value)) {
		v->status = holds(t->op, v->value, t->value) ? GATE_PASS : GATE_FAIL;
		measure_margin(v);
	} else if (stat->n == 0 && stat->errors > 0) {
		v->status = GATE_FAIL;
		v->room = -INFINITY;
	}
	return explain_judged(v, stat) == 0 ? 0 : no_memory(w);
}

/* All of what the data leaves open must hold, or none of it, for a verdict. */
static enum gate_status status_of(bool all, bool any)
{
	return all ? GATE_PASS : any ? GATE_UNSURE : GATE_FAIL;
}

static void judge_class(struct gate_verdict *v)
{
	const struct gate_fit *fit = v->fit;
	bool all = fit->plausible != 0, any = fit->plausible == 0;

	for (int class = GROWTH_1; class < GROWTH_COUNT; class++) {
		if (!(fit->plausible >> class & 1))
			continue;
		bool good = holds(v->target->op, class, v->target->value);
		all &= good;
		any |= good;
	}
	v->status = status_of(all, any);
	v->value = fit->class == GROWTH_NONE ? NAN : fit->class;
	v->room = v->status == GATE_PASS ? INFINITY : -INFINITY;
}

/* The interval's end that decides whether it holds, and the other, which decides whether it is missed. */
static void judge_exponent(struct gate_verdict *v)
{
	const struct target *t = v->target;
	bool below = t->op == OP_LESS || t->op == OP_LESS_EQUAL;
	double worst = below ? v->fit->hi : v->fit->lo, best = below ? v->fit->lo : v->fit->hi;

	v->status = status_of(holds(t->op, worst, t->value), holds(t->op, best, t->value));
	v->value = v->fit->exponent;
	v->room = v->status == GATE_PASS ? INFINITY : -INFINITY;
	if (isfinite(worst) && t->value != 0)
		v->room = v->margin = (below ? t->value - worst : worst - t->value) / fabs(t->value);
}

static int judge_fit(struct work *w, const struct target *t, size_t i)
{
	const struct gate_fit *fit = &w->fits->fit[i];
	struct gate_verdict *v = add_verdict(w, t, &fit->identity);

	if (!v)
		return no_memory(w);
	v->fit = fit;
	v->n = fit->n;
	if (t->kind == TARGET_CLASS)
		judge_class(v);
	else
		judge_exponent(v);
	return explain_growth(v) == 0 ? 0 : no_memory(w);
}

/* The worst of a target's verdicts, from the first on, into the totals. */
static void count_target(struct gate *gate, size_t first)
{
	enum gate_status worst = GATE_PASS;
	bool stand_in = false;

	for (size_t i = first; i < gate->n; i++) {
		const struct gate_verdict *v = &gate->verdict[i];
		worst = v->status > worst ? v->status : worst;
		stand_in |= v->series && v->series->mode != MODE_REAL && v->status != GATE_MISSING;
	}
	gate->targets++;
	gate->missed += worst == GATE_FAIL;
	gate->unsure += worst == GATE_UNSURE;
	gate->missing += worst == GATE_MISSING;
	gate->stand_ins += stand_in;
	gate->tiers |= gate->verdict[first].target->tier != NULL;
}

static bool chosen_by_filter(const struct work *w, const struct series *s)
{
	return series_matches(w->options->filter, s->bench) && series_matches(w->options->metric, s->metric);
}

static int judge_target(struct work *w, const struct target *t)
{
	const struct gate_options *o = w->options;
	size_t first = w->gate->n, elsewhere = 0;
	const struct series *other_mode = NULL;

	bool growth = t->kind != TARGET_STAT;
	size_t n = growth ? w->fits->n : w->set->nseries;

	for (size_t i = 0; i < n; i++) {
		const struct series *s = growth ? &w->fits->fit[i].identity : w->set->series[i];
		int matches = target_matches(t, s->bench, s->params, s->metric);
		if (matches < 0)
			return no_memory(w);
		if (!matches)
			continue;
		if (!chosen_by_filter(w, s)) {
			elsewhere++;
		} else if (t->mode != MODE_NONE && s->mode != t->mode) {
			if (!other_mode)
				other_mode = s;
		} else if ((growth ? judge_fit(w, t, i) : judge_series(w, t, i)) != 0) {
			return -1;
		}
	}
	if (w->gate->n == first) {
		if (!other_mode && (elsewhere || !may_meet(o->filter, t->bench) || !may_meet(o->metric, t->metric)))
			return 0;
		struct gate_verdict *v = add_verdict(w, t, NULL);
		if (!v || explain_missing(v, w->set, other_mode) != 0)
			return no_memory(w);
	}
	count_target(w->gate, first);
	return 0;
}

/* Missed, not decided, not measured, passed; the least room first; else as in the targets file. */
static int compare(const void *a, const void *b)
{
	const struct gate_verdict *x = a, *y = b;

	if (x->status != y->status)
		return x->status > y->status ? -1 : 1;
	if (x->room != y->room)
		return x->room < y->room ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Of sorted verdicts the first of a target is the closest. -1 with ENOMEM. */
static int mark_closest(struct gate *gate, const struct targets *targets)
{
	bool *seen = calloc(targets->n + 1, sizeof *seen);

	if (!seen)
		return -1;
	for (size_t i = 0; i < gate->n; i++) {
		struct gate_verdict *v = &gate->verdict[i];
		if (v->status != GATE_PASS)
			continue;
		v->closest = !seen[v->target - targets->target];
		seen[v->target - targets->target] = true;
	}
	free(seen);
	return 0;
}

int gate_judge(struct gate *gate, const struct targets *targets, const char *path, const struct series_set *set,
	       const struct gate_fits *fits, const struct gate_options *options)
{
	struct work w = {.gate = gate, .path = path, .set = set, .fits = fits, .options = options};
	size_t n = set->nseries ? set->nseries : 1;
	int result = -1;

	*gate = (struct gate){0};
	w.stat = calloc(n, sizeof *w.stat);
	w.summarized = calloc(n, sizeof *w.summarized);
	if (!w.stat || !w.summarized)
		goto end;
	result = 0;
	for (size_t i = 0; i < targets->n && result == 0; i++) {
		if (tier_chosen(options, &targets->target[i]))
			result = judge_target(&w, &targets->target[i]);
	}
	if (result == 0 && gate->n) {
		qsort(gate->verdict, gate->n, sizeof *gate->verdict, compare);
		result = mark_closest(gate, targets);
	}
end:
	free(w.stat);
	free(w.summarized);
	return result;
}

void gate_free(struct gate *gate)
{
	for (size_t i = 0; i < gate->n; i++)
		free(gate->verdict[i].reason);
	free(gate->verdict);
	free(gate->error);
	*gate = (struct gate){0};
}
