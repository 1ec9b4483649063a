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
#include "record.h"

#define NS 1e9

const char *phase_name(enum phase phase)
{
	static const char *const names[PHASE_COUNT] = { "schema", "insert", "index", "commit", "check", "finish" };

	return names[phase];
}

static void write_record(struct session *s, struct record *record)
{
	if (!s->records || s->write_error)
		return;
	record->run = s->run;
	if (record_write(s->records, record) < 0)
		s->write_error = errno ? errno : EIO;
}

/* Of a table's records. NULL where there was no memory. */
static char *bench_name(const struct session *s, const char *table)
{
	char *name;

	return asprintf(&name, "%s/%s", s->options->bench, table) < 0 ? NULL : name;
}

static struct record new_record(const struct session *s, enum record_type type, const char *bench)
{
	struct record record = record_new(type);

	record.bench = bench;
	record.params = s->options->params;
	record.mode = MODE_REAL;
	return record;
}

static void open_output(struct session *s)
{
	const struct options *o = s->options;
	enum cli_format format = o->output && o->format == FORMAT_AUTO ? FORMAT_TEXT : cli_format_resolve(o->format);

	s->text = format == FORMAT_TEXT;
	if (o->output) {
		s->file = outfile_open(o->output);
		if (!s->file)
			die("%s:", o->output);
		s->records = outfile_stream(s->file);
	} else if (!s->text) {
		s->records = stdout;
	}
}

void session_open(struct session *s, const struct options *options, char *const *argv, size_t tables)
{
	struct record record;

	*s = (struct session){ .options = options, .began = clock_now() };
	s->results.table = x_calloc(tables + 1, sizeof(*s->results.table));
	progress_start(&s->progress, stderr, options->progress == WHEN_ALWAYS, options->progress == WHEN_NEVER);
	open_output(s);
	/* The database does not depend on who reads the records: a closed pipe is told at the end. */
	signal(SIGPIPE, SIG_IGN);
	record = record_new_run(s->run, s->start, program_name(), BENCHPIPE_VERSION, argv);
	record.info.has_seed = true;
	record.info.seed = options->seed;
	record.mode = MODE_REAL;
	write_record(s, &record);
}

static int close_file(struct session *s)
{
	if (s->write_error) {
		outfile_abort(s->file);
		errno = s->write_error;
	} else if (outfile_commit(s->file) == 0) {
		return 0;
	}
	complain("%s:", s->options->output);
	return -1;
}

