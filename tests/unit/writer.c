#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "reader.h"
#include "writer.h"

static char *const arguments[] = {(char[]){"tool"}, (char[]){"-x"}, NULL};
static const struct place nowhere = {-1, -1};

/* What is written, in memory. */
struct memory {
	FILE *out;
	char *text;
	size_t size;
	struct reader *reader;
};

static void open_memory(struct memory *m)
{
	*m = (struct memory){.out = open_memstream(&m->text, &m->size)};
	assert_non_null(m->out);
}

static void read_memory(struct memory *m)
{
	assert_int_equal(fclose(m->out), 0);
	m->reader = reader_open_memory("memory", m->text, m->size);
	assert_non_null(m->reader);
}

static struct record next(struct memory *m, enum record_type type)
{
	struct record record;

	if (reader_next(m->reader, &record) != 1)
		fail_msg("%s", reader_error(m->reader));
	assert_int_equal(record.type, type);
	return record;
}

static void close_memory(struct memory *m)
{
	struct record record;

	assert_int_equal(reader_next(m->reader, &record), 0);
	reader_close(m->reader);
	free(m->text);
}

static void the_run_comes_before_the_first_record(void **state)
{
	struct memory m;
	struct writer w;
	struct record record;

	(void)state;
	open_memory(&m);
	writer_open(&w, m.out, 7, arguments);
	fflush(m.out);
	assert_int_equal(m.size, 0);
	assert_false(w.opened);
	writer_sample(&w, "b", "{\"a\":1}", "throughput", UNIT_PER_SECOND, BETTER_HIGHER, 2.5, 3,
		      (struct place){w.began + 100, 50}, "{\"more\":true}");
	writer_begin(&w);
	assert_true(w.opened);
	read_memory(&m);
	assert_non_null(strstr(m.text, "\"argv\":[\"tool\",\"-x\"]"));
	assert_non_null(strstr(m.text, "\"more\":true"));
	record = next(&m, RECORD_RUN);
	assert_true(record.info.has_seed);
	assert_int_equal(record.info.seed, 7);
	assert_string_equal(record.run, w.id);
	record = next(&m, RECORD_SAMPLE);
	assert_string_equal(record.run, w.id);
	assert_string_equal(record.bench, "b");
	assert_string_equal(record.params, "{\"a\":1}");
	assert_string_equal(record.metric, "throughput");
	assert_int_equal(record.unit, UNIT_PER_SECOND);
	assert_int_equal(record.better, BETTER_HIGHER);
	assert_true(record.value == 2.5 && record.n == 3);
	assert_int_equal(record.t, 100);
	assert_int_equal(record.dur, 50);
	assert_int_equal(record.mode, MODE_REAL);
	close_memory(&m);
}

static void a_run_can_be_all_there_is(void **state)
{
	struct memory m;
	struct writer w;
	struct record record;

	(void)state;
	open_memory(&m);
	writer_open(&w, m.out, 7, arguments);
	w.run.info.has_seed = false;
	writer_begin(&w);
	writer_begin(&w);
	read_memory(&m);
	record = next(&m, RECORD_RUN);
	assert_false(record.info.has_seed);
	close_memory(&m);
}

static void the_mode_is_what_it_is_when_a_record_is_written(void **state)
{
	struct hist *h = hist_new();
	struct memory m;
	struct writer w;
	struct record record;

	(void)state;
	assert_non_null(h);
	assert_int_equal(hist_record(h, 1000, 2), 0);
	open_memory(&m);
	writer_open(&w, m.out, 1, arguments);
	w.mode = MODE_MOCK;
	writer_hist(&w, "b", "{}", "latency", h, nowhere);
	w.mode = MODE_MIXED;
	writer_sample(&w, "b", "{}", "errors", UNIT_ONE, BETTER_LOWER, 0, 1, nowhere, NULL);
	w.mode = MODE_REAL;
	writer_sample(&w, "b", "{}", "rows", UNIT_ONE, BETTER_NONE, 0, 1, nowhere, NULL);
	writer_hist(&w, "b", "{}", "lag", h, nowhere);
	read_memory(&m);
	next(&m, RECORD_RUN);
	record = next(&m, RECORD_HIST);
	assert_int_equal(record.mode, MODE_MOCK);
	assert_int_equal(record.better, BETTER_LOWER);
	assert_int_equal(next(&m, RECORD_SAMPLE).mode, MODE_MIXED);
	assert_int_equal(next(&m, RECORD_SAMPLE).mode, MODE_REAL);
	assert_int_equal(next(&m, RECORD_HIST).better, BETTER_NONE);
	close_memory(&m);
	hist_free(h);
}

