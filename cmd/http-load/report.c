#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "die.h"
#include "headline.h"
#include "jsonout.h"
#include "table.h"
#include "totals.h"

bool report_counts(const struct step_result *r)
{
	return r->reached && !r->step->warmup;
}

/* --- one step: a line for each request --- */

static void add_quantiles(struct table *table, const struct hist *h)
{
	static const double quantiles[] = {0.5, 0.9, 0.95, 0.99, 0.999};

	for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++)
		table_add(table, hist_count(h) ? unit_text(UNIT_NS, hist_quantile(h, quantiles[i])).s : "-");
	table_add(table, hist_count(h) ? unit_text(UNIT_NS, (double)hist_max(h)).s : "-");
}

static void add_rows(struct table *table, const struct report *p, const struct step_result *r, const char *bench,
		     const struct tally *t, struct hist *latency, struct hist *service)
{
	table_addf(table, "%s%s", mode_prefix(totals_mode(t, p->options->common.mode)), bench);
	table_addf(table, "%" PRIu64, t->done);
	table_add(table, unit_text(UNIT_PER_SECOND, totals_throughput(r, t)).s);
	add_quantiles(table, latency);
	table_addf(table, "%" PRIu64, totals_failed(t));
	if (r->step->rate > 0) {
		table_add(table, "  service");
		table_add(table, "");
		table_add(table, "");
		add_quantiles(table, service);
		table_add(table, "");
	}
	hist_free(latency);
	hist_free(service);
}

static void print_requests(FILE *out, const struct report *p, const struct step_result *r)
{
	static const char *const header[] = {"request", "n",	 "throughput", "p50",	 "p90",
					     "p95",	"p99",	 "p99.9",      "max",	 "errors"};
	struct table *table = x_table_new("lrrrrrrrrr", header);

	for (size_t i = 0; i < p->mix->n; i++)
		add_rows(table, p, r, p->mix->request[i].bench, &r->tally[i],
			 timeline_total(r->timeline, series_of(i, SERIES_LATENCY)),
			 timeline_total(r->timeline, series_of(i, SERIES_SERVICE)));
	if (p->mix->n > 1)
		add_rows(table, p, r, p->mix->bench, &r->total, totals_hist(r, p->mix, SERIES_LATENCY),
			 totals_hist(r, p->mix, SERIES_SERVICE));
	x_table_print(table, out, TABLE_TEXT, false);
}

/* --- several: a line for each --- */

struct table *report_steps(void)
{
	static const char *const header[] = {"rate", "throughput", "n",	  "p50", "p90",	 "p95",
					     "p99",  "p99.9",	   "max", "service p99", "errors", ""};

	return x_table_new("rrrrrrrrrrrl", header);
}

void report_add_step(struct table *table, const struct report *p, const struct step_result *r, const char *note)
{
	struct hist *latency = totals_hist(r, p->mix, SERIES_LATENCY), *service = totals_hist(r, p->mix, SERIES_SERVICE);
	char rate[JSON_NUMBER_MAX];

	json_format_number(rate, r->step->rate);
	table_addf(table, "%s/s", rate);
	table_add(table, unit_text(UNIT_PER_SECOND, totals_throughput(r, &r->total)).s);
	table_addf(table, "%" PRIu64, r->total.done);
	add_quantiles(table, latency);
	table_add(table, hist_count(service) ? unit_text(UNIT_NS, hist_quantile(service, 0.99)).s : "-");
	table_addf(table, "%" PRIu64, totals_failed(&r->total));
	table_add(table, note);
	hist_free(latency);
	hist_free(service);
}

static void print_steps(FILE *out, const struct report *p)
{
	struct table *table = report_steps();

	for (size_t i = 0; i < p->n; i++) {
		char *note;

		if (!report_counts(&p->result[i]))
			continue;
		note = headline_step(p, &p->result[i]);
		report_add_step(table, p, &p->result[i], note);
		free(note);
	}
	x_table_print(table, out, TABLE_TEXT, false);
}

/* --- what stands below the tables --- */

struct sums { /* of all steps that count */
	struct tally total;
	struct engine_counts counts;
	uint64_t due, not_started, unfinished, in_flight;
	int64_t elapsed, cpu_user, cpu_system;
	struct hist *connect, *tls, *lag;
	double busiest;
	bool paced;
};

static struct hist *joined(struct hist *all, struct hist *more)
{
	if (!all)
		return more;
	if (hist_merge(all, more) < 0)
		die("out of memory");
	hist_free(more);
	return all;
}

