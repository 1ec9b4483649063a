#include "wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "stat.h"

char *wording_value(const struct comparison *c, double value)
{
	char text[UNIT_TEXT_MAX];

	if (!isfinite(value))
		return x_strdup("-");
	unit_format(text, c->any->unit, value);
	return x_strdup(text);
}

/* With its sign, also where it is positive. */
static char *signed_value(const struct comparison *c, double value)
{
	char text[UNIT_TEXT_MAX];

	unit_format(text, c->any->unit, value);
	return x_asprintf("%s%s", value > 0 ? "+" : "", text);
}

/* A share in percent: as few digits as still tell. */
static char *percent(double share)
{
	double x = 100 * share;

	if (fabs(x) < 0.05)
		return x_strdup("0.0");
	return fabs(x) < 1e6 ? x_asprintf("%+.*f", fabs(x) < 1000 ? 1 : 0, x) : x_asprintf("%+.2g", x);
}

char *wording_change(const struct comparison *c)
{
	if (!isnan(c->effect)) {
		char *number = percent(c->effect), *text = x_asprintf("%s %%", number);
		free(number);
		return text;
	}
	return isnan(c->change) ? x_strdup("-") : signed_value(c, c->change);
}

char *wording_interval(const struct comparison *c)
{
	bool share = !isnan(c->effect);
	double lo = share ? c->lo : c->change_lo, hi = share ? c->hi : c->change_hi;

	if (!isfinite(lo) || !isfinite(hi))
		return x_strdup("-");
	char *from = share ? percent(lo) : signed_value(c, lo), *to = share ? percent(hi) : signed_value(c, hi);
	char *text = x_asprintf("%s .. %s%s", from, to, share ? " %" : "");
	free(from);
	free(to);
	return text;
}

char *wording_n(const struct comparison *c)
{
	if (c->basis == BASIS_NONE)
		return x_strdup("-");
	return c->n == c->n_base ? x_asprintf("%zu", c->n) : x_asprintf("%zu / %zu", c->n_base, c->n);
}

char *wording_verdict(const struct comparison *c)
{
	return x_asprintf("%s%s", verdict_name(c->verdict), c->by_threshold ? "*" : "");
}

bool wording_is_unsure(const struct comparison *c)
{
	return c->by_threshold || c->verdict == VERDICT_INCONCLUSIVE || c->verdict == VERDICT_MISSING ||
	       c->verdict == VERDICT_INCOMPARABLE;
}

/* Append and free what stood before. */
static char *append(char *text, const char *separator, char *more)
{
	char *both = x_asprintf("%s%s%s", text, *text ? separator : "", more);

	free(text);
	free(more);
	return both;
}

char *wording_headline(const struct comparisons *all)
{
	static const enum verdict also[] = {VERDICT_IMPROVEMENT, VERDICT_CHANGED,      VERDICT_INCONCLUSIVE,
					    VERDICT_MISSING,     VERDICT_INCOMPARABLE, VERDICT_NEW};
	size_t compared = all->n - all->count[VERDICT_MISSING] - all->count[VERDICT_NEW];
	size_t bad = all->count[VERDICT_REGRESSION];
	char *counts = x_strdup(""), *head;

	for (size_t i = 0; i < sizeof also / sizeof *also; i++) {
		size_t n = all->count[also[i]];
		if (n)
			counts = append(counts, ", ", x_asprintf("%zu %s%s", n, verdict_name(also[i]),
				also[i] == VERDICT_IMPROVEMENT && n > 1 ? "s" : ""));
	}
	if (all->by_threshold)
		counts = append(counts, ", ", x_asprintf("%zu by threshold only", all->by_threshold));
	const char *plural = compared == 1 ? "" : "s";
	if (bad) {
		char *change = wording_change(&all->list[0]);
		head = x_asprintf("%zu regression%s in %zu comparison%s: %s%s %s", bad, bad == 1 ? "" : "s", compared,
				  plural, bad == 1 ? "" : "worst ", all->list[0].label,
				  isnan(all->list[0].change) ? "failed" : change);
		free(change);
	} else {
		head = x_asprintf("no regression in %zu comparison%s", compared, plural);
	}
	char *text = *counts ? x_asprintf("%s (%s)", head, counts) : x_strdup(head);
	free(head);
	free(counts);
	return text;
}

static char *q_text(const struct comparison *c)
{
	return c->q < 0.0001 ? x_strdup("q < 0.0001") : x_asprintf("q = %.2g", c->q);
}

char *wording_sentence(const struct comparison *c, double alpha)
{
	char *text = x_strdup("");

	if (!isnan(c->change)) {
		char *change = wording_change(c), *from = wording_value(c, c->base_value);
		char *to = wording_value(c, c->value);
		text = append(text, "", x_asprintf("%s %s (%s to %s)", c->stat, change, from, to));
		free(change);
		free(from);
		free(to);
	}
	char *interval = wording_interval(c);
	if (strcmp(interval, "-") != 0)
		text = append(text, ", ", x_asprintf("%g %% interval %s", 100 * (1 - alpha), interval));
	free(interval);
	if (!isnan(c->q))
		text = append(text, ", ", q_text(c));
	if (c->basis != BASIS_NONE) {
		char *n = wording_n(c);
		text = append(text, ", ", x_asprintf("%s %s", n, basis_unit(c->basis, c->n == 1 && c->n_base == 1)));
		free(n);
	}
	return c->reason ? append(text, "; ", x_strdup(c->reason)) : text;
}

static bool has_ratio(const struct comparison *c)
{
	return c->base && c->current && c->verdict != VERDICT_INCOMPARABLE && c->any->better != BETTER_NONE &&
	       isfinite(c->effect) && c->effect > -1 && c->base_value > 0;
}

static bool same_group(const struct comparison *a, const struct comparison *b)
{
	return strcmp(a->any->metric, b->any->metric) == 0 && a->any->better == b->any->better &&
	       a->quantile == b->quantile;
}

void wording_geomeans(FILE *out, const struct comparisons *all, const char *bullet)
{
	bool *done = x_calloc(all->n ? all->n : 1, sizeof *done);
	double *ratio = x_calloc(all->n ? all->n : 1, sizeof *ratio);

	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *first = &all->list[i];
		size_t n = 0;
		if (done[i] || !has_ratio(first))
			continue;
		for (size_t k = i; k < all->n; k++) {
			if (!has_ratio(&all->list[k]) || !same_group(first, &all->list[k]))
				continue;
			done[k] = true;
			ratio[n++] = 1 + all->list[k].effect;
		}
		if (n < 2)
			continue;
		char *change = percent(stat_geomean(ratio, n) - 1);
		fprintf(out, "%sgeometric mean of %zu shared %s%s%s: %s %%\n", bullet, n, first->any->metric,
			first->quantile < 0 ? "" : " ", first->quantile < 0 ? "" : first->stat, change);
		free(change);
	}
	free(ratio);
	free(done);
}

void wording_notes(FILE *out, const struct output *o, const char *bullet)
{
	const struct comparisons *all = o->all;

	if (all->by_threshold)
		fprintf(out, "%s%s too few measurements for a test, judged by the threshold alone\n", bullet,
			*bullet ? "\\*" : "*");
	if (all->within_runs)
		fprintf(out,
			"%s%zu of %zu tested within fewer than 5 runs a side: samples of one run vary less than runs do, "
			"so this is optimistic\n",
			bullet, all->within_runs, all->tested);
	if (!o->list_all && all->count[VERDICT_UNCHANGED])
		fprintf(out, "%s%zu unchanged not listed (--all does)\n", bullet, all->count[VERDICT_UNCHANGED]);
}
