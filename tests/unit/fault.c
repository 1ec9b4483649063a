#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"

#define MS 1000000LL

enum { N = 100000 };

static struct fault parsed(const char *latency)
{
	struct fault f = {.seed = 7};

	assert_int_equal(fault_parse_latency(&f, latency), 0);
	return f;
}

static void latencies_are_read(void **state)
{
	struct fault f;

	(void)state;
	f = parsed("10ms");
	assert_true(f.shape == FAULT_CONSTANT && f.location == 10 * MS && f.spread == 0);
	f = parsed("constant:1.5s");
	assert_true(f.shape == FAULT_CONSTANT && f.location == 1500 * MS);
	f = parsed("3"); /* seconds, as everywhere */
	assert_true(f.shape == FAULT_CONSTANT && f.location == 3000 * MS);
	f = parsed("normal:10ms,2ms");
	assert_true(f.shape == FAULT_NORMAL && f.location == 10 * MS && f.spread == 2 * MS);
	f = parsed("lognormal:10ms,0.5");
	assert_true(f.shape == FAULT_LOGNORMAL && f.location == 10 * MS && f.spread == 0.5);
	f = parsed("exponential:3ms");
	assert_true(f.shape == FAULT_EXPONENTIAL && f.location == 3 * MS);
	f = parsed("0ms");
	assert_true(f.shape == FAULT_CONSTANT && fault_latency(&f, 5) == 0);
}

static void other_latencies_are_refused(void **state)
{
	static const char *const wrong[] = {
		"", "ms", "10ms,2ms", "-1ms", "10ms ", "constant:", "constant:10ms,1ms", "normal:10ms", "normal:10ms,",
		"normal:,2ms", "normal:10ms,0.5x", "normal:10ms,2ms,3ms", "lognormal:10ms", "lognormal:10ms,-1",
		"lognormal:10ms,11", "lognormal:10ms,nan", "lognormal:10ms,2ms", "exponential:10ms,2ms", "uniform:1ms,2ms",
		"normal", "Normal:10ms,2ms",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct fault f = {.shape = FAULT_NORMAL, .location = 5, .spread = 6};

		if (fault_parse_latency(&f, wrong[i]) != -1)
			fail_msg("'%s' was taken", wrong[i]);
		assert_true(f.shape == FAULT_NORMAL && f.location == 5 && f.spread == 6);
	}
}

static void stalls_are_read(void **state)
{
	static const char *const wrong[] = {"", "200ms", "@2s", "200ms@", "2s@2s", "3s@2s", "0ms@2s", "200ms@2s@3s", "x@2s"};
	struct fault f = {.seed = 1};

	(void)state;
	assert_int_equal(fault_parse_stall(&f, "200ms@2s"), 0);
	assert_true(f.stall == 200 * MS && f.every == 2000 * MS);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (fault_parse_stall(&f, wrong[i]) != -1)
			fail_msg("'%s' was taken", wrong[i]);
		assert_true(f.stall == 200 * MS && f.every == 2000 * MS);
	}
}

/* Mean and standard deviation of what f(latency) makes of the latencies. */
static void moments(const struct fault *f, double (*of)(double), double *mean, double *deviation)
{
	double sum = 0, squares = 0, x;

	for (uint64_t n = 0; n < N; n++) {
		x = of((double)fault_latency(f, n));
		sum += x;
		squares += x * x;
	}
	*mean = sum / N;
	*deviation = sqrt(squares / N - *mean * *mean);
}

static double itself(double x)
{
	return x;
}

static bool close_to(double value, double wanted, double tolerance)
{
	return fabs(value - wanted) < tolerance;
}

/* Within four standard errors: with these seeds it is so or not, for ever. */
static void distributions_are_what_they_say(void **state)
{
	struct fault normal = parsed("normal:10ms,2ms"), lognormal = parsed("lognormal:10ms,0.5");
	struct fault exponential = parsed("exponential:10ms"), constant = parsed("10ms");
	double mean, deviation, error = 4 / sqrt(N);

	(void)state;
	moments(&constant, itself, &mean, &deviation);
	assert_true(mean == 10e6 && deviation == 0);
	moments(&normal, itself, &mean, &deviation);
	assert_true(close_to(mean, 10e6, 2e6 * error) && close_to(deviation, 2e6, 2e6 * error));
	moments(&lognormal, log, &mean, &deviation);
	assert_true(close_to(mean, log(10e6), 0.5 * error) && close_to(deviation, 0.5, 0.5 * error));
	moments(&exponential, itself, &mean, &deviation);
	assert_true(close_to(mean, 10e6, 10e6 * error) && close_to(deviation, 10e6, 20e6 * error));
}

