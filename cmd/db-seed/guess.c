#include "guess.h"

#include <string.h>

#include "fits.h"
#include "make.h"

bool guess_is_key(const struct table *table, int column)
{
	if (table->column[column].primary)
		return true;
	for (size_t u = 0; u < table->nuniques; u++) {
		for (size_t i = 0; i < table->unique[u].ncolumns; i++) {
			if (table->unique[u].column[i] == column)
				return true;
		}
	}
	return false;
}

static double nulls_of(const struct table *table, int column, const struct idea *idea)
{
	const struct column *c = &table->column[column];

	if (c->not_null || guess_is_key(table, column))
		return 0;
	return idea->kind == IDEA_MOMENT && idea->detail == ERA_SELDOM ? 0.9 : GUESS_NULLS;
}

static struct generator *guess_choice(struct draft *d, int table, int column)
{
	const struct column *c = &d->schema->table[table].column[column];
	const struct limits *l = &c->limits;
	struct value kept[256];
	size_t n = 0;

	for (size_t i = 0; i < l->nchoices && n < 256; i++) {
		if (l->choice[i].type != VALUE_NULL && fits(c, &l->choice[i]))
			kept[n++] = l->choice[i];
	}
	if (n == 0 && c->not_null) {
		draft_fail(d, "%s.%s: CHECK: the constraints leave no value", d->schema->table[table].name, c->name);
		return NULL;
	}
	return n ? make_choice(draft_key(d, table, column), kept, n) : make_constant(draft_key(d, table, column), NULL);
}

static struct generator *guess_blob(const struct draft *d, int table, int column, const struct idea *idea)
{
	const struct limits *l = &d->schema->table[table].column[column].limits;
	int declared = d->schema->table[table].column[column].declared_length;
	int64_t lo = 64, hi = 1024;

	if (declared > 0)
		lo = hi = declared;
	else if (idea->kind == IDEA_UUID || idea->kind == IDEA_ID)
		lo = hi = 16;
	else if (idea->kind == IDEA_HEX || idea->kind == IDEA_PASSWORD)
		lo = hi = 32;
	if (lo < l->min_length)
		lo = l->min_length;
	if (l->max_length >= 0 && hi > l->max_length)
		hi = l->max_length;
	if (hi < lo)
		lo = hi = l->max_length >= 0 && l->max_length < lo ? l->max_length : lo;
	return make_blob(draft_key(d, table, column), lo, hi);
}

static bool is_number(const struct idea *idea)
{
	return idea->kind == IDEA_MONEY || idea->kind == IDEA_NUMBER || idea->kind == IDEA_RATIO || idea->kind == IDEA_BOOL;
}

int guess_column(struct draft *d, int table, int column)
{
	const struct table *t = &d->schema->table[table];
	const struct column *c = &t->column[column];
	enum type_class type = type_of(t, column);
	struct idea idea = idea_of(t, column);
	struct generator *g;

	if (c->limits.only_null) {
		if (c->not_null)
			return draft_fail(d, "%s.%s: CHECK: it must be NULL, and is NOT NULL", t->name, c->name);
		return draft_set(d, table, column, make_constant(draft_key(d, table, column), NULL), SOURCE_GUESS);
	}
	/* No declared type: the name tells, and limits on numbers do. */
	if (type == TYPE_ANY)
		type = (c->limits.has_lo || c->limits.has_hi || is_number(&idea) || c->primary) &&
			       !c->limits.like && !c->limits.json ? TYPE_DECIMAL : TYPE_TEXT;
	if (c->limits.choice)
		g = guess_choice(d, table, column);
	else if (type == TYPE_BLOB)
		g = guess_blob(d, table, column, &idea);
	else if (type == TYPE_INTEGER || type == TYPE_REAL || type == TYPE_DECIMAL || type == TYPE_BOOLEAN)
		g = guess_number(d, table, column, type, &idea);
	else
		g = guess_text(d, table, column, type, &idea);
	if (g && g->null_share == 0 && g->kind != GEN_CONSTANT)
		g->null_share = nulls_of(t, column, &idea);
	return draft_set(d, table, column, g, SOURCE_GUESS);
}
