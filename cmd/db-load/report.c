#include "report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "die.h"
#include "table.h"
#include "units.h"

static void add_hist(struct table *table, const struct hist *h)
{
	static const double quantiles[] = {0.5, 0.95, 0.99};

	if (!hist_count(h)) {
		for (int i = 0; i < 5; i++)
			table_add(table, "");
		return;
	}
	table_add(table, unit_text(UNIT_NS, hist_mean(h)).s);
	for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++)
		table_add(table, unit_text(UNIT_NS, hist_quantile(h, quantiles[i])).s);
	table_add(table, unit_text(UNIT_NS, (double)hist_max(h)).s);
}

static void print_scripts(FILE *out, const struct run *run, const struct results *r)
{
	static const char *const header[] = {"transaction", "n", "throughput", "mean", "p50", "p95",
					     "p99",	    "max", "errors",	 NULL};
	const struct shared *s = run->shared;
	struct table *table = x_table_new("lrrrrrrrr", header);

	for (size_t i = 0; i < s->works->n; i++) {
		const struct result *result = &r->of[i];
		bool untimed = s->works->work[i].script->before.n || s->options->cache == CACHE_COLD;

		table_addf(table, "%s%s", mode_prefix(s->options->common.mode), s->works->work[i].bench);
		table_addf(table, "%" PRIu64, result->tally.done);
		table_add(table, untimed ? "" : unit_text(UNIT_PER_SECOND, (double)result->tally.done * 1e9 /
										  (double)r->elapsed).s);
		add_hist(table, result->latency);
		table_addf(table, "%" PRIu64, result->tally.failed);
	}
	x_table_print(table, out, TABLE_TEXT, false);
}

static void print_statements(FILE *out, const struct run *run, const struct results *r)
{
	static const char *const header[] = {"statement", "n", "time", "mean", "p50", "p95", "p99", "max", NULL};
	const struct works *works = run->shared->works;
	struct table *table = x_table_new("lrrrrrrr", header);

	for (size_t i = 0; i < works->n; i++) {
		const struct script *script = works->work[i].script;
		double all = hist_sum(hist_count(r->of[i].service) ? r->of[i].service : r->of[i].latency);

		for (size_t k = 0; script->timed && k < script->nlabels; k++) {
			const struct hist *h = r->of[i].label[k];

			table_addf(table, "%s%s/%s", mode_prefix(run->shared->options->common.mode),
				   works->work[i].bench, script->label[k]);
			table_addf(table, "%" PRIu64, hist_count(h));
			table_addf(table, "%.1f %%", all > 0 ? 100 * hist_sum(h) / all : 0);
			add_hist(table, h);
		}
	}
	if (table_rows(table)) {
		putc('\n', out);
		x_table_print(table, out, TABLE_TEXT, false);
	} else {
		table_free(table);
	}
}

static void print_schedule(FILE *out, const struct run *run, const struct results *r)
{
	const struct options *o = run->shared->options;

	for (size_t i = 0; o->rate > 0 && i < run->shared->works->n; i++) {
		const struct hist *lag = r->of[i].lag, *service = r->of[i].service;

		fprintf(out, "%-12s  asked %s   lag mean %s, p99 %s, max %s   service mean %s, p99 %s\n",
			i ? "" : "arrivals", unit_text(UNIT_PER_SECOND, o->rate).s, unit_text(UNIT_NS, hist_mean(lag)).s,
			unit_text(UNIT_NS, hist_quantile(lag, 0.99)).s, unit_text(UNIT_NS, (double)hist_max(lag)).s,
			unit_text(UNIT_NS, hist_mean(service)).s, unit_text(UNIT_NS, hist_quantile(service, 0.99)).s);
	}
	if (!o->limit)
		return;
	fprintf(out, "%-12s  %s   %" PRIu64 " took longer", "limit", unit_text(UNIT_NS, (double)o->limit).s, r->tally.late);
	if (o->rate > 0)
		fprintf(out, "   %" PRIu64 " skipped, for they would have started later", r->tally.skipped);
	putc('\n', out);
}

