#include "judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "estimate.h"
#include "rank.h"

#define POWER 0.8
/* More units than this nobody measures: the effect is simply too near the threshold. */
#define NEEDED_MAX 10000

static bool is_summary_only(const struct series *s)
{
	return s->stat && s->n == 0 && s->nruns == 0;
}

static const char *mode_word(const struct series *s)
{
	return s->mode == MODE_NONE ? "of no mode" : mode_name(s->mode);
}

static unsigned long long operations(const struct series *s)
{
	return (unsigned long long)(s->n + s->errors);
}

/* Why the two sides must not be compared; false where they may. */
static bool is_incomparable(struct comparison *c)
{
	const struct series *b = c->base, *s = c->current;

	if (b->mode != s->mode)
		comparison_say(c, "the baseline is %s, the current side %s", mode_word(b), mode_word(s));
	else if (b->unit != s->unit)
		comparison_say(c, "the baseline is in %s, the current side in %s", unit_name(b->unit),
			       unit_name(s->unit));
	else if (is_summary_only(b) || is_summary_only(s))
		comparison_say(c, "%s has only a summary; a comparison needs its samples",
			       is_summary_only(b) ? "the baseline" : "the current side");
	else if (b->is_hist != s->is_hist)
		comparison_say(c, "the baseline has %s, the current side %s", b->is_hist ? "histograms" : "samples",
			       s->is_hist ? "histograms" : "samples");
	else if (!b->is_hist && b->n == 0)
		comparison_say(c, "all %llu operations of the baseline failed", operations(b));
	else
		return false;
	return true;
}

static void explain_missing(struct comparison *c, const struct series_set *current)
{
	for (size_t i = 0; current && i < current->nskips; i++) {
		const struct series_skip *skip = &current->skip[i];
		if (strcmp(skip->bench, c->base->bench) != 0 || (skip->metric[0] &&
		    strcmp(skip->metric, c->base->metric) != 0) || (strcmp(skip->params, "{}") != 0 &&
		    strcmp(skip->params, c->base->params) != 0))
			continue;
		comparison_say(c, "skipped: %s", skip->reason);
		return;
	}
	comparison_say(c, "not on the current side");
}

/* The evidence of one comparison, or the verdict where there is nothing to weigh. */
static void weigh(struct comparison *c, const struct judge_options *o)
{
	c->threshold = rules_value(&o->thresholds, c->any, JUDGE_THRESHOLD);
	c->floor = rules_value(&o->floors, c->any, 0);
	c->verdict = VERDICT_INCONCLUSIVE;
	if (!c->base) {
		c->verdict = VERDICT_NEW;
		c->value = evidence_value(c, c->current);
	} else if (!c->current) {
		c->verdict = VERDICT_MISSING;
		c->base_value = evidence_value(c, c->base);
		explain_missing(c, o->current);
	} else if (is_incomparable(c)) {
		c->verdict = VERDICT_INCOMPARABLE;
	} else {
		struct evidence e = evidence_of(c, o->pairing);
		estimate(c, &e, o->alpha);
		evidence_free(&e);
	}
}

/* Benjamini-Hochberg over all that were tested. */
static void adjust(struct comparisons *all)
{
	double *p = x_reallocarray(NULL, all->n ? all->n : 1, sizeof *p);
	size_t k = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (!isnan(all->list[i].p))
			p[k++] = all->list[i].p;
	}
	all->tested = k;
	if (rank_fdr(p, p, k) != 0)
		die("out of memory");
	k = 0;
	for (size_t i = 0; i < all->n; i++) {
		if (!isnan(all->list[i].p))
			all->list[i].q = p[k++];
	}
	free(p);
}

/* Is the change as large as would count? From 0 there is no share, and only the floor holds. */
static bool is_beyond(const struct comparison *c)
{
	if (fabs(c->change) < c->floor || c->change == 0)
		return false;
	return isnan(c->effect) || fabs(c->effect) > c->threshold;
}

static bool is_within(const struct comparison *c)
{
	if (c->change_lo >= -c->floor && c->change_hi <= c->floor)
		return true;
	return !isnan(c->effect) && c->lo >= -c->threshold && c->hi <= c->threshold;
}

static enum verdict by_direction(const struct comparison *c)
{
	enum better better = c->any->better;

	if (better == BETTER_NONE)
		return VERDICT_CHANGED;
	return (c->change > 0) == (better == BETTER_LOWER) ? VERDICT_REGRESSION : VERDICT_IMPROVEMENT;
}

/* How many more units a side would settle it: enough to find a change of the threshold's size were this
 * the only one, and enough for the interval to shrink clear of the threshold, as it does with the root of
 * their number. */
