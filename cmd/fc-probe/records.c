#include "records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "clock.h"
#include "die.h"

static const struct place no_place = {-1, -1};

char *records_bench(const struct options *o, const struct probe *probe)
{
	if (!o->common.bench)
		return x_asprintf("vm/%s", probe->name);
	return o->probe[1] ? x_asprintf("%s/%s", o->common.bench, probe->name) : x_strdup(o->common.bench);
}

enum mode records_mode(const struct options *o, enum mode found)
{
	if (o->common.mode == MODE_MOCK)
		return MODE_MOCK;
	return o->common.mode == MODE_MIXED && found == MODE_REAL ? MODE_MIXED : found;
}

/* Takes params over. */
static char *with(char *params, const char *key, const char *value)
{
	char *more = measuring_params(params, key, value);

	free(params);
	return more;
}

static char *with_number(char *params, const char *key, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	return with(params, key, text);
}

char *records_params(const struct options *o, const struct probe *probe, unsigned level)
{
	const struct machine *m = &o->machine;
	char *params = with_number(x_strdup(o->common.params), o->burst ? "burst" : "concurrency", level);

	params = with_number(params, "mem", m->memory >> 20);
	params = with_number(params, "vcpus", m->vcpus);
	if (m->huge_pages)
		params = with(params, "huge-pages", "true");
	if (m->track_dirty)
		params = with(params, "track-dirty", "true");
	if (o->stop_by != STOP_BY_API && probe == &probe_cleanup)
		params = with(params, "stop-by", o->stop_by == STOP_BY_TERM ? "term" : "kill");
	if (probe == &probe_boot || probe == &probe_cycle)
		params = with(params, "ready", ready_name(m->ready));
	if (probe == &probe_restore || probe == &probe_pool || probe == &probe_cycle)
		params = with(params, "until", m->exec.kind == EXEC_VSOCK ? "exec" : "call");
	if (probe == &probe_exec)
		params = with(params, "way", m->exec.kind == EXEC_SSH ? "ssh" : "vsock");
	return params;
}

struct name {
	char *bench, *params;
};

static void put(const struct records *rec, const struct name *name, const char *metric, enum unit unit,
		enum better better, double value, double n)
{
	writer_sample(rec->writer, name->bench, name->params, metric, unit, better, value, n, no_place, NULL);
}

/* One by one, those that failed too: they count as errors. */
static void put_samples(const struct records *rec, const struct tally *t, const struct name *name,
			const struct measure *m, size_t value)
{
	for (uint64_t i = 0; i < t->samples; i++) {
		const struct tally_sample *s = &t->sample[i];
		struct place place = {s->begin, -1};
		struct record record;

		if (s->value[value] < 0 || (!s->ok && value))
			continue;
		record = writer_new(rec->writer, RECORD_SAMPLE, name->bench, name->params, place);
		record.metric = m->metric;
		record.unit = m->unit;
		record.better = m->better;
		record.value = (double)s->value[value];
		record.seq = (int64_t)i;
		record.ok = s->ok;
		writer_put(rec->writer, &record);
	}
}

static void put_hist(const struct records *rec, const struct name *name, const struct measure *m, const struct hist *h)
{
	if (m->unit == UNIT_NS)
		writer_hist(rec->writer, name->bench, name->params, m->metric, h, no_place);
	else
		put(rec, name, m->metric, m->unit, m->better, hist_mean(h), (double)hist_count(h));
}

/* Which it should have told itself. */
static bool own_figure(const struct load *load, const struct measure *m)
{
	return !load->machine->socket && (strcmp(m->metric, "firecracker") == 0 || strcmp(m->metric, "vmm") == 0);
}

static void put_values(const struct records *rec, const struct load *load, const struct name *name)
{
	const struct tally *t = load->tally;

	for (size_t i = 0; i < VALUES && load->probe->measure[i].metric; i++) {
		const struct measure *m = &load->probe->measure[i];
		struct name part = *name;

		if (m->part)
			part.bench = x_asprintf("%s%s", name->bench, m->part);
		if (t->done > t->failed && !hist_count(t->hist[i]) && own_figure(load, m))
			writer_skip(rec->writer, part.bench, part.params, m->metric, "Firecracker does not tell");
		if (t->sample && hist_count(t->hist[i]) <= t->samples)
			put_samples(rec, t, &part, m, i);
		else if (hist_count(t->hist[i]))
			put_hist(rec, &part, m, t->hist[i]);
		if (m->part)
			free(part.bench);
	}
}