static void print_database(FILE *out, const struct run *run, const struct results *r)
{
	const struct options *o = run->shared->options;
	double n = (double)(r->tally.done + r->tally.failed), pages = (double)(r->cache.hit + r->cache.miss);

	fprintf(out, "%-12s  %s, and WAL %s%s\n", "database", unit_text(UNIT_BYTES, (double)r->db_bytes).s,
		unit_text(UNIT_BYTES, (double)r->wal_bytes).s, o->in_place ? "" : "   (a copy, which is gone)");
	if (pages > 0)
		fprintf(out, "%-12s  %.2f %% hits of %.4g page accesses\n", "page cache",
			100 * (double)r->cache.hit / pages, pages);
	if (r->busy)
		fprintf(out, "%-12s  %" PRIu64 " waits, %s together\n", "locked", r->busy,
			unit_text(UNIT_NS, (double)r->busy_wait).s);
	if (hist_count(r->checkpoint))
		fprintf(out, "%-12s  %" PRIu64 ", mean %s, max %s, within the transactions that made them\n", "checkpoints",
			hist_count(r->checkpoint), unit_text(UNIT_NS, hist_mean(r->checkpoint)).s,
			unit_text(UNIT_NS, (double)hist_max(r->checkpoint)).s);
	if (n > 0)
		fprintf(out, "%-12s  %s user, %s system a transaction   max-rss %s\n", "this process",
			unit_text(UNIT_NS, (double)r->cpu_user / n).s, unit_text(UNIT_NS, (double)r->cpu_system / n).s,
			unit_text(UNIT_BYTES, (double)r->max_rss).s);
}

static void print_plan(FILE *out, const char *plan)
{
	for (const char *end; *plan; plan = *end ? end + 1 : end) {
		end = plan;
		while (*end && *end != '\n')
			end++;
		fprintf(out, "    %.*s\n", (int)(end - plan), plan);
	}
}

static void print_explained(FILE *out, const struct run *run, const struct results *r)
{
	const struct works *works = run->shared->works;

	for (size_t i = 0; i < works->n; i++) {
		const struct work *work = &works->work[i];

		for (size_t k = 0; work->plan && k < work->script->nlabels; k++) {
			const struct sql_work *w = &r->work[work->labels + k];
			double runs = w->runs ? (double)w->runs : 1;

			fprintf(out, "\n%s%s/%s: %.4g steps each, %.4g of full scans, %.4g sorts, %.4g automatic indexes\n",
				mode_prefix(run->shared->options->common.mode), work->bench, work->script->label[k],
				(double)w->steps / runs, (double)w->fullscan / runs,
				(double)w->sorts / runs, (double)w->autoindex / runs);
			print_plan(out, work->plan[k] ? work->plan[k] : "");
		}
	}
}

void report_print(FILE *out, const struct run *run, const struct results *r)
{
	const struct options *o = run->shared->options;

	print_scripts(out, run, r);
	print_statements(out, run, r);
	putc('\n', out);
	fprintf(out, "%-12s  %.2f s with %zu client%s in %" PRId64 " thread%s\n", "measured", (double)r->elapsed / 1e9,
		run->clients, run->clients == 1 ? "" : "s", o->threads, o->threads == 1 ? "" : "s");
	print_schedule(out, run, r);
	print_database(out, run, r);
	print_explained(out, run, r);
	fflush(out);
}

void report_warn(const struct run *run, const struct results *r)
{
	const struct works *works = run->shared->works;

	for (size_t i = 0; i < works->n; i++) {
		const struct tally *t = &r->of[i].tally;

		if (t->failed)
			warn("%s: %" PRIu64 " of %" PRIu64 " transactions failed, %" PRIu64 " of them for a lock; the first: %s",
			     works->work[i].bench, t->failed, t->done + t->failed, t->busy, t->error);
		if (r->of[i].withheld)
			warn("%s", r->of[i].withheld);
	}
	if (results_overloaded(r, run->clients))
		warn("%" PRIu64 " arrivals were not served when the time was over: the database does not keep up with "
		     "the rate, and the latencies grow with the time", r->unstarted);
	if (results_delayed(r))
		warn("transactions were started %s late (p99) though their client was free: this machine is too busy to "
		     "generate this load", unit_text(UNIT_NS, hist_quantile(r->delay, 0.99)).s);
	if (r->not_cold)
		warn("before %" PRIu64 " of %" PRIu64 " transactions the caches could not be emptied", r->not_cold,
		     r->tally.done + r->tally.failed);
	if (r->tally.skipped)
		warn("%" PRIu64 " arrivals were skipped, whose latencies would have been the longest", r->tally.skipped);
}