static void add_needed(struct comparison *c, double alpha, size_t tested)
{
	double logs = c->threshold > 0 ? log1p(c->threshold) : NAN, n = (double)(c->n < c->n_base ? c->n : c->n_base);

	if (isnan(c->shift) || isnan(logs) || isnan(c->spread))
		return;
	double wanted = (double)rank_needed(c->spread, logs, alpha / (double)tested, POWER);
	double distance = fabs(fabs(c->shift) - logs);
	if (!isnan(c->width) && c->width > distance)
		wanted = fmax(wanted, n * (c->width / distance) * (c->width / distance));
	if (wanted - n > NEEDED_MAX)
		comparison_say(c, "too near the threshold to tell apart by more measurements");
	else
		c->needed = (long long)fmax(1, ceil(wanted - n));
}

static void explain_inconclusive(struct comparison *c, double alpha, size_t tested)
{
	double lone = alpha / (double)tested;

	if (c->p <= alpha && c->q > alpha && is_beyond(c))
		comparison_say(c, "p = %.2g alone, but q = %.2g among %zu comparisons", c->p, c->q, tested);
	if (c->p_floor > lone)
		comparison_say(c, "%zu %s%s cannot show a lone change among %zu comparisons; %zu can",
			       c->n < c->n_base ? c->n : c->n_base, basis_unit(c->basis, false),
			       c->basis == BASIS_PAIRS ? "" : " a side", tested, estimate_reach(c->basis, lone));
	add_needed(c, alpha, tested);
	if (c->needed > 0)
		comparison_say(c, "about %lld more %s%s", c->needed, basis_unit(c->basis, c->needed == 1),
			       c->basis == BASIS_PAIRS ? "" : " a side");
}

static void explain_threshold(struct comparison *c, double alpha)
{
	size_t reach = estimate_reach(c->basis, alpha);

	if (c->basis == BASIS_PAIRS)
		comparison_say(c, "n too small to reach significance (%zu %s; %zu can): threshold only", c->n,
			       basis_unit(c->basis, c->n == 1), reach);
	else
		comparison_say(c, "n too small to reach significance (%zu and %zu %s; %zu a side can): threshold only",
			       c->n_base, c->n, basis_unit(c->basis, false), reach);
}

static void decide(struct comparison *c, const struct judge_options *o, size_t tested)
{
	if (c->by_threshold) {
		c->verdict = is_beyond(c) ? by_direction(c) : VERDICT_UNCHANGED;
		explain_threshold(c, o->alpha);
	} else if (isnan(c->change)) {
		comparison_say(c, "nothing to compare: %zu and %zu %s", c->n_base, c->n, basis_unit(c->basis, false));
	} else if (c->q <= o->alpha && is_beyond(c)) {
		c->verdict = by_direction(c);
	} else if (is_within(c)) {
		c->verdict = VERDICT_UNCHANGED;
	} else {
		c->verdict = VERDICT_INCONCLUSIVE;
		explain_inconclusive(c, o->alpha, tested);
	}
	if (isnan(c->effect) && !isnan(c->change) && c->change != 0)
		comparison_say(c, "from 0, so there is no ratio");
	if (c->unpaired)
		comparison_say(c, "%zu samples without a partner left out", c->unpaired);
}

static double *outcomes(const struct series *s, size_t n)
{
	double *x = x_calloc(n ? n : 1, sizeof *x);

	for (size_t i = s->n; i < n; i++)
		x[i] = 1;
	return x;
}

/* Did the share of failures grow by more than chance makes it? */
static bool fails_more(const struct series *b, const struct series *s, double alpha)
{
	size_t nb = operations(b), ns = operations(s);

	if (s->errors == 0 || nb == 0 || (double)s->errors / (double)ns <= (double)b->errors / (double)nb)
		return false;
	if (b->errors == 0)
		return true;
	double *x = outcomes(b, nb), *y = outcomes(s, ns), p = 1;
	int result = rank_mann_whitney(x, nb, y, ns, &p);
	free(x);
	free(y);
	if (result != 0)
		die("out of memory");
	return p <= alpha;
}

/* Failing is worse than being slow, and the failures are not among the times. */
static void weigh_errors(struct comparison *c, double alpha)
{
	const struct series *b = c->base, *s = c->current;

	if (!b || !s || c->verdict == VERDICT_INCOMPARABLE || b->is_hist || s->is_hist || !(b->errors || s->errors))
		return;
	if (fails_more(b, s, alpha)) {
		c->verdict = VERDICT_REGRESSION;
		c->needed = -1;
		free(c->reason);
		c->reason = NULL;
	}
	if (b->errors)
		comparison_say(c, "%llu of %llu operations failed (baseline: %llu of %llu)",
			       (unsigned long long)s->errors, operations(s), (unsigned long long)b->errors,
			       operations(b));
	else
		comparison_say(c, "%llu of %llu operations failed (baseline: none)", (unsigned long long)s->errors,
			       operations(s));
}

void judge(struct comparisons *all, const struct judge_options *o)
{
	for (size_t i = 0; i < all->n; i++)
		weigh(&all->list[i], o);
	adjust(all);
	for (size_t i = 0; i < all->n; i++) {
		struct comparison *c = &all->list[i];
		if (c->base && c->current && c->verdict != VERDICT_INCOMPARABLE)
			decide(c, o, all->tested ? all->tested : 1);
		weigh_errors(c, o->alpha);
	}
	comparisons_finish(all);
}
