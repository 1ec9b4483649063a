/* What fc-mock is told to let go wrong: reading it, and that each operation's n-th is a function of the seed and n. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/fc-mock/faults.h"

#define MS INT64_C(1000000)
#define MANY 20000

static struct faults *made(uint64_t seed)
{
	struct faults *f = faults_new();

	faults_seed(f, seed);
	return f;
}

static void latency(struct faults *f, const char *text)
{
	const char *why = NULL;

	assert_int_equal(faults_latency(f, text, &why), 0);
}

static void rate(struct faults *f, enum outcome outcome, const char *text)
{
	const char *why = NULL;

	assert_int_equal(faults_rate(f, outcome, text, &why), 0);
}

static void nth(struct faults *f, const char *text)
{
	const char *why = NULL;

	assert_int_equal(faults_nth(f, text, &why), 0);
}

static enum outcome next(struct faults *f, enum operation op)
{
	int64_t time;

	return faults_next(f, op, &time);
}

static void test_nothing_said(void **state)
{
	struct faults *f = faults_new();

	(void)state;
	for (int op = 0; op < OPERATIONS; op++) {
		for (int i = 0; i < 100; i++) {
			int64_t time = -1;

			assert_int_equal(faults_next(f, (enum operation)op, &time), GOES_WELL);
			assert_int_equal(time, 0);
		}
	}
	faults_free(f);
	faults_free(NULL);
}

static void test_names(void **state)
{
	(void)state;
	for (int op = 0; op < OPERATIONS; op++) {
		char text[64];
		struct faults *f = faults_new();
		int64_t time;

		snprintf(text, sizeof text, "%s=%dms", operation_name((enum operation)op), op + 1);
		latency(f, text);
		for (int other = 0; other < OPERATIONS; other++) {
			faults_next(f, (enum operation)other, &time);
			assert_int_equal(time, other == op ? (op + 1) * MS : 0);
		}
		faults_free(f);
	}
	assert_string_equal(operation_name(OP_SNAPSHOT_FULL), "snapshot-full");
	assert_string_equal(operation_name(OP_EXEC), "exec");
}

static void refused(int result, const char *why, const char *words)
{
	assert_int_equal(result, -1);
	assert_non_null(why);
	if (!strstr(why, words))
		fail_msg("'%s' does not say '%s'", why, words);
}

typedef int setter(struct faults *f, const char *text, const char **why);

static int set_failing(struct faults *f, const char *text, const char **why)
{
	return faults_rate(f, FAILS, text, why);
}

static int set_dropping(struct faults *f, const char *text, const char **why)
{
	return faults_rate(f, DROPS, text, why);
}

/* Of a NULL-terminated list. */
static void all_refused(struct faults *f, setter *set, const char *const *texts, const char *words)
{
	for (; *texts; texts++) {
		const char *why = NULL;
		int result = set(f, *texts, &why);

		refused(result, why, words);
	}
}

static void test_refused(void **state)
{
	static const char *const no_operations[] = {"", "=", "boot", "=1ms", "Boot=1ms", "boot =1ms", "boo=1ms", "boots=1ms",
						    "nope=0.5", NULL};
	static const char *const no_latencies[] = {"boot=", "boot=x", "boot=-1ms", "boot=normal:1ms", "boot=1ms,2ms", NULL};
	static const char *const no_rates[] = {"boot=", "boot=x", "boot=-0.1", "boot=1.1", "boot=101%", "boot=nan", "boot=inf",
					       NULL};
	static const char *const no_counts[] = {"boot=", "boot=0", "boot=-1", "boot=x", "boot=1.5", NULL};
	struct faults *f = faults_new();

	(void)state;
	all_refused(f, faults_latency, no_operations, "expected an operation");
	all_refused(f, set_failing, no_operations, "expected an operation");
	all_refused(f, faults_nth, no_operations, "expected an operation");
	all_refused(f, faults_latency, no_latencies, "lognormal:10ms,0.5");
	all_refused(f, set_failing, no_rates, "a share from 0 to 1");
	all_refused(f, faults_nth, no_counts, "a count of 1 or more");
	for (int op = 0; op < OPERATIONS; op++) /* of all that, nothing was taken */
		assert_int_equal(next(f, (enum operation)op), GOES_WELL);
	faults_free(f);
}

static void test_no_connection_to_drop(void **state)
{
	static const char *const without[] = {"start=0.5", "boot=0.5", "shutdown=0.5", NULL};
	struct faults *f = faults_new();

	(void)state;
	all_refused(f, set_dropping, without, "no connection");
	for (size_t i = 0; without[i]; i++) {
		rate(f, FAILS, without[i]);
		rate(f, DIES, without[i]);
	}
	rate(f, DROPS, "exec=1");
	assert_int_equal(next(f, OP_EXEC), DROPS);
	faults_free(f);
}

