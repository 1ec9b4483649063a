#include "evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "stat.h"

static double *new_values(size_t n)
{
	return x_reallocarray(NULL, n ? n : 1, sizeof(double));
}

/* Runs with values in them. */
static size_t count_runs(const struct series *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nruns; i++)
		n += s->run[i].n > 0;
	return n;
}

static double *runs_of_samples(const struct series *s, size_t n, bool by_mean)
{
	double *values = new_values(s->n), *out = new_values(n);
	size_t *start = x_reallocarray(NULL, s->nruns, sizeof *start), filled = 0;

	series_by_run(s, values, start);
	for (size_t i = 0; i < s->nruns; i++) {
		double *x = values + start[i];
		size_t count = s->run[i].n;
		if (count == 0)
			continue;
		if (by_mean) {
			out[filled++] = stat_mean(x, count);
			continue;
		}
		stat_sort(x, count);
		out[filled++] = stat_quantile(x, count, 0.5);
	}
	free(start);
	free(values);
	return out;
}

static double *runs_of_histograms(const struct series *s, size_t n, double q)
{
	double *out = new_values(n);
	size_t filled = 0;

	for (size_t i = 0; i < s->nruns; i++) {
		if (s->run[i].n)
			out[filled++] = hist_quantile(s->run[i].hist, q);
	}
	return out;
}

static double *copy(const double *values, size_t n)
{
	double *out = new_values(n);

	if (n)
		memcpy(out, values, n * sizeof *out);
	return out;
}

struct place {
	uint32_t part;
	int64_t seq;
	double value;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static struct place *places_of(const struct series *s, size_t *n)
{
	struct place *places = x_reallocarray(NULL, s->n ? s->n : 1, sizeof *places);

	*n = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->seq[i] >= 0)
			places[(*n)++] = (struct place){s->part[i], s->seq[i], s->value[i]};
	}
	qsort(places, *n, sizeof *places, compare_places);
	return places;
}

static struct evidence pairs_of(const struct series *base, const struct series *current)
{
	struct evidence e = {.basis = BASIS_PAIRS};
	size_t nx, ny, i = 0, j = 0;
	struct place *x = places_of(base, &nx), *y = places_of(current, &ny);

	e.base = new_values(nx < ny ? nx : ny);
	e.current = new_values(nx < ny ? nx : ny);
	while (i < nx && j < ny) {
		int order = compare_places(&x[i], &y[j]);
		if (order == 0) {
			e.base[e.nbase] = x[i].value;
			e.current[e.nbase++] = y[j].value;
		}
		i += order <= 0;
		j += order >= 0;
	}
	e.ncurrent = e.nbase;
	e.unpaired = base->n - e.nbase + current->n - e.nbase;
	free(x);
	free(y);
	return e;
}

struct evidence evidence_of(const struct comparison *c, enum pairing pairing)
{
	const struct series *base = c->base, *current = c->current;
	struct evidence e = {.basis = BASIS_NONE};

	if (pairing != PAIRED_NEVER && c->quantile < 0 && base->seq && current->seq) {
		e = pairs_of(base, current);
		if (e.nbase > 0 || pairing == PAIRED_ALWAYS)
			return e;
		evidence_free(&e);
	}
	e = (struct evidence){.nbase = count_runs(base), .ncurrent = count_runs(current)};
	if (e.nbase >= EVIDENCE_RUNS && e.ncurrent >= EVIDENCE_RUNS) {
		bool by_mean = strcmp(c->stat, "mean") == 0;
		e.basis = BASIS_RUNS;
		e.base = c->quantile < 0 ? runs_of_samples(base, e.nbase, by_mean)
					 : runs_of_histograms(base, e.nbase, c->share);
		e.current = c->quantile < 0 ? runs_of_samples(current, e.ncurrent, by_mean)
					    : runs_of_histograms(current, e.ncurrent, c->share);
	} else if (c->quantile < 0) {
		e = (struct evidence){BASIS_SAMPLES, copy(base->value, base->n), copy(current->value, current->n),
				      base->n, current->n, 0};
	} else {
		e = (struct evidence){BASIS_INTERVALS,
				      copy(base->interval[c->quantile], base->nintervals),
				      copy(current->interval[c->quantile], current->nintervals),
				      base->nintervals,
				      current->nintervals,
				      0};
	}
	stat_sort(e.base, e.nbase);
	stat_sort(e.current, e.ncurrent);
	return e;
}

double evidence_value(const struct comparison *c, const struct series *side)
{
	double value = NAN;

	if (side->is_hist && side->nruns) {
		struct hist *all = series_merged(side);
		if (!all)
			die("out of memory");
		if (hist_count(all))
			value = hist_quantile(all, c->share);
		hist_free(all);
	} else if (side->n && strcmp(c->stat, "mean") == 0) {
		value = stat_mean(side->value, side->n);
	} else if (side->n) {
		double *values = copy(side->value, side->n);
		stat_sort(values, side->n);
		value = stat_quantile(values, side->n, 0.5);
		free(values);
	}
	return value;
}

void evidence_free(struct evidence *e)
{
	free(e->base);
	free(e->current);
	*e = (struct evidence){0};
}
