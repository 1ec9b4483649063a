#include "repeats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"
#include "summary.h"

/* Differences between this many of one size's values tell its spread. */
#define SPREAD_VALUES 32
#define SPREAD_PAIRS (SPREAD_VALUES * (SPREAD_VALUES - 1) / 2)

/* The noise of all sizes counts as much as this many repeats of one. */
#define PRIOR 20.0

int statistic_parse(const char *name, struct statistic *statistic)
{
	static const struct statistic known[] = {
		{"median", STATISTIC_QUANTILE, 0.5}, {"mean", STATISTIC_MEAN, 0},	  {"min", STATISTIC_MIN, 0},
		{"max", STATISTIC_MAX, 0},	     {"p50", STATISTIC_QUANTILE, 0.5},	  {"p90", STATISTIC_QUANTILE, 0.9},
		{"p95", STATISTIC_QUANTILE, 0.95},   {"p99", STATISTIC_QUANTILE, 0.99},	  {"p99.9", STATISTIC_QUANTILE, 0.999},
		{"p999", STATISTIC_QUANTILE, 0.999},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].name, name) == 0) {
			*statistic = known[i];
			return 0;
		}
	}
	return -1;
}

/* Sorts the values. n of 1 or more. */
static double of_values(const struct statistic *s, double *value, size_t n)
{
	stat_sort(value, n);
	switch (s->kind) {
	case STATISTIC_MEAN:
		return stat_mean(value, n);
	case STATISTIC_MIN:
		return value[0];
	case STATISTIC_MAX:
		return value[n - 1];
	default:
		return stat_quantile(value, n, s->quantile);
	}
}

static double of_hist(const struct statistic *s, const struct hist *h)
{
	switch (s->kind) {
	case STATISTIC_MEAN:
		return hist_mean(h);
	case STATISTIC_MIN:
		return (double)hist_min(h);
	case STATISTIC_MAX:
		return (double)hist_max(h);
	default:
		return hist_quantile(h, s->quantile);
	}
}

/* The middle of what each run says. */
static void settle(struct repeats *r, const struct statistic *s)
{
	stat_sort(r->unit, r->nunits);
	if (r->nunits)
		r->value = s->kind == STATISTIC_MEAN ? stat_mean(r->unit, r->nunits)
						     : stat_quantile(r->unit, r->nunits, 0.5);
}

static int repeats_of_hists(const struct series *series, const struct statistic *s, struct repeats *r)
{
	r->unit = calloc(series->nruns + 1, sizeof *r->unit);
	if (!r->unit)
		return -1;
	for (size_t i = 0; i < series->nruns; i++) {
		const struct hist *h = series->run[i].hist;
		if (!h || hist_count(h) == 0)
			continue;
		r->unit[r->nunits++] = of_hist(s, h);
		r->n += hist_count(h);
	}
	settle(r, s);
	return 0;
}

static int repeats_of_runs(const struct series *series, const struct statistic *s, struct repeats *r)
{
	size_t *start = calloc(series->nruns, sizeof *start);
	double *value = calloc(series->n, sizeof *value);
	int result = -1;

	r->unit = calloc(series->nruns, sizeof *r->unit);
	if (start && value && r->unit) {
		series_by_run(series, value, start);
		for (size_t i = 0; i < series->nruns; i++) {
			if (series->run[i].n)
				r->unit[r->nunits++] = of_values(s, value + start[i], series->run[i].n);
		}
		settle(r, s);
		result = 0;
	}
	free(start);
	free(value);
	return result;
}

static int repeats_of_samples(const struct series *series, const struct statistic *s, struct repeats *r)
{
	r->unit = calloc(series->n, sizeof *r->unit);
	if (!r->unit)
		return -1;
	memcpy(r->unit, series->value, series->n * sizeof *r->unit);
	r->value = of_values(s, r->unit, series->n);
	/* A tail's samples do not repeat the tail. */
	r->nunits = s->kind == STATISTIC_MEAN || s->quantile == 0.5 ? series->n : 1;
	return 0;
}

