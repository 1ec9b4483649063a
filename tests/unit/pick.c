#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/generator.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static uint64_t index_of(const struct pick *p, uint64_t row)
{
	const char *why = "nothing said";
	uint64_t index = UINT64_MAX;

	if (pick_index(p, row, arena, &index, &why) != 1)
		fail_msg("row %llu: %s", (unsigned long long)row, why ? why : "no memory");
	return index;
}

/* Chi-square of counts against expected ones, as standard normal deviates (Wilson and Hilferty). */
static double deviates(const unsigned *count, const double *expected, size_t n)
{
	double chi = 0, k = (double)n - 1;

	for (size_t i = 0; i < n; i++)
		chi += (count[i] - expected[i]) * (count[i] - expected[i]) / expected[i];
	return (cbrt(chi / k) - (1 - 2 / (9 * k))) / sqrt(2 / (9 * k));
}

static void uniform_is_uniform(void **state)
{
	struct pick p = { .kind = PICK_UNIFORM, .key = 11, .n = 100 };
	unsigned count[100] = { 0 };
	double expected[100];

	(void)state;
	for (uint64_t row = 0; row < 100000; row++) {
		uint64_t index = index_of(&p, row);

		assert_true(index < 100);
		count[index]++;
	}
	for (int i = 0; i < 100; i++)
		expected[i] = 1000;
	assert_true(fabs(deviates(count, expected, 100)) < 4);
}

static void zipf_is_zipf(void **state)
{
	struct pick p = { .kind = PICK_ZIPF, .key = 12, .n = 50 };
	unsigned count[50] = { 0 };
	double expected[50], sum = 0;

	(void)state;
	rng_zipf_init(&p.zipf, p.n, 1.2);
	for (uint64_t row = 0; row < 100000; row++) {
		uint64_t index = index_of(&p, row);

		assert_true(index < 50);
		count[index]++;
	}
	for (int i = 0; i < 50; i++)
		sum += pow(i + 1, -1.2);
	for (int i = 0; i < 50; i++)
		expected[i] = 100000 * pow(i + 1, -1.2) / sum;
	assert_true(fabs(deviates(count, expected, 50)) < 4);
	for (int i = 1; i < 6; i++)
		assert_true(count[i] < count[i - 1]);
}

static void normal_is_centred_and_stays_inside(void **state)
{
	struct pick p = { .kind = PICK_NORMAL, .key = 13, .n = 1000, .mean = 0.5, .deviation = 0.1 };
	struct pick edge = { .kind = PICK_NORMAL, .key = 13, .n = 10, .mean = 0, .deviation = 1 };
	struct pick outside = { .kind = PICK_NORMAL, .key = 13, .n = 10, .mean = 50, .deviation = 0.1 };
	double sum = 0, squares = 0;
	unsigned first = 0;

	(void)state;
	for (uint64_t row = 0; row < 40000; row++) {
		double x = (double)index_of(&p, row) + 0.5;

		sum += x;
		squares += x * x;
		first += index_of(&edge, row) == 0;
	}
	sum /= 40000;
	assert_true(fabs(sum - 500) < 4 * 100 / 200.0);
	assert_true(fabs(sqrt(squares / 40000 - sum * sum) - 100) < 2);
	/* of the half normal within [0, 1), the first tenth holds erf(0.1 / sqrt 2) / erf(1 / sqrt 2) */
	assert_true(fabs(first / 40000.0 - erf(0.1 / sqrt(2)) / erf(1 / sqrt(2))) < 0.008);
	assert_int_equal(index_of(&outside, 0), 9);
	outside.mean = -50;
	assert_int_equal(index_of(&outside, 0), 0);
}

static void permuted_takes_each_once(void **state)
{
	struct pick p = { .kind = PICK_PERMUTED, .key = 14, .n = 5003 };
	unsigned char *seen = calloc(5003, 1);
	unsigned in_place = 0;

	(void)state;
	assert_non_null(seen);
	for (uint64_t row = 0; row < 5003; row++) {
		uint64_t index = index_of(&p, row);

		assert_true(index < 5003 && !seen[index]);
		seen[index] = 1;
		in_place += index == row;
	}
	assert_true(in_place < 12); /* 1 is expected */
	assert_int_equal(index_of(&p, 5003), index_of(&p, 0));
	free(seen);
}

static void order_goes_round(void **state)
{
	struct pick p = { .kind = PICK_IN_ORDER, .n = 7 };

	(void)state;
	for (uint64_t row = 0; row < 30; row++)
		assert_int_equal(index_of(&p, row), row % 7);
}

static void before_makes_a_tree(void **state)
{
	struct pick p = { .kind = PICK_BEFORE, .key = 15, .n = 1000 };
	uint64_t index = 0;
	const char *why;
	double shares = 0;

	(void)state;
	assert_int_equal(pick_index(&p, 0, arena, &index, &why), 0);
	assert_int_equal(index_of(&p, 1), 0);
	for (uint64_t row = 1; row < 20000; row++) {
		uint64_t most = row < 1000 ? row : 1000;

		index = index_of(&p, row);
		assert_true(index < most);
		shares += ((double)index + 0.5) / (double)most;
	}
	assert_true(fabs(shares / 19999 - 0.5) < 4 * sqrt(1 / 12.0 / 19999));
}

