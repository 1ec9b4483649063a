#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "expr.h"

/* Variables of all tests: n = 7, zero = 0, x = 2.5, min = INT64_MIN, max = INT64_MAX, and_1 = 11. */
static const char *const names[] = { "n", "zero", "x", "min", "max", "and_1" };
static const struct expr_value variables[] = {
	{ .integer = 7 },	  { .integer = 0 },	    { .is_real = true, .real = 2.5 },
	{ .integer = INT64_MIN }, { .integer = INT64_MAX }, { .integer = 11 },
};

static int lookup(void *data, const char *name, size_t len)
{
	(void)data;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return (int)i;
	}
	return -1;
}

/* In memory of its own, so that a sanitizer sees a step beyond the end. */
static struct expr *parse_text(const char *text, char error[128], size_t *at)
{
	size_t len = strlen(text);
	char *copy = malloc(len ? len : 1);
	struct expr *e;

	assert_non_null(copy);
	memcpy(copy, text, len);
	e = expr_parse(copy, len, lookup, NULL, error, at);
	free(copy);
	return e;
}

static struct expr *parse(const char *text)
{
	char error[128] = "";
	struct expr *e = parse_text(text, error, NULL);

	if (!e)
		fail_msg("%s: %s", text, error);
	return e;
}

static struct expr_value evaluate(const char *text)
{
	struct expr *e = parse(text);
	struct expr_value value;
	const char *error = expr_eval(e, variables, NULL, &value);

	if (error)
		fail_msg("%s: %s", text, error);
	assert_false(expr_is_random(e));
	expr_free(e);
	return value;
}

static void gives(const char *text, int64_t integer)
{
	struct expr_value v = evaluate(text);

	if (v.is_real || v.integer != integer)
		fail_msg("%s is %lld or %g, not %lld", text, (long long)v.integer, v.real, (long long)integer);
}

static void gives_real(const char *text, double real)
{
	struct expr_value v = evaluate(text);

	if (!v.is_real || v.real != real)
		fail_msg("%s is %lld or %.17g, not %.17g", text, (long long)v.integer, v.real, real);
}

static void fails(const char *text, const char *message, size_t at)
{
	char error[128] = "";
	size_t where = SIZE_MAX;
	struct expr *e = parse_text(text, error, &where);

	if (e)
		fail_msg("%s is accepted", text);
	if (strcmp(error, message) != 0 || where != at)
		fail_msg("%s: \"%s\" at %zu, not \"%s\" at %zu", text, error, where, message, at);
}

