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

#include "reader.h"
#include "record.h"

/* What record_write() made of the record; caller frees. NULL where it refused, writing nothing. */
static char *written(const struct record *r)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	errno = 0;
	int result = record_write(out, r);
	int error = errno;
	assert_int_equal(fclose(out), 0);
	if (result == 0)
		return text;
	assert_int_equal(error, EINVAL);
	assert_int_equal(size, 0);
	free(text);
	return NULL;
}

struct trip {
	struct reader *reader;
	char *text; /* that the reader reads from */
	struct record back;
};

/* Write, read back, and write what was read: the same bytes. The reader stays open. */
static void round_trip(struct trip *trip, const struct record *r)
{
	trip->text = written(r);
	assert_non_null(trip->text);
	size_t len = strlen(trip->text);
	assert_true(len > 0 && trip->text[len - 1] == '\n');
	trip->reader = reader_open_memory("test", trip->text, len);
	if (reader_next(trip->reader, &trip->back) != 1)
		fail_msg("%s: %s", trip->text, reader_error(trip->reader));
	assert_int_equal(trip->back.type, r->type);
	char *again = written(&trip->back);
	if (r->type != RECORD_RUN && r->type != RECORD_EVENT) /* argv and data are not read */
		assert_string_equal(again, trip->text);
	free(again);
}

static void done(struct trip *trip)
{
	struct record more;

	assert_int_equal(reader_next(trip->reader, &more), 0);
	reader_close(trip->reader);
	free(trip->text);
}

static struct record data(enum record_type type)
{
	struct record r = record_new(type);

	r.run = "0198-run";
	r.bench = "http/version";
	r.params = "{\"connections\":100,\"tls\":true}";
	r.metric = "latency";
	r.unit = UNIT_NS;
	r.better = BETTER_LOWER;
	r.mode = MODE_MOCK;
	return r;
}

static void assert_identity(const struct record *a, const struct record *b)
{
	assert_string_equal(a->run, b->run);
	assert_string_equal(a->bench, b->bench);
	assert_string_equal(a->params, b->params);
	assert_string_equal(a->metric, b->metric);
	assert_int_equal(a->unit, b->unit);
	assert_int_equal(a->mode, b->mode);
	assert_int_equal(a->better, b->better);
	assert_true(a->seq == b->seq && a->t == b->t && a->dur == b->dur);
	assert_int_equal(a->warmup, b->warmup);
	assert_int_equal(a->ok, b->ok);
}

static void samples(void **state)
{
	static const double values[] = {0, -0.5, 1, 118200341, 0.1, 1e-300, -1.7976931348623157e308, 9007199254740993.0};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct record r = data(RECORD_SAMPLE);
		struct trip trip;
		r.value = values[i];
		r.n = i + 0.5;
		r.seq = INT64_MAX;
		r.t = 0;
		r.dur = 1;
		r.warmup = i % 2;
		r.ok = i % 3;
		round_trip(&trip, &r);
		assert_identity(&r, &trip.back);
		assert_true(trip.back.value == r.value && trip.back.n == r.n);
		done(&trip);
	}
}

static void samples_with_defaults(void **state)
{
	(void)state;
	for (int unit = 0; unit < UNIT_COUNT; unit++) {
		for (int better = BETTER_NONE; better <= BETTER_HIGHER; better++) {
			struct record r = data(RECORD_SAMPLE);
			struct trip trip;
			r.run = "";
			r.params = "{}";
			r.unit = (enum unit)unit;
			r.better = (enum better)better;
			r.value = 1;
			round_trip(&trip, &r);
			assert_identity(&r, &trip.back);
			assert_true(trip.back.n == 1);
			done(&trip);
		}
	}
}