static void put_outcome(const struct records *rec, const struct load *load, const struct name *name)
{
	const struct tally *t = load->tally;
	double n = (double)t->done;

	put(rec, name, "success", UNIT_ONE, BETTER_HIGHER, (n - (double)t->failed) / n, n);
	put(rec, name, "errors", UNIT_ONE, BETTER_LOWER, (double)t->failed, 1);
	put(rec, name, "max-concurrent", UNIT_ONE, BETTER_NONE, t->most, 1);
	if (t->busy > 0 && !(load->probe->flags & PROBE_NO_RATE))
		put(rec, name, "throughput", UNIT_PER_SECOND, BETTER_HIGHER, (n - (double)t->failed) * 1e9 / (double)t->busy, n);
	if (t->calls)
		put(rec, name, "calls", UNIT_PER_OP, BETTER_LOWER, (double)t->calls / n, n);
	put(rec, name, "allocs", UNIT_PER_OP, BETTER_LOWER, (double)t->allocs / n, n);
	put(rec, name, "alloc-bytes", UNIT_BYTES_PER_OP, BETTER_LOWER, (double)t->alloc_bytes / n, n);
	if (hist_count(t->given_up))
		writer_hist(rec->writer, name->bench, name->params, "given-up", t->given_up, no_place);
	if (t->failed) {
		char *why = writer_quote(t->why);

		writer_event(rec->writer, name->bench, name->params, "first-error", -1,
			     "{\"error\":%s,\"errors\":%" PRIu64 ",\"of\":%" PRIu64 "}", why, t->failed, t->done);
		free(why);
	}
}

static void put_findings(const struct records *rec, const struct name *name, const struct finding *finding, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *text = writer_quote(finding[i].text);

		writer_event(rec->writer, name->bench, name->params, finding[i].name, -1,
			     "{\"value\":%.6g,\"limit\":%.6g,\"text\":%s}", finding[i].value, finding[i].limit, text);
		free(text);
	}
}

void records_load(const struct records *rec, const struct load *load, const struct finding *finding, size_t findings)
{
	const struct options *o = rec->options;
	struct name name = {records_bench(o, load->probe), records_params(o, load->probe, load->level)};

	if (load->tally->done) {
		rec->writer->mode = records_mode(o, load->tally->mode);
		put_values(rec, load, &name);
		if (load->probe == &probe_boot && o->machine.ready == READY_NONE)
			writer_skip(rec->writer, name.bench, name.params, "latency",
				    "nothing tells that the guest is up; see --ready");
		put_outcome(rec, load, &name);
		put_findings(rec, &name, finding, findings);
	}
	free(name.bench);
	free(name.params);
}

void records_skip(const struct records *rec, const struct probe *probe, unsigned level, const char *reason)
{
	struct name name = {records_bench(rec->options, probe), records_params(rec->options, probe, level)};

	writer_skip(rec->writer, name.bench, name.params, "", reason);
	free(name.bench);
	free(name.params);
}

/* --- of the whole --- */

static char *whole(const struct options *o)
{
	return o->probe[1] ? x_strdup(o->common.bench ? o->common.bench : "vm") : records_bench(o, o->probe[0]);
}

void records_settings(const struct records *rec)
{
	static const char *const backoffs[] = {"constant", "exponential", "jitter"}, *const stops[] = {"api", "term", "kill"};
	const struct options *o = rec->options;
	const struct machine *m = &o->machine;
	char *program = writer_quote(m->socket ? m->socket : m->firecracker), *bench = whole(o);

	writer_event(rec->writer, bench, o->common.params, "settings", clock_now(),
		     "{\"firecracker\":%s,\"version\":\"%s\",\"ready\":\"%s\",\"boot-timeout\":%" PRId64
		     ",\"retries\":%u,\"retry-delay\":%" PRId64 ",\"backoff\":\"%s\",\"timeout\":%" PRId64 ",\"grace\":%" PRId64
		     ",\"cancel-after\":%" PRId64 ",\"stop-by\":\"%s\"}",
		     program, m->version_text, ready_name(m->ready), m->boot_timeout,
		     o->policy.attempts, o->policy.delay, backoffs[o->policy.backoff], o->policy.timeout, o->policy.grace,
		     o->cancel_after, stops[o->stop_by]);
	free(program);
	free(bench);
}

void records_reclaimed(const struct records *rec, const struct lease_reclaimed *r)
{
	char *bench;

	if (!r->runs)
		return;
	bench = whole(rec->options);
	writer_event(rec->writer, bench, rec->options->common.params, "reclaimed", -1,
		     "{\"runs\":%u,\"processes\":%u,\"paths\":%u}", r->runs, r->processes, r->paths);
	free(bench);
}

void records_process(const struct records *rec, enum mode mode)
{
	const struct options *o = rec->options;
	struct name name = {whole(o), o->common.params};
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	rec->writer->mode = records_mode(o, mode);
	put(rec, &name, "max-rss", UNIT_BYTES, BETTER_LOWER, (double)u.ru_maxrss * 1024, 1);
	put(rec, &name, "cpu-user", UNIT_NS, BETTER_LOWER, (double)clock_timeval(u.ru_utime), 1);
	put(rec, &name, "cpu-sys", UNIT_NS, BETTER_LOWER, (double)clock_timeval(u.ru_stime), 1);
	free(name.bench);
}

void records_interrupted(const struct records *rec, int signal)
{
	char *bench = whole(rec->options);

	writer_event(rec->writer, bench, rec->options->common.params, "interrupted", clock_now(), "{\"signal\":%d}", signal);
	free(bench);
}
