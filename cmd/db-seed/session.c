#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "complain.h"
#include "jsonout.h"
#include "proc.h"

#define NS 1e9

const char *phase_name(enum phase phase)
{
	static const char *const names[PHASE_COUNT] = { "schema", "insert", "index", "commit", "check", "finish" };

	return names[phase];
}

static void out_of_memory(struct session *s)
{
	if (s->writer.out && !s->writer.error)
		s->writer.error = ENOMEM;
}

/* Of a table's records. NULL where there was no memory. */
static char *bench_name(const struct session *s, const char *table)
{
	char *name;

	return asprintf(&name, "%s/%s", s->options->common.bench, table) < 0 ? NULL : name;
}

void session_open(struct session *s, const struct options *options, char *const *argv, size_t tables)
{
	*s = (struct session){ .options = options };
	s->results.table = x_calloc(tables + 1, sizeof(*s->results.table));
	progress_start(&s->progress, stderr, options->common.progress == WHEN_ALWAYS,
		       options->common.progress == WHEN_NEVER);
	output_open(&s->output, &options->common);
	/* The database does not depend on who reads the records: a closed pipe is told at the end. */
	signal(SIGPIPE, SIG_IGN);
	output_begin(&s->output, &s->writer, argv);
	writer_begin(&s->writer);
}

int session_close(struct session *s, int status)
{
	bool pipe_closed = !s->output.file && s->writer.error == EPIPE;

	complain_clear();
	if (!pipe_closed)
		status = output_close(&s->output, s->writer.error, true, status);
	signal(SIGPIPE, SIG_DFL);
	if (pipe_closed)
		raise(SIGPIPE);
	for (size_t i = 0; i < s->results.ntables; i++)
		hist_free(s->results.table[i].batches);
	free(s->results.table);
	return status;
}

void session_step(struct session *s, const char *name)
{
	progress_update(&s->progress, "Phase %u/%u: %s…", ++s->step, s->steps, name);
}

void session_progress(struct session *s, const struct plan_table *table, uint64_t rows)
{
	progress_update(&s->progress, "Phase %u/%u: created %" PRIu64 "/%" PRIu64 " %s…", s->step, s->steps, rows,
			table->rows, table->table->name);
}

/* As a JSON string. NULL where there was no memory. */
static char *quote(const char *text)
{
	size_t len = strlen(text);
	char *quoted = malloc(6 * len + 8);

	if (quoted)
		json_format_string(quoted, text, len);
	return quoted;
}

static void phase_of(struct session *s, enum phase phase, const char *what, const char *name, int64_t start,
		     int64_t time)
{
	const struct measuring *m = &s->options->common;
	char *quoted = quote(name);

	if (quoted)
		writer_event(&s->writer, m->bench, m->params, "phase", start,
			     "{\"phase\":\"%s\",\"%s\":%s,\"latency\":%" PRId64 "}", phase_name(phase), what, quoted,
			     time);
	else
		out_of_memory(s);
	free(quoted);
}

void session_phase(struct session *s, enum phase phase, const char *what, const char *name, int64_t start)
{
	const struct measuring *m = &s->options->common;
	int64_t time = clock_now() - start;

	s->results.time[phase] += time;
	if (what)
		phase_of(s, phase, what, name, start, time);
	else
		writer_event(&s->writer, m->bench, m->params, "phase", start,
			     "{\"phase\":\"%s\",\"latency\":%" PRId64 "}", phase_name(phase), time);
}

struct sample { const char *metric; enum unit unit; enum better better; double value; };

static void write_samples(struct session *s, const char *bench, const struct sample *sample, size_t n,
			  struct place place)
{
	for (size_t i = 0; i < n; i++) {
		if (sample[i].value >= 0)
			writer_sample(&s->writer, bench, s->options->common.params, sample[i].metric, sample[i].unit,
				      sample[i].better, sample[i].value, 1, place, NULL);
	}
}

static struct place since(int64_t start)
{
	return (struct place){ start, clock_now() - start };
}

static double per_second(uint64_t rows, int64_t time)
{
	return time > 0 ? (double)rows / (double)time * NS : -1;
}

void session_table(struct session *s, const struct plan_table *table, int64_t start, struct hist *batches)
{
	struct table_result *result = &s->results.table[s->results.ntables++];
	char *bench = bench_name(s, table->table->name);

	*result = (struct table_result){
		.name = table->table->name, .rows = table->rows, .time = clock_now() - start, .batches = batches
	};
	s->results.rows += table->rows;
	if (bench && table->rows) {
		const struct sample samples[] = {
			{ "throughput", UNIT_PER_SECOND, BETTER_HIGHER, per_second(table->rows, result->time) },
			{ "rows", UNIT_ONE, BETTER_NONE, (double)table->rows },
		};

		write_samples(s, bench, samples, 2, since(start));
		writer_hist(&s->writer, bench, s->options->common.params, "latency", batches, since(start));
	} else if (!bench) {
		out_of_memory(s);
	}
	free(bench);
}

void session_skip(struct session *s, const char *reason)
{
	const struct measuring *m = &s->options->common;

	writer_skip(&s->writer, m->bench, m->params, "", reason);
}

void session_totals(struct session *s, int64_t bytes)
{
	struct results *r = &s->results;
	struct proc_memory memory;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	r->total = clock_now() - s->writer.began;
	r->bytes = bytes;
	r->max_rss = proc_memory(getpid(), &memory) == 0 ? memory.peak : -1;
	r->cpu_user = clock_timeval(usage.ru_utime);
	r->cpu_sys = clock_timeval(usage.ru_stime);
	const struct sample samples[] = {
		{ "throughput", UNIT_PER_SECOND, BETTER_HIGHER, r->rows ? per_second(r->rows, r->total) : -1 },
		{ "rows", UNIT_ONE, BETTER_NONE, (double)r->rows },
		{ "db-bytes", UNIT_BYTES, BETTER_LOWER, (double)bytes },
		{ "max-rss", UNIT_BYTES, BETTER_LOWER, (double)r->max_rss },
		{ "cpu-user", UNIT_NS, BETTER_LOWER, (double)r->cpu_user },
		{ "cpu-sys", UNIT_NS, BETTER_LOWER, (double)r->cpu_sys },
	};
	write_samples(s, s->options->common.bench, samples, sizeof(samples) / sizeof(samples[0]),
		      since(s->writer.began));
}

void session_interrupted(struct session *s, int number)
{
	const struct measuring *m = &s->options->common;

	writer_event(&s->writer, m->bench, m->params, "interrupted", clock_now(), "{\"signal\":%d}", number);
}