static void add_up(struct sums *s, const struct step_result *r)
{
	s->total.done += r->total.done;
	s->total.failed[0] += totals_failed(&r->total);
	s->total.sent += r->total.sent;
	s->total.received += r->total.received;
	s->counts.connects += r->counts.connects;
	s->counts.reconnects += r->counts.reconnects;
	s->counts.retries += r->counts.retries;
	for (size_t i = 0; i < sizeof s->counts.version / sizeof s->counts.version[0]; i++)
		s->counts.version[i] += r->counts.version[i];
	s->due += r->due;
	s->not_started += r->not_started;
	s->unfinished += r->unfinished;
	s->in_flight = r->in_flight; /* at the last one's end */
	s->elapsed += r->end - r->begin;
	s->cpu_user += r->cpu_user;
	s->cpu_system += r->cpu_system;
	s->busiest = r->busiest > s->busiest ? r->busiest : s->busiest;
	s->paced |= r->step->rate > 0;
	s->connect = joined(s->connect, timeline_total(r->timeline, SERIES_CONNECT));
	s->tls = joined(s->tls, timeline_total(r->timeline, SERIES_TLS));
	s->lag = joined(s->lag, timeline_total(r->timeline, SERIES_LAG));
}

static void print_connections(FILE *out, const struct sums *s)
{
	fprintf(out, "%-12s  %" PRIu64 " reconnect%s, %" PRIu64 " retr%s", "connections", s->counts.reconnects,
		s->counts.reconnects == 1 ? "" : "s", s->counts.retries, s->counts.retries == 1 ? "y" : "ies");
	if (hist_count(s->connect))
		fprintf(out, "   connect p50 %s, p99 %s", unit_text(UNIT_NS, hist_quantile(s->connect, 0.5)).s,
			unit_text(UNIT_NS, hist_quantile(s->connect, 0.99)).s);
	if (hist_count(s->tls))
		fprintf(out, "   TLS p50 %s, p99 %s", unit_text(UNIT_NS, hist_quantile(s->tls, 0.5)).s,
			unit_text(UNIT_NS, hist_quantile(s->tls, 0.99)).s);
	putc('\n', out);
}

/* ", HTTP/1.1 and 2": what was spoken. */
static void print_versions(FILE *out, const struct engine_counts *counts)
{
	static const char *const names[] = {"1.0", "1.1", "2", "3"};
	const char *before = ", HTTP/";

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!counts->version[i])
			continue;
		fprintf(out, "%s%s", before, names[i]);
		before = " and ";
	}
}

static void print_sums(FILE *out, const struct report *p, const struct sums *s)
{
	double seconds = (double)s->elapsed / 1e9, n = (double)(s->total.done + s->total.failed[0]);
	const struct options *o = p->options;
	struct rusage usage;

	fprintf(out, "%-12s  %.2f s with %" PRId64 " connection%s in %zu thread%s, engine %s", "measured", seconds,
		o->connections, o->connections == 1 ? "" : "s", p->threads, p->threads == 1 ? "" : "s", p->engine);
	print_versions(out, &s->counts);
	putc('\n', out);
	fprintf(out, "%-12s  %s received, %s sent", "bytes", unit_text(UNIT_BYTES_PER_SECOND, (double)s->total.received / seconds).s,
		unit_text(UNIT_BYTES_PER_SECOND, (double)s->total.sent / seconds).s);
	if (n > 0)
		fprintf(out, "   %s a response", unit_text(UNIT_BYTES, (double)s->total.received / n).s);
	putc('\n', out);
	print_connections(out, s);
	if (s->paced)
		fprintf(out, "%-12s  %" PRIu64 " due, %" PRIu64 " not started   lag mean %s, p99 %s, max %s\n", "arrivals", s->due,
			s->not_started, unit_text(UNIT_NS, hist_mean(s->lag)).s, unit_text(UNIT_NS, hist_quantile(s->lag, 0.99)).s,
			unit_text(UNIT_NS, (double)hist_max(s->lag)).s);
	fprintf(out, "%-12s  %" PRIu64 " in flight, %" PRIu64 " of them unfinished after the drain\n", "at the end",
		s->in_flight, s->unfinished);
	if (n > 0) {
		getrusage(RUSAGE_SELF, &usage);
		fprintf(out, "%-12s  %s of processor time a request (%s user, %s system)   max-rss %s   busiest thread %.0f %%\n",
			"generator", unit_text(UNIT_NS, (double)(s->cpu_user + s->cpu_system) / n).s,
			unit_text(UNIT_NS, (double)s->cpu_user / n).s, unit_text(UNIT_NS, (double)s->cpu_system / n).s,
			unit_text(UNIT_BYTES, (double)usage.ru_maxrss * 1024).s,
			100 * s->busiest);
	}
}

void report_details(FILE *out, const struct report *p)
{
	struct sums sums = {.elapsed = 0};

	for (size_t i = 0; i < p->n; i++) {
		if (report_counts(&p->result[i]))
			add_up(&sums, &p->result[i]);
	}
	if (!sums.connect)
		return;
	print_sums(out, p, &sums);
	hist_free(sums.connect);
	hist_free(sums.tls);
	hist_free(sums.lag);
}

void report_print(FILE *out, const struct report *p)
{
	const struct step_result *only = NULL;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (report_counts(&p->result[i])) {
			only = &p->result[i];
			n++;
		}
	}
	if (headlines(out, p))
		putc('\n', out);
	if (n == 1 && !p->options->rate.time)
		print_requests(out, p, only);
	else if (n)
		print_steps(out, p);
	if (n)
		putc('\n', out);
	report_details(out, p);
}
