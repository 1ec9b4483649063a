#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader.h"
#include "series.h"

static const struct series_options plain;

static struct record sample(const char *run, const char *bench, double value)
{
	struct record r = record_new(RECORD_SAMPLE);

	r.run = run;
	r.bench = bench;
	r.metric = "latency";
	r.unit = UNIT_NS;
	r.better = BETTER_LOWER;
	r.mode = MODE_REAL;
	r.value = value;
	return r;
}

static struct record hist(const char *run, const int64_t *upper, const uint64_t *counts, size_t n)
{
	struct record r = sample(run, "h", 0);

	r.type = RECORD_HIST;
	r.hist = (struct record_hist){.n = n, .upper = upper, .counts = counts, .min = n ? upper[0] : 0,
				      .max = n ? upper[n - 1] : 0};
	for (size_t i = 0; i < n; i++) {
		r.hist.count += counts[i];
		r.hist.sum += (double)upper[i] * (double)counts[i];
	}
	return r;
}

static void add(struct series_set *set, struct record r)
{
	if (series_add(set, &r) != 0)
		fail_msg("%s", series_error(set));
}

static void groups_by_identity(void **state)
{
	struct series_set *set = series_new(&plain);
	struct record r = sample("r", "a", 1);

	(void)state;
	add(set, r);
	r.params = "{\"k\":1}";
	r.value = 2;
	add(set, r);
	r.params = "{\"k\":\"1\"}";
	r.value = 3;
	add(set, r);
	r.params = "{}";
	r.metric = "cpu-user";
	r.value = 4;
	add(set, r);
	r.metric = "latency";
	r.value = 5;
	add(set, r);
	assert_int_equal(set->nseries, 4);
	const struct series *s = series_find(set, "a", "{}", "latency");
	assert_int_equal(s->n, 2);
	assert_true(s->value[0] == 1 && s->value[1] == 5);
	assert_true(series_find(set, "a", "{\"k\":\"1\"}", "latency")->value[0] == 3);
	assert_null(series_find(set, "a", "{\"k\":2}", "latency"));
	/* No boundary of the identity may shift. */
	assert_null(series_find(set, "", "a{}", "latency"));
	assert_int_equal(set->records, 5);
	series_free(set);
	series_free(NULL);
}

static void counts_runs(void **state)
{
	struct series_options options = {.keep_seq = true};
	struct series_set *set = series_new(&options);
	static const char *const runs[] = {"x", "y", "x", "z", "y", "", "x"};
	double values[7];
	size_t start[4];

	(void)state;
	for (int i = 0; i < 7; i++) {
		struct record r = sample(runs[i], "a", i);
		r.seq = 10 - i;
		add(set, r);
	}
	const struct series *s = set->series[0];
	assert_int_equal(set->nruns, 4);
	assert_int_equal(s->nruns, 4);
	assert_int_equal(s->run[0].n, 3);
	assert_int_equal(s->run[1].n, 2);
	assert_true(s->seq[2] == 8);
	series_by_run(s, values, start);
	static const double wanted[] = {0, 2, 6, 1, 4, 3, 5};
	static const size_t starts[] = {0, 3, 5, 6};
	assert_memory_equal(values, wanted, sizeof wanted);
	assert_memory_equal(start, starts, sizeof starts);
	series_free(set);
}

static void leaves_out_warmup_and_failures(void **state)
{
	struct series_options options = plain;
	struct record warm = sample("r", "a", 1), failed = sample("r", "a", 2), good = sample("r", "a", 3);

	(void)state;
	warm.warmup = true;
	failed.ok = false;
	for (int warmup = 0; warmup < 2; warmup++) {
		options.warmup = warmup;
		struct series_set *set = series_new(&options);
		add(set, warm);
		add(set, failed);
		add(set, good);
		const struct series *s = set->series[0];
		assert_int_equal(s->n, warmup ? 2 : 1);
		assert_true(s->errors == 1);
		assert_true(s->value[s->n - 1] == 3);
		series_free(set);
	}
	/* Nothing but failures is a series of its own, too. */
	struct series_set *set = series_new(&plain);
	add(set, failed);
	assert_int_equal(set->nseries, 1);
	assert_true(set->series[0]->n == 0 && set->series[0]->errors == 1);
	series_free(set);
}

static void joins_modes(void **state)
{
	struct series_set *set = series_new(&plain);
	struct record r = sample("r", "a", 1);

	(void)state;
	add(set, r);
	assert_int_equal(set->series[0]->mode, MODE_REAL);
	r.mode = MODE_MOCK;
	add(set, r);
	assert_int_equal(set->series[0]->mode, MODE_MIXED);
	char *label = series_label(set->series[0]);
	assert_string_equal(label, "mixed-a latency");
	free(label);
	series_free(set);
}