/* The parts of one tuple, put together again, ascend strictly and stay in the domain. */
static void check_tuples(uint64_t n1, uint64_t n2, uint64_t n3, uint64_t rows, uint64_t first)
{
	struct pick p = { .kind = PICK_PART, .key = 16, .domain = n1 * n2 * n3, .rows = rows };
	uint64_t before = 0;

	for (uint64_t row = first; row < rows && row < first + 5000; row++) {
		uint64_t a, b, c, tuple;

		p.divisor = n2 * n3;
		p.n = n1;
		a = index_of(&p, row);
		p.divisor = n3;
		p.n = n2;
		b = index_of(&p, row);
		p.divisor = 1;
		p.n = n3;
		c = index_of(&p, row);
		assert_true(a < n1 && b < n2 && c < n3);
		tuple = (a * n2 + b) * n3 + c;
		assert_true(row == first || tuple > before);
		before = tuple;
	}
}

static void parts_make_distinct_tuples(void **state)
{
	(void)state;
	check_tuples(10, 20, 5, 1000, 0);	   /* every tuple */
	check_tuples(10, 20, 5, 999, 0);
	check_tuples(100, 200, 50, 3000, 0);
	check_tuples(1000000, 1000000, 1000000, 1000000000, 999995000); /* products beyond 64 bits */
	check_tuples(1, 1, 1, 1, 0);
	check_tuples(3, 1, 1, 2, 0);
}

/* With random steps: not always the same place between two neighbours. */
static void parts_are_spread(void **state)
{
	struct pick p = { .kind = PICK_PART, .key = 17, .domain = 100000, .rows = 1000, .divisor = 1, .n = 100000 };
	unsigned count[10] = { 0 };
	double expected[10];

	(void)state;
	for (uint64_t row = 0; row < 1000; row++)
		count[index_of(&p, row) % 100 / 10]++;
	for (int i = 0; i < 10; i++)
		expected[i] = 100;
	assert_true(fabs(deviates(count, expected, 10)) < 4);
}

static int lookup(void *data, const char *name, size_t len)
{
	(void)data;
	if (len == 3 && memcmp(name, "row", 3) == 0)
		return 0;
	return len == 1 && *name >= 'a' && *name <= 'z' ? 1 + 2 * (*name - 'a') : -1;
}

static struct expr *parse(const char *text)
{
	char error[128] = "";
	struct expr *e = expr_parse(text, strlen(text), lookup, NULL, error, NULL);

	if (!e)
		fail_msg("%s: %s", text, error);
	return e;
}

static void expressions_choose(void **state)
{
	struct expr_value variables[60] = { [1] = { .integer = 3 }, [51] = { .integer = 1000 } };
	struct pick p = { .kind = PICK_EXPR, .key = 18, .n = 10, .variables = variables, .nvariables = 60 };
	const char *why = NULL;
	uint64_t index;

	(void)state;
	p.expr = parse("row * a + z - 1000"); /* more variables than fit on the stack */
	for (uint64_t row = 0; row < 50; row++)
		assert_int_equal(index_of(&p, row), row * 3 % 10);
	expr_free(p.expr);

	p.expr = parse("-1 - row");
	p.nvariables = 2;
	for (uint64_t row = 0; row < 50; row++)
		assert_int_equal(index_of(&p, row), 9 - row % 10);
	expr_free(p.expr);

	p.expr = parse("random(0, 9)");
	for (uint64_t row = 0; row < 50; row++)
		assert_int_equal(index_of(&p, row), index_of(&p, row));
	assert_true(index_of(&p, 1) != index_of(&p, 2) || index_of(&p, 3) != index_of(&p, 4));
	expr_free(p.expr);

	p.expr = parse("1 / (row - 5)");
	assert_int_equal(pick_index(&p, 5, arena, &index, &why), -1);
	assert_string_equal(why, "division by zero");
	expr_free(p.expr);
}

/* n = 0 stands for 2^64. */
static void ranges_of_all_64_bits(void **state)
{
	struct pick p = { .kind = PICK_UNIFORM, .key = 19, .n = 0 };
	uint64_t or = 0, and = UINT64_MAX;

	(void)state;
	for (uint64_t row = 0; row < 200; row++) {
		or |= index_of(&p, row);
		and &= index_of(&p, row);
	}
	assert_true(or == UINT64_MAX && and == 0);
	p.kind = PICK_NORMAL;
	p.mean = 0.5;
	p.deviation = 0.01;
	assert_true(fabs((double)index_of(&p, 1) / 0x1p64 - 0.5) < 0.1);
	p.kind = PICK_IN_ORDER;
	assert_true(index_of(&p, UINT64_MAX) == UINT64_MAX);
	p.kind = PICK_PERMUTED;
	assert_true(index_of(&p, 1) != index_of(&p, 2));
	p.n = UINT64_MAX;
	assert_true(index_of(&p, 1) != index_of(&p, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uniform_is_uniform),
		cmocka_unit_test(zipf_is_zipf),
		cmocka_unit_test(normal_is_centred_and_stays_inside),
		cmocka_unit_test(permuted_takes_each_once),
		cmocka_unit_test(order_goes_round),
		cmocka_unit_test(before_makes_a_tree),
		cmocka_unit_test(parts_make_distinct_tuples),
		cmocka_unit_test(parts_are_spread),
		cmocka_unit_test(expressions_choose),
		cmocka_unit_test(ranges_of_all_64_bits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
