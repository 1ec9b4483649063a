#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "clock.h"
#include "die.h"
#include "record.h"

const struct metric_info metrics[METRIC_COUNT] = {
	[METRIC_LATENCY] = { "latency", UNIT_NS, BETTER_LOWER },
	[METRIC_CPU_USER] = { "cpu-user", UNIT_NS, BETTER_LOWER },
	[METRIC_CPU_SYS] = { "cpu-sys", UNIT_NS, BETTER_LOWER },
	[METRIC_MAX_RSS] = { "max-rss", UNIT_BYTES, BETTER_LOWER },
	[METRIC_PAGE_FAULTS] = { "page-faults", UNIT_ONE, BETTER_LOWER },
	[METRIC_SWITCHES] = { "context-switches", UNIT_ONE, BETTER_LOWER },
	[METRIC_INSTRUCTIONS] = { "instructions", UNIT_ONE, BETTER_LOWER },
	[METRIC_CYCLES] = { "cycles", UNIT_ONE, BETTER_LOWER },
	[METRIC_ALLOCS] = { "allocs", UNIT_PER_OP, BETTER_LOWER },
	[METRIC_ALLOC_BYTES] = { "alloc-bytes", UNIT_BYTES_PER_OP, BETTER_LOWER },
};

void values_add(struct values *values, double value)
{
	if (values->n == values->room) {
		values->room = values->room ? 2 * values->room : 64;
		values->v = x_reallocarray(values->v, values->room, sizeof(*values->v));
	}
	values->v[values->n++] = value;
}

void gathered_free(struct gathered *g)
{
	free(g->seq.v);
	for (int i = 0; i < METRIC_COUNT; i++) {
		free(g->values[i].v);
		free(g->skipped[i]);
	}
}

static void write_record(struct session *s, struct record *record)
{
	if (!s->records || s->write_error)
		return;
	record->run = s->id;
	if (record_write(s->records, record) < 0)
		s->write_error = errno ? errno : EIO;
}

void session_open(struct session *s, char *const *argv)
{
	struct record record = record_new_run(s->id, s->start, program_name(), BENCHPIPE_VERSION, argv);

	s->began = clock_now();
	record.info.has_seed = s->options->has_seed;
	record.info.seed = s->options->seed;
	record.mode = s->options->mode;
	write_record(s, &record);
}

static struct record new_record(const struct session *s, enum record_type type, const struct plan *plan, int side)
{
	struct record record = record_new(type);

	record.bench = plan->bench;
	record.params = plan->params[side];
	record.mode = s->options->mode;
	return record;
}

void session_sample(struct session *s, const struct plan *plan, int side, enum metric metric, double value,
		    const struct result *result, struct sample_info info)
{
	struct record record = new_record(s, RECORD_SAMPLE, plan, side);
	char data[32];

	record.metric = metrics[metric].name;
	record.unit = metrics[metric].unit;
	record.better = metrics[metric].better;
	record.value = value;
	record.seq = info.seq;
	record.warmup = info.warmup;
	record.ok = info.ok;
	record.t = result->start - s->began;
	record.dur = result->wall;
	if (metric == METRIC_LATENCY && result->outcome != OUTCOME_TIMEOUT) {
		int exit = result->outcome == OUTCOME_SIGNAL ? STATUS_SIGNAL + result->code : result->code;

		snprintf(data, sizeof(data), "{\"exit\":%d}", exit);
		record.data = data;
	}
	write_record(s, &record);
}

void session_skip(struct session *s, const struct plan *plan, int side, struct gathered *g, enum metric metric,
		  const char *format, ...)
{
	struct record record = new_record(s, RECORD_SKIP, plan, side);
	va_list args;

	if (g->skipped[metric])
		return;
	va_start(args, format);
	if (vasprintf(&g->skipped[metric], format, args) < 0)
		die("out of memory");
	va_end(args);
	record.metric = metrics[metric].name;
	record.reason = g->skipped[metric];
	write_record(s, &record);
}

void session_event(struct session *s, const struct plan *plan, const char *name, const char *data)
{
	struct record record = record_new(RECORD_EVENT);

	record.bench = plan->bench;
	record.params = plan->common;
	record.t = clock_now() - s->began;
	record.name = name;
	record.data = data;
	write_record(s, &record);
}
