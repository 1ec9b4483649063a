#include "alternative.h"

#include <limits.h>

/* How much of what a column could hold is lost by it; an order of preference, no more. */
static int cost(const struct fact *fact, const struct table *table)
{
	struct tokens list = fact->list;
	struct literal literal;

	switch (fact->kind) {
	case FACT_RANGE:
	case FACT_EXCLUDE:
		return 10;
	case FACT_CHOICE:
		return literal_list_next(&literal, table, &list) && tokens_empty(list) ? 30 : 20;
	case FACT_NULL:
		return 40;
	default:
		return 1;
	}
}

/* Adds what all conditions of an alternative cost to *sum. Refused where one is not understood or contradicts what is known. */
static enum limits_result price(const struct table *table, struct tokens range, unsigned depth, int *sum)
{
	struct tokens rest = tokens_bare(range), part;
	enum limits_result result = LIMITS_ADDED;
	struct fact fact;

	if (depth > 10 || tokens_empty(rest))
		return LIMITS_REFUSED;
	range = rest;
	part = tokens_split(&rest, "AND");
	if (tokens_empty(rest)) {
		if (!fact_read(&fact, table, part))
			return LIMITS_REFUSED;
		*sum += cost(&fact, table);
		return limits_allow(table, &fact);
	}
	for (rest = range; !tokens_empty(rest) && result == LIMITS_ADDED;)
		result = price(table, tokens_split(&rest, "AND"), depth + 1, sum);
	return result;
}

static enum limits_result add_all(struct table *table, struct tokens range)
{
	struct tokens rest = tokens_bare(range), part;
	enum limits_result result = LIMITS_NARROWED;
	struct fact fact;

	range = rest;
	part = tokens_split(&rest, "AND");
	if (tokens_empty(rest)) {
		if (!fact_read(&fact, table, part))
			return LIMITS_REFUSED;
		result = limits_add(table, &fact);
		return result == LIMITS_ADDED ? LIMITS_NARROWED : result;
	}
	for (rest = range; !tokens_empty(rest) && result == LIMITS_NARROWED;)
		result = add_all(table, tokens_split(&rest, "AND"));
	return result;
}

/* The cheapest of the alternatives, into whatever groups they are put. Added where *best is one. */
static enum limits_result find_best(const struct table *table, struct tokens range, unsigned depth, struct tokens *best,
				    int *least)
{
	struct tokens rest = tokens_bare(range), part = tokens_split(&rest, "OR");
	enum limits_result result;
	int asked = 0;

	if (tokens_empty(rest)) {
		result = price(table, part, 0, &asked);
		if (result == LIMITS_ADDED && asked < *least) {
			*least = asked;
			*best = part;
		}
		return result;
	}
	for (rest = tokens_bare(range); depth < 10 && !tokens_empty(rest);) {
		result = find_best(table, tokens_split(&rest, "OR"), depth + 1, best, least);
		if (result == LIMITS_NO_MEMORY)
			return result;
	}
	return *least < INT_MAX ? LIMITS_ADDED : LIMITS_REFUSED;
}

enum limits_result alternative_choose(struct table *table, struct tokens range)
{
	struct tokens best = {0};
	int least = INT_MAX;
	enum limits_result result = find_best(table, range, 0, &best, &least);

	return result == LIMITS_ADDED ? add_all(table, best) : result;
}