static void a_histogram_comes_back_as_it_was(void **state)
{
	struct hist *h = hist_new(), *back = hist_new();
	struct memory m;
	struct writer w;
	struct record record;

	(void)state;
	assert_true(h && back);
	for (int64_t value = 1; value < 1000000000; value *= 3)
		assert_int_equal(hist_record(h, value, (uint64_t)value % 7 + 1), 0);
	open_memory(&m);
	writer_open(&w, m.out, 1, arguments);
	writer_hist(&w, "b", "{}", "service", h, (struct place){w.began, 10});
	read_memory(&m);
	next(&m, RECORD_RUN);
	record = next(&m, RECORD_HIST);
	assert_string_equal(record.metric, "service");
	assert_int_equal(record.unit, UNIT_NS);
	assert_int_equal(record.better, BETTER_LOWER);
	assert_int_equal(record.t, 0);
	assert_int_equal(record.dur, 10);
	assert_int_equal(hist_add(back, record.hist.upper, record.hist.counts, record.hist.n, record.hist.min,
				  record.hist.max, record.hist.sum), 0);
	assert_int_equal(hist_count(back), hist_count(h));
	assert_true(hist_sum(back) == hist_sum(h));
	for (double q = 0; q <= 1; q += 0.125)
		assert_true(hist_quantile(back, q) == hist_quantile(h, q));
	close_memory(&m);
	hist_free(h);
	hist_free(back);
}

static void skips_events_and_others(void **state)
{
	struct memory m;
	struct writer w;
	struct record record;
	char *quoted = writer_quote("a \"b\"\n");

	(void)state;
	assert_string_equal(quoted, "\"a \\\"b\\\"\\n\"");
	open_memory(&m);
	writer_open(&w, m.out, 1, arguments);
	writer_skip(&w, "b", "{}", "", "not found");
	writer_event(&w, "b", "{\"a\":1}", "first", w.began + 5, "{\"text\":%s,\"n\":%d}", quoted, 3);
	writer_event(&w, "b", "{}", "second", -1, NULL);
	w.mode = MODE_MOCK;
	record = writer_new(&w, RECORD_VERDICT, "b", "{}", nowhere);
	record.metric = "latency";
	record.unit = UNIT_NS;
	record.verdict.status = "pass";
	record.verdict.target = "p99<50ms";
	writer_put(&w, &record);
	assert_int_equal(w.error, 0);
	read_memory(&m);
	assert_non_null(strstr(m.text, "\"data\":{\"text\":\"a \\\"b\\\"\\n\",\"n\":3}"));
	next(&m, RECORD_RUN);
	record = next(&m, RECORD_SKIP);
	assert_string_equal(record.reason, "not found");
	assert_string_equal(record.metric, "");
	record = next(&m, RECORD_EVENT);
	assert_string_equal(record.name, "first");
	assert_string_equal(record.params, "{\"a\":1}");
	assert_int_equal(record.t, 5);
	record = next(&m, RECORD_EVENT);
	assert_string_equal(record.name, "second");
	assert_int_equal(record.t, -1);
	record = next(&m, RECORD_VERDICT);
	assert_string_equal(record.run, w.id);
	assert_string_equal(record.verdict.status, "pass");
	assert_int_equal(record.mode, MODE_MOCK);
	close_memory(&m);
	free(quoted);
}

static void without_a_stream_nothing_happens(void **state)
{
	struct hist *h = hist_new();
	struct writer w;

	(void)state;
	assert_non_null(h);
	writer_open(&w, NULL, 1, arguments);
	writer_begin(&w);
	writer_sample(&w, "b", "{}", "rows", UNIT_ONE, BETTER_NONE, 1, 1, nowhere, NULL);
	writer_hist(&w, "b", "{}", "latency", h, nowhere);
	writer_skip(&w, "b", "{}", "", "why");
	writer_event(&w, "b", "{}", "e", -1, "{\"n\":%d}", 1);
	assert_int_equal(w.error, 0);
	hist_free(h);
}

/* The reason of the first failure is kept, and nothing follows it. */
static void a_failure_ends_the_writing(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct writer w;

	(void)state;
	if (!full)
		skip();
	setvbuf(full, NULL, _IONBF, 0);
	writer_open(&w, full, 1, arguments);
	writer_skip(&w, "b", "{}", "", "why");
	assert_int_equal(w.error, ENOSPC);
	clearerr(full);
	errno = 0;
	writer_event(&w, "b", "{}", "e", -1, NULL);
	writer_skip(&w, "b", "{}", "", "why");
	assert_int_equal(w.error, ENOSPC);
	assert_false(ferror(full));
	fclose(full);
}

/* So is that of a record that no reader would take. */
static void what_is_no_number_is_refused(void **state)
{
	struct memory m;
	struct writer w;

	(void)state;
	open_memory(&m);
	writer_open(&w, m.out, 1, arguments);
	writer_sample(&w, "b", "{}", "rows", UNIT_ONE, BETTER_NONE, INFINITY, 1, nowhere, NULL);
	assert_int_equal(w.error, EINVAL);
	writer_skip(&w, "b", "{}", "", "why");
	read_memory(&m);
	next(&m, RECORD_RUN);
	close_memory(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_run_comes_before_the_first_record),
		cmocka_unit_test(a_run_can_be_all_there_is),
		cmocka_unit_test(the_mode_is_what_it_is_when_a_record_is_written),
		cmocka_unit_test(a_histogram_comes_back_as_it_was),
		cmocka_unit_test(skips_events_and_others),
		cmocka_unit_test(without_a_stream_nothing_happens),
		cmocka_unit_test(a_failure_ends_the_writing),
		cmocka_unit_test(what_is_no_number_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
