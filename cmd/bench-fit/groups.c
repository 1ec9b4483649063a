#include "groups.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "params.h"

struct entry { /* a measurement with a size */
	const struct series *series;
	char *rest; /* params without the size */
	double size;
	size_t order;
};

struct entries {
	struct entry *entry;
	size_t n;
};

/* Equal but for their sizes? */
static int compare_groups(const struct entry *x, const struct entry *y)
{
	const struct series *a = x->series, *b = y->series;
	int order = strcmp(a->bench, b->bench);

	order = order ? order : strcmp(x->rest, y->rest);
	order = order ? order : strcmp(a->metric, b->metric);
	order = order ? order : (a->mode > b->mode) - (a->mode < b->mode);
	return order ? order : (a->unit > b->unit) - (a->unit < b->unit);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = compare_groups(x, y);

	if (order)
		return order;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int compare_order(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return x->order < y->order ? -1 : x->order > y->order;
}

/* Takes value, the param's, over. */
static int add_measurement(struct groups *groups, struct entries *entries, const struct series *s, size_t order,
			   const char *x, char *value)
{
	enum unit unit;
	double size;

	if (!value || quantity_parse(value, &unit, &size, NULL) != 0 || !(size > 0)) {
		groups->left_out[groups->nleft_out++] = (struct left_out){s, value, false};
		return 0;
	}
	free(value);
	char *rest = params_set(s->params, x, NULL);
	if (!rest)
		return -1;
	entries->entry[entries->n++] = (struct entry){s, rest, size, order};
	return 0;
}

static int collect(struct groups *groups, struct entries *entries, const struct series_set *set,
		   const struct group_options *o)
{
	entries->entry = calloc(set->nseries + 1, sizeof *entries->entry);
	groups->left_out = calloc(set->nseries + 1, sizeof *groups->left_out);
	if (!entries->entry || !groups->left_out)
		return -1;
	for (size_t i = 0; i < set->nseries; i++) {
		const struct series *s = set->series[i];
		if (!o->any_metric && s->better != BETTER_LOWER) {
			groups->no_costs++;
			continue;
		}
		errno = 0;
		char *value = params_get(s->params, o->x);
		if ((!value && errno == ENOMEM) || add_measurement(groups, entries, s, i, o->x, value) != 0)
			return -1;
	}
	if (entries->n)
		qsort(entries->entry, entries->n, sizeof *entries->entry, compare_entries);
	return 0;
}

static bool is_rate(enum unit unit)
{
	return unit == UNIT_PER_SECOND || unit == UNIT_BYTES_PER_SECOND;
}

struct points {
	double *size, *cost, *variance;
	struct repeats *repeats;
	size_t n;
};

static void free_points(struct points *p)
{
	for (size_t i = 0; p->repeats && i < p->n; i++)
		free(p->repeats[i].unit);
	free(p->repeats);
	free(p->size);
}

/* A point for each size that has a value. Of sizes that are written differently but equal the first is taken. */
static int measure(struct groups *groups, struct points *p, struct group *g, const struct entry *entry, size_t n,
		   const struct statistic *statistic)
{
	*p = (struct points){.size = calloc(n, 3 * sizeof *p->size), .repeats = calloc(n, sizeof *p->repeats)};
	if (!p->size || !p->repeats)
		return -1;
	p->cost = p->size + n;
	p->variance = p->cost + n;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && entry[i].size == entry[i - 1].size) {
			groups->left_out[groups->nleft_out++] = (struct left_out){entry[i].series, NULL, true};
			continue;
		}
		if (repeats_of(entry[i].series, statistic, &p->repeats[p->n]) != 0)
			return -1;
		if (isnan(p->repeats[p->n].value)) {
			free(p->repeats[p->n].unit);
			g->without++;
			continue;
		}
		p->size[p->n] = entry[i].size;
		g->n += p->repeats[p->n++].n;
	}
	return 0;
}

static int fit(struct group *g, struct points *p, const struct group_options *o)
{
	struct growth_data data = {p->n, p->size, p->cost, p->variance, 0};
	size_t zero = 0;

	g->sizes = p->n;
	g->smallest = p->n ? p->size[0] : NAN;
	g->largest = p->n ? p->size[p->n - 1] : NAN;
	for (size_t i = 0; i < p->n; i++) {
		double value = p->repeats[i].value;
		/* A rate's cost is the time that each takes. */
		p->cost[i] = is_rate(g->identity.unit) ? 1e9 / value : value;
		zero += value == 0;
		g->not_positive += !(value > 0 && isfinite(p->cost[i]) && p->cost[i] > 0);
	}
	g->free_of_cost = zero == p->n && p->n >= GROWTH_SIZES_MIN && !is_rate(g->identity.unit);
	if (g->free_of_cost || g->not_positive)
		data.n = 0; /* and then the result says nothing */
	else if (repeats_noise(p->repeats, p->n, &o->statistic, p->variance, &data.dof) != 0)
		return -1;
	if (is_rate(g->identity.unit)) {
		g->identity.unit = UNIT_NS;
		g->identity.better = BETTER_LOWER;
	}
	return growth_fit(&data, o->confidence, &g->result);
}

/* n entries of one group; their rest belongs to the group afterwards. */
static int add_group(struct groups *groups, const struct entry *entry, size_t n, const struct group_options *o)
{
	struct group *g = &groups->group[groups->n];
	const struct series *first = entry[0].series;
	struct points points;

	*g = (struct group){.order = entry[0].order};
	g->identity = (struct series){.bench = first->bench, .metric = first->metric, .unit = first->unit,
				      .better = first->better, .mode = first->mode};
	g->identity.params = strdup(entry[0].rest);
	if (!g->identity.params)
		return -1;
	groups->n++;
	for (size_t i = 1; i < n; i++)
		g->order = entry[i].order < g->order ? entry[i].order : g->order;
	int result = measure(groups, &points, g, entry, n, &o->statistic);
	if (result == 0)
		result = fit(g, &points, o);
	free_points(&points);
	return result;
}

int groups_fit(struct groups *groups, const struct series_set *set, const struct group_options *o)
{
	struct entries entries = {0};
	int result = -1;

	*groups = (struct groups){0};
	if (collect(groups, &entries, set, o) != 0)
		goto end;
	groups->group = calloc(entries.n + 1, sizeof *groups->group);
	result = groups->group ? 0 : -1;
	for (size_t i = 0, n; i < entries.n && result == 0; i += n) {
		n = 1;
		while (i + n < entries.n && compare_groups(&entries.entry[i], &entries.entry[i + n]) == 0)
			n++;
		result = add_group(groups, &entries.entry[i], n, o);
	}
	if (groups->group && groups->n)
		qsort(groups->group, groups->n, sizeof *groups->group, compare_order);
end:
	for (size_t i = 0; entries.entry && i < entries.n; i++)
		free(entries.entry[i].rest);
	free(entries.entry);
	return result;
}

void groups_free(struct groups *groups)
{
	for (size_t i = 0; i < groups->n; i++)
		free(groups->group[i].identity.params);
	for (size_t i = 0; i < groups->nleft_out; i++)
		free(groups->left_out[i].value);
	free(groups->group);
	free(groups->left_out);
}
