#include "pairing.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "params.h"

static struct comparison *append(struct comparisons *all)
{
	if ((all->n & (all->n - 1)) == 0)
		all->list = x_reallocarray(all->list, all->n ? 2 * all->n : 1, sizeof *all->list);
	struct comparison *c = &all->list[all->n++];
	*c = (struct comparison){.quantile = -1,
				 .base_value = NAN, .value = NAN,
				 .effect = NAN, .lo = NAN, .hi = NAN,
				 .change = NAN, .change_lo = NAN, .change_hi = NAN,
				 .spread = NAN, .width = NAN, .shift = NAN,
				 .p = NAN, .q = NAN, .p_floor = 1,
				 .needed = -1};
	return c;
}

/* Times are skewed and so compared by their medians; a median would flatten counts and
 * zero-or-one values. */
static const char *sample_stat(const struct series *s)
{
	return s->unit == UNIT_NS ? "median" : "mean";
}

static void add(struct comparisons *all, const struct series *base, const struct series *current, const char *params,
		int quantile, double q)
{
	struct comparison *c = append(all);

	c->base = base;
	c->current = current;
	c->any = current ? current : base;
	c->owned_params = x_strdup(params ? params : c->any->params);
	c->params = c->owned_params;
	c->quantile = quantile;
	c->share = q;
	if (quantile < 0)
		snprintf(c->stat, sizeof c->stat, "%s", sample_stat(c->any));
	else
		snprintf(c->stat, sizeof c->stat, "p%.10g", 100 * q);

	struct series named = *c->any;
	named.params = c->owned_params;
	char *label = series_label(&named);
	if (!label)
		die("out of memory");
	c->label = quantile < 0 ? x_strdup(label) : x_asprintf("%s %s", label, c->stat);
	free(label);
}

static void pair(struct comparisons *all, const struct series *base, const struct series *current, const char *params,
		 const struct series_options *options)
{
	bool hist = base && current ? base->is_hist && current->is_hist : (base ? base : current)->is_hist;

	all->shared += base && current;
	if (!hist)
		add(all, base, current, params, -1, 0);
	for (size_t i = 0; hist && i < options->nquantiles; i++)
		add(all, base, current, params, (int)i, options->quantile[i]);
}

void pair_sets(struct comparisons *all, const struct series_set *base, const struct series_set *current)
{
	for (size_t i = 0; i < base->nseries; i++) {
		const struct series *b = base->series[i];
		pair(all, b, series_find(current, b->bench, b->params, b->metric), NULL, base->options);
	}
	for (size_t i = 0; i < current->nseries; i++) {
		const struct series *c = current->series[i];
		if (!series_find(base, c->bench, c->params, c->metric))
			pair(all, NULL, c, NULL, current->options);
	}
}

/* Does the series have key=value? */
static bool has(const struct series *s, const char *key, const char *value)
{
	char *found = params_get(s->params, key);

	if (!found && errno != ENOENT)
		die("out of memory");
	bool is = found && strcmp(found, value) == 0;
	free(found);
	return is;
}

static char *set_param(const struct series *s, const char *key, const char *value)
{
	char *params = params_set(s->params, key, value);

	if (!params)
		die("out of memory");
	return params;
}

void pair_by(struct comparisons *all, const struct series_set *set, const char *key, const char *base,
	     const char *current)
{
	for (size_t i = 0; i < set->nseries; i++) {
		const struct series *s = set->series[i];
		bool is_base = has(s, key, base);
		if (!is_base && !has(s, key, current))
			continue;
		char *other = set_param(s, key, is_base ? current : base);
		char *common = set_param(s, key, NULL);
		const struct series *partner = series_find(set, s->bench, other, s->metric);
		if (is_base)
			pair(all, s, partner, common, set->options);
		else if (!partner)
			pair(all, NULL, s, common, set->options);
		free(other);
		free(common);
	}
}
