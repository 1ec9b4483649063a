#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/http-load/slo.h"

#define MS 1000000.0

static struct slo parsed(const char *text)
{
	struct slo slo;
	char *why = NULL;

	if (slo_parse(&slo, text, &why) < 0)
		fail_msg("%s: %s", text, why);
	return slo;
}

static void terms_are_read(void **state)
{
	static const struct {
		const char *text, *stat;
		enum slo_kind kind;
		enum slo_series series;
		enum slo_op op;
		double quantile, value;
		bool share;
	} all[] = {
		{"p99<50ms", "p99", SLO_TIME, SLO_LATENCY, SLO_LESS, 0.99, 50 * MS, false},
		{" p99.9 <= 1s ", "p99.9", SLO_TIME, SLO_LATENCY, SLO_AT_MOST, 0.999, 1000 * MS, false},
		{"latency.p50<3us", "p50", SLO_TIME, SLO_LATENCY, SLO_LESS, 0.5, 3000, false},
		{"service.p95<3ms", "p95", SLO_TIME, SLO_SERVICE, SLO_LESS, 0.95, 3 * MS, false},
		{"first-byte.max<1.5s", "max", SLO_TIME, SLO_FIRST_BYTE, SLO_LESS, 1, 1500 * MS, false},
		{"mean>2ms", "mean", SLO_TIME, SLO_LATENCY, SLO_MORE, NAN, 2 * MS, false},
		{"errors<0.1%", "share", SLO_ERRORS, 0, SLO_LESS, 0, 0.001, true},
		{"errors<=5", "value", SLO_ERRORS, 0, SLO_AT_MOST, 0, 5, false},
		{"errors <1k", "value", SLO_ERRORS, 0, SLO_LESS, 0, 1000, false},
		{"rate>=99%", "share", SLO_RATE, 0, SLO_AT_LEAST, 0, 0.99, true},
		{"rate>=500/s", "value", SLO_RATE, 0, SLO_AT_LEAST, 0, 500, false},
		{"throughput > 1k/s", "value", SLO_THROUGHPUT, 0, SLO_MORE, 0, 1000, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct slo slo = parsed(all[i].text);
		const struct slo_term *t = slo.term;

		assert_int_equal(slo.n, 1);
		assert_string_equal(t->stat, all[i].stat);
		assert_true(t->kind == all[i].kind && t->op == all[i].op && t->share == all[i].share);
		assert_true(fabs(t->value - all[i].value) <= 1e-12 * all[i].value);
		if (t->kind == SLO_TIME) {
			assert_int_equal(t->series, all[i].series);
			assert_true(isnan(all[i].quantile) ? isnan(t->quantile) : fabs(t->quantile - all[i].quantile) < 1e-12);
		}
		slo_free(&slo);
	}
}

static void several_are_read(void **state)
{
	struct slo slo = parsed("p99<50ms, errors<0.1% ,rate>=99%");

	(void)state;
	assert_int_equal(slo.n, 3);
	assert_string_equal(slo.term[1].text, "errors<0.1%");
	assert_true(slo_wants_rate(&slo) && slo_has(&slo, SLO_RATE) && !slo_has(&slo, SLO_THROUGHPUT));
	slo_free(&slo);
	slo = parsed("rate>=5/s");
	assert_true(!slo_wants_rate(&slo));
	slo_free(&slo);
}

/* The complaint names the term, and what would have been right. */
static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *text, *term, *expected;
	} all[] = {
		{"", "''", "p99"},
		{"p99", "'p99'", "<, <=, > or >="},
		{"p99<", "'p99<'", "duration"},
		{"p99<50", "'p99<50'", "with its unit"},
		{"p99<50MB", "'p99<50MB'", "duration"},
		{"p99<-1ms", "'p99<-1ms'", "duration"},
		{"p99=50ms", "'p99=50ms'", "p99"},
		{"p99<50ms,", "''", "p99"},
		{"p99<50ms,errors", "'errors'", "<, <=, > or >="},
		{"p99<50ms,eror<1%", "'eror<1%'", "errors"},
		{"p100<5ms", "'p100<5ms'", "p99"},
		{"p<5ms", "'p<5ms'", "p99"},
		{"pp<5ms", "'pp<5ms'", "p99"},
		{"service<5ms", "'service<5ms'", "service.p99"},
		{"service.errors<5", "'service.errors<5'", "service.p99"},
		{"errors<0.001", "'errors<0.001'", "share"},
		{"errors<5ms", "'errors<5ms'", "share"},
		{"rate>=0.99", "'rate>=0.99'", "99%"},
		{"rate>=500", "'rate>=500'", "500/s"},
		{"throughput>99%", "'throughput>99%'", "1000/s"},
		{"throughput>1000", "'throughput>1000'", "1000/s"},
		{"p99<<5ms", "'p99<<5ms'", "duration"},
		{"p9999999999999999999999999999999999999999999999<5ms", "'p999", "p99"},
		{"p99<5ms99999999999999999999999999999999999999999999", "'p99<5ms9", "duration"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct slo slo;
		char *why = NULL;

		assert_int_equal(slo_parse(&slo, all[i].text, &why), -1);
		if (!strstr(why, all[i].term) || !strstr(why, all[i].expected))
			fail_msg("%s: %s", all[i].text, why);
		assert_null(slo.term);
		free(why);
	}
}

