/* The parser of expressions and their evaluation. The first byte of the input chooses the values of its variables,
 * which are called a, b and so on. */
#include "harness.h"

#include <math.h>

#include "expr.h"

enum { VARIABLES = 4 };

static int lookup(void *data, const char *name, size_t len)
{
	(void)data;
	return len == 1 && *name >= 'a' && *name < 'a' + VARIABLES ? *name - 'a' : -1;
}

static void set_variables(struct expr_value variables[VARIABLES], uint8_t choice)
{
	static const int64_t integers[] = { 0, 1, -1, 7, INT64_MIN, INT64_MAX, 1000, 64 };
	static const double reals[] = { 0, -0.0, 2.5, -1e-300, 1e308, 0x1p63, -3, 0.1 };

	for (int i = 0; i < VARIABLES; i++) {
		variables[i].is_real = choice >> i & 1;
		variables[i].integer = integers[(choice + i) % 8];
		variables[i].real = reals[(choice + i) % 8];
	}
}

static bool same(const struct expr_value *a, const struct expr_value *b)
{
	return a->is_real == b->is_real && (a->is_real ? a->real == b->real : a->integer == b->integer);
}

/* The result, or false for an error. */
static bool evaluate(const struct expr *e, const struct expr_value *variables, struct expr_value *result)
{
	struct rng rng;
	const char *error;

	rng_seed(&rng, 1, 2);
	error = expr_eval(e, variables, expr_is_random(e) ? &rng : NULL, result);
	MUST(!error || (*error && strlen(error) < 100));
	MUST(error || !result->is_real || isfinite(result->real));
	return !error;
}

static void check_integer(const struct expr *e, const struct expr_value *variables, const struct expr_value *value)
{
	struct rng rng;
	int64_t integer;

	rng_seed(&rng, 1, 2);
	if (!expr_eval_integer(e, variables, &rng, &integer))
		MUST(value->is_real ? (double)integer == value->real : integer == value->integer);
	else
		MUST(value->is_real);
}

/* In parentheses it is the same, unless that nests too deep. */
static void check_again(const char *text, size_t len, const struct expr_value *variables,
			const struct expr_value *value, bool ok)
{
	static const char before[] = "+(", after[] = ")\t";
	char error[128], *again = malloc(len + 4);
	struct expr_value result;
	struct expr *e;

	MUST(again);
	memcpy(again, before, 2);
	memcpy(again + 2, text, len);
	memcpy(again + 2 + len, after, 2);
	e = expr_parse(again, len + 4, lookup, NULL, error, NULL);
	if (e) {
		MUST(evaluate(e, variables, &result) == ok);
		MUST(!ok || same(&result, value));
	} else {
		MUST(strcmp(error, "nested too deep") == 0);
	}
	expr_free(e);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expr_value variables[VARIABLES], value;
	char error[128];
	struct expr *e;
	size_t at = SIZE_MAX;

	if (size == 0)
		return 0;
	set_variables(variables, data[0]);
	memset(error, 'x', sizeof error);
	e = expr_parse((const char *)data + 1, size - 1, lookup, NULL, error, &at);
	if (!e) {
		MUST(memchr(error, '\0', sizeof error) && *error);
		MUST(at <= size - 1);
		return 0;
	}
	bool ok = evaluate(e, variables, &value);

	if (ok)
		check_integer(e, variables, &value);
	check_again((const char *)data + 1, size - 1, variables, &value, ok);
	for (int i = -1; i <= VARIABLES; i++)
		MUST(!expr_uses(e, i) || (i >= 0 && i < VARIABLES));
	expr_free(e);
	return 0;
}