static void fails_later(const char *text, const char *message)
{
	struct expr *e = parse(text);
	struct expr_value value;
	struct rng rng;
	const char *error;

	rng_seed(&rng, 1, 0);
	error = expr_eval(e, variables, &rng, &value);
	if (!error || strcmp(error, message) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", text, error ? error : "no error", message);
	expr_free(e);
}

static void reads_numbers(void **state)
{
	(void)state;
	gives("42", 42);
	gives(" \t007\n", 7);
	gives("9223372036854775807", INT64_MAX);
	gives("-9223372036854775808", INT64_MIN);
	gives("- 9223372036854775808", INT64_MIN);
	gives_real("1.5", 1.5);
	gives_real(".5", 0.5);
	gives_real("1.", 1);
	gives_real("1e3", 1000);
	gives_real("1.5E-2", 0.015);
	gives_real("-2e+1", -20);
	gives_real("1e-400", 0);
	fails("9223372036854775808", "number out of range", 0);
	fails("1 + -9223372036854775809", "number out of range", 5);
	fails("1e400", "number out of range", 0);
	fails("12abc", "expected an operator, not 'abc'", 2);
	fails("0x10", "expected an operator, not 'x10'", 1);
	fails("1e", "expected an operator, not 'e'", 1);
	fails("1e+", "expected an operator, not 'e'", 1);
	fails("1.2.3", "expected an operator, not '.'", 3);
	fails("2 + 00000000000000000000000000000000000000000000000000000000000000001",
	      "a number of more than 64 characters", 4);
}

static void reads_variables(void **state)
{
	(void)state;
	gives("n", 7);
	gives(":n", 7);
	gives(":n+n", 14);
	gives_real("x", 2.5);
	gives("and_1", 11);
	gives(":and_1 and 1", 1);
	fails("y", "unknown variable 'y'", 0);
	fails("1 + :yy", "unknown variable 'yy'", 5);
	fails("N", "unknown variable 'N'", 0);
	fails(":and", "unknown variable 'and'", 1);
	fails(":", "expected a name after ':' at the end", 1);
	fails(": n", "expected a name after ':', not byte 0x20", 1);
	fails("random + 1", "unknown variable 'random'", 0);
	fails("a23456789b123456789c123456789d123456789e123456789f123456789",
	      "unknown variable 'a23456789b123456789c123456789d123456789e12345678'", 0);
	{
		char error[128];

		assert_null(expr_parse("n", 1, NULL, NULL, error, NULL));
		assert_string_equal(error, "unknown variable 'n'");
	}
}

static void binds_by_precedence(void **state)
{
	(void)state;
	gives("1 + 2 * 3", 7);
	gives("(1 + 2) * 3", 9);
	gives("10 - 4 - 3", 3);
	gives("100 / 10 / 5", 2);
	gives("2 * 7 % 4", 2);
	gives("7 % 4 * 2", 6);
	gives("-2 * -3", 6);
	gives("-n + 1", -6);
	gives("- - n", 7);
	gives("--5", 5);
	gives("-+-5", 5);
	gives("1--1", 2);
	gives("1 + 1 = 2", 1);
}

static void compares(void **state)
{
	(void)state;
	gives("1 = 1", 1);
	gives("1 <> 1", 0);
	gives("1 != 2", 1);
	gives("1 < 2", 1);
	gives("2 <= 1", 0);
	gives("2 > 1", 1);
	gives("1 >= 2", 0);
	gives("1 = 1.0", 1);
	gives("x > 2", 1);
	gives("2.5 <= x", 1);
	gives("max > min", 1);
	gives("max = max - 1", 0);
	gives("(1 < 2) = 1", 1);
	fails("1 < 2 < 3", "comparisons do not chain: use parentheses or 'and'", 6);
	fails("1 == 1", "expected a value, not '='", 3);
	fails("1 ! 1", "expected an operator, not '!'", 2);
}

static void is_logical(void **state)
{
	(void)state;
	gives("1 and 2", 1);
	gives("1 and 0", 0);
	gives("0 or 0.5", 1);
	gives("0 or 0.0", 0);
	gives("not 3", 0);
	gives("not 0", 1);
	gives("not not 3", 1);
	gives("not 1 = 2", 1);
	gives("not 0 and 0", 0);
	gives("1 or 1 and 0", 1);
	gives("(1 or 1) and 0", 0);
	gives("n and zero or n", 1);
	gives("zero or zero or n", 1);
	gives("n AND Not zero", 1);
	gives("(n and 2) + 3", 4);
	gives("(zero and 2) + 3", 3); /* the landing of the jump is not folded with what follows */
	gives("(n or 0) + 3", 4);
	gives("3 + (zero or 0) + 4", 7);
	gives("least(n or 2, 5)", 1);
	/* only where it matters */
	gives("zero and 1 / zero", 0);
	gives("n or 1 / 0", 1);
	fails_later("n and 1 / zero", "division by zero");
	fails("and 1", "expected a value, not 'and'", 0);
	fails("1 and", "expected a value at the end", 5);
	fails("1 or or 2", "expected a value, not 'or'", 5);
	fails("1 + not 2", "expected a value, not 'not'", 4);
}

static void divides_toward_zero(void **state)
{
	(void)state;
	gives("7 / 2", 3);
	gives("-7 / 2", -3);
	gives("7 % -2", 1);
	gives("-7 % 2", -1);
	gives("mod(-7, 2)", -1);
	gives("min % -1", 0);
	gives("min / 1", INT64_MIN);
	gives("max / -1", -INT64_MAX);
	gives_real("7 / 2.0", 3.5);
	gives_real("x % 1", 0.5);
	gives_real("-7.5 % 2", -1.5);
	fails_later("min / -1", "integer overflow");
	fails_later("1 / 0", "division by zero");
	fails_later("1 % zero", "division by zero");
	fails_later("1.0 / 0", "division by zero");
	fails_later("1 % 0.0", "division by zero");
}

static void checks_overflow(void **state)
{
	(void)state;
	gives("max - 1 + 1", INT64_MAX);
	gives_real("1.0 * max * 2", 0x1p64);
	fails_later("max + 1", "integer overflow");
	fails_later("min - 1", "integer overflow");
	fails_later("max * 2", "integer overflow");
	fails_later("-min", "integer overflow");
	fails_later("abs(min)", "integer overflow");
	fails_later("9223372036854775807 + 1", "integer overflow");
	fails_later("1e308 * 10", "number out of range");
	fails_later("1e308 + 1e308", "number out of range");
	fails_later("-1e308 - 1e308", "number out of range");
	fails_later("1e300 / 1e-300", "number out of range");
	fails_later("int(1e19)", "integer overflow");
	fails_later("int(-1e19)", "integer overflow");
	fails_later("hash(1e19)", "integer overflow");
	fails_later("hash(1, 1e19)", "integer overflow");
}

static void has_functions(void **state)
{
	(void)state;
	gives("abs(-3)", 3);
	gives("abs(3)", 3);
	gives_real("abs(-x)", 2.5);
	gives("int(2.4)", 2);
	gives("int(2.6)", 3);
	gives("int(-2.6)", -3);
	gives("int(5.4 + 3.8)", 9);
	gives("int(n)", 7);
	gives_real("double(n)", 7);
	gives_real("double(x)", 2.5);
	gives_real("sqrt(16)", 4);
	gives_real("ln(1)", 0);
	gives_real("exp(0)", 1);
	gives_real("ln(exp(1))", 1);
	gives_real("pow(2, 10)", 1024);
	gives_real("pow(4, 0.5)", 2);
	gives("mod(n, 4)", 3);
	gives("least(5)", 5);
	gives("least(5, 3, 4)", 3);
	gives_real("least(5, 3, 4.0)", 3);
	gives("greatest(5, n, 4)", 7);
	gives_real("greatest(x, 1)", 2.5);
	gives_real("greatest(x, 3)", 3);
	gives("ABS ( - 3 )", 3);
	gives("least(abs(-1), least(2, 3))", 1);
	fails_later("sqrt(-1)", "square root of a negative number");
	fails_later("ln(0)", "logarithm of a number that is not over 0");
	fails_later("ln(-x)", "logarithm of a number that is not over 0");
	fails_later("exp(1000)", "number out of range");
	fails_later("pow(0, -1)", "number out of range");
	fails_later("pow(-8, 0.5)", "number out of range");
}

static void counts_arguments(void **state)
{
	(void)state;
	fails("1 + abs()", "abs() takes 1 argument", 4);
	fails("abs(1, 2)", "abs() takes 1 argument", 0);
	fails("random(1)", "random() takes 2 arguments", 0);
	fails("Pow(1, 2, 3)", "pow() takes 2 arguments", 0);
	fails("hash()", "hash() takes 1 or 2 arguments", 0);
	fails("hash(1, 2, 3)", "hash() takes 1 or 2 arguments", 0);
	fails("least()", "least() takes 1 or more arguments", 0);
	fails("random_zipfian(1, 2)", "random_zipfian() takes 3 arguments", 0);
	fails("1 * f(1)", "unknown function 'f'", 4);
	fails(":n(1)", "expected an operator, not '('", 2);
	fails("abs(1", "expected ',' or ')' at the end", 5);
	fails("abs(1 2", "expected ',' or ')', not '2'", 6);
	fails("abs(1,)", "abs() takes 1 argument", 0);
	fails("least(1,)", "expected a value, not ')'", 8);
}

static void points_at_what_is_wrong(void **state)
{
	(void)state;
	fails("", "expected a value at the end", 0);
	fails("  ", "expected a value at the end", 2);
	fails("1 +", "expected a value at the end", 3);
	fails("(1", "expected ')' at the end", 2);
	fails("(1 2)", "expected ')', not '2'", 3);
	fails("1)", "expected an operator, not ')'", 1);
	fails("()", "expected a value, not ')'", 1);
	fails("1 2", "expected an operator, not '2'", 2);
	fails("1 + \xc3\xa9", "expected a value, not byte 0xc3", 4);
	fails("1 \x01", "expected an operator, not byte 0x01", 2);
	fails("'1'", "expected a value, not '''", 0);
}

static char *repeat(const char *before, const char *middle, const char *after, int times)
{
	size_t size = (strlen(before) + strlen(after)) * (size_t)times + strlen(middle) + 1;
	char *text = calloc(size, 1), *end = text;

	assert_non_null(text);
	for (int i = 0; i < times; i++)
		end = stpcpy(end, before);
	end = stpcpy(end, middle);
	for (int i = 0; i < times; i++)
		end = stpcpy(end, after);
	return text;
}

static void nests_to_a_depth(void **state)
{
	static const struct {
		const char *before, *middle, *after;
		int fits, overflows;
		int64_t result;
	} cases[] = {
		{ "(", "5", ")", 99, 100, 5 },
		{ "-", "n", "", 99, 100, -7 },
		{ "not ", "n", "", 98, 100, 1 },
		{ "abs(", "n", ")", 99, 100, 7 },
		{ "1+(", "n", ")", 99, 100, 106 },
		/* the stack is what ends these */
		{ "n+1*(", "0", ")", 60, 70, 60 * 7 },
		{ "least(9, least(9, n) + 0 * (", "n", "))", 42, 45, 7 },
	};
	char error[128];
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = repeat(cases[i].before, cases[i].middle, cases[i].after, cases[i].fits);

		gives(text, cases[i].result);
		free(text);
		text = repeat(cases[i].before, cases[i].middle, cases[i].after, cases[i].overflows);
		assert_null(parse_text(text, error, &at));
		assert_string_equal(error, "nested too deep");
		assert_true(at > 0 && at <= strlen(text));
		free(text);
		text = repeat(cases[i].before, cases[i].middle, cases[i].after, 20000);
		assert_null(parse_text(text, error, &at));
		free(text);
	}
	/* length is no depth */
	char *text = repeat("1 + ", "n", " or 0 and 1", 5000);

	gives(text, 1);
	free(text);
	text = repeat("", "least(9", ", n", 5000);
	assert_null(parse_text(text, error, &at));
	assert_string_equal(error, "expected ',' or ')' at the end");
	free(text);
}

