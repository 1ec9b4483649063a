/* The record reader, and all that is built on it: what is read can be written, and what was written reads back as
 * the same; grouping and summing up hold for any records. */
#include "harness.h"

#include "reader.h"
#include "summary.h"

/* record as a line; caller frees. */
static char *line_of(const struct record *record, size_t *len)
{
	char *text;
	FILE *out = open_memstream(&text, len);

	MUST(out);
	MUST(record_write(out, record) == 0);
	MUST(fclose(out) == 0);
	return text;
}

static void check_round_trip(const struct record *record)
{
	size_t len, again_len;
	char *text = line_of(record, &len), *again;
	struct reader *reader = reader_open_memory("written", text, len);
	struct record back;

	MUST(reader);
	if (reader_next(reader, &back) != 1) {
		fprintf(stderr, "%s: %s", reader_error(reader), text);
		abort();
	}
	MUST(back.type == record->type);
	again = line_of(&back, &again_len);
	if (len != again_len || memcmp(text, again, len) != 0) {
		fprintf(stderr, "%s%s", text, again);
		abort();
	}
	MUST(reader_next(reader, &back) == 0);
	reader_close(reader);
	free(again);
	free(text);
}

static void check_summary(const struct series *series)
{
	struct record record = record_new(RECORD_STAT);
	char *label = series_label(series);
	size_t len;

	MUST(label && *label);
	free(label);
	record.bench = series->bench;
	record.params = series->params;
	record.metric = series->metric;
	record.unit = series->unit;
	record.mode = series->mode;
	MUST(summary_of(series, &record.stat) == 0);
	free(line_of(&record, &len));
	if (series->is_hist || series->n == 0)
		return;
	size_t *start = calloc(series->nruns, sizeof *start);
	double *value = calloc(series->n, sizeof *value);
	MUST(start && value);
	series_by_run(series, value, start);
	for (size_t i = 0; i < series->nruns; i++)
		MUST(start[i] + series->run[i].n <= series->n);
	free(start);
	free(value);
}

static void read_all(const uint8_t *data, size_t size, bool lenient)
{
	struct series_options options = {.keep_seq = true, .warmup = lenient, .quantile = {0.5, 0.99}, .nquantiles = 2};
	struct reader *reader = reader_open_memory("input", (const char *)data, size);
	struct series_set *set = series_new(&options);
	struct record record;
	int more;

	MUST(reader && set);
	reader_set_lenient(reader, lenient);
	while ((more = reader_next(reader, &record)) == 1) {
		MUST(record.line && record.line_len <= size);
		if (record.type != RECORD_OTHER)
			check_round_trip(&record);
		if (series_add(set, &record) != 0)
			MUST(*series_error(set));
	}
	MUST(more == 0 || (!lenient && strncmp(reader_error(reader), "input:", 6) == 0));
	MUST(reader_line(reader) <= size + 1);
	for (size_t i = 0; i < set->nseries; i++) {
		const struct series *s = set->series[i];
		MUST(series_find(set, s->bench, s->params, s->metric) == s);
		check_summary(s);
	}
	series_free(set);
	reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all(data, size, false);
	read_all(data, size, true);
	return 0;
}
