#include "records.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "die.h"

static const struct place no_place = {-1, -1};

const char *records_bench(const struct records *rec)
{
	return rec->options->common.bench ? rec->options->common.bench : "proc";
}

static char *bench_of(const struct records *rec, const char *part)
{
	return x_asprintf("%s/%s", records_bench(rec), part);
}

static void put_timing(const struct records *rec, const struct timing *t, const char *params)
{
	char *bench = bench_of(rec, t->part), data[48];
	struct record record =
		writer_new(rec->writer, RECORD_SAMPLE, bench, params, (struct place){t->at, t->length});

	record.metric = t->metric;
	record.unit = UNIT_NS;
	record.better = BETTER_LOWER;
	record.value = (double)t->length;
	record.seq = t->seq;
	record.ok = !t->failed;
	snprintf(data, sizeof data, "{\"bound\":%" PRId64 "}", t->bound);
	record.data = t->bound < 0 ? NULL : data;
	writer_put(rec->writer, &record);
	free(bench);
}

void records_timing(const struct records *rec, const struct timing *t)
{
	put_timing(rec, t, rec->options->common.params);
}

void records_ready(const struct records *rec, const struct probe *p, int64_t started, int64_t seq)
{
	const struct timing t = {.part = "ready", .metric = "latency", .at = started, .length = p->when - started,
				 .bound = p->bound, .seq = seq};
	char *params = measuring_params(rec->options->common.params, "by", probe_kind_name(p->kind));
	char *bench = bench_of(rec, "ready");

	put_timing(rec, &t, params);
	if (p->kind == PROBE_TCP || p->kind == PROBE_HTTP || p->bound > 0)
		writer_sample(rec->writer, bench, params, "bound", UNIT_NS, BETTER_NONE, (double)p->bound, 1,
			      (struct place){started, -1}, NULL);
	free(bench);
	free(params);
}

void records_reading(const struct records *rec, const char *part, const double value[METRICS], int64_t from, int64_t to,
		     int64_t seq)
{
	char *bench;

	if (!rec->writer->out)
		return;
	bench = bench_of(rec, part);
	for (int i = 0; i < METRICS; i++) {
		struct record record = writer_new(rec->writer, RECORD_SAMPLE, bench, rec->options->common.params,
						  (struct place){from, to - from});

		if (!isfinite(value[i]))
			continue;
		record.metric = metric_kinds[i].name;
		record.unit = metric_kinds[i].unit;
		record.better = metric_kinds[i].better;
		record.value = value[i];
		record.seq = seq;
		writer_put(rec->writer, &record);
	}
	free(bench);
}

void records_sampled(const struct records *rec, const struct sampled *d)
{
	char *bench = bench_of(rec, d->name);
	const char *params = rec->options->common.params;
	struct place place = {d->began, d->length};

	if (d->max_rss >= 0 && d->ticks)
		writer_sample(rec->writer, bench, params, "max-rss", UNIT_BYTES, BETTER_LOWER, (double)d->max_rss, 1,
			      place, NULL);
	if (isfinite(d->cpu))
		writer_sample(rec->writer, bench, params, "cpu-mean", UNIT_ONE, BETTER_LOWER, d->cpu, 1, place, NULL);
	if (d->missed)
		writer_event(rec->writer, bench, params, "missed", -1, "{\"ticks\":%" PRIu64 ",\"of\":%" PRIu64 "}",
			     d->missed, d->ticks + d->missed);
	free(bench);
}

void records_self(const struct records *rec, const struct sampler *s)
{
	char *bench = bench_of(rec, "self");
	const char *params = rec->options->common.params;
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	if (sampler_knows_own(s))
		writer_sample(rec->writer, bench, params, "cpu", UNIT_ONE, BETTER_NONE,
			      (double)s->own_cpu / (double)s->own_wall, 1, (struct place){-1, s->own_wall}, NULL);
	writer_sample(rec->writer, bench, params, "max-rss", UNIT_BYTES, BETTER_NONE, (double)u.ru_maxrss * 1024, 1,
		      no_place, NULL);
	free(bench);
}

void records_event(const struct records *rec, const char *name, int64_t at, const char *format, ...)
{
	char *data = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&data, format, args) < 0)
		die("out of memory");
	va_end(args);
	writer_event(rec->writer, records_bench(rec), rec->options->common.params, name, at, "%s", data);
	free(data);
}

void records_exit(const struct records *rec, const struct service *s, const char *last)
{
	char *quoted = writer_quote(last);

	if (s->status < 0)
		records_event(rec, "exit", s->end, "{\"pid\":%ld,\"last\":%s}", (long)s->pid, quoted);
	else if (WIFSIGNALED(s->status))
		records_event(rec, "exit", s->end, "{\"pid\":%ld,\"signal\":%d,\"last\":%s}", (long)s->pid,
			      WTERMSIG(s->status), quoted);
	else
		records_event(rec, "exit", s->end, "{\"pid\":%ld,\"status\":%d,\"last\":%s}", (long)s->pid,
			      WEXITSTATUS(s->status), quoted);
	free(quoted);
}

void records_skip(const struct records *rec, const char *part, const char *metric, const char *reason)
{
	char *bench = bench_of(rec, part);

	writer_skip(rec->writer, bench, rec->options->common.params, metric, reason);
	free(bench);
}