static void labels(void **state)
{
	struct series_set *set = series_new(&plain);
	struct record r = sample("r", "http/version", 1);

	(void)state;
	r.mode = MODE_MOCK;
	r.params = "{\"connections\":100,\"tls\":true}";
	add(set, r);
	char *label = series_label(set->series[0]);
	assert_string_equal(label, "mock-http/version{connections=100 tls=true} latency");
	free(label);
	series_free(set);
}

static void refuses(struct record first, struct record second, const char *wanted)
{
	struct series_set *set = series_new(&plain);

	add(set, first);
	assert_int_equal(series_add(set, &second), -1);
	assert_non_null(strstr(series_error(set), wanted));
	series_free(set);
}

static void conflicts(void **state)
{
	static const int64_t upper[] = {5};
	static const uint64_t counts[] = {1};
	struct record a = sample("r", "h", 1), b = a, h = hist("r", upper, counts, 1), stat = a;

	(void)state;
	b.unit = UNIT_BYTES;
	refuses(a, b, "unit B, where it was ns before");
	refuses(a, h, "a histogram, where there were samples before");
	refuses(h, a, "a sample, where there were histograms before");
	stat.type = RECORD_STAT;
	refuses(stat, stat, "a second summary");
}

static void a_summary_beside_data(void **state)
{
	static const int64_t upper[] = {5};
	static const uint64_t counts[] = {1};
	struct series_set *set = series_new(&plain);
	struct record stat = hist("r", upper, counts, 1);

	(void)state;
	stat.type = RECORD_STAT;
	stat.stat.n = 9;
	add(set, stat);
	assert_true(set->series[0]->stat->n == 9);
	assert_int_equal(set->series[0]->nruns, 0);
	add(set, hist("r", upper, counts, 1));
	assert_true(set->series[0]->is_hist);
	series_free(set);
}

static void merges_histograms_by_run(void **state)
{
	static const int64_t upper[] = {5, 257};
	static const uint64_t counts[] = {2, 8};
	struct series_options options = {.quantile = {0.5, 0.99}, .nquantiles = 2};
	struct series_set *set = series_new(&options);

	(void)state;
	add(set, hist("x", upper, counts, 2));
	add(set, hist("y", upper, counts, 1));
	add(set, hist("x", upper, counts, 2));
	add(set, hist("z", upper, counts, 0)); /* an interval in which nothing happened */
	const struct series *s = set->series[0];
	assert_int_equal(s->nruns, 3);
	assert_true(s->run[0].n == 20 && s->run[1].n == 2 && s->run[2].n == 0);
	assert_int_equal(s->nintervals, 3);
	assert_true(s->interval[0][1] == 5);
	struct hist *all = series_merged(s);
	assert_true(hist_count(all) == 22);
	assert_true(hist_max(all) == 257);
	hist_free(all);
	series_free(set);
}

static void counts_that_overflow(void **state)
{
	static const int64_t upper[] = {5};
	static const uint64_t counts[] = {UINT64_MAX};
	struct record h = hist("x", upper, counts, 1);

	(void)state;
	refuses(h, h, "counts over 64 bits");
}

static void filters(void **state)
{
	static const char *const filter[] = {"http/*", "db/x", NULL}, *const metric[] = {"lat*", NULL};
	struct series_options options = {.filter = filter, .metric = metric};
	struct series_set *set = series_new(&options);
	struct record r = sample("r", "http/a", 1), skip = record_new(RECORD_SKIP);

	(void)state;
	add(set, r);
	r.bench = "db/y";
	add(set, r);
	r.bench = "db/x";
	add(set, r);
	r.metric = "cpu";
	add(set, r);
	assert_int_equal(set->nseries, 2);
	skip.bench = "vm/boot";
	skip.reason = "no";
	add(set, skip);
	assert_int_equal(set->nskips, 0);
	skip.bench = "http/b";
	add(set, skip);
	assert_int_equal(set->nskips, 1);
	assert_string_equal(set->skip[0].reason, "no");
	assert_int_equal(set->records, 6);
	series_free(set);
}

/* 30,000 identities in two orders, each found again, with what belongs to it. */
static void many_identities(void **state)
{
	enum { N = 30000 };
	struct series_set *set = series_new(&plain);
	char bench[32], params[32], run[16];

	(void)state;
	for (int pass = 0; pass < 3; pass++) {
		for (int i = 0; i < N; i++) {
			int k = pass == 1 ? N - 1 - i : i;
			struct record r = sample(run, bench, k + pass);
			snprintf(run, sizeof run, "run%d", pass);
			snprintf(bench, sizeof bench, "b%d", k / 10);
			snprintf(params, sizeof params, "{\"k\":%d}", k % 10);
			r.params = params;
			if (series_add(set, &r) != 0)
				fail_msg("%s", series_error(set));
		}
	}
	assert_int_equal(set->nseries, N);
	assert_int_equal(set->nruns, 3);
	for (int k = 0; k < N; k += 7) {
		snprintf(bench, sizeof bench, "b%d", k / 10);
		snprintf(params, sizeof params, "{\"k\":%d}", k % 10);
		const struct series *s = series_find(set, bench, params, "latency");
		assert_non_null(s);
		assert_true(s->n == 3 && s->nruns == 3);
		assert_true(s->value[0] == k && s->value[1] == k + 1 && s->value[2] == k + 2);
	}
	series_free(set);
}