/* 1, 2 ... n ms */
static struct hist *ramp_hist(int n)
{
	struct hist *h = hist_new();

	for (int i = 1; i <= n; i++)
		assert_int_equal(hist_record(h, (int64_t)(i * MS), 1), 0);
	return h;
}

static struct slo_verdict judged(const char *text, const struct slo_measures *m)
{
	struct slo slo = parsed(text);
	struct slo_verdict v = slo_judge(&slo.term[0], m);

	slo_free(&slo);
	return v;
}

static void times_are_judged(void **state)
{
	struct hist *h = ramp_hist(100), *fast = ramp_hist(10);
	struct slo_measures m = {.series = {h, fast, NULL}, .done = 100};
	struct slo_verdict v = judged("p50<60ms", &m);

	(void)state;
	assert_true(v.holds && v.unit == UNIT_NS && fabs(v.value - 50.5 * MS) < 0.5 * MS && !v.reason[0]);
	assert_false(judged("p50<40ms", &m).holds);
	assert_true(judged("p99>90ms", &m).holds);
	assert_true(judged("max<=100ms", &m).holds);
	assert_false(judged("max<100ms", &m).holds);
	assert_true(judged("mean<51ms", &m).holds && !judged("mean<50ms", &m).holds);
	assert_true(judged("service.max<=10ms", &m).holds);
	v = judged("first-byte.p50<1h", &m);
	assert_true(!v.holds && isnan(v.value) && v.reason[0]);
	hist_free(h);
	hist_free(fast);
}

/* 90 that took up to 90 ms, and 10 of which only this is known: they took longer. */
static void the_unanswered_count(void **state)
{
	struct hist *h = ramp_hist(90);
	struct slo_measures m = {.series = {h, h, h}, .done = 90, .unfinished = 4, .not_started = 6};
	struct slo_verdict v = judged("p50<60ms", &m);

	(void)state;
	assert_true(v.holds && fabs(v.value - 50.5 * MS) < 0.5 * MS);
	assert_true(judged("p89<91ms", &m).holds);
	v = judged("p91<1h", &m);
	assert_true(!v.holds && isnan(v.value) && strstr(v.reason, "10 of 100"));
	assert_false(judged("max<1h", &m).holds);
	assert_false(judged("mean<1h", &m).holds);
	/* What was not started has no service time. */
	assert_true(judged("service.p95<91ms", &m).holds);
	assert_false(judged("service.p97<1h", &m).holds);
	hist_free(h);
}

/* The same of those that a timeout cut off; it is told what became of them. */
static void what_timed_out_counts_as_late(void **state)
{
	struct hist *h = ramp_hist(90);
	struct slo_measures m = {.series = {h, h, h}, .done = 90, .failed = 12, .timed_out = 10};
	struct slo_verdict v = judged("p91<1h", &m);

	(void)state;
	assert_true(!v.holds && isnan(v.value));
	assert_string_equal(v.reason, "10 of 100 timed out");
	assert_true(judged("p89<91ms", &m).holds);
	assert_false(judged("service.p91<1h", &m).holds);
	assert_false(judged("first-byte.max<1h", &m).holds);
	assert_false(judged("mean<1h", &m).holds);
	/* As failures they are counted once. */
	assert_true(judged("errors<=12", &m).holds && judged("errors>=12", &m).holds);
	m.unfinished = 5;
	assert_string_equal(judged("p91<1h", &m).reason, "15 of 105 timed out or were not answered at the end");
	/* Other failures have no latency. */
	m.timed_out = m.unfinished = 0;
	assert_true(judged("max<=90ms", &m).holds);
	hist_free(h);
}

static void nothing_measured_holds_nothing(void **state)
{
	struct hist *none = hist_new();
	struct slo_measures m = {.series = {none, none, none}};

	(void)state;
	assert_false(judged("p99<1h", &m).holds);
	assert_false(judged("errors<1%", &m).holds);
	assert_false(judged("errors<1", &m).holds);
	assert_false(judged("rate>=0%", &m).holds);
	assert_false(judged("throughput>0/s", &m).holds);
	m.failed = 7;
	assert_false(judged("p99<1h", &m).holds);
	assert_true(judged("errors<=100%", &m).holds);
	hist_free(none);
}

static void errors_and_rates_are_judged(void **state)
{
	struct slo_measures m = {.done = 990, .failed = 2, .not_started = 8, .asked = 500, .throughput = 480};

	(void)state;
	assert_true(judged("errors<3", &m).holds && !judged("errors<2", &m).holds && judged("errors<=2", &m).holds);
	assert_true(judged("errors<0.3%", &m).holds && !judged("errors<0.2%", &m).holds);
	assert_true(judged("rate>=99%", &m).holds && !judged("rate>99%", &m).holds);
	assert_true(judged("rate>=495/s", &m).holds && !judged("rate>=496/s", &m).holds);
	assert_true(judged("throughput>=480/s", &m).holds && !judged("throughput>480/s", &m).holds);
	m.asked = 0;
	assert_true(judged("rate>=480/s", &m).holds && !judged("rate>=490/s", &m).holds);
	assert_false(judged("rate>=1%", &m).holds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_are_read),
		cmocka_unit_test(several_are_read),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(times_are_judged),
		cmocka_unit_test(the_unanswered_count),
		cmocka_unit_test(what_timed_out_counts_as_late),
		cmocka_unit_test(nothing_measured_holds_nothing),
		cmocka_unit_test(errors_and_rates_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
