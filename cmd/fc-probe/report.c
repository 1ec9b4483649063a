#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "die.h"
#include "records.h"

struct report {
	const struct options *options;
	struct table *table;
	char **line; /* what follows the table, one below the other */
	size_t lines;
};

struct report *report_new(const struct options *o)
{
	static const char *const header[] = {"probe", "at once", "n", "p50", "p90", "p99", "max", "errors"};
	struct report *r = x_calloc(1, sizeof *r);

	r->options = o;
	r->table = x_table_new("lrrrrrrr", header);
	return r;
}

static void add_line(struct report *r, char *line)
{
	r->line = x_reallocarray(r->line, r->lines + 1, sizeof *r->line);
	r->line[r->lines++] = line;
}

static void add_quantiles(struct table *table, const struct hist *h, enum unit unit)
{
	static const double quantiles[] = {0.5, 0.9, 0.99};

	for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++)
		table_add(table, hist_count(h) ? unit_text(unit, hist_quantile(h, quantiles[i])).s : "-");
	table_add(table, hist_count(h) ? unit_text(unit, (double)hist_max(h)).s : "-");
}

static void add_rows(struct report *r, const struct load *load)
{
	const struct tally *t = load->tally;
	char *bench = records_bench(r->options, load->probe);
	enum mode mode = records_mode(r->options, t->mode);

	for (size_t i = 0; i < VALUES && load->probe->measure[i].metric; i++) {
		const struct measure *m = &load->probe->measure[i];
		bool latency = strcmp(m->metric, "latency") == 0;

		if (i && !hist_count(t->hist[i]))
			continue;
		if (!i)
			table_addf(r->table, "%s%s%s%s", mode_prefix(mode), bench, latency ? "" : " ", latency ? "" : m->metric);
		else
			table_addf(r->table, "  %s", m->part ? m->part + 1 : m->metric);
		if (i)
			table_add(r->table, "");
		else
			table_addf(r->table, "%u", load->level);
		table_addf(r->table, "%" PRIu64, hist_count(t->hist[i]));
		add_quantiles(r->table, t->hist[i], m->unit);
		if (i)
			table_add(r->table, "");
		else
			table_addf(r->table, "%" PRIu64, t->failed);
	}
	if (hist_count(t->given_up)) {
		table_add(r->table, "  given-up");
		table_add(r->table, "");
		table_addf(r->table, "%" PRIu64, hist_count(t->given_up));
		add_quantiles(r->table, t->given_up, UNIT_NS);
		table_add(r->table, "");
	}
	free(bench);
}

static void add_policy(struct report *r, const struct load *load)
{
	const struct tally *t = load->tally;
	double n = (double)t->done;

	add_line(r, x_asprintf("%s, %u at once: %.3f calls an operation, %.2f%% cleaned up, at most %u at once, %.1f "
			       "allocations of %.0f bytes an operation", load->probe->name, load->level, (double)t->calls / n,
			       100 * (n - (double)t->failed) / n, t->most, (double)t->allocs / n, (double)t->alloc_bytes / n));
	if (r->options->burst && t->busy)
		add_line(r, x_asprintf("%s, bursts of %u: %s for each", load->probe->name, load->level,
				       unit_text(UNIT_NS, (double)t->busy / ((n + load->level - 1) / load->level)).s));
}

void report_load(struct report *r, const struct load *load, const struct finding *finding, size_t findings)
{
	const struct tally *t = load->tally;

	if (!t->done)
		return;
	add_rows(r, load);
	if (load->probe->flags & PROBE_MAY_FAIL)
		add_policy(r, load);
	for (size_t i = 0; i < findings; i++)
		add_line(r, x_asprintf("%s, %u at once: %s", load->probe->name, load->level, finding[i].text));
	if (t->failed)
		add_line(r, x_asprintf("%s: %" PRIu64 " of %" PRIu64 " failed, the first: %s", load->probe->name, t->failed,
				       t->done, t->why));
}

void report_skip(struct report *r, const struct probe *probe, const char *reason)
{
	add_line(r, x_asprintf("%s was not measured: %s", probe->name, reason));
}

void report_print(struct report *r, FILE *out)
{
	if (table_rows(r->table))
		x_table_print(r->table, out, TABLE_TEXT, cli_colour(out));
	else
		table_free(r->table);
	for (size_t i = 0; i < r->lines; i++) {
		fprintf(out, "%s\n", r->line[i]);
		free(r->line[i]);
	}
	free(r->line);
	free(r);
}

void report_warn(const struct load *load, const struct finding *finding, size_t findings)
{
	const struct tally *t = load->tally;

	for (size_t i = 0; i < findings; i++)
		warn("%s, %u at once: %s", load->probe->name, load->level, finding[i].text);
	if (t->failed)
		warn("%s: %" PRIu64 " of %" PRIu64 " failed, the first: %s", load->probe->name, t->failed, t->done, t->why);
}
