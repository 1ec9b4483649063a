#include "records.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "clock.h"
#include "die.h"
#include "jsonout.h"
#include "totals.h"

static const struct place no_place = {-1, -1};

struct name { /* of one benchmark in one step */
	const char *bench;
	char *params;        /* of histograms, which merge */
	char *shard_params;  /* of what adds up over shards, and must not be taken for another sample of the same */
};

const char *records_bench(const struct mix *mix)
{
	return mix->n == 1 ? mix->request[0].bench : mix->bench;
}

/* params with one more; takes params over. */
static char *with(char *params, const char *key, const char *value)
{
	char *more = measuring_params(params, key, value);

	free(params);
	return more;
}

static struct name new_name(const struct records *rec, const char *bench, double rate)
{
	const struct options *o = rec->options;
	struct name name = {.bench = bench, .params = x_strdup(o->common.params)};
	char text[JSON_NUMBER_MAX], shard[32];

	snprintf(text, sizeof text, "%" PRId64, o->connections);
	name.params = with(name.params, "connections", text);
	if (o->streams > 1) {
		snprintf(text, sizeof text, "%" PRId64, o->streams);
		name.params = with(name.params, "streams", text);
	}
	if (rate > 0) {
		json_format_number(text, rate);
		name.params = with(name.params, "rate", text);
	}
	snprintf(shard, sizeof shard, "%u/%u", o->shard + 1, o->shards);
	name.shard_params = o->shards > 1 ? measuring_params(name.params, "shard", shard) : x_strdup(name.params);
	return name;
}

static void free_name(struct name *name)
{
	free(name->params);
	free(name->shard_params);
}

static void put(const struct records *rec, const struct name *name, const char *metric, enum unit unit,
		enum better better, double value, double n, const char *data)
{
	writer_sample(rec->writer, name->bench, name->shard_params, metric, unit, better, value, n, no_place, data);
}

/* --- of a step --- */

static struct place place_of(const struct step_result *r, size_t slot)
{
	struct place place;

	timeline_slot(r->timeline, slot, &place.at, &place.length);
	place.at += r->begin;
	return place;
}

/* One histogram an interval; an interval without a value has none. */
static void put_series(const struct records *rec, const struct step_result *r, const struct name *name,
		       const char *metric, size_t series)
{
	for (size_t slot = 0; slot < timeline_slots(r->timeline); slot++) {
		const struct hist *h = timeline_hist(r->timeline, slot, series);

		if (h && hist_count(h))
			writer_hist(rec->writer, name->bench, name->params, metric, h, place_of(r, slot));
	}
}

static uint64_t count_of(const struct step_result *r, size_t slot, size_t request, size_t which)
{
	const struct hist *h = timeline_hist(r->timeline, slot, series_of(request, which));

	return h ? hist_count(h) : 0;
}

/* Of the requests from first to last. What ended after the step is in its last interval, and not in the throughput; what
 * an earlier step had started is. */
static void put_throughput(const struct records *rec, const struct step_result *r, const struct name *name, size_t first,
			   size_t last, const struct tally *t)
{
	size_t slots = timeline_slots(r->timeline);

	for (size_t slot = 0; slot < slots; slot++) {
		struct place place = place_of(r, slot);
		uint64_t count = 0;

		for (size_t i = first; i <= last; i++)
			count += count_of(r, slot, i, SERIES_LATENCY);
		if (slot + 1 == slots)
			count -= count < t->drained ? count : t->drained;
		for (size_t i = first; i <= last; i++)
			count += count_of(r, slot, i, SERIES_CARRIED);
		writer_sample(rec->writer, name->bench, name->shard_params, "throughput", UNIT_PER_SECOND, BETTER_HIGHER,
			      (double)count * 1e9 / (double)place.length, 1, place, NULL);
	}
}

/* {"connect":1,"timeout":2}; caller frees; NULL where nothing failed. */
static char *classes(const struct tally *t)
{
	char *text = NULL;

	for (size_t i = 1; i < FAILURE_COUNT; i++) {
		char *more;

		if (!t->failed[i])
			continue;
		more = x_asprintf("%s%s\"%s\":%" PRIu64, text ? text : "{", text ? "," : "",
				  failure_name((enum failure)i), t->failed[i]);
		free(text);
		text = more;
	}
	if (text) {
		char *whole = x_asprintf("%s}", text);

		free(text);
		text = whole;
	}
	return text;
}

static void put_outcome(const struct records *rec, const struct step_result *r, const struct name *name,
			const struct tally *t)
{
	double seconds = (double)(r->end - r->begin) / 1e9;
	uint64_t failed = totals_failed(t), ended = t->done + failed;
	char *data = classes(t);

	put(rec, name, "errors", UNIT_ONE, BETTER_LOWER, (double)failed, 1, data);
	if (ended)
		put(rec, name, "success", UNIT_ONE, BETTER_HIGHER, (double)t->done / (double)ended, 1, NULL);
	put(rec, name, "bytes", UNIT_BYTES_PER_SECOND, BETTER_HIGHER, (double)t->received / seconds, 1, NULL);
	free(data);
}

