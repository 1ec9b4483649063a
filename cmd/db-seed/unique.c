#include "unique.h"

#include <string.h>

#include "distinct.h"
#include "mentions.h"

void key_read(const struct draft *d, int table, int number, struct key *k)
{
	const struct table *t = &d->schema->table[table];
	bool in[2000] = {false}; /* SQLite's own limit on columns, unless it was built otherwise */
	bool expressions = false;

	*k = (struct key){.unique = &t->unique[number], .number = number};
	for (size_t i = 0; i < k->unique->ncolumns; i++) {
		int c = k->unique->column[i];
		if (c < 0 || t->column[c].generated)
			k->vague = true;
		if (c < 0)
			expressions = true;
		else if (t->column[c].generated && t->ncolumns <= sizeof in)
			mentions_generated(t, c, in);
	}
	for (size_t i = 0; expressions && t->ncolumns <= sizeof in && i < d->schema->nlater; i++) {
		if (strcmp(d->schema->later[i].name, k->unique->name) == 0)
			mentions_index(t, d->schema->later[i].sql, in, NULL);
	}
	k->vague = k->vague || k->unique->partial;
	for (size_t i = 0; i < k->unique->ncolumns && k->n < MEMBERS_MAX; i++) {
		int c = k->unique->column[i];
		if (c >= 0 && !t->column[c].generated)
			k->member[k->n++] = c;
	}
	for (size_t c = 0; c < t->ncolumns && c < sizeof in && k->n < MEMBERS_MAX; c++) {
		bool is_member = false;
		for (size_t i = 0; i < k->n; i++)
			is_member = is_member || k->member[i] == (int)c;
		if (in[c] && !is_member && !t->column[c].generated)
			k->member[k->n++] = (int)c;
	}
}

bool key_has(const struct key *k, int column)
{
	for (size_t i = 0; i < k->n; i++) {
		if (k->member[i] == column)
			return true;
	}
	return false;
}

static bool is_null(const struct generator *g)
{
	return g && g->kind == GEN_CONSTANT && g->constant.type == VALUE_NULL;
}

/* Do all columns of another key, which a tuple holds, belong to this one, too? */
static bool holds_by_tuple(const struct table_draft *t, const struct key *k)
{
	for (size_t i = 0; i < k->n; i++) {
		int tuple = t->column[k->member[i]].tuple;
		bool all = tuple >= 0;
		for (size_t j = 0; all && j < t->table->unique[tuple].ncolumns; j++)
			all = t->table->unique[tuple].column[j] < 0 || key_has(k, t->table->unique[tuple].column[j]);
		if (all)
			return true;
	}
	return false;
}

bool key_holds(const struct draft *d, int table, const struct key *k)
{
	const struct table_draft *t = &d->table[table];

	if (t->rows <= 1 && t->first == 0 && k->n > 1)
		return true;
	for (size_t i = 0; i < k->n; i++) {
		int c = k->member[i];
		if (distinct_is(d, table, c) || (is_null(t->generator[c]) && !k->unique->primary))
			return true;
	}
	return holds_by_tuple(t, k);
}

bool key_overlaps(const struct draft *d, int table, const struct key *k)
{
	const struct table *t = &d->schema->table[table];

	for (size_t u = 0; u < t->nuniques; u++) {
		struct key o;
		size_t common = 0;
		key_read(d, table, (int)u, &o);
		for (size_t i = 0; i < o.n; i++)
			common += key_has(k, o.member[i]);
		if (common > 0 && common < o.n && common < k->n && !o.vague && !key_holds(d, table, &o))
			return true;
	}
	return false;
}
