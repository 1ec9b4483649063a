#include "nulls.h"

#define MOST 8 /* tests in a sum; their combinations are tried in turn */

/* n tests "(x IS NULL)" in a row, with an operator behind each. */
struct tests {
	struct tokens range;
	unsigned n;
	bool same;    /* (a) = (b): both or neither are to hold */
	int64_t hold; /* else so many */
};

/* Takes a test off the front. */
static bool read_test(struct fact *fact, const struct table *table, struct tokens *range)
{
	struct tokens group;

	if (tokens_empty(*range) || !range->at->inside)
		return false;
	group = (struct tokens){range->at, token_next(range->at)};
	range->at = group.end;
	return fact_read(fact, table, group) && (fact->kind == FACT_NULL || fact->kind == FACT_NOT_NULL);
}

/* A sum of tests behind which an operator stands. */
static bool read_sum(struct tests *tests, const struct table *table, struct tokens *range)
{
	struct fact fact;

	do {
		range->at += tests->n > 0;
		if (tests->n == MOST || !read_test(&fact, table, range))
			return false;
		tests->n++;
	} while (!tokens_empty(*range) && token_is(range->at, "+"));
	return !tokens_empty(*range);
}

static bool read_tests(struct tests *tests, const struct table *table, struct tokens range)
{
	struct tokens rest = tokens_bare(range);
	const struct token *op;
	struct literal literal;
	struct fact second;
	bool equal, unequal;

	*tests = (struct tests){.range = rest};
	if (!read_sum(tests, table, &rest))
		return false;
	op = rest.at++;
	equal = token_is(op, "=") || token_is(op, "==");
	unequal = token_is(op, "<>") || token_is(op, "!=");
	if (literal_read(&literal, table, &rest)) {
		tests->hold = literal.integer + token_is(op, ">") - token_is(op, "<");
		return tokens_empty(rest) && literal.kind == LITERAL_INTEGER && !unequal && tests->hold >= 0 &&
		       tests->hold <= tests->n && (equal || *op->text == '<' || *op->text == '>') &&
		       literal.integer <= MOST;
	}
	tests->n++;
	tests->same = equal;
	tests->hold = 1;
	return tests->n == 2 && (equal || unequal) && read_test(&second, table, &rest) && tokens_empty(rest);
}

bool nulls_is(const struct table *table, struct tokens range)
{
	struct tests tests;

	return read_tests(&tests, table, range);
}

/* Test i of the tests in the combination, where it is to hold if bit i is set: that it does, or that it does not. */
static void turned(struct fact *fact, const struct table *table, struct tokens *rest, unsigned combination, unsigned i)
{
	*fact = (struct fact){0};
	read_test(fact, table, rest);
	rest->at++;
	if (!(combination >> i & 1))
		fact->kind = fact->kind == FACT_NULL ? FACT_NOT_NULL : FACT_NULL;
}

/* How many columns a combination leaves to be set; -1 where it is not asked for or cannot be. */
static int columns_set(const struct tests *tests, const struct table *table, unsigned combination)
{
	struct tokens rest = tests->range;
	int64_t hold = 0;
	struct fact fact;
	int set = 0;

	for (unsigned i = 0; i < tests->n; i++) {
		turned(&fact, table, &rest, combination, i);
		if (limits_allow(table, &fact) != LIMITS_ADDED)
			return -1;
		set += fact.kind == FACT_NOT_NULL;
		hold += combination >> i & 1;
	}
	return (tests->same ? hold != 1 : hold == tests->hold) ? set : -1;
}

enum limits_result nulls_add(struct table *table, struct tokens range)
{
	enum limits_result result = LIMITS_ADDED;
	unsigned best = 0;
	struct tests tests;
	struct fact fact;
	int most = -1;

	if (!read_tests(&tests, table, range))
		return LIMITS_REFUSED;
	for (unsigned combination = 0; combination < 1u << tests.n; combination++) {
		int set = columns_set(&tests, table, combination);
		if (set > most) {
			most = set;
			best = combination;
		}
	}
	if (most < 0)
		return LIMITS_REFUSED;
	range = tests.range;
	for (unsigned i = 0; i < tests.n && result == LIMITS_ADDED; i++) {
		turned(&fact, table, &range, best, i);
		result = limits_add(table, &fact);
	}
	return result == LIMITS_ADDED ? LIMITS_NARROWED : result;
}
