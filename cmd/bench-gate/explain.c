#include "explain.h"

#include <fnmatch.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

/* Append to what is said already, behind "; ". 0, or -1 with ENOMEM. */
static int say(char **reason, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int say(char **reason, const char *format, ...)
{
	va_list args;
	char *more, *all;

	va_start(args, format);
	int n = vasprintf(&more, format, args);
	va_end(args);
	if (n < 0)
		return -1;
	if (!*reason) {
		*reason = more;
		return 0;
	}
	n = asprintf(&all, "%s; %s", *reason, more);
	free(more);
	if (n < 0)
		return -1;
	free(*reason);
	*reason = all;
	return 0;
}

void explain_quantity(char text[UNIT_TEXT_MAX], const struct gate_verdict *v, double value)
{
	if (v->target->kind == TARGET_CLASS)
		growth_format(text, v->fit->plausible);
	else if (target_is_count(v->target))
		unit_format(text, UNIT_ONE, value);
	else if (v->series->unit == UNIT_ONE && strchr(v->target->wanted, '%'))
		snprintf(text, UNIT_TEXT_MAX, "%.4g %%", 100 * value);
	else
		unit_format(text, v->series->unit, value);
}

/* How many samples it takes until a sample is expected beyond the quantile; 1 for other stats. */
static uint64_t samples_needed(const char *stat)
{
	static const struct {
		const char *stat;
		uint64_t n;
	} needed[] = {{"p90", 10}, {"p95", 20}, {"p99", 100}, {"p99.9", 1000}, {"p999", 1000}};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		if (strcmp(needed[i].stat, stat) == 0)
			return needed[i].n;
	}
	return 1;
}

/* Where the mean's interval reaches past the target, on either side of it. */
static int explain_interval(struct gate_verdict *v, const struct record_stat *stat)
{
	const struct target *t = v->target;
	char lo[UNIT_TEXT_MAX], hi[UNIT_TEXT_MAX];

	if (strcmp(t->stat, "mean") != 0 || t->op == OP_EQUAL || t->op == OP_NOT_EQUAL)
		return 0;
	if (!isfinite(stat->mean_lo) || !isfinite(stat->mean_hi)) {
		/* Of one run's histogram, or of one sample. */
		return stat->n > 1 ? 0 : say(&v->reason, "one sample: the mean has no interval");
	}
	if (t->value < stat->mean_lo || t->value > stat->mean_hi || stat->mean_lo == stat->mean_hi)
		return 0;
	explain_quantity(lo, v, stat->mean_lo);
	explain_quantity(hi, v, stat->mean_hi);
	return v->status == GATE_PASS
		       ? say(&v->reason, "holds, but its 95 %% interval, %s to %s, reaches past the target", lo, hi)
		       : say(&v->reason, "its 95 %% interval, %s to %s, reaches the target", lo, hi);
}

int explain_judged(struct gate_verdict *v, const struct record_stat *stat)
{
	const struct target *t = v->target;
	unsigned long long n = stat->n, errors = stat->errors;

	if (target_is_count(t) && !isnan(v->value))
		return 0;
	if (n == 0)
		return errors ? say(&v->reason, "no operation succeeded, %llu failed", errors)
			      : say(&v->reason, "its records hold no operation");
	if (isnan(v->value)) {
		if (strcmp(t->stat, "stddev") == 0 && n < 2)
			return say(&v->reason, "one sample has no standard deviation");
		return say(&v->reason, "its summary does not tell %s", t->stat);
	}
	unsigned long long needed = samples_needed(t->stat);
	if (n < needed && say(&v->reason, "%llu sample%s cannot tell %s apart from the maximum, %llu could", n,
			      n == 1 ? "" : "s", t->stat, needed) != 0)
		return -1;
	if (errors && say(&v->reason, "%llu of %llu operations failed", errors, n + errors) != 0)
		return -1;
	return explain_interval(v, stat);
}

/* Which exponents the data leaves open. */
static int explain_exponent(struct gate_verdict *v)
{
	const struct gate_fit *fit = v->fit;

	if (v->status != GATE_UNSURE)
		return 0;
	if (isinf(fit->lo))
		return say(&v->reason, "its interval is not known");
	if (isinf(fit->hi))
		return say(&v->reason, "its interval, %.2f or more, reaches past the target", fit->lo);
	return say(&v->reason, "its interval, %.2f to %.2f, reaches past the target", fit->lo, fit->hi);
}

