/* The verdicts as records, and one that sums them up. */
#include <math.h>
#include <stdlib.h>

#include "die.h"
#include "wording.h"

static double finite_or_none(double x)
{
	return isfinite(x) ? x : NAN;
}

static void put_verdict(FILE *out, const struct comparison *c)
{
	struct record r = record_new(RECORD_VERDICT);

	r.bench = c->any->bench;
	r.params = c->params;
	r.metric = c->any->metric;
	r.unit = c->any->unit;
	r.better = c->any->better;
	r.mode = c->any->mode;
	r.verdict.status = verdict_name(c->verdict);
	r.verdict.stat = c->stat;
	r.verdict.base = finite_or_none(c->base_value);
	r.verdict.value = finite_or_none(c->value);
	r.verdict.effect = c->effect;
	r.verdict.lo = c->lo;
	r.verdict.hi = c->hi;
	r.verdict.p = c->p;
	r.verdict.q = c->q;
	r.verdict.threshold = c->threshold;
	r.verdict.reason = c->reason;
	r.verdict.needed = c->needed;
	if (c->basis != BASIS_NONE) {
		r.verdict.basis = basis_name(c);
		r.verdict.n_base = (int64_t)c->n_base;
		r.verdict.n = (int64_t)c->n;
	}
	record_write(out, &r);
}

static enum verdict overall(const struct comparisons *all)
{
	if (all->count[VERDICT_REGRESSION])
		return VERDICT_REGRESSION;
	for (size_t i = 0; i < all->n; i++) {
		if (wording_is_unsure(&all->list[i]))
			return VERDICT_INCONCLUSIVE;
	}
	return VERDICT_UNCHANGED;
}

/* The one record without a bench. */
static void put_overall(FILE *out, const struct comparisons *all)
{
	struct record r = record_new(RECORD_VERDICT);
	char *counts = x_asprintf("{\"by-threshold\":%zu", all->by_threshold);
	char *headline = wording_headline(all);

	for (int v = 0; v < VERDICT_COUNT; v++) {
		char *more = x_asprintf("%s,\"%s\":%zu", counts, verdict_name((enum verdict)v), all->count[v]);
		free(counts);
		counts = more;
	}
	char *data = x_asprintf("%s}", counts);
	r.verdict.status = verdict_name(overall(all));
	r.verdict.reason = headline;
	r.data = data;
	record_write(out, &r);
	free(data);
	free(counts);
	free(headline);
}

void output_ndjson(FILE *out, const struct output *o)
{
	for (size_t i = 0; i < o->all->n; i++)
		put_verdict(out, &o->all->list[i]);
	put_overall(out, o->all);
}