static void put_error(const struct records *rec, const struct name *name, const struct tally *t)
{
	uint64_t failed = totals_failed(t);
	char *quoted, *data;

	if (!failed)
		return;
	quoted = writer_quote(t->error);
	data = classes(t);
	writer_event(rec->writer, name->bench, name->shard_params, "first-error", -1,
		     "{\"error\":%s,\"errors\":%" PRIu64 ",\"of\":%" PRIu64 ",\"classes\":%s}", quoted, failed,
		     t->done + failed, data);
	free(quoted);
	free(data);
}

static void put_request(const struct records *rec, const struct step_result *r, size_t i)
{
	struct name name = new_name(rec, rec->mix->request[i].bench, r->step->rate);
	const struct tally *t = &r->tally[i];

	rec->writer->mode = totals_mode(t, rec->options->common.mode);
	put_series(rec, r, &name, "latency", series_of(i, SERIES_LATENCY));
	if (r->step->rate > 0)
		put_series(rec, r, &name, "service", series_of(i, SERIES_SERVICE));
	put_series(rec, r, &name, "first-byte", series_of(i, SERIES_FIRST_BYTE));
	put_throughput(rec, r, &name, i, i, t);
	put_outcome(rec, r, &name, t);
	put_error(rec, &name, t);
	free_name(&name);
}

static void put_warnings(const struct records *rec, const struct step_result *r, const struct name *name)
{
	struct saturation s = saturation_of(r, rec->mix);

	if (s.causes) {
		char *text = saturation_text(&s), *quoted = writer_quote(text);

		writer_event(rec->writer, name->bench, name->shard_params, "generator-saturated", r->end,
			     "{\"reason\":%s,\"busiest\":%.4f,\"delayed\":%.4f,\"lag-mean\":%.0f,\"lag-p99\":%.0f}", quoted,
			     s.busiest, s.delayed, s.lag_mean, s.lag_p99);
		free(quoted);
		free(text);
	}
	if (r->not_started)
		writer_event(rec->writer, name->bench, name->shard_params, "overloaded", r->end,
			     "{\"not-started\":%" PRIu64 ",\"due\":%" PRIu64 "}", r->not_started, r->due);
	/* Those that a signal cut off are no news. */
	if (r->unfinished && !rec->interrupted)
		writer_event(rec->writer, name->bench, name->shard_params, "unfinished", r->end,
			     "{\"unfinished\":%" PRIu64 ",\"started\":%" PRIu64 "}", r->unfinished, r->started);
}

/* The versions of HTTP that the responses were in, and what libcurl kept waiting. */
static void put_versions(const struct records *rec, const struct step_result *r, const struct name *name)
{
	const uint64_t *version = r->counts.version;

	writer_event(rec->writer, name->bench, name->shard_params, "http-versions", r->end,
		     "{\"1.0\":%" PRIu64 ",\"1.1\":%" PRIu64 ",\"2\":%" PRIu64 ",\"3\":%" PRIu64 ",\"queued\":%" PRIu64 "}",
		     version[0], version[1], version[2], version[3], r->counts.queued);
}

static void put_figures(const struct records *rec, const struct step_result *r, const struct name *name)
{
	double n = (double)(r->total.done + totals_failed(&r->total));

	put_versions(rec, r, name);
	put(rec, name, "in-flight", UNIT_ONE, BETTER_NONE, (double)r->in_flight, 1, NULL);
	put(rec, name, "unfinished", UNIT_ONE, BETTER_LOWER, (double)r->unfinished, 1, NULL);
	if (r->step->rate > 0)
		put(rec, name, "not-started", UNIT_ONE, BETTER_LOWER, (double)r->not_started, 1, NULL);
	put(rec, name, "reconnects", UNIT_ONE, BETTER_LOWER, (double)r->counts.reconnects, 1, NULL);
	put(rec, name, "retries", UNIT_ONE, BETTER_LOWER, (double)r->counts.retries, 1, NULL);
	if (n > 0) {
		put(rec, name, "cpu-user", UNIT_NS, BETTER_LOWER, (double)r->cpu_user / n, n, NULL);
		put(rec, name, "cpu-sys", UNIT_NS, BETTER_LOWER, (double)r->cpu_system / n, n, NULL);
	}
}

void records_step(const struct records *rec, const struct step_result *r)
{
	const struct mix *mix = rec->mix;
	struct name name;

	if (!r->reached || r->step->warmup)
		return;
	for (size_t i = 0; i < mix->n; i++)
		put_request(rec, r, i);
	name = new_name(rec, records_bench(mix), r->step->rate);
	rec->writer->mode = totals_mode(&r->total, rec->options->common.mode);
	if (mix->n > 1) {
		put_throughput(rec, r, &name, 0, mix->n - 1, &r->total);
		put_outcome(rec, r, &name, &r->total);
		put_error(rec, &name, &r->total);
	}
	put_series(rec, r, &name, "connect", SERIES_CONNECT);
	put_series(rec, r, &name, "tls", SERIES_TLS);
	put_series(rec, r, &name, "lag", SERIES_LAG);
	put_figures(rec, r, &name);
	put_warnings(rec, r, &name);
	free_name(&name);
}

