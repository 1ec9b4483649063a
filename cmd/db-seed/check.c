#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "alternative.h"
#include "fact.h"
#include "limit.h"
#include "nulls.h"
#include "token.h"

#define DEEPEST 50 /* nested conditions; beyond that nothing is understood */

/* Reading goes over all conditions first, and then over those that can be satisfied in several ways, when it is known what
 * the others leave. */
struct reading {
	struct table *table;
	struct deferred { struct tokens range, whole; } *deferred;
	size_t ndeferred;
};

static bool mentions(struct tokens range, const char *name)
{
	for (const struct token *t = range.at; t < range.end; t++) {
		if (token_names(t, name) && !(t + 1 < range.end && t[1].inside && t->kind == TOKEN_WORD))
			return true;
	}
	return false;
}

/* NULL with ENOMEM. */
static int *spoken_of(const struct table *table, struct tokens range, size_t *n)
{
	int *column = malloc((table->ncolumns + 1) * sizeof *column);

	*n = 0;
	for (size_t i = 0; column && i < table->ncolumns; i++) {
		if (mentions(range, table->column[i].name))
			column[(*n)++] = (int)i;
	}
	return column;
}

/* Not understood. */
static int leave(struct table *table, struct tokens range)
{
	struct check *more, check;

	check.text = tokens_text(range);
	if (!check.text)
		return -1;
	for (size_t i = 0; i < table->nchecks; i++) {
		if (strcmp(table->check[i].text, check.text) == 0) {
			free(check.text);
			return 0;
		}
	}
	more = reallocarray(table->check, table->nchecks + 1, sizeof *more);
	if (more)
		table->check = more;
	check.column = spoken_of(table, range, &check.ncolumns);
	if (!more || !check.column) {
		free(check.text);
		free(check.column);
		return -1;
	}
	more[table->nchecks++] = check;
	return 0;
}

static int narrow(struct table *table, struct tokens range)
{
	char *text = tokens_text(range);
	char **more = reallocarray(table->narrowed, table->nnarrowed + 1, sizeof *more);

	if (more)
		table->narrowed = more;
	if (!more || !text) {
		free(text);
		return -1;
	}
	more[table->nnarrowed++] = text;
	return 0;
}

/* Left where it was refused, noted where it was narrowed. */
static int conclude(struct table *table, struct tokens range, enum limits_result result)
{
	switch (result) {
	case LIMITS_NO_MEMORY:
		return -1;
	case LIMITS_REFUSED:
		return leave(table, range);
	case LIMITS_ADDED:
		return 0;
	case LIMITS_NARROWED:
		return narrow(table, range);
	}
	return 0;
}

static int defer(struct reading *r, struct tokens range, struct tokens whole)
{
	struct deferred *more = reallocarray(r->deferred, r->ndeferred + 1, sizeof *more);

	if (!more)
		return -1;
	r->deferred = more;
	more[r->ndeferred++] = (struct deferred){range, tokens_empty(whole) ? range : whole};
	return 0;
}

static int conjunction(struct reading *r, struct tokens range, struct tokens whole, unsigned depth);

/* Does each conjunct speak of the column? */
static bool all_mention(struct tokens range, const char *name)
{
	struct tokens rest = tokens_bare(range);

	while (!tokens_empty(rest)) {
		if (!mentions(tokens_split(&rest, "AND"), name))
			return false;
	}
	return true;
}

/* a = 1 OR a IN (2, 3), and perhaps OR a IS NULL: n lists of constants for one column. 0 where it is something else. */
static size_t lists_of(const struct table *table, struct tokens range, struct tokens *list, int *column)
{
	struct fact fact;
	size_t n = 0;

	*column = -1;
	while (!tokens_empty(range)) {
		if (!fact_read(&fact, table, tokens_split(&range, "OR")) || (*column >= 0 && fact.column != *column))
			return 0;
		*column = fact.column;
		if (fact.kind == FACT_CHOICE)
			list[n++] = fact.list;
		else if (fact.kind != FACT_NULL)
			return 0;
	}
	return n;
}

/* Is it x IS NULL (for one column or more) OR another condition, each conjunct of which speaks of all those? */
static bool null_apart(const struct table *table, struct tokens range, struct tokens *other)
{
	struct tokens rest = range;
	size_t others = 0;
	struct fact fact;

	while (!tokens_empty(rest)) {
		struct tokens part = tokens_split(&rest, "OR");
		if (!fact_read(&fact, table, part) || fact.kind != FACT_NULL) {
			*other = part;
			others++;
		}
	}
	for (rest = range; !tokens_empty(rest) && others == 1;) {
		if (fact_read(&fact, table, tokens_split(&rest, "OR")) && fact.kind == FACT_NULL &&
		    !all_mention(*other, table->column[fact.column].name))
			return false;
	}
	return others == 1;
}

