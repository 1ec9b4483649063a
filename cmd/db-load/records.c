#include "records.h"

#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "connection.h"
#include "die.h"

static const struct place no_place = {-1, -1};

/* --- of a script --- */

static struct place place_of(const struct shared *s, size_t slot)
{
	struct place place;

	timeline_slot(s->timeline, slot, &place.at, &place.length);
	place.at += s->begin;
	return place;
}

/* One histogram an interval; an interval without a value has none. */
static void put_series(struct writer *w, const struct shared *s, const char *bench, const char *params, const char *metric,
		       size_t series)
{
	for (size_t slot = 0; slot < timeline_slots(s->timeline); slot++) {
		const struct hist *h = timeline_hist(s->timeline, slot, series);

		if (h && hist_count(h))
			writer_hist(w, bench, params, metric, h, place_of(s, slot));
	}
}

/* Is there time between transactions that is not theirs? */
static const char *untimed(const struct shared *s, const struct work *work)
{
	if (s->options->cache == CACHE_COLD)
		return "the caches are emptied between transactions, untimed";
	return work->script->before.n ? "what comes before each transaction is not timed" : NULL;
}

static void put_throughput(struct writer *w, const struct shared *s, const char *bench, const char *params,
			   const struct work *work, size_t n)
{
	for (size_t slot = 0; slot < timeline_slots(s->timeline); slot++) {
		struct place place = place_of(s, slot);
		uint64_t count = 0;

		for (size_t i = 0; i < n; i++) {
			const struct hist *h = timeline_hist(s->timeline, slot, work[i].series + SERIES_LATENCY);

			count += h ? hist_count(h) : 0;
		}
		writer_sample(w, bench, params, "throughput", UNIT_PER_SECOND, BETTER_HIGHER,
			      (double)count * 1e9 / (double)place.length, 1, place, NULL);
	}
}

static void put_outcome(struct writer *w, const struct shared *s, const char *bench, const char *params,
			const struct tally *t)
{
	double all = (double)(t->done + t->failed + t->skipped);
	char data[64];

	snprintf(data, sizeof data, "{\"busy\":%" PRIu64 "}", t->busy);
	writer_sample(w, bench, params, "errors", UNIT_ONE, BETTER_LOWER, (double)t->failed, 1, no_place,
		      t->busy ? data : NULL);
	if (all > 0)
		writer_sample(w, bench, params, "success", UNIT_ONE, BETTER_HIGHER, (double)t->done / all, 1, no_place, NULL);
	if (!s->options->limit)
		return;
	writer_sample(w, bench, params, "late", UNIT_ONE, BETTER_LOWER, (double)t->late, 1, no_place, NULL);
	if (s->options->rate > 0)
		writer_sample(w, bench, params, "skipped", UNIT_ONE, BETTER_LOWER, (double)t->skipped, 1, no_place, NULL);
}

static void put_plan(struct writer *w, const struct work *work, const char *bench, const char *plan)
{
	char *quoted = writer_quote(plan);

	writer_event(w, bench, work->params, "plan", -1, "{\"plan\":%s}", quoted);
	free(quoted);
}

static void put_work(struct writer *w, const char *bench, const char *params, const struct sql_work *work)
{
	const struct {
		const char *metric;
		int64_t count;
	} counts[] = {{"fullscan-steps", work->fullscan},
		      {"sorts", work->sorts},
		      {"autoindexes", work->autoindex},
		      {"vm-steps", work->steps}};

	for (size_t i = 0; work->runs && i < sizeof counts / sizeof counts[0]; i++)
		writer_sample(w, bench, params, counts[i].metric, UNIT_PER_OP, BETTER_LOWER,
			      (double)counts[i].count / (double)work->runs, (double)work->runs, no_place, NULL);
}

