#include "report.h"

#include <errno.h>
#include <inttypes.h>

#include "complain.h"
#include "table.h"
#include "units.h"

static struct unit_text rate(uint64_t rows, int64_t time)
{
	return unit_text(UNIT_PER_SECOND, time > 0 ? (double)rows / (double)time * 1e9 : 0);
}

static void add_share(struct table *table, int64_t time, int64_t total)
{
	table_addf(table, "%.0f %%", total > 0 ? 100.0 * (double)time / (double)total : 0);
}

static int print_tables(FILE *out, const struct results *s, enum mode mode)
{
	static const char *const header[] = { "table", "rows", "rows/s", "time", "share", "batch p50", "p99", NULL };
	struct table *table = table_new("lrrrrrr", header);
	int result;

	for (size_t i = 0; table && i < s->ntables; i++) {
		const struct table_result *r = &s->table[i];

		table_addf(table, "%s%s", mode_prefix(mode), r->name);
		table_addf(table, "%" PRIu64, r->rows);
		table_add(table, r->rows ? rate(r->rows, r->time).s : "-");
		table_add(table, unit_text(UNIT_NS, (double)r->time).s);
		add_share(table, r->time, s->total);
		table_add(table, r->rows ? unit_text(UNIT_NS, hist_quantile(r->batches, 0.5)).s : "-");
		table_add(table, r->rows ? unit_text(UNIT_NS, hist_quantile(r->batches, 0.99)).s : "-");
	}
	result = table ? table_print(table, out, TABLE_TEXT, false) : -1;
	table_free(table);
	return result;
}

static int print_phases(FILE *out, const struct results *s)
{
	static const char *const header[] = { "phase", "time", "share", NULL };
	struct table *table = table_new("lrr", header);
	int64_t rest = s->total;
	int result;

	for (int i = 0; table && i <= PHASE_COUNT; i++) {
		bool last = i == PHASE_COUNT;
		int64_t time = last ? rest : s->time[i];

		rest -= time;
		if (time <= 0)
			continue;
		table_add(table, last ? "plan and rest" : phase_name((enum phase)i));
		table_add(table, unit_text(UNIT_NS, (double)time).s);
		add_share(table, time, s->total);
	}
	result = table ? table_print(table, out, TABLE_TEXT, false) : -1;
	table_free(table);
	return result;
}

int report_print(FILE *out, const struct report *report)
{
	const struct results *r = report->results;
	int result;

	fprintf(out, "=== Database %s ===\n", report->database);
	fprintf(out, "%" PRIu64 " rows in %s: %s   %s%s\n\n", r->rows, unit_text(UNIT_NS, (double)r->total).s,
		rate(r->rows, r->total).s, unit_text(UNIT_BYTES, (double)r->bytes).s,
		report->checked ? "" : "   not checked");
	result = print_tables(out, r, report->mode);
	putc('\n', out);
	if (result == 0)
		result = print_phases(out, r);
	fprintf(out, "\nmemory %s   cpu user %s   system %s   threads %u   seed %" PRIu64 "\n",
		r->max_rss < 0 ? "not known" : unit_text(UNIT_BYTES, (double)r->max_rss).s,
		unit_text(UNIT_NS, (double)r->cpu_user).s, unit_text(UNIT_NS, (double)r->cpu_sys).s, report->threads,
		report->seed);
	/* What stdout could not take is told when it is closed. */
	if (result != 0 && !ferror(out))
		complain("statistics:");
	return result;
}