static void many_values(void **state)
{
	struct series_options options = {.keep_seq = true};
	struct series_set *set = series_new(&options);

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct record r = sample(i % 2 ? "x" : "y", "a", i);
		r.seq = i;
		if (series_add(set, &r) != 0)
			fail_msg("%s", series_error(set));
	}
	const struct series *s = set->series[0];
	assert_int_equal(s->n, 100000);
	for (int i = 0; i < 100000; i++)
		assert_true(s->value[i] == i && s->seq[i] == i && s->part[i] == (uint32_t)(i % 2));
	series_free(set);
}

static void run_information(void **state)
{
	struct series_set *set = series_new(&plain);
	struct record r = record_new(RECORD_RUN);

	(void)state;
	add(set, sample("b", "x", 1)); /* a run whose record comes later, or never */
	r.run = "a";
	strcpy(r.info.host.id, "0123456789abcdef");
	strcpy(r.info.vcs.commit, "c0ffee");
	add(set, r);
	add(set, sample("a", "x", 1));
	assert_int_equal(set->nruns, 2);
	assert_string_equal(set->run[0].id, "b");
	assert_string_equal(set->run[0].host, "");
	assert_string_equal(set->run[1].id, "a");
	assert_string_equal(set->run[1].host, "0123456789abcdef");
	assert_string_equal(set->run[1].commit, "c0ffee");
	assert_int_equal(set->series[0]->run[1].run, 1);
	series_free(set);
}

static char path[] = "/tmp/series.XXXXXX";

static int make_file(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void put_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

#define LINE "{\"type\":\"sample\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"value\":1,\"mode\":\"real\"}\n"
#define OTHER "{\"type\":\"new\",\"x\":1}"

static void check_file(const struct series_options *options, const char *text, const char *wanted)
{
	struct series_set *set = series_new(options);
	char full[256];

	put_file(text);
	assert_int_equal(series_read(set, path), wanted ? -1 : 0);
	if (wanted) {
		snprintf(full, sizeof full, "%s%s", path, wanted);
		assert_string_equal(series_error(set), full);
	}
	series_free(set);
}

static void reads_files(void **state)
{
	struct series_options lenient = {.lenient = true};

	(void)state;
	check_file(&plain, LINE, NULL);
	check_file(&plain, OTHER, NULL);
	check_file(&plain, "", ": no records in it");
	check_file(&plain, "\n \n", ": no records in it");
	check_file(&lenient, "broken\n", ": no records in it");
	check_file(&lenient, "broken\n" LINE, NULL);
	check_file(&plain, LINE "broken\n", ":2: expected an object");
	check_file(&plain, LINE "\n{\"type\":\"sample\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"B\",\"value\":1,\"mode\":\"real\"}",
		   ":3: b m: unit B, where it was ns before");
	struct series_set *set = series_new(&plain);
	assert_int_equal(series_read(set, "/nonexistent/x"), -1);
	assert_string_equal(series_error(set), "/nonexistent/x: No such file or directory");
	assert_int_equal(series_read(set, "/"), -1);
	assert_string_equal(series_error(set), "/: Is a directory");
	series_free(set);
}

static void passes_on_what_it_does_not_group(void **state)
{
	char *text;
	size_t size;
	struct series_options options = {.pass = open_memstream(&text, &size)};
	struct series_set *set = series_new(&options);

	(void)state;
	put_file(OTHER "\n" LINE "{\"type\":\"event\",\"name\":\"x\", \"z\" : 1}\n{\"type\":\"run\",\"run\":\"r\"}\n");
	assert_int_equal(series_read(set, path), 0);
	assert_int_equal(fclose(options.pass), 0);
	assert_string_equal(text, OTHER "\n{\"type\":\"event\",\"name\":\"x\", \"z\" : 1}\n{\"type\":\"run\",\"run\":\"r\"}\n");
	free(text);
	series_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_by_identity),
		cmocka_unit_test(counts_runs),
		cmocka_unit_test(leaves_out_warmup_and_failures),
		cmocka_unit_test(joins_modes),
		cmocka_unit_test(labels),
		cmocka_unit_test(conflicts),
		cmocka_unit_test(a_summary_beside_data),
		cmocka_unit_test(merges_histograms_by_run),
		cmocka_unit_test(counts_that_overflow),
		cmocka_unit_test(filters),
		cmocka_unit_test(many_identities),
		cmocka_unit_test(many_values),
		cmocka_unit_test(run_information),
		cmocka_unit_test(reads_files),
		cmocka_unit_test(passes_on_what_it_does_not_group),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
