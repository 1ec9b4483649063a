#include "report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "die.h"
#include "params.h"
#include "stat.h"
#include "units.h"

#define CONFIDENCE 0.95
#define INTERVAL_MIN 6 /* values from which the median's interval is bounded */

/* Iglewicz and Hoaglin's modified z-score, 0.6745 (x - median) / MAD, and the score from which
 * hyperfine calls a run an outlier. */
#define Z_SCALE 0.6745
#define Z_OUTLIER 14.826

static double *sorted_copy(const double *v, size_t n)
{
	double *copy = x_malloc(n * sizeof(*copy));

	memcpy(copy, v, n * sizeof(*copy));
	stat_sort(copy, n);
	return copy;
}

static double median_of(const struct values *values)
{
	double *sorted = sorted_copy(values->v, values->n);
	double median = stat_quantile(sorted, values->n, 0.5);

	free(sorted);
	return median;
}

static void print_latency(FILE *out, const double *sorted, size_t n)
{
	struct interval interval = stat_median_interval(sorted, n, CONFIDENCE);
	double median = stat_quantile(sorted, n, 0.5);

	fprintf(out, "  %-16s median %s", "latency", unit_text(UNIT_NS, median).s);
	if (isfinite(interval.lo) && isfinite(interval.hi))
		fprintf(out, "   95 %% interval %s to %s\n", unit_text(UNIT_NS, interval.lo).s,
			unit_text(UNIT_NS, interval.hi).s);
	else
		fprintf(out, "   no interval under %d runs\n", INTERVAL_MIN);
	fprintf(out, "  %-16s mean %s ± %s   min %s   max %s\n", "", unit_text(UNIT_NS, stat_mean(sorted, n)).s,
		unit_text(UNIT_NS, stat_stddev(sorted, n)).s, unit_text(UNIT_NS, sorted[0]).s,
		unit_text(UNIT_NS, sorted[n - 1]).s);
}

static void print_others(FILE *out, const struct gathered *g)
{
	const struct values *user = &g->values[METRIC_CPU_USER], *system = &g->values[METRIC_CPU_SYS];

	fprintf(out, "  %-16s user %s   system %s   (means)\n", "cpu", unit_text(UNIT_NS, stat_mean(user->v, user->n)).s,
		unit_text(UNIT_NS, stat_mean(system->v, system->n)).s);
	for (int i = METRIC_MAX_RSS; i < METRIC_COUNT; i++) {
		if (g->values[i].n)
			fprintf(out, "  %-16s %s\n", metrics[i].name, unit_text(metrics[i].unit, median_of(&g->values[i])).s);
		else if (g->skipped[i])
			fprintf(out, "  %-16s not measured: %s\n", metrics[i].name, g->skipped[i]);
	}
	fprintf(out, "  %-16s %" PRId64 "\n", "runs", g->runs);
}

static char *label_of(const struct session *s, const struct plan *plan, int side)
{
	char *params = params_text(plan->params[side]), *label;

	if (!params)
		die("out of memory");
	label = x_asprintf("%s%s%s%s", mode_prefix(s->writer.mode), plan->bench, *params ? "  " : "", params);
	free(params);
	return label;
}

/* hyperfine's two hints, on what makes a median less than the whole story. */
static void hint_outliers(const struct options *o, const char *label, const double *values, const double *sorted,
			  size_t n)
{
	double median = stat_quantile(sorted, n, 0.5), mad;
	double *distance;
	size_t outliers = 0;
	bool first;

	if (n < INTERVAL_MIN)
		return;
	distance = x_malloc(n * sizeof(*distance));
	for (size_t i = 0; i < n; i++)
		distance[i] = fabs(values[i] - median);
	first = values[0] > median;
	stat_sort(distance, n);
	mad = stat_quantile(distance, n, 0.5);
	for (size_t i = 0; i < n && mad > 0; i++)
		outliers += Z_SCALE * distance[i] / mad > Z_OUTLIER;
	first = first && mad > 0 && Z_SCALE * (values[0] - median) / mad > Z_OUTLIER;
	free(distance);
	if (first && !o->warmup)
		warn("%s: the first run was far slower than the rest, as with cold caches: --warmup fills them, "
		     "--prepare can empty them", label);
	else if (outliers)
		warn("%s: %zu of %zu runs are outliers: is something else running on this machine?", label, outliers, n);
}