static void test_sum(void **state)
{
	struct faults *f = faults_new();
	const char *why = NULL;
	int result;

	(void)state;
	rate(f, FAILS, "pause=0.1");
	rate(f, HANGS, "pause=20%");
	rate(f, DROPS, "pause=0.7");
	result = faults_rate(f, DIES, "pause=0.01", &why);
	refused(result, why, "add up");
	result = faults_rate(f, DROPS, "pause=0.75", &why);
	refused(result, why, "add up");
	rate(f, DROPS, "pause=0.5"); /* instead of the one before */
	rate(f, DIES, "pause=0.2");
	rate(f, DIES, "resume=1"); /* another operation's */
	faults_free(f);
}

static void test_rates(void **state)
{
	static const double expected[] = {0.1, 0.4, 0.2, 0.25, 0.05};
	struct faults *f = made(7);
	int count[DIES + 1] = {0};

	(void)state;
	rate(f, FAILS, "config=0.4");
	rate(f, HANGS, "config=0.2");
	rate(f, DROPS, "config=25%");
	rate(f, DIES, "config=0.05");
	for (int i = 0; i < MANY; i++)
		count[next(f, OP_CONFIG)]++;
	for (int i = GOES_WELL; i <= DIES; i++) { /* four standard deviations; the seed makes it the same each time */
		double share = (double)count[i] / MANY, distance = share - expected[i];

		if (distance * distance > 16 * expected[i] * (1 - expected[i]) / MANY)
			fail_msg("outcome %d: %g instead of %g", i, share, expected[i]);
	}
	faults_free(f);
}

static void test_always(void **state)
{
	struct faults *f = made(1);

	(void)state;
	rate(f, FAILS, "get=1");
	rate(f, HANGS, "boot=0.3");
	rate(f, DIES, "boot=0.7");
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(next(f, OP_GET), FAILS);
		assert_int_not_equal(next(f, OP_BOOT), GOES_WELL);
	}
	faults_free(f);
}

static void test_nth(void **state)
{
	struct faults *f = made(3);

	(void)state;
	nth(f, "pause=3");
	nth(f, "resume=1");
	for (int i = 1; i <= 30; i++) {
		assert_int_equal(next(f, OP_PAUSE), i % 3 == 0 ? FAILS : GOES_WELL);
		assert_int_equal(next(f, OP_RESUME), FAILS);
		assert_int_equal(next(f, OP_GET), GOES_WELL);
	}
	faults_free(f);
}

/* Each operation has numbers of its own: what happens to others meanwhile changes nothing. */
static void test_seeded(void **state)
{
	struct faults *a = made(42), *b = made(42), *c = made(43);
	struct faults *all[] = {a, b, c};
	int same = 0, same_latency = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		latency(all[i], "exec=exponential:10ms");
		rate(all[i], FAILS, "exec=0.5");
		latency(all[i], "pause=exponential:10ms");
	}
	for (int i = 0; i < 1000; i++) {
		int64_t la, lb, lc, other;
		enum outcome oa = faults_next(a, OP_EXEC, &la), ob, oc = faults_next(c, OP_EXEC, &lc);

		if (i % 3 == 0)
			faults_next(b, OP_PAUSE, &other);
		ob = faults_next(b, OP_EXEC, &lb);
		assert_int_equal(oa, ob);
		assert_int_equal(la, lb);
		same += oa == oc;
		same_latency += la == lc;
	}
	assert_true(same < 700);
	assert_true(same_latency < 10);
	faults_free(a);
	faults_free(b);
	faults_free(c);
}

/* A failure says nothing of the latency: they are of different numbers. */
static void test_independent(void **state)
{
	struct faults *f = made(5);
	double sum[2] = {0};
	int count[2] = {0};

	(void)state;
	latency(f, "exec=normal:100ms,20ms");
	rate(f, FAILS, "exec=0.5");
	for (int i = 0; i < MANY; i++) {
		int64_t time;
		enum outcome outcome = faults_next(f, OP_EXEC, &time);

		sum[outcome] += (double)time / MS;
		count[outcome]++;
	}
	for (int i = 0; i < 2; i++) {
		double mean = sum[i] / count[i];

		if (mean < 99 || mean > 101)
			fail_msg("outcome %d: a mean of %g ms", i, mean);
	}
	faults_free(f);
}

/* The seed may be said after the faults. */
static void test_seed_later(void **state)
{
	struct faults *a = faults_new(), *b = made(9);

	(void)state;
	latency(a, "get=exponential:1ms");
	rate(a, FAILS, "get=0.5");
	faults_seed(a, 9);
	latency(b, "get=exponential:1ms");
	rate(b, FAILS, "get=0.5");
	for (int i = 0; i < 100; i++) {
		int64_t la, lb;

		assert_int_equal(faults_next(a, OP_GET, &la), faults_next(b, OP_GET, &lb));
		assert_int_equal(la, lb);
	}
	faults_free(a);
	faults_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_said),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_connection_to_drop),
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_always),
		cmocka_unit_test(test_nth),
		cmocka_unit_test(test_seeded),
		cmocka_unit_test(test_independent),
		cmocka_unit_test(test_seed_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