static void nothing_is_negative(void **state)
{
	struct fault f = parsed("normal:1ms,10ms"), none = {.seed = 3};
	size_t zero = 0;

	(void)state;
	for (uint64_t n = 0; n < N; n++) {
		assert_true(fault_latency(&f, n) >= 0);
		zero += fault_latency(&f, n) == 0;
	}
	/* P(Z < -0.1) = 0.4602 */
	assert_true(close_to((double)zero / N, 0.4602, 4 * 0.5 / sqrt(N)));
	assert_true(fault_latency(&none, 9) == 0);
}

static void huge_ones_fit(void **state)
{
	struct fault f = parsed("lognormal:200000h,10");

	(void)state;
	for (uint64_t n = 0; n < 10000; n++)
		assert_true(fault_latency(&f, n) >= 0 && fault_latency(&f, n) <= INT64_C(1) << 62);
}

static void failures_have_their_share(void **state)
{
	static const double shares[] = {0.001, 0.01, 0.5, 0.9};
	struct fault f = {.seed = 11};

	(void)state;
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		size_t failed = 0;

		f.fail = shares[i];
		for (uint64_t n = 0; n < N; n++)
			failed += fault_fails(&f, n);
		assert_true(close_to((double)failed / N, shares[i], 4 * sqrt(shares[i] * (1 - shares[i]) / N)));
	}
	f.fail = 0;
	for (uint64_t n = 0; n < N; n++)
		assert_false(fault_fails(&f, n));
	f.fail = 1;
	for (uint64_t n = 0; n < N; n++)
		assert_true(fault_fails(&f, n));
}

/* A function of seed and number, whatever was asked before; not of each other. */
static void seeds_decide(void **state)
{
	struct fault f = parsed("normal:10ms,2ms"), again = parsed("normal:10ms,2ms"), other = parsed("normal:10ms,2ms");
	size_t same = 0, failed = 0, slow_failures = 0;

	(void)state;
	other.seed = 8;
	f.fail = again.fail = 0.5;
	for (uint64_t n = 0; n < 1000; n++) {
		assert_true(fault_latency(&f, n) == fault_latency(&again, n));
		assert_true(fault_latency(&again, 999 - n) == fault_latency(&f, 999 - n));
		assert_true(fault_fails(&f, n) == fault_fails(&again, n));
		same += fault_latency(&f, n) == fault_latency(&other, n);
	}
	assert_true(same < 3);
	for (uint64_t n = 0; n < N; n++) {
		if (fault_fails(&f, n)) {
			failed++;
			slow_failures += fault_latency(&f, n) > 10 * MS;
		}
	}
	assert_true(close_to((double)slow_failures / (double)failed, 0.5, 4 * 0.5 / sqrt((double)failed)));
}

static void stalls_come_when_they_are_due(void **state)
{
	struct fault f = {.stall = 200, .every = 2000, .begin = 1000000};
	int64_t still = 0;

	(void)state;
	/* Before its time it does not run, and the first period begins with what is served. */
	assert_true(fault_stalled_until(&f, 999999) == 999999);
	assert_true(fault_stalled_until(&f, 0) == 0);
	assert_true(fault_stalled_until(&f, 1000000) == 1000000);
	assert_true(fault_stalled_until(&f, 1001799) == 1001799);
	assert_true(fault_stalled_until(&f, 1001800) == 1002000);
	assert_true(fault_stalled_until(&f, 1001999) == 1002000);
	assert_true(fault_stalled_until(&f, 1002000) == 1002000);
	for (int64_t now = f.begin; now < f.begin + 20000; now++) {
		int64_t until = fault_stalled_until(&f, now);

		assert_true(until >= now && until <= now + 200);
		assert_true(fault_stalled_until(&f, until) == until);
		still += until > now;
	}
	assert_true(still == 2000);
	f.every = 0;
	assert_true(fault_stalled_until(&f, 1001900) == 1001900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latencies_are_read),
		cmocka_unit_test(other_latencies_are_refused),
		cmocka_unit_test(stalls_are_read),
		cmocka_unit_test(distributions_are_what_they_say),
		cmocka_unit_test(nothing_is_negative),
		cmocka_unit_test(huge_ones_fit),
		cmocka_unit_test(failures_have_their_share),
		cmocka_unit_test(seeds_decide),
		cmocka_unit_test(stalls_come_when_they_are_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
