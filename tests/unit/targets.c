#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/bench-gate/targets.h"

static struct targets *parse(const char *text)
{
	struct targets *targets = targets_new();

	assert_non_null(targets);
	if (targets_read_memory(targets, "t", text, strlen(text)) != 0)
		fail_msg("%s: %s", text, targets_error(targets));
	return targets;
}

static void assert_error(const char *text, const char *error)
{
	struct targets *targets = targets_new();

	assert_non_null(targets);
	assert_int_equal(targets_read_memory(targets, "t", text, strlen(text)), -1);
	assert_string_equal(targets_error(targets), error);
	targets_free(targets);
}

static void reads_a_target(void **state)
{
	struct targets *targets = parse("  helios/commit\tlatency p95 < 50ms in real\r\n");
	const struct target *t = &targets->target[0];

	(void)state;
	assert_int_equal(targets->n, 1);
	assert_string_equal(t->text, "helios/commit\tlatency p95 < 50ms in real");
	assert_string_equal(t->bench, "helios/commit");
	assert_string_equal(t->metric, "latency");
	assert_string_equal(t->stat, "p95");
	assert_int_equal(t->op, OP_LESS);
	assert_string_equal(t->wanted, "50ms");
	assert_true(t->value == 50e6);
	assert_int_equal(t->unit, UNIT_NS);
	assert_false(t->bare);
	assert_int_equal(t->mode, MODE_REAL);
	assert_null(t->tier);
	assert_int_equal(t->line, 1);
	targets_free(targets);
}

static void knows_every_operator_with_and_without_space(void **state)
{
	static const char *const ops[] = {"<", "<=", ">", ">=", "==", "!="};
	char line[64];

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(line, sizeof line, i % 2 ? "b m mean%s3" : "b m mean  %s 3", ops[i]);
		struct targets *targets = parse(line);
		assert_int_equal(targets->target[0].op, i);
		assert_string_equal(target_op_name(targets->target[0].op), ops[i]);
		assert_true(targets->target[0].value == 3);
		targets_free(targets);
	}
}

static void bare_numbers_have_no_unit(void **state)
{
	struct targets *targets = parse("b m mean < 10k\nb m mean < 3\nb m mean < 99%\nb m mean < 1KB/op\nb m n >= 10k\n");

	(void)state;
	assert_true(targets->target[0].bare && targets->target[0].value == 10000);
	assert_true(targets->target[1].bare);
	assert_false(targets->target[2].bare);
	assert_true(fabs(targets->target[2].value - 0.99) < 1e-12);
	assert_int_equal(targets->target[3].unit, UNIT_BYTES_PER_OP);
	assert_true(target_is_count(&targets->target[4]));
	assert_false(target_is_count(&targets->target[0]));
	targets_free(targets);
}

static void knows_targets_of_growth(void **state)
{
	struct targets *targets = parse("r/d latency growth class <= O(n log n)  # no n^2\n"
					"r/d{k=1} latency  growth  class<O(n\xc2\xb2) in real\n"
					"r/d latency growth class == O( 1 )\n"
					"r/d latency growth exponent < 1.2\n"
					"r/d latency growth exponent>=1 in mock\n"
					"growth growth p50 < 3\n");
	const struct target *t = targets->target;

	(void)state;
	assert_int_equal(targets->n, 6);
	assert_int_equal(t[0].kind, TARGET_CLASS);
	assert_string_equal(t[0].stat, "growth class");
	assert_string_equal(t[0].wanted, "O(n log n)");
	assert_string_equal(t[0].text, "r/d latency growth class <= O(n log n)");
	assert_int_equal(t[0].op, OP_LESS_EQUAL);
	assert_true(t[0].value == GROWTH_N_LOG_N);
	assert_int_equal(t[0].mode, MODE_NONE);
	assert_int_equal(t[1].op, OP_LESS);
	assert_true(t[1].value == GROWTH_N2);
	assert_int_equal(t[1].mode, MODE_REAL);
	assert_int_equal(t[1].nparams, 1);
	assert_true(t[2].value == GROWTH_1);
	assert_int_equal(t[3].kind, TARGET_EXPONENT);
	assert_string_equal(t[3].stat, "growth exponent");
	assert_true(t[3].value == 1.2);
	assert_false(target_is_count(&t[3]));
	assert_int_equal(t[4].op, OP_GREATER_EQUAL);
	assert_int_equal(t[4].mode, MODE_MOCK);
	assert_int_equal(t[5].kind, TARGET_STAT);
	targets_free(targets);
}

#define CLASSES "a class: O(1), O(log n), O(n), O(n log n), O(n^2) or O(n^3)"