static void put_statements(struct writer *w, const struct shared *s, const struct results *r, const struct work *work)
{
	bool explain = s->options->explain;

	for (size_t i = 0; (work->script->timed || explain) && i < work->script->nlabels; i++) {
		char *bench = x_asprintf("%s/%s", work->bench, work->script->label[i]);

		if (work->script->timed)
			put_series(w, s, bench, work->params, "latency", work->series + SERIES_LABELS + i);
		if (explain) {
			put_plan(w, work, bench, work->plan[i] ? work->plan[i] : "");
			put_work(w, bench, work->params, &r->work[work->labels + i]);
		}
		free(bench);
	}
}

static void put_error(struct writer *w, const struct work *work, const struct tally *t)
{
	char *quoted;

	if (!t->failed)
		return;
	quoted = writer_quote(t->error);
	writer_event(w, work->bench, work->params, "first-error", -1, "{\"error\":%s,\"errors\":%" PRIu64 ",\"busy\":%" PRIu64 "}",
		     quoted, t->failed, t->busy);
	free(quoted);
}

static void put_script(struct writer *w, const struct shared *s, const struct results *r, size_t i)
{
	const struct work *work = &s->works->work[i];
	const struct result *result = &r->of[i];
	const char *why = untimed(s, work);

	put_error(w, work, &result->tally);
	if (result->withheld) {
		writer_skip(w, work->bench, work->params, "", result->withheld);
		return;
	}
	put_series(w, s, work->bench, work->params, "latency", work->series + SERIES_LATENCY);
	if (s->options->rate > 0) {
		put_series(w, s, work->bench, work->params, "service", work->series + SERIES_SERVICE);
		put_series(w, s, work->bench, work->params, "lag", work->series + SERIES_LAG);
	}
	if (why)
		writer_skip(w, work->bench, work->params, "throughput", why);
	else
		put_throughput(w, s, work->bench, work->params, work, 1);
	put_outcome(w, s, work->bench, work->params, &result->tally);
	put_statements(w, s, r, work);
}

/* --- of the whole run --- */

static void put_checkpoints(struct writer *w, const struct shared *s, const struct results *r)
{
	const struct works *works = s->works;

	for (size_t i = 0; i < r->ncheckpoints; i++) {
		const struct checkpoint *c = &r->checkpoints[i];

		writer_event(w, works->bench, works->params, "wal-checkpoint", c->at,
			     "{\"pages\":%d,\"done\":%d,\"latency\":%" PRId64 "}", c->pages, c->done, c->latency);
	}
	if (r->checkpoints_more)
		writer_event(w, works->bench, works->params, "wal-checkpoints-left-out", -1, "{\"count\":%" PRIu64 "}",
			     r->checkpoints_more);
	if (hist_count(r->checkpoint))
		put_series(w, s, works->bench, works->params, "checkpoint", works->checkpoint);
}

static void put_figures(struct writer *w, const struct shared *s, const struct results *r)
{
	const struct works *works = s->works;
	double n = (double)(r->tally.done + r->tally.failed), scanned = 0;

	for (size_t i = 0; i < works->labels; i++)
		scanned += (double)r->work[i].fullscan;
	const struct {
		const char *metric;
		enum unit unit;
		enum better better;
		double value, n;
	} figures[] = {
		{"db-bytes", UNIT_BYTES, BETTER_LOWER, (double)r->db_bytes, 1},
		{"wal-bytes", UNIT_BYTES, BETTER_LOWER, (double)r->wal_bytes, 1},
		{"cache-hit", UNIT_ONE, BETTER_NONE, (double)r->cache.hit, 1},
		{"cache-miss", UNIT_ONE, BETTER_NONE, (double)r->cache.miss, 1},
		{"busy", UNIT_ONE, BETTER_LOWER, (double)r->busy, 1},
		{"busy-wait", UNIT_NS, BETTER_LOWER, (double)r->busy_wait, 1},
		{"max-rss", UNIT_BYTES, BETTER_LOWER, (double)r->max_rss, 1},
		{"fullscan-steps", UNIT_PER_OP, BETTER_LOWER, scanned / n, n},
		{"cpu-user", UNIT_NS, BETTER_LOWER, (double)r->cpu_user / n, n},
		{"cpu-sys", UNIT_NS, BETTER_LOWER, (double)r->cpu_system / n, n},
	};

	/* The last three are of a transaction. */
	for (size_t i = 0; i < sizeof figures / sizeof figures[0] - (n > 0 ? 0 : 3); i++)
		writer_sample(w, works->bench, works->params, figures[i].metric, figures[i].unit, figures[i].better,
			      figures[i].value, figures[i].n, no_place, NULL);
}

