#include "summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"

static void set_interval(struct record_stat *stat, struct interval interval)
{
	stat->mean_lo = interval.lo;
	stat->mean_hi = interval.hi;
}

/* Student's interval over the runs' means; these are written to means. */
static void interval_over_runs(struct record_stat *stat, const double *means, size_t n)
{
	set_interval(stat, stat_mean_interval(stat_mean(means, n), stat_stddev(means, n), n, 0.95));
}

/* scratch has room for n values. -1 with ENOMEM. */
static int interval_of_runs_of_samples(const struct series *s, struct record_stat *stat, double *scratch)
{
	size_t *start = calloc(s->nruns, sizeof *start);
	double *means = calloc(s->nruns, sizeof *means);
	size_t n = 0;

	if (start && means) {
		series_by_run(s, scratch, start);
		for (size_t i = 0; i < s->nruns; i++) {
			if (s->run[i].n)
				means[n++] = stat_mean(scratch + start[i], s->run[i].n);
		}
		if (n >= SUMMARY_RUNS)
			interval_over_runs(stat, means, n);
	}
	int result = start && means ? 0 : -1;
	free(start);
	free(means);
	return result;
}

static int summarize_samples(const struct series *s, struct record_stat *stat)
{
	double *sorted;
	int result = 0;

	stat->n = s->n;
	if (s->n == 0)
		return 0;
	sorted = malloc(s->n * sizeof *sorted);
	if (!sorted)
		return -1;
	memcpy(sorted, s->value, s->n * sizeof *sorted);
	stat_sort(sorted, s->n);
	stat->mean = stat_mean(s->value, s->n);
	stat->stddev = stat_stddev(s->value, s->n);
	stat->min = sorted[0];
	stat->max = sorted[s->n - 1];
	stat->p50 = stat_quantile(sorted, s->n, 0.5);
	stat->p90 = stat_quantile(sorted, s->n, 0.9);
	stat->p95 = stat_quantile(sorted, s->n, 0.95);
	stat->p99 = stat_quantile(sorted, s->n, 0.99);
	stat->p999 = stat_quantile(sorted, s->n, 0.999);
	set_interval(stat, stat_mean_interval(stat->mean, stat->stddev, s->n, 0.95));
	if (s->nruns >= SUMMARY_RUNS)
		result = interval_of_runs_of_samples(s, stat, sorted);
	free(sorted);
	return result;
}

static int summarize_hists(const struct series *s, struct record_stat *stat)
{
	struct hist *all = series_merged(s);
	double *means = calloc(s->nruns ? s->nruns : 1, sizeof *means);
	size_t n = 0;
	int result = -1;

	if (!all || !means)
		goto end;
	result = 0;
	stat->n = hist_count(all);
	if (stat->n == 0)
		goto end;
	stat->mean = hist_mean(all);
	stat->stddev = hist_stddev(all);
	stat->min = (double)hist_min(all);
	stat->max = (double)hist_max(all);
	stat->p50 = hist_quantile(all, 0.5);
	stat->p90 = hist_quantile(all, 0.9);
	stat->p95 = hist_quantile(all, 0.95);
	stat->p99 = hist_quantile(all, 0.99);
	stat->p999 = hist_quantile(all, 0.999);
	for (size_t i = 0; i < s->nruns; i++) {
		if (s->run[i].hist)
			means[n++] = hist_mean(s->run[i].hist);
	}
	if (n >= SUMMARY_RUNS)
		interval_over_runs(stat, means, n);
end:
	hist_free(all);
	free(means);
	return result;
}

int summary_of(const struct series *s, struct record_stat *stat)
{
	if (s->nruns == 0 && s->stat) {
		*stat = *s->stat;
		return 0;
	}
	*stat = record_new(RECORD_STAT).stat;
	stat->runs = s->nruns;
	stat->errors = s->errors;
	return s->is_hist ? summarize_hists(s, stat) : summarize_samples(s, stat);
}

int summary_get(const struct record_stat *stat, const char *name, double *value)
{
	const struct {
		const char *name;
		double value;
	} stats[] = {
		{"mean", stat->mean}, {"median", stat->p50}, {"p50", stat->p50},   {"p90", stat->p90},
		{"p95", stat->p95},   {"p99", stat->p99},    {"p99.9", stat->p999}, {"p999", stat->p999},
		{"min", stat->min},   {"max", stat->max},    {"stddev", stat->stddev},
		{"n", (double)stat->n}, {"runs", (double)stat->runs}, {"errors", (double)stat->errors},
	};

	for (size_t i = 0; i < sizeof stats / sizeof *stats; i++) {
		if (strcmp(stats[i].name, name) == 0) {
			*value = stats[i].value;
			return 0;
		}
	}
	return -1;
}