static void says_what_growth_it_expected(void **state)
{
	(void)state;
	assert_error("a m growth", "t:1: expected class or exponent behind 'growth'");
	assert_error("a m growth < O(n)", "t:1: expected class or exponent behind 'growth', not '<'");
	assert_error("a m growth klass < O(n)", "t:1: expected class or exponent behind 'growth', not 'klass'");
	assert_error("a m growth class O(n)", "t:1: expected one of < <= > >= == !=, not 'O(n)'");
	assert_error("a m growth class <=", "t:1: expected " CLASSES);
	assert_error("a m growth class <= n", "t:1: expected " CLASSES ", not 'n'");
	assert_error("a m growth class <= O(n", "t:1: expected " CLASSES ", not 'O(n'");
	assert_error("a m growth class <= O(n^4)", "t:1: expected " CLASSES ", not 'O(n^4)'");
	assert_error("a m growth class <= over O(n^3)", "t:1: expected " CLASSES ", not 'over'");
	assert_error("a m growth class <= O(n)x", "t:1: expected white space behind ')', not 'x'");
	assert_error("a m growth class <= O(n) on real", "t:1: expected 'in' or the line's end, not 'on'");
	assert_error("a m growth exponent == 1", "t:1: expected one of < <= > >= for an exponent, not '=='");
	assert_error("a m growth exponent < 5ms", "t:1: expected a number without unit, which an exponent is, not '5ms'");
	assert_error("a m growth exponent < O(n)", "t:1: expected a value such as 50ms, 1000/s, 64KiB, 3 or 99%, not 'O(n)'");
}

static void sections_are_tiers(void **state)
{
	struct targets *targets = parse("a m min > 1\n[week4]\na m min > 2\n[ week 12 ] # later\na m min > 3\n[week4]\na m min > 4");

	(void)state;
	assert_int_equal(targets->n, 4);
	assert_int_equal(targets->ntiers, 2);
	assert_string_equal(targets->tier[1], "week 12");
	assert_null(targets->target[0].tier);
	assert_string_equal(targets->target[1].tier, "week4");
	assert_string_equal(targets->target[2].tier, "week 12");
	assert_ptr_equal(targets->target[3].tier, targets->target[1].tier);
	assert_int_equal(targets->target[3].line, 7);
	targets_free(targets);
}

static void comments_start_behind_white_space(void **state)
{
	struct targets *targets = parse("# all\n\n   \t# of it\na#1 m max < 3 # not this\n");

	(void)state;
	assert_int_equal(targets->n, 1);
	assert_string_equal(targets->target[0].bench, "a#1");
	assert_string_equal(targets->target[0].text, "a#1 m max < 3");
	targets_free(targets);
}

static void assert_matches(const char *target, const char *bench, const char *params, const char *metric, int expected)
{
	char line[200];

	snprintf(line, sizeof line, "%s p50 < 3", target);
	struct targets *targets = parse(line);
	if (target_matches(&targets->target[0], bench, params, metric) != expected)
		fail_msg("%s: %s %s %s", target, bench, params, metric);
	targets_free(targets);
}

static void matches_by_glob_and_params(void **state)
{
	(void)state;
	assert_matches("http/* latency", "http/version", "{}", "latency", 1);
	assert_matches("http/* latency", "http/version", "{\"c\":1}", "latency", 1);
	assert_matches("http/* latency", "http/version", "{}", "service", 0);
	assert_matches("http/* *", "db/insert", "{}", "latency", 0);
	assert_matches("b{c=1} m", "b", "{\"c\":1,\"tls\":true}", "m", 1);
	assert_matches("b{c=1,tls=true} m", "b", "{\"c\":1,\"tls\":true}", "m", 1);
	assert_matches("b{c=1 tls=true} m", "b", "{\"c\":1,\"tls\":true}", "m", 1);
	assert_matches("b{c=1,tls=false} m", "b", "{\"c\":1,\"tls\":true}", "m", 0);
	assert_matches("b{c=1} m", "b", "{\"c\":10}", "m", 0);
	assert_matches("b{c=1?} m", "b", "{\"c\":10}", "m", 1);
	assert_matches("b{c=1e3} m", "b", "{\"c\":1000}", "m", 1);
	assert_matches("b{c=1} m", "b", "{}", "m", 0);
	assert_matches("b{} m", "b", "{}", "m", 1);
	assert_matches("b{} m", "b", "{\"c\":1}", "m", 0);
	assert_matches("b{name=} m", "b", "{\"name\":\"\"}", "m", 1);
}

#define STATS "a statistic (mean, median, p50, p90, p95, p99, p99.9, min, max, stddev, n, runs or errors) or growth"

