#include "session.h"

#include <stdarg.h>
#include <stdlib.h>

#include "clock.h"
#include "die.h"

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

void session_sample(struct session *s, const struct plan *plan, int side, enum metric metric, double value,
		    const struct result *result, struct sample_info info)
{
	struct record record = writer_new(&s->writer, RECORD_SAMPLE, plan->bench, plan->params[side],
					  (struct place){ result->start, result->wall });
	char data[32];

	record.metric = metrics[metric].name;
	record.unit = metrics[metric].unit;
	record.better = metrics[metric].better;
	record.value = value;
	record.seq = info.seq;
	record.warmup = info.warmup;
	record.ok = info.ok;
	if (metric == METRIC_LATENCY && result->outcome != OUTCOME_TIMEOUT) {
		int exit = result->outcome == OUTCOME_SIGNAL ? STATUS_SIGNAL + result->code : result->code;

		snprintf(data, sizeof(data), "{\"exit\":%d}", exit);
		record.data = data;
	}
	writer_put(&s->writer, &record);
}

void session_skip(struct session *s, const struct plan *plan, int side, struct gathered *g, enum metric metric,
		  const char *format, ...)
{
	va_list args;

	if (g->skipped[metric])
		return;
	va_start(args, format);
	if (vasprintf(&g->skipped[metric], format, args) < 0)
		die("out of memory");
	va_end(args);
	writer_skip(&s->writer, plan->bench, plan->params[side], metrics[metric].name, g->skipped[metric]);
}

void session_event(struct session *s, const struct plan *plan, const char *name, const char *data)
{
	writer_event(&s->writer, plan->bench, plan->common, name, clock_now(), "%s", data);
}