static void hashes_well(void **state)
{
	unsigned low[256] = { 0 };
	struct expr *e = parse("hash(n, 3)");
	double chi = 0;

	(void)state;
	for (int i = 0; i < 25600; i++) {
		struct expr_value n = { .integer = i }, v;

		assert_null(expr_eval(e, &n, NULL, &v));
		assert_true(!v.is_real && v.integer >= 0);
		low[v.integer % 256]++;
	}
	for (int i = 0; i < 256; i++)
		chi += (low[i] - 100.0) * (low[i] - 100.0) / 100;
	assert_true(fabs(chi - 255) < 4 * sqrt(2 * 255));
	expr_free(e);
	assert_true(evaluate("hash(1)").integer == evaluate("hash(1.0, 0)").integer);
	assert_true(evaluate("hash(1)").integer != evaluate("hash(1, 1)").integer);
	assert_true(evaluate("hash(1, 2)").integer != evaluate("hash(2, 1)").integer);
}

/* How often each of low, low + 1, ... comes; the distributions themselves are tested with exprop. */
static void draw(const char *text, int64_t low, unsigned *count, int cells)
{
	struct expr *e = parse(text);
	struct rng rng;

	assert_true(expr_is_random(e));
	rng_seed(&rng, 20, 0);
	for (int i = 0; i < 10000; i++) {
		struct expr_value v;

		assert_null(expr_eval(e, variables, &rng, &v));
		assert_true(!v.is_real && v.integer >= low && v.integer < low + cells);
		count[v.integer - low]++;
	}
	expr_free(e);
}