static void odd_texts(void **state)
{
	struct record r = data(RECORD_SAMPLE);
	struct trip trip;

	(void)state;
	r.bench = "a \"b\" \\ \x01\n\t\x7f \xe2\x82\xac \xf0\x9f\x98\x80 {} | ,";
	r.metric = "\xc2\xb5";
	r.value = 1;
	round_trip(&trip, &r);
	assert_identity(&r, &trip.back);
	done(&trip);
	/* What is no UTF-8 becomes U+FFFD, so that the line is still JSON. */
	r.bench = "a\xff" "b";
	char *text = written(&r);
	assert_non_null(strstr(text, "a\xef\xbf\xbd" "b"));
	free(text);
}

static void histograms(void **state)
{
	static const int64_t upper[] = {0, 255, 257, 184319, INT64_MAX};
	static const uint64_t counts[] = {1, 2, 3, 4, (uint64_t)INT64_MAX + 7};
	struct record r = data(RECORD_HIST);
	struct trip trip;

	(void)state;
	r.hist = (struct record_hist){.count = (uint64_t)INT64_MAX + 17, .sum = 1.5e300, .min = 0, .max = INT64_MAX - 3,
				      .n = 5, .upper = upper, .counts = counts};
	r.t = 0;
	r.dur = 1000000000;
	round_trip(&trip, &r);
	assert_identity(&r, &trip.back);
	assert_true(trip.back.hist.count == r.hist.count && trip.back.hist.sum == r.hist.sum);
	assert_true(trip.back.hist.min == 0 && trip.back.hist.max == INT64_MAX - 3);
	assert_int_equal(trip.back.hist.n, 5);
	assert_memory_equal(trip.back.hist.upper, upper, sizeof upper);
	assert_memory_equal(trip.back.hist.counts, counts, sizeof counts);
	done(&trip);
	r.hist = (struct record_hist){0};
	round_trip(&trip, &r);
	assert_true(trip.back.hist.count == 0 && trip.back.hist.n == 0);
	done(&trip);
}

static void skips_and_events(void **state)
{
	struct record r = record_new(RECORD_SKIP);
	struct trip trip;

	(void)state;
	r.bench = "helios/commit";
	r.reason = "helios-cli not found; set HELIOS_CLI_PATH";
	round_trip(&trip, &r);
	assert_string_equal(trip.back.reason, r.reason);
	assert_string_equal(trip.back.metric, "");
	assert_int_equal(trip.back.mode, MODE_NONE);
	done(&trip);
	r = record_new(RECORD_EVENT);
	r.name = "wal-checkpoint";
	r.data = "{\"pages\":1000,\"deep\":[{\"a\":null}]}";
	r.t = 5;
	round_trip(&trip, &r);
	assert_string_equal(trip.back.name, r.name);
	assert_true(trip.back.t == 5);
	assert_non_null(memmem(trip.back.line, trip.back.line_len, r.data, strlen(r.data)));
	done(&trip);
}

static void summaries(void **state)
{
	struct record r = data(RECORD_STAT);
	struct trip trip;

	(void)state;
	r.stat = (struct record_stat){.n = UINT64_MAX, .runs = 3, .mean = 1.5, .mean_lo = 1.25, .mean_hi = 1.75,
				      .stddev = 0.1, .min = 1, .p50 = 1.5, .p90 = 1.6, .p95 = 1.7, .p99 = 1.8,
				      .p999 = 1.9, .max = 2, .errors = 4};
	round_trip(&trip, &r);
	assert_identity(&r, &trip.back);
	assert_memory_equal(&trip.back.stat, &r.stat, sizeof r.stat);
	done(&trip);
	r.stat = record_new(RECORD_STAT).stat;
	round_trip(&trip, &r);
	assert_true(isnan(trip.back.stat.mean) && isnan(trip.back.stat.mean_lo) && isnan(trip.back.stat.p999));
	done(&trip);
	r.stat.mean_lo = -INFINITY;
	r.stat.mean_hi = INFINITY;
	round_trip(&trip, &r);
	assert_true(isnan(trip.back.stat.mean_lo));
	done(&trip);
}