static void says_what_it_expected(void **state)
{
	(void)state;
	assert_error("a", "t:1: expected a metric behind the benchmark");
	assert_error("a m", "t:1: expected " STATS);
	assert_error("\n\na m p97 < 3", "t:3: expected " STATS ", not 'p97'");
	assert_error("a m mean", "t:1: expected one of < <= > >= == !=");
	assert_error("a m mean = 3", "t:1: expected one of < <= > >= == !=, not '='");
	assert_error("a m mean <> 3", "t:1: expected one of < <= > >= == !=, not '<>'");
	assert_error("a m mean <", "t:1: expected a value such as 50ms, 1000/s, 64KiB, 3 or 99%");
	assert_error("a m mean < 5sec", "t:1: expected a value such as 50ms, 1000/s, 64KiB, 3 or 99%, not '5sec'");
	assert_error("a m mean < nan", "t:1: expected a value such as 50ms, 1000/s, 64KiB, 3 or 99%, not 'nan'");
	assert_error("a m n > 5ms", "t:1: expected a number without unit, which n, runs and errors are, not '5ms'");
	assert_error("a m errors < 1%", "t:1: expected a number without unit, which n, runs and errors are, not '1%'");
	assert_error("a m mean < 5ms on real", "t:1: expected 'in' or the line's end, not 'on'");
	assert_error("a m mean < 5ms in", "t:1: expected real, mock or mixed");
	assert_error("a m mean < 5ms in rust", "t:1: expected real, mock or mixed, not 'rust'");
	assert_error("a m mean < 5ms in real time", "t:1: expected the line's end, not 'time'");
	assert_error("a{c=1 m p50 < 3", "t:1: expected '}' behind the params");
	assert_error("a{c} m p50 < 3", "t:1: expected key=value between the braces, not 'c'");
	assert_error("a{=1} m p50 < 3", "t:1: expected key=value between the braces, not '=1'");
	assert_error("a{c=1}m p50 < 3", "t:1: expected white space behind '}', not 'm'");
	assert_error("{c=1} m p50 < 3", "t:1: expected a benchmark before '{', not '{c=1}'");
	assert_error("[week4", "t:1: expected ']' behind the tier's name, not '[week4'");
	assert_error("[", "t:1: expected ']' behind the tier's name");
	assert_error("[ ]", "t:1: expected a tier's name between '[' and ']'");
	assert_error("[a]b]", "t:1: expected a tier's name between '[' and ']', not 'a]b'");
	assert_error("a\xff m p50 < 3", "t:1: expected UTF-8 text");
}

static void needs_a_target(void **state)
{
	static const char none[] = "t: expected at least one target, such as 'http/version latency p95 < 50ms'";

	(void)state;
	assert_error("", none);
	assert_error("# nothing\n[week4]\n", none);
}

static void refuses_nul_and_overlong_lines(void **state)
{
	struct targets *targets = targets_new();
	char *line = malloc(TARGETS_LINE_MAX + 2);

	(void)state;
	assert_non_null(targets);
	assert_non_null(line);
	assert_int_equal(targets_read_memory(targets, "t", "a m min\0 < 3", 12), -1);
	assert_string_equal(targets_error(targets), "t:1: expected text, not a NUL byte");
	memset(line, 'a', TARGETS_LINE_MAX + 2);
	assert_int_equal(targets_read_memory(targets, "t", line, TARGETS_LINE_MAX + 2), -1);
	assert_string_equal(targets_error(targets), "t:1: expected a line of at most 65536 bytes");
	free(line);
	targets_free(targets);
}

static void names_a_file_that_is_not_there(void **state)
{
	struct targets *targets = targets_new();

	(void)state;
	assert_non_null(targets);
	assert_int_equal(targets_read(targets, "/nonexistent/targets"), -1);
	assert_string_equal(targets_error(targets), "/nonexistent/targets: No such file or directory");
	targets_free(targets);
	targets_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_target),
		cmocka_unit_test(knows_every_operator_with_and_without_space),
		cmocka_unit_test(bare_numbers_have_no_unit),
		cmocka_unit_test(knows_targets_of_growth),
		cmocka_unit_test(says_what_growth_it_expected),
		cmocka_unit_test(sections_are_tiers),
		cmocka_unit_test(comments_start_behind_white_space),
		cmocka_unit_test(matches_by_glob_and_params),
		cmocka_unit_test(says_what_it_expected),
		cmocka_unit_test(needs_a_target),
		cmocka_unit_test(refuses_nul_and_overlong_lines),
		cmocka_unit_test(names_a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
