#include "writer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "jsonout.h"

static const struct place nowhere = {-1, -1};

static void fail(struct writer *w, int error)
{
	if (!w->error)
		w->error = error ? error : EIO;
}

static void put(struct writer *w, struct record *record)
{
	if (!w->out || w->error)
		return;
	errno = 0;
	if (record_write(w->out, record) < 0)
		fail(w, errno);
}

void writer_open(struct writer *w, FILE *out, uint64_t seed, char *const *argv)
{
	*w = (struct writer){.out = out, .mode = MODE_REAL};
	w->run = record_new_run(w->id, w->start, program_name(), BENCHPIPE_VERSION, argv);
	w->began = clock_now();
	w->run.info.has_seed = true;
	w->run.info.seed = seed;
}

void writer_begin(struct writer *w)
{
	if (w->opened)
		return;
	w->opened = true;
	put(w, &w->run);
}

struct record writer_new(const struct writer *w, enum record_type type, const char *bench, const char *params,
			 struct place place)
{
	struct record record = record_new(type);

	record.bench = bench;
	record.params = params;
	record.mode = w->mode;
	record.t = place.at < 0 ? -1 : place.at - w->began;
	record.dur = place.length;
	return record;
}

void writer_put(struct writer *w, struct record *record)
{
	writer_begin(w);
	record->run = w->id;
	put(w, record);
}

void writer_sample(struct writer *w, const char *bench, const char *params, const char *metric, enum unit unit,
		   enum better better, double value, double n, struct place place, const char *data)
{
	struct record record = writer_new(w, RECORD_SAMPLE, bench, params, place);

	record.metric = metric;
	record.unit = unit;
	record.better = better;
	record.value = value;
	record.n = n;
	record.data = data;
	writer_put(w, &record);
}

void writer_hist(struct writer *w, const char *bench, const char *params, const char *metric, const struct hist *hist,
		 struct place place)
{
	struct record record = writer_new(w, RECORD_HIST, bench, params, place);
	size_t n = 0, at = 0;
	int64_t *upper, bound;
	uint64_t *counts, count;

	if (!w->out || w->error)
		return;
	while (hist_next(hist, &at, &bound, &count))
		n++;
	upper = calloc(n + 1, sizeof *upper);
	counts = calloc(n + 1, sizeof *counts);
	at = 0;
	for (size_t i = 0; upper && counts && i < n; i++)
		hist_next(hist, &at, &upper[i], &counts[i]);
	record.metric = metric;
	record.unit = UNIT_NS;
	/* Lag tells of the generator and of its machine, and is no better or worse of what is measured. */
	record.better = strcmp(metric, "lag") == 0 ? BETTER_NONE : BETTER_LOWER;
	record.hist = (struct record_hist){.count = hist_count(hist), .sum = hist_sum(hist), .min = hist_min(hist),
					   .max = hist_max(hist), .n = n, .upper = upper, .counts = counts};
	if (upper && counts)
		writer_put(w, &record);
	else
		fail(w, ENOMEM);
	free(upper);
	free(counts);
}

void writer_skip(struct writer *w, const char *bench, const char *params, const char *metric, const char *reason)
{
	struct record record = writer_new(w, RECORD_SKIP, bench, params, nowhere);

	record.metric = metric;
	record.reason = reason;
	writer_put(w, &record);
}

void writer_event(struct writer *w, const char *bench, const char *params, const char *name, int64_t at,
		  const char *format, ...)
{
	struct record record = writer_new(w, RECORD_EVENT, bench, params, (struct place){at, -1});
	char *data = NULL;
	va_list args;

	if (!w->out || w->error)
		return;
	va_start(args, format);
	if (format && vasprintf(&data, format, args) < 0) {
		data = NULL;
		fail(w, ENOMEM);
	}
	va_end(args);
	record.name = name;
	record.data = data;
	writer_put(w, &record);
	free(data);
}

char *writer_quote(const char *text)
{
	size_t len = strlen(text);
	char *quoted = x_malloc(6 * len + 8);

	json_format_string(quoted, text, len);
	return quoted;
}