static void put_warnings(struct writer *w, const struct run *run, const struct results *r)
{
	const struct works *works = run->shared->works;

	if (run->signal)
		writer_event(w, works->bench, works->params, "interrupted", run->end, "{\"signal\":%d}", run->signal);
	if (results_overloaded(r, run->clients))
		writer_event(w, works->bench, works->params, "overloaded", run->end,
			     "{\"not-started\":%" PRIu64 ",\"started\":%" PRIu64 "}", r->unstarted,
			     r->tally.done + r->tally.failed);
	if (results_delayed(r))
		writer_event(w, works->bench, works->params, "generator-late", run->end, "{\"p99\":%.0f}",
			     hist_quantile(r->delay, 0.99));
	if (r->not_cold)
		writer_event(w, works->bench, works->params, "not-cold", run->end, "{\"transactions\":%" PRIu64 "}",
			     r->not_cold);
}

void records_results(struct writer *w, const struct run *run, const struct results *r)
{
	const struct shared *s = run->shared;
	const struct works *works = s->works;

	put_warnings(w, run, r);
	for (size_t i = 0; i < works->n; i++)
		put_script(w, s, r, i);
	if (works->n > 1) {
		const char *why = NULL;

		for (size_t i = 0; i < works->n && !why; i++)
			why = untimed(s, &works->work[i]);
		if (why)
			writer_skip(w, works->bench, works->params, "throughput", why);
		else
			put_throughput(w, s, works->bench, works->params, works->work, works->n);
		put_outcome(w, s, works->bench, works->params, &r->tally);
	}
	put_checkpoints(w, s, r);
	put_figures(w, s, r);
}

void records_skip(struct writer *w, const struct works *works, const char *reason)
{
	for (size_t i = 0; i < works->n; i++)
		writer_skip(w, works->work[i].bench, works->work[i].params, "", reason);
}

static int put_settings(struct writer *w, const struct shared *s, struct sql *db)
{
	const struct options *o = s->options;
	int64_t sync, page_size, pages;
	char *journal;

	if (sql_integer(db, &sync, "PRAGMA synchronous") < 0 || sql_integer(db, &page_size, "PRAGMA page_size") < 0 ||
	    sql_integer(db, &pages, "PRAGMA page_count") < 0 || sql_textf(db, &journal, "PRAGMA journal_mode") < 0)
		return -1;
	writer_event(w, s->works->bench, s->works->params, "settings", clock_now(),
		     "{\"sqlite\":\"%s\",\"journal\":\"%s\",\"synchronous\":%" PRId64 ",\"page-size\":%" PRId64
		     ",\"pages\":%" PRId64 ",\"in-place\":%s,\"threads\":%" PRId64 "}",
		     sql_version(), journal ? journal : "", sync, page_size, pages, o->in_place ? "true" : "false",
		     o->threads);
	free(journal);
	return 0;
}

int records_settings(struct writer *w, const struct shared *s, const struct memory *memory)
{
	struct sql *db = NULL;
	int result = 0;

	if (!w->out)
		return 0;
	if (connection_open(&db, s->path, s->options) < 0 || put_settings(w, s, db) < 0) {
		warn("%s", sql_error(db));
		result = -1;
	}
	sql_close(db);
	if (memory->kind != MEMORY_UNLIMITED)
		writer_event(w, s->works->bench, s->works->params, "memory-limit", clock_now(),
			     "{\"bytes\":%" PRId64 ",\"by\":\"%s\"}", s->options->max_memory,
			     memory_kind_name(memory->kind));
	return result;
}