static void verdicts(void **state)
{
	struct record r = data(RECORD_VERDICT);
	struct trip trip;

	(void)state;
	r.verdict = (struct record_verdict){.status = "regression", .stat = "median", .base = 1, .value = 2, .effect = 1,
					    .lo = 0.5, .hi = INFINITY, .p = 0.001, .q = 0.01, .threshold = 0.05,
					    .basis = "runs", .n_base = 10, .n = 0, .needed = 7, .reason = "slower"};
	round_trip(&trip, &r);
	assert_identity(&r, &trip.back);
	assert_string_equal(trip.back.verdict.status, "regression");
	assert_true(trip.back.verdict.lo == 0.5 && trip.back.verdict.hi == INFINITY);
	assert_true(trip.back.verdict.n_base == 10 && trip.back.verdict.n == 0 && trip.back.verdict.needed == 7);
	assert_null(trip.back.verdict.target);
	done(&trip);
	r = record_new(RECORD_VERDICT);
	r.verdict.status = "unchanged";
	r.data = "{\"regressions\":0}";
	char *text = written(&r);
	assert_non_null(strstr(text, ",\"regressions\":0}\n"));
	free(text);
}

static void fits(void **state)
{
	struct record r = data(RECORD_FIT);
	struct trip trip;

	(void)state;
	r.fit = (struct record_fit){.x = "targets", .stat = "median", .class = GROWTH_N,
				    .plausible = 1u << GROWTH_N | 1u << GROWTH_N_LOG_N | 1u << GROWTH_OVER,
				    .exponent = 1.03, .lo = 0.9, .hi = INFINITY, .basis = "growing part",
				    .confidence = 0.99, .a = 1200, .b = 3.5, .residual = 0.02, .x_min = 100,
				    .x_max = 10000, .sizes = 5, .n = UINT64_MAX, .reason = "cannot tell"};
	round_trip(&trip, &r);
	assert_identity(&r, &trip.back);
	const struct record_fit *f = &trip.back.fit;
	assert_string_equal(f->x, "targets");
	assert_string_equal(f->stat, "median");
	assert_string_equal(f->basis, "growing part");
	assert_string_equal(f->reason, "cannot tell");
	assert_int_equal(f->class, GROWTH_N);
	assert_int_equal(f->plausible, r.fit.plausible);
	assert_true(f->exponent == 1.03 && f->lo == 0.9 && f->hi == INFINITY && f->confidence == 0.99);
	assert_true(f->a == 1200 && f->b == 3.5 && f->residual == 0.02 && f->x_min == 100 && f->x_max == 10000);
	assert_true(f->sizes == 5 && f->n == UINT64_MAX);
	assert_non_null(strstr(trip.text, "\"plausible\":[\"O(n)\",\"O(n log n)\",\"over O(n^3)\"]"));
	assert_non_null(strstr(trip.text, "\"interval\":[0.9,null]"));
	done(&trip);
	r.fit = record_new(RECORD_FIT).fit;
	r.fit.x = "n";
	r.fit.reason = "2 sizes: it takes 3";
	round_trip(&trip, &r);
	assert_int_equal(trip.back.fit.class, GROWTH_NONE);
	assert_int_equal(trip.back.fit.plausible, 0);
	assert_true(isnan(trip.back.fit.exponent) && isnan(trip.back.fit.lo) && isnan(trip.back.fit.a));
	done(&trip);
}