/* The natural logarithms of B / A of the rounds that both sides have; their count. */
static size_t log_ratios(const struct gathered g[SIDE_COUNT], double *ratio)
{
	const struct values *a = &g[SIDE_A].values[METRIC_LATENCY], *b = &g[SIDE_B].values[METRIC_LATENCY];
	const double *seq_a = g[SIDE_A].seq.v, *seq_b = g[SIDE_B].seq.v;
	size_t n = 0;

	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		if (seq_a[i] == seq_b[k])
			ratio[n++] = log(b->v[k++] / a->v[i++]);
		else if (seq_a[i] < seq_b[k])
			i++;
		else
			k++;
	}
	return n;
}

/* B against A: the median of the paired ratios with the interval that inverts the sign test. */
static void print_ratio(FILE *out, const struct gathered g[SIDE_COUNT])
{
	const char *verdict = "no difference is shown";
	double *ratio;
	struct interval interval;
	size_t n;

	if (!g[SIDE_A].runs || !g[SIDE_B].runs)
		return;
	ratio = x_malloc(g[SIDE_A].values[METRIC_LATENCY].n * sizeof(*ratio));
	n = log_ratios(g, ratio);
	if (n) {
		stat_sort(ratio, n);
		interval = stat_median_interval(ratio, n, CONFIDENCE);
		if (interval.lo > 0)
			verdict = "B is slower";
		else if (interval.hi < 0)
			verdict = "B is faster";
		else if (n < INTERVAL_MIN)
			verdict = "too few pairs for an interval";
		fprintf(out, "B takes %.4g times as long as A", exp(stat_quantile(ratio, n, 0.5)));
		if (isfinite(interval.lo) && isfinite(interval.hi))
			fprintf(out, "   95 %% interval %.4g to %.4g", exp(interval.lo), exp(interval.hi));
		fprintf(out, "   (%zu pairs): %s\n", n, verdict);
	}
	free(ratio);
}

static void add_overview(struct table *table, const char *label, const double *sorted, size_t n)
{
	struct interval interval = stat_median_interval(sorted, n, CONFIDENCE);

	table_add(table, label);
	table_add(table, unit_text(UNIT_NS, stat_quantile(sorted, n, 0.5)).s);
	table_add(table, isfinite(interval.lo) ? unit_text(UNIT_NS, interval.lo).s : "");
	table_add(table, isfinite(interval.hi) ? unit_text(UNIT_NS, interval.hi).s : "");
	table_addf(table, "%zu", n);
}

void report_open(struct report *r, FILE *out, size_t combinations)
{
	static const char *const header[] = { "benchmark", "median", "95 % from", "to", "runs", NULL };

	*r = (struct report){ .out = out };
	if (combinations > 1) {
		r->overview = table_new("lrrrr", header);
		if (!r->overview)
			die("out of memory");
	}
}

void report_combination(struct report *r, const struct session *s, const struct plan *plan,
			const struct gathered g[SIDE_COUNT])
{
	for (int side = 0; side < plan->sides; side++) {
		const struct values *latency = &g[side].values[METRIC_LATENCY];
		char *label = label_of(s, plan, side);
		double *sorted;

		fprintf(r->out, "%s\n", label);
		if (latency->n) {
			sorted = sorted_copy(latency->v, latency->n);
			print_latency(r->out, sorted, latency->n);
			print_others(r->out, &g[side]);
			if (r->overview)
				add_overview(r->overview, label, sorted, latency->n);
			hint_outliers(s->options, label, latency->v, sorted, latency->n);
			free(sorted);
		} else {
			fputs("  nothing was measured\n", r->out);
		}
		free(label);
	}
	if (plan->sides == 2)
		print_ratio(r->out, g);
	fflush(r->out);
}

int report_close(struct report *r)
{
	int error = 0;

	if (r->overview && table_rows(r->overview)) {
		putc('\n', r->out);
		error = table_print(r->overview, r->out, TABLE_TEXT, false);
		/* What stdout could not take is told at the end. */
		if (error < 0 && !ferror(r->out))
			warn("overview:");
	}
	table_free(r->overview);
	return error;
}