void records_verdict(const struct records *rec, const struct step_result *r, const struct slo_term *term,
		     const struct slo_verdict *v)
{
	struct name name = new_name(rec, records_bench(rec->mix), r->step->rate);
	struct record record;

	rec->writer->mode = totals_mode(&r->total, rec->options->common.mode);
	record = writer_new(rec->writer, RECORD_VERDICT, name.bench, name.shard_params, no_place);
	record.metric = slo_metric(term);
	record.unit = v->unit;
	record.better = term->op == SLO_LESS || term->op == SLO_AT_MOST ? BETTER_LOWER : BETTER_HIGHER;
	record.verdict.status = v->holds ? "pass" : "fail";
	record.verdict.target = term->text;
	record.verdict.stat = term->stat;
	record.verdict.value = v->value;
	record.verdict.threshold = term->value;
	record.verdict.n = (int64_t)(r->total.done + totals_failed(&r->total));
	record.verdict.reason = v->reason[0] ? v->reason : NULL;
	writer_put(rec->writer, &record);
	free_name(&name);
}

/* --- of the whole --- */

static const char *version_name(enum http_version version)
{
	static const char *const names[] = {"any", "1.1", "2", "3"};

	return names[version];
}

void records_settings(const struct records *rec, const struct load *load)
{
	const struct options *o = rec->options;
	struct name name = new_name(rec, records_bench(rec->mix), 0);
	bool open = o->paced || o->find_max;
	const char *arrival = !open ? "null" : o->arrival == PACE_POISSON ? "\"poisson\"" : "\"constant\"";
	const char *version = strcmp(load_engine(load), "wire") ? version_name(o->version) : "1.1";

	writer_event(rec->writer, name.bench, name.shard_params, "settings", clock_now(),
		     "{\"engine\":\"%s\",\"threads\":%zu,\"http\":\"%s\",\"curl\":\"%s\",\"loop\":\"%s\",\"arrival\":%s"
		     ",\"think\":%" PRId64 ",\"warmup\":%" PRId64 ",\"timeout\":%" PRId64 ",\"keepalive\":%s}",
		     load_engine(load), load_threads(load), version, curl_version_info(CURLVERSION_NOW)->version,
		     open ? "open" : "closed", arrival, o->think, o->warmup, o->timeout, o->keepalive ? "true" : "false");
	free_name(&name);
}

void records_tried(const struct records *rec, const struct step_result *r, enum find_max_phase phase,
		   enum find_max_answer answer, const char *broken)
{
	struct name name = new_name(rec, records_bench(rec->mix), r->step->rate);
	char rate[JSON_NUMBER_MAX], *quoted = writer_quote(broken);

	json_format_number(rate, r->step->rate);
	writer_event(rec->writer, name.bench, name.shard_params, "find-max-step", r->begin,
		     "{\"rate\":%s,\"phase\":\"%s\",\"holds\":%s,\"valid\":%s,\"broken\":%s}", rate,
		     find_max_phase_name(phase), answer == FIND_HOLDS ? "true" : "false",
		     answer == FIND_INVALID ? "false" : "true", quoted);
	free(quoted);
	free_name(&name);
}

void records_max_rate(const struct records *rec, const struct find_max *f, enum find_max_end end, enum mode mode)
{
	static const char *const ends[] = {"found", "generator-limited", "never-holds", "never-valid",
					   "always-holds", "unstable", "stopped"};
	struct name name = new_name(rec, records_bench(rec->mix), 0);

	rec->writer->mode = mode;
	if (f->rate > 0) {
		char above[JSON_NUMBER_MAX], *data;

		json_format_number(above, f->above);
		data = f->above > 0 ? x_asprintf("{\"end\":\"%s\",\"broke\":%s,\"steps\":%u}", ends[end], above, f->steps)
				    : x_asprintf("{\"end\":\"%s\",\"steps\":%u}", ends[end], f->steps);
		put(rec, &name, "max-rate", UNIT_PER_SECOND, BETTER_HIGHER, f->rate, 1, data);
		free(data);
	} else {
		writer_skip(rec->writer, name.bench, name.shard_params, "max-rate",
			    end == FIND_STOPPED	      ? "the search was interrupted"
			    : end == FIND_NEVER_VALID ? "the generator was saturated at each rate at which the SLO did not hold"
			    : end == FIND_UNSTABLE    ? "no rate held the SLO twice"
						      : "no rate was found at which the SLO holds");
	}
	free_name(&name);
}

void records_process(const struct records *rec, double rate, enum mode mode)
{
	struct name name = new_name(rec, records_bench(rec->mix), rate);
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	rec->writer->mode = mode;
	put(rec, &name, "max-rss", UNIT_BYTES, BETTER_LOWER, (double)usage.ru_maxrss * 1024, 1, NULL);
	free_name(&name);
}

void records_interrupted(const struct records *rec, int signal)
{
	struct name name = new_name(rec, records_bench(rec->mix), 0);

	writer_event(rec->writer, name.bench, name.shard_params, "interrupted", clock_now(), "{\"signal\":%d}", signal);
	free_name(&name);
}