/* range is several alternatives. */
static int disjunction(struct reading *r, struct tokens range, struct tokens whole, unsigned depth)
{
	enum limits_result result;
	struct tokens *list, other;
	size_t n;
	int column;

	/* x IS NULL OR x > 0 is x > 0, which NULL does not fail. */
	if (null_apart(r->table, range, &other))
		return conjunction(r, other, tokens_empty(whole) ? range : whole, depth + 1);
	list = calloc((size_t)(range.end - range.at), sizeof *list);
	if (!list)
		return -1;
	n = lists_of(r->table, range, list, &column);
	result = n ? limits_choose(r->table, column, list, n) : LIMITS_ADDED;
	free(list);
	if (!n)
		return defer(r, range, whole);
	return conclude(r->table, tokens_empty(whole) ? range : whole, result);
}

static int condition(struct reading *r, struct tokens range, struct tokens whole)
{
	bool known;
	struct fact fact;

	known = fact_read(&fact, r->table, range);
	/* What x <> 0 comes to depends on the rest. */
	if (known ? fact.kind == FACT_EXCLUDE : nulls_is(r->table, range))
		return defer(r, range, whole);
	if (tokens_empty(whole))
		whole = range;
	return known ? conclude(r->table, whole, limits_add(r->table, &fact)) : leave(r->table, whole);
}

/* whole: what is left in check[] if a part of it is not understood; empty: just the part. */
static int conjunction(struct reading *r, struct tokens range, struct tokens whole, unsigned depth)
{
	struct tokens rest;

	range = tokens_bare(range);
	if (tokens_empty(range))
		return 0;
	if (depth > DEEPEST)
		return leave(r->table, tokens_empty(whole) ? range : whole);
	rest = range;
	tokens_split(&rest, "OR");
	if (!tokens_empty(rest))
		return disjunction(r, range, whole, depth);
	rest = range;
	tokens_split(&rest, "AND");
	if (tokens_empty(rest))
		return condition(r, range, whole);
	for (rest = range; !tokens_empty(rest);) {
		if (conjunction(r, tokens_split(&rest, "AND"), whole, depth + 1) != 0)
			return -1;
	}
	return 0;
}

static int column_at(const struct table *table, const struct token *name)
{
	for (size_t i = 0; i < table->ncolumns; i++) {
		if (token_names(name, table->column[i].name))
			return (int)i;
	}
	return -1;
}

static bool is_table_constraint(const struct token *first)
{
	return token_is(first, "CONSTRAINT") || token_is(first, "PRIMARY") || token_is(first, "UNIQUE") ||
	       token_is(first, "CHECK") || token_is(first, "FOREIGN");
}

/* A column with its constraints, or constraints of the table. */
static int definition(struct reading *r, struct tokens range)
{
	int at = is_table_constraint(range.at) ? -1 : column_at(r->table, range.at);
	const struct tokens none = {0};

	for (const struct token *t = range.at; t < range.end; t = token_next(t)) {
		bool last = t + 1 == range.end;
		if (at >= 0 && token_is(t, "AUTOINCREMENT"))
			r->table->column[at].autoincrement = true;
		else if (at >= 0 && !last && token_is(t, "COLLATE") && token_names(&t[1], "NOCASE"))
			r->table->column[at].nocase = true;
		else if (!last && token_is(t, "CHECK") && t[1].inside &&
			 conjunction(r, (struct tokens){t + 1, token_next(t + 1)}, none, 0) != 0)
			return -1;
	}
	return 0;
}

static int definitions(struct reading *r, struct tokens body)
{
	while (!tokens_empty(body)) {
		struct tokens one = tokens_split(&body, ",");
		if (!tokens_empty(one) && definition(r, one) != 0)
			return -1;
	}
	return 0;
}

/* What a OR b comes to. */
static int settle_alternatives(struct table *table, const struct deferred *d)
{
	if (nulls_is(table, d->range))
		return conclude(table, d->whole, nulls_add(table, d->range));
	return conclude(table, d->whole, alternative_choose(table, d->range));
}

/* Exclusions go first, for what they forbid is no alternative; and last, for they hold of what alternatives brought. */
static int settle(struct reading *r)
{
	struct fact fact;

	for (int pass = 0; pass < 3; pass++) {
		for (size_t i = 0; i < r->ndeferred; i++) {
			const struct deferred *d = &r->deferred[i];
			bool exclusion = fact_read(&fact, r->table, d->range);
			int status = 0;
			if (exclusion && pass != 1)
				status = conclude(r->table, d->whole, limits_add(r->table, &fact));
			else if (!exclusion && pass == 1)
				status = settle_alternatives(r->table, d);
			if (status != 0)
				return -1;
		}
	}
	return 0;
}

int check_read(struct table *table)
{
	struct reading r = {.table = table};
	struct token *tokens;
	size_t n, open = 0;
	int status = 0;

	if (tokens_read(&tokens, &n, table->sql) != 0)
		return -1;
	while (open < n && !tokens[open].inside)
		open++;
	if (open < n)
		status = definitions(&r, (struct tokens){&tokens[open + 1], token_next(&tokens[open]) - 1});
	if (status == 0)
		status = settle(&r);
	for (size_t i = 0; i < table->ncolumns; i++)
		limits_trim(&table->column[i]);
	free(r.deferred);
	free(tokens);
	return status;
}