static void names_classes(void **state)
{
	static const struct {
		const char *text;
		enum growth growth;
	} good[] = {
		{"O(1)", GROWTH_1}, {"O(log n)", GROWTH_LOG_N}, {"O(n)", GROWTH_N}, {"O(n log n)", GROWTH_N_LOG_N},
		{"O(n^2)", GROWTH_N2}, {"O(n^3)", GROWTH_N3}, {"over O(n^3)", GROWTH_OVER}, {"O(n\xc2\xb2)", GROWTH_N2},
		{"O(n\xc2\xb3)", GROWTH_N3}, {" O( nlogn )", GROWTH_N_LOG_N}, {"O(n ^2)", GROWTH_N2},
	};
	static const char *const bad[] = {"", "O", "O(n", "n", "O(n))", "O(n^4)", "O(n^)", "O(n\xc2\xb9)", "O(n\xc2", "o(n)",
					  "O(n^\xc2\xb2)", "O(2)"};
	enum growth growth;
	char text[GROWTH_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (growth_parse(good[i].text, &growth) != 0 || growth != good[i].growth)
			fail_msg("%s", good[i].text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (growth_parse(bad[i], &growth) == 0)
			fail_msg("'%s' was taken", bad[i]);
	}
	for (int i = GROWTH_1; i < GROWTH_COUNT; i++) {
		assert_int_equal(growth_parse(growth_name((enum growth)i), &growth), 0);
		assert_int_equal(growth, i);
	}
	growth_format(text, 0);
	assert_string_equal(text, "-");
	growth_format(text, 1u << GROWTH_N);
	assert_string_equal(text, "O(n)");
	growth_format(text, 1u << GROWTH_N | 1u << GROWTH_N2);
	assert_string_equal(text, "O(n) or O(n^2)");
	growth_format(text, 1u << GROWTH_LOG_N | 1u << GROWTH_N_LOG_N | 1u << GROWTH_OVER);
	assert_string_equal(text, "O(log n) to over O(n^3)");
}

static void runs(void **state)
{
	char curl[] = "curl", u[] = "-u", me[] = "me:sesame", url[] = "https://u:sesame@h/", odd[] = "\xff";
	char *const argv[] = {curl, u, me, url, odd, NULL};
	struct record r = record_new(RECORD_RUN);
	struct trip trip;

	(void)state;
	r.run = "0198";
	r.info = (struct record_run){.tool = "cmd-time", .version = "0.1.0", .start = "2026-11-20T18:00:00.123Z",
				     .argv = argv, .has_seed = true, .seed = UINT64_MAX};
	r.info.host = (struct host){.os = "Linux 6.1.0", .arch = "x86_64", .cpu = "\"odd\"", .cores = 2,
				    .memory = INT64_MAX, .governor = "performance", .virt = "", .id = "0123456789abcdef"};
	r.info.vcs = (struct vcs){.commit = "abc", .branch = "", .dirty = true};
	r.info.ci = (struct ci){.provider = "github", .id = "1"};
	round_trip(&trip, &r);
	assert_null(memmem(trip.back.line, trip.back.line_len, "sesame", 6));
	assert_non_null(memmem(trip.back.line, trip.back.line_len, "\"schema\":1", 10));
	assert_string_equal(trip.back.info.tool, "cmd-time");
	assert_string_equal(trip.back.info.start, r.info.start);
	assert_true(trip.back.info.has_seed && trip.back.info.seed == UINT64_MAX);
	assert_string_equal(trip.back.info.host.os, "Linux 6.1.0");
	assert_string_equal(trip.back.info.host.cpu, "\"odd\"");
	assert_int_equal(trip.back.info.host.cores, 2);
	assert_true(trip.back.info.host.memory == INT64_MAX);
	assert_string_equal(trip.back.info.host.virt, "");
	assert_string_equal(trip.back.info.host.id, "0123456789abcdef");
	assert_string_equal(trip.back.info.vcs.commit, "abc");
	assert_true(trip.back.info.vcs.dirty);
	assert_string_equal(trip.back.info.ci.provider, "github");
	done(&trip);
}

static void a_fresh_run(void **state)
{
	char uuid[37], start[32];
	struct record r = record_new_run(uuid, start, "test", "0", NULL);
	struct trip trip;

	(void)state;
	assert_int_equal(strlen(uuid), 36);
	assert_int_equal(uuid[14], '7');
	assert_int_equal(strlen(start), 24);
	round_trip(&trip, &r);
	assert_string_equal(trip.back.run, uuid);
	assert_string_equal(trip.back.info.host.id, r.info.host.id);
	assert_int_equal(trip.back.info.host.cores, r.info.host.cores);
	done(&trip);
}

#define REFUSED(type, change) \
	do { \
		struct record r = data(type); \
		r.value = 1; \
		r.name = r.reason = r.verdict.status = r.fit.x = "x"; \
		char *before = written(&r); \
		assert_non_null(before); \
		free(before); \
		change; \
		assert_null(written(&r)); \
	} while (0)

static void refuses_what_no_reader_takes(void **state)
{
	(void)state;
	REFUSED(RECORD_SAMPLE, r.value = NAN);
	REFUSED(RECORD_SAMPLE, r.value = INFINITY);
	REFUSED(RECORD_SAMPLE, r.n = NAN);
	REFUSED(RECORD_SAMPLE, r.n = 0);
	REFUSED(RECORD_SAMPLE, r.bench = "");
	REFUSED(RECORD_SAMPLE, r.metric = "");
	REFUSED(RECORD_SAMPLE, r.mode = MODE_NONE);
	REFUSED(RECORD_HIST, r.hist.sum = INFINITY);
	REFUSED(RECORD_STAT, r.stat.mean = INFINITY);
	REFUSED(RECORD_STAT, r.stat.max = -INFINITY);
	REFUSED(RECORD_SKIP, r.reason = "");
	REFUSED(RECORD_SKIP, r.bench = "");
	REFUSED(RECORD_EVENT, r.name = "");
	REFUSED(RECORD_RUN, r.run = "");
	REFUSED(RECORD_VERDICT, r.verdict.status = NULL);
	REFUSED(RECORD_VERDICT, r.verdict.effect = INFINITY);
	REFUSED(RECORD_FIT, r.fit.x = NULL);
	REFUSED(RECORD_FIT, r.fit.x = "");
	REFUSED(RECORD_FIT, r.metric = "");
	REFUSED(RECORD_FIT, r.fit.b = INFINITY);
	REFUSED(RECORD_FIT, r.fit.x_min = -INFINITY);
	REFUSED(RECORD_SAMPLE, r.type = RECORD_OTHER);
}

static void tells_a_failed_stream(void **state)
{
	struct record r = data(RECORD_SAMPLE);
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	r.value = 1;
	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(record_write(full, &r), -1);
	fclose(full);
}

static void joins_modes(void **state)
{
	(void)state;
	assert_int_equal(mode_join(MODE_NONE, MODE_NONE), MODE_NONE);
	assert_int_equal(mode_join(MODE_NONE, MODE_MOCK), MODE_MOCK);
	assert_int_equal(mode_join(MODE_REAL, MODE_NONE), MODE_REAL);
	assert_int_equal(mode_join(MODE_REAL, MODE_REAL), MODE_REAL);
	assert_int_equal(mode_join(MODE_REAL, MODE_MOCK), MODE_MIXED);
	assert_int_equal(mode_join(MODE_MOCK, MODE_REAL), MODE_MIXED);
	assert_int_equal(mode_join(MODE_MIXED, MODE_REAL), MODE_MIXED);
	assert_int_equal(mode_join(MODE_MIXED, MODE_MIXED), MODE_MIXED);
	assert_string_equal(mode_prefix(MODE_REAL), "");
	assert_string_equal(mode_prefix(MODE_MOCK), "mock-");
	assert_string_equal(mode_prefix(MODE_MIXED), "mixed-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples),
		cmocka_unit_test(samples_with_defaults),
		cmocka_unit_test(odd_texts),
		cmocka_unit_test(histograms),
		cmocka_unit_test(skips_and_events),
		cmocka_unit_test(summaries),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(fits),
		cmocka_unit_test(names_classes),
		cmocka_unit_test(runs),
		cmocka_unit_test(a_fresh_run),
		cmocka_unit_test(refuses_what_no_reader_takes),
		cmocka_unit_test(tells_a_failed_stream),
		cmocka_unit_test(joins_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