int session_close(struct session *s, int status)
{
	if (s->file && close_file(s) != 0)
		status = STATUS_TROUBLE;
	signal(SIGPIPE, SIG_DFL);
	if (!s->file && s->write_error == EPIPE)
		raise(SIGPIPE);
	/* What else stdout could not take is told when it is closed. */
	if (!s->file && s->write_error && !ferror(stdout)) {
		complain("standard output: %s", strerror(s->write_error));
		status = STATUS_TROUBLE;
	}
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

/* The data of a phase's event; NULL where there was no memory. */
static char *phase_data(enum phase phase, const char *what, const char *name, int64_t time)
{
	char *quoted, *data = NULL;
	size_t len;

	if (!what)
		return asprintf(&data, "{\"phase\":\"%s\",\"latency\":%" PRId64 "}", phase_name(phase), time) < 0 ? NULL
														   : data;
	len = strlen(name);
	quoted = malloc(6 * len + 8);
	if (!quoted)
		return NULL;
	json_format_string(quoted, name, len);
	if (asprintf(&data, "{\"phase\":\"%s\",\"%s\":%s,\"latency\":%" PRId64 "}", phase_name(phase), what, quoted,
		     time) < 0)
		data = NULL;
	free(quoted);
	return data;
}

void session_phase(struct session *s, enum phase phase, const char *what, const char *name, int64_t start)
{
	struct record record = new_record(s, RECORD_EVENT, s->options->bench);
	int64_t time = clock_now() - start;
	char *data;

	s->results.time[phase] += time;
	data = phase_data(phase, what, name, time);
	if (data) {
		record.mode = MODE_NONE;
		record.name = "phase";
		record.t = start - s->began;
		record.data = data;
		write_record(s, &record);
	} else if (!s->write_error) {
		s->write_error = ENOMEM;
	}
	free(data);
}

struct sample { const char *metric; enum unit unit; enum better better; double value; };

static void write_samples(struct session *s, const char *bench, const struct sample *sample, size_t n, int64_t start)
{
	for (size_t i = 0; i < n; i++) {
		struct record record = new_record(s, RECORD_SAMPLE, bench);

		if (sample[i].value < 0)
			continue;
		record.metric = sample[i].metric;
		record.unit = sample[i].unit;
		record.better = sample[i].better;
		record.value = sample[i].value;
		record.t = start - s->began;
		record.dur = clock_now() - start;
		write_record(s, &record);
	}
}

static void write_hist(struct session *s, const char *bench, const struct hist *h, int64_t start)
{
	struct record record = new_record(s, RECORD_HIST, bench);
	int64_t upper, *uppers;
	uint64_t count, *counts;
	size_t n = 0, at = 0;

	while (hist_next(h, &at, &upper, &count))
		n++;
	uppers = malloc((n + 1) * sizeof(*uppers));
	counts = malloc((n + 1) * sizeof(*counts));
	at = 0;
	for (size_t i = 0; uppers && counts && i < n; i++)
		hist_next(h, &at, &uppers[i], &counts[i]);
	if (uppers && counts) {
		record.metric = "latency";
		record.unit = UNIT_NS;
		record.t = start - s->began;
		record.dur = clock_now() - start;
		record.hist = (struct record_hist){
			.count = hist_count(h), .sum = hist_sum(h), .min = hist_min(h), .max = hist_max(h), .n = n,
			.upper = uppers, .counts = counts
		};
		write_record(s, &record);
	} else if (!s->write_error) {
		s->write_error = ENOMEM;
	}
	free(uppers);
	free(counts);
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

		write_samples(s, bench, samples, 2, start);
		write_hist(s, bench, batches, start);
	} else if (!bench && !s->write_error) {
		s->write_error = ENOMEM;
	}
	free(bench);
}

void session_skip(struct session *s, const char *reason)
{
	struct record record = new_record(s, RECORD_SKIP, s->options->bench);

	record.mode = MODE_NONE;
	record.reason = reason;
	write_record(s, &record);
}

static int64_t ns_of(struct timeval time)
{
	return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

void session_totals(struct session *s, int64_t bytes)
{
	struct results *r = &s->results;
	struct proc_memory memory;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	r->total = clock_now() - s->began;
	r->bytes = bytes;
	r->max_rss = proc_memory(getpid(), &memory) == 0 ? memory.peak : -1;
	r->cpu_user = ns_of(usage.ru_utime);
	r->cpu_sys = ns_of(usage.ru_stime);
	const struct sample samples[] = {
		{ "throughput", UNIT_PER_SECOND, BETTER_HIGHER, r->rows ? per_second(r->rows, r->total) : -1 },
		{ "rows", UNIT_ONE, BETTER_NONE, (double)r->rows },
		{ "db-bytes", UNIT_BYTES, BETTER_LOWER, (double)bytes },
		{ "max-rss", UNIT_BYTES, BETTER_LOWER, (double)r->max_rss },
		{ "cpu-user", UNIT_NS, BETTER_LOWER, (double)r->cpu_user },
		{ "cpu-sys", UNIT_NS, BETTER_LOWER, (double)r->cpu_sys },
	};
	write_samples(s, s->options->bench, samples, sizeof(samples) / sizeof(samples[0]), s->began);
}

void session_interrupted(struct session *s, int number)
{
	struct record record = new_record(s, RECORD_EVENT, s->options->bench);
	char data[32];

	snprintf(data, sizeof(data), "{\"signal\":%d}", number);
	record.mode = MODE_NONE;
	record.name = "interrupted";
	record.t = clock_now() - s->began;
	record.data = data;
	write_record(s, &record);
}