int explain_growth(struct gate_verdict *v)
{
	const struct gate_fit *fit = v->fit;
	char classes[GROWTH_TEXT_MAX];

	if (v->target->kind == TARGET_EXPONENT && !isnan(fit->exponent))
		return explain_exponent(v);
	if (fit->reason)
		return say(&v->reason, "%s", fit->reason);
	if (isnan(v->value))
		return say(&v->reason, "its fit does not tell %s", v->target->stat);
	if (v->status != GATE_UNSURE)
		return 0;
	growth_format(classes, fit->plausible);
	return say(&v->reason, "it may be %s", classes);
}

/* Does the skip record say why this target was not measured? -1 with ENOMEM. */
static int skip_matches(const struct target *t, const struct series_skip *skip)
{
	if (*skip->metric && fnmatch(t->metric, skip->metric, 0) != 0)
		return 0;
	/* A skip without params is about the benchmark with any. */
	if (strcmp(skip->params, "{}") == 0)
		return fnmatch(t->bench, skip->bench, 0) == 0;
	return target_matches_bench(t, skip->bench, skip->params);
}

/* Name the metrics that the benchmark does have. */
static int explain_metrics(struct gate_verdict *v, const struct series_set *set)
{
	enum { SHOWN = 6 };
	const char *shown[SHOWN];
	size_t n = 0;

	for (size_t i = 0; i < set->nseries && n < SHOWN; i++) {
		const struct series *s = set->series[i];
		int matches = target_matches_bench(v->target, s->bench, s->params);
		if (matches < 0)
			return -1;
		bool known = !matches;
		for (size_t k = 0; k < n && !known; k++)
			known = strcmp(shown[k], s->metric) == 0;
		if (!known)
			shown[n++] = s->metric;
	}
	if (n == 0)
		return say(&v->reason, "nothing of that name was measured");
	char *list = NULL;
	for (size_t k = 0; k < n; k++) {
		char *longer;
		int len = asprintf(&longer, "%s%s%s", k ? list : "", k ? ", " : "", shown[k]);
		free(list);
		if (len < 0)
			return -1;
		list = longer;
	}
	int result = say(&v->reason, "the benchmark was measured, but of other metrics: %s", list);
	free(list);
	return result;
}

/* Was there something to fit? */
static int explain_unfitted(struct gate_verdict *v, const struct series_set *set)
{
	for (size_t i = 0; i < set->nseries; i++) {
		const struct series *s = set->series[i];
		int matches = target_matches(v->target, s->bench, s->params, s->metric);
		if (matches < 0)
			return -1;
		if (matches)
			return say(&v->reason, "it was measured, but there is no record of its growth (bench-fit makes one)");
	}
	return explain_metrics(v, set);
}

int explain_missing(struct gate_verdict *v, const struct series_set *set, const struct series *other_mode)
{
	bool skipped = false;

	if (other_mode) {
		char *label = series_label(other_mode);
		int result = label ? say(&v->reason, "only %s%s was measured, wanted in %s",
					 other_mode->mode == MODE_REAL ? "the real " : "", label, mode_name(v->target->mode))
				   : -1;
		free(label);
		if (result != 0)
			return -1;
	}
	for (size_t i = 0; i < set->nskips; i++) {
		const struct series_skip *skip = &set->skip[i];
		int matches = skip_matches(v->target, skip);
		if (matches < 0)
			return -1;
		/* The same skip comes once a run. */
		if (!matches || (v->reason && strstr(v->reason, skip->reason)))
			continue;
		skipped = true;
		if (say(&v->reason, "%s", skip->reason) != 0)
			return -1;
	}
	if (skipped || other_mode)
		return 0;
	return v->target->kind == TARGET_STAT ? explain_metrics(v, set) : explain_unfitted(v, set);
}

char *explain_unit(const char *path, const struct target *t, const struct series *s)
{
	static const char *const examples[UNIT_COUNT] = {
		[UNIT_NS] = "a duration such as 50ms",     [UNIT_BYTES] = "a size such as 64KiB",
		[UNIT_ONE] = "a number such as 3 or 99%",  [UNIT_PER_SECOND] = "a rate such as 1000/s",
		[UNIT_BYTES_PER_SECOND] = "a rate such as 10MB/s", [UNIT_BYTES_PER_OP] = "a size such as 1KB/op",
		[UNIT_PER_OP] = "a number such as 3/op",
	};
	char *label = series_label(s), *text = NULL;
	int n = label ? asprintf(&text, "%s:%llu: expected %s for %s, which is in %s, not '%s'", path,
				 (unsigned long long)t->line, examples[s->unit], label, unit_name(s->unit), t->wanted)
		      : -1;

	free(label);
	return n < 0 ? NULL : text;
}