/* Constant operands are seen to in advance, which must change nothing. */
static void draws_the_same_of_constants(void **state)
{
	static const char *const texts[][2] = {
		{ "random(11, 20)", "random(11.4, n + 13)" },
		{ "random_gaussian(10 + 1, 20, 2.5)", "random_gaussian(n + 4, 20, x)" },
		{ "random_exponential(11, 2 * 10, 2.5)", "random_exponential(11, 20, :x)" },
		{ "random_zipfian(10 + 1, 20, 2.5)", "random_zipfian(11, n + 13, x)" },
		{ "random_zipfian(11, 20, 1)", "random_zipfian(and_1, 20, 1)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		unsigned count[2][10] = { { 0 } };

		draw(texts[i][0], 11, count[0], 10);
		draw(texts[i][1], 11, count[1], 10);
		assert_memory_equal(count[0], count[1], sizeof count[0]);
		assert_true(count[0][0] > 0 && count[0][0] < 9000);
	}
}

static void refuses_wrong_draws(void **state)
{
	static const char empty[] = "the lower end of a random range is above its upper end";

	(void)state;
	fails_later("random(2, 1)", empty);
	fails_later("random(n, zero)", empty);
	fails_later("random_gaussian(2, 1, 3)", empty);
	fails_later("random_exponential(2, 1, 3)", empty);
	fails_later("random_zipfian(2, 1, 3)", empty);
	fails_later("random_zipfian(n, 1, 3)", empty);
	fails_later("random(1e19, 1)", "integer overflow");
	fails_later("random(1, 1e19)", "integer overflow");
	fails_later("random_gaussian(1, 2, 1.99)", "the parameter of random_gaussian() is below 2");
	fails_later("random_exponential(1, 2, 0)", "the parameter of random_exponential() is not over 0");
	fails_later("random_zipfian(1, 2, 0)", "the parameter of random_zipfian() is not over 0");
	fails_later("random_zipfian(1, 2, -x)", "the parameter of random_zipfian() is not over 0");
}

static void repeats_with_a_seed(void **state)
{
	struct expr *e = parse("random(1, 1000000) + random_gaussian(1, 1000000, 3) * random_zipfian(1, n, x)");
	struct rng a, b;
	int differing = 0;

	(void)state;
	rng_seed(&a, 5, 1);
	rng_seed(&b, 5, 1);
	for (int i = 0, last = 0; i < 100; i++) {
		struct expr_value one, two;

		assert_null(expr_eval(e, variables, &a, &one));
		assert_null(expr_eval(e, variables, &b, &two));
		assert_true(one.integer == two.integer);
		differing += one.integer != last;
		last = (int)one.integer;
	}
	assert_true(differing > 90);
	expr_free(e);
}

static void integer_gives(const char *text, int64_t expected, const char *message)
{
	struct expr *e = parse(text);
	int64_t value = 0;
	const char *error = expr_eval_integer(e, variables, NULL, &value);

	if (message)
		assert_string_equal(error, message);
	else
		assert_null(error);
	assert_true(value == expected);
	expr_free(e);
}

static void evaluates_to_an_integer(void **state)
{
	(void)state;
	integer_gives("n + 1", 8, NULL);
	integer_gives("x * 2", 5, NULL);
	integer_gives("-9223372036854775808.0", INT64_MIN, NULL);
	integer_gives("x", 0, "not an integer");
	integer_gives("9223372036854775808.0", 0, "integer overflow");
	integer_gives("1 / zero", 0, "division by zero");
}

static void tells_what_it_uses(void **state)
{
	struct expr *e = parse("n + abs(:x) * 0");

	(void)state;
	assert_true(expr_uses(e, 0));
	assert_false(expr_uses(e, 1));
	assert_true(expr_uses(e, 2));
	assert_false(expr_is_random(e));
	expr_free(e);
	e = parse("zero and random_zipfian(1, 2, 3)");
	assert_true(expr_uses(e, 1) && expr_is_random(e));
	expr_free(e);
	expr_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reads_variables),
		cmocka_unit_test(binds_by_precedence),
		cmocka_unit_test(compares),
		cmocka_unit_test(is_logical),
		cmocka_unit_test(divides_toward_zero),
		cmocka_unit_test(checks_overflow),
		cmocka_unit_test(has_functions),
		cmocka_unit_test(counts_arguments),
		cmocka_unit_test(points_at_what_is_wrong),
		cmocka_unit_test(nests_to_a_depth),
		cmocka_unit_test(hashes_well),
		cmocka_unit_test(draws_the_same_of_constants),
		cmocka_unit_test(refuses_wrong_draws),
		cmocka_unit_test(repeats_with_a_seed),
		cmocka_unit_test(evaluates_to_an_integer),
		cmocka_unit_test(tells_what_it_uses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
