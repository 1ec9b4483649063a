#include "report.h"

#include <inttypes.h>
#include <math.h>

#include "cli.h"
#include "table.h"
#include "units.h"

void report_phase(struct report *r, const struct sampled *d)
{
	if (r->phases < PHASES_MAX)
		r->phase[r->phases++] = *d;
}

void report_free(struct report *r)
{
	for (size_t i = 0; i < READY_MAX; i++)
		times_free(&r->ready[i]);
	times_free(&r->detect);
	times_free(&r->detect_ready);
	times_free(&r->restart);
	times_free(&r->total);
	times_free(&r->stop);
}

static void put_line(FILE *out, const char *what, struct times *t, const char *by, int64_t bound)
{
	char text[TIMES_TEXT];

	if (!t->n)
		return;
	fprintf(out, "  %-10s %s", what, times_text(t, text));
	if (*by) {
		fputs(", ", out);
		table_put_text(out, by, TABLE_TEXT);
	}
	if (bound > 0)
		fprintf(out, ", perhaps up to %s less", unit_text(UNIT_NS, (double)bound).s);
	fputc('\n', out);
}

static void print_times(struct report *r, const struct options *o, FILE *out)
{
	for (size_t i = 0; i < o->readies; i++)
		put_line(out, i ? "" : "ready", &r->ready[i], o->ready[i].text, r->bound[i]);
	put_line(out, "detection", &r->detect, r->detected, r->detect_bound);
	put_line(out, "", &r->detect_ready, "until ready again", r->detect_ready_bound);
	put_line(out, "restart", &r->restart, "from its end until ready again", r->restart_bound);
	put_line(out, "", &r->total, "from the signal until ready again", r->restart_bound);
	put_line(out, "stop", &r->stop, "", 0);
	if (r->killed)
		fprintf(out, "  %-10s %zu ended only by KILL\n", r->stop.n ? "" : "stop", r->killed);
	if (r->ended[0]) {
		fprintf(out, "  %-10s ", "end");
		table_put_text(out, r->ended, TABLE_TEXT);
		fputc('\n', out);
	}
}

static void add_mean(struct table *table, const struct sampled *d, enum metric metric)
{
	const struct running *r = &d->metric[metric];

	table_add(table, r->n ? unit_text(metric_kinds[metric].unit, r->sum / (double)r->n).s : "-");
}

static void add_share(struct table *table, double share)
{
	if (isfinite(share))
		table_addf(table, "%.2f%%", 100 * share);
	else
		table_add(table, "-");
}

static void add_phase(struct table *table, const struct sampled *d)
{
	table_add(table, d->name);
	table_add(table, unit_text(UNIT_NS, (double)d->length).s);
	add_share(table, d->cpu);
	add_share(table, d->metric[METRIC_CPU].n ? d->metric[METRIC_CPU].max : NAN);
	add_mean(table, d, METRIC_RSS);
	table_add(table, d->max_rss >= 0 && d->ticks ? unit_text(UNIT_BYTES, (double)d->max_rss).s : "-");
	add_mean(table, d, METRIC_PSS);
	add_mean(table, d, METRIC_THREADS);
	add_mean(table, d, METRIC_FDS);
	add_mean(table, d, METRIC_PROCESSES);
	add_mean(table, d, METRIC_SWITCHES);
	add_mean(table, d, METRIC_READ);
	add_mean(table, d, METRIC_WRITE);
}

static void print_phases(struct report *r, FILE *out)
{
	static const char *const header[] = {"", "time", "cpu", "max cpu", "rss", "max rss", "pss", "threads", "fds",
					     "processes", "switches", "read", "write"};
	struct table *table;

	if (!r->phases)
		return;
	table = x_table_new("lrrrrrrrrrrrr", header);
	for (size_t i = 0; i < r->phases; i++)
		add_phase(table, &r->phase[i]);
	x_table_print(table, out, TABLE_TEXT, cli_colour(out));
}

static void print_own(struct report *r, const struct sampler *s, FILE *out)
{
	uint64_t ticks = 0, missed = 0;

	if (!sampler_knows_own(s))
		return;
	for (size_t i = 0; i < r->phases; i++) {
		ticks += r->phase[i].ticks;
		missed += r->phase[i].missed;
	}
	fprintf(out, "watching took %.2f%% of a core", 100 * (double)s->own_cpu / (double)s->own_wall);
	if (missed)
		fprintf(out, "; %" PRIu64 " of %" PRIu64 " readings could not be made in time", missed, ticks + missed);
	fputc('\n', out);
}

void report_print(struct report *r, const struct options *o, const struct sampler *s, const char *prefix, FILE *out)
{
	fputs(prefix, out);
	table_put_text(out, r->name, TABLE_TEXT);
	fputc('\n', out);
	print_times(r, o, out);
	print_phases(r, out);
	print_own(r, s, out);
}