static size_t filled_runs(const struct series *series)
{
	size_t n = 0;

	for (size_t i = 0; i < series->nruns; i++)
		n += series->run[i].n > 0;
	return n;
}

int repeats_of(const struct series *series, const struct statistic *s, struct repeats *r)
{
	*r = (struct repeats){.value = NAN};
	if (series->is_hist && series->nruns)
		return repeats_of_hists(series, s, r);
	if (series->n) {
		r->n = series->n;
		return filled_runs(series) >= SUMMARY_RUNS ? repeats_of_runs(series, s, r)
							   : repeats_of_samples(series, s, r);
	}
	if (series->stat) {
		r->n = series->stat->n;
		summary_get(series->stat, s->name, &r->value);
	}
	return 0;
}

/* Differences between values spread evenly over the sorted ones, relative to the middle. Returns how many. */
static size_t put_differences(const struct repeats *r, double *out)
{
	size_t n = r->nunits < SPREAD_VALUES ? r->nunits : SPREAD_VALUES, pairs = 0;

	for (size_t i = 1; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			size_t high = (2 * i + 1) * r->nunits / (2 * n), low = (2 * k + 1) * r->nunits / (2 * n);
			out[pairs++] = (r->unit[high] - r->unit[low]) / r->value;
		}
	}
	return pairs;
}

/* The standard deviation that normal noise with these differences has: their median is sqrt(2) times the normal's
 * third quartile of it. Sorts them. */
static double spread_of(double *difference, size_t n)
{
	stat_sort(difference, n);
	return n ? stat_quantile(difference, n, 0.5) / (M_SQRT2 * 0.67448975019608171) : 0;
}

static double relative_deviation(const struct repeats *r)
{
	return r->nunits > 1 ? stat_stddev(r->unit, r->nunits) / r->value : 0;
}

/* What the mean of the units, or their median, varies by. */
static double variance_of_middle(double spread, size_t n, const struct statistic *s)
{
	/* The median of few is nearly as good as the mean; of many its variance is pi / 2 times as large. */
	double factor = s->kind == STATISTIC_MEAN || n < 3 ? 1 : M_PI_2;

	return factor * spread * spread / (double)n;
}

static double spread_of_size(const struct repeats *r, const struct statistic *s, double *room)
{
	if (s->kind == STATISTIC_MEAN)
		return relative_deviation(r);
	return spread_of(room, put_differences(r, room));
}

/* Of all sizes together; room for the differences of all. */
static double spread_of_all(const struct repeats *r, size_t n, const struct statistic *s, double *room)
{
	double squares = 0, dof = 0;
	size_t pairs = 0;

	if (s->kind != STATISTIC_MEAN) {
		for (size_t i = 0; i < n; i++)
			pairs += put_differences(&r[i], room + pairs);
		return spread_of(room, pairs);
	}
	for (size_t i = 0; i < n; i++) {
		double deviation = relative_deviation(&r[i]), own = r[i].nunits > 1 ? (double)r[i].nunits - 1 : 0;
		squares += deviation * deviation * own;
		dof += own;
	}
	return dof > 0 ? sqrt(squares / dof) : 0;
}

int repeats_noise(const struct repeats *r, size_t n, const struct statistic *s, double *variance, double *dof)
{
	double *room = calloc(n + 1, SPREAD_PAIRS * sizeof *room);

	if (!room)
		return -1;
	*dof = 0;
	double all = spread_of_all(r, n, s, room);
	for (size_t i = 0; i < n; i++) {
		double own = r[i].nunits > 1 ? (double)r[i].nunits - 1 : 0;
		double spread = own > 0 ? spread_of_size(&r[i], s, room) : 0;
		spread = sqrt((PRIOR * all * all + own * spread * spread) / (PRIOR + own));
		variance[i] = variance_of_middle(spread, r[i].nunits ? r[i].nunits : 1, s);
		*dof += own;
	}
	/* Differences use about four fifths of what normal noise tells. */
	if (s->kind != STATISTIC_MEAN)
		*dof *= 0.8;
	free(room);
	return 0;
}
