#include "references.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "align.h"
#include "guess.h"
#include "make.h"

unsigned references_number(const struct table *t, size_t foreign)
{
	unsigned number = 0;

	for (size_t f = 0; f < foreign; f++)
		number += strcasecmp(t->foreign[f].parent, t->foreign[foreign].parent) == 0;
	return number;
}

static uint64_t pick_key(const struct draft *d, int table, int parent, unsigned number)
{
	return sub_key(rng_key(d->table[table].key, d->schema->table[parent].name), "reference", number);
}

uint64_t references_parents(const struct draft *d, int child, int parent)
{
	const struct table_draft *p = &d->table[parent];

	(void)child;
	return p->rows > 0 ? p->rows : p->first;
}

int references_set(struct draft *d, int table, int column, int foreign, int parent, int to, unsigned number,
		   double nulls)
{
	struct table_draft *t = &d->table[table];
	uint64_t key = pick_key(d, table, parent, number);
	/* NULL is decided apart from the pick, and together for all columns of the foreign key. */
	struct generator *g = make_reference(sub_key(key, "null", 0), key);

	if (draft_set(d, table, column, g, SOURCE_FOREIGN) != 0)
		return -1;
	g->pick.n = references_parents(d, table, parent);
	g->null_share = nulls;
	t->column[column].foreign = foreign;
	t->column[column].parent = parent;
	t->column[column].to = to;
	return 0;
}

int references_pick(struct draft *d, int table, int column, enum pick_kind kind, const char *expr)
{
	struct table_draft *t = &d->table[table];
	struct scope scope = draft_scope(d, table);
	uint64_t key = t->generator[column]->pick.key;

	for (size_t c = 0; c < t->table->ncolumns; c++) {
		struct generator *g = t->generator[c];
		if (!g || g->pick.key != key || ((int)c != column && g->kind != GEN_REFERENCE))
			continue;
		if (expr && make_pick_expr(&g->pick, &scope, "%s", expr) != 0)
			return -1;
		g->pick.kind = kind;
		t->column[c].picked = true;
	}
	return 0;
}

/* What the spec says of the table's columns. */
static int take_spec(struct draft *d, int table)
{
	struct spec_table *s = spec_find(d->spec, table);
	struct table_draft *t = &d->table[table];

	for (size_t i = 0; s && i < s->ncolumns; i++) {
		struct spec_column *c = &s->column[i];
		struct column_draft *column = &t->column[c->column];
		struct generator *g = c->generator;
		c->generator = NULL;
		if (!g)
			continue;
		if (draft_set(d, table, c->column, g, SOURCE_SPEC) != 0)
			return -1;
		column->unique = c->unique;
		column->picked = g->pick.kind != PICK_UNIFORM;
		if (g->kind != GEN_REFERENCE || c->nreferences != 1)
			continue;
		const struct spec_reference *r = &c->reference[0];
		column->parent = r->parent;
		column->to = r->to;
		column->picked = r->picked;
		column->at = r->at;
		g->pick.n = references_parents(d, table, r->parent);
		unsigned number = 0;
		bool in_key = false;
		for (size_t f = 0; f < t->table->nforeign && !in_key; f++) {
			const struct foreign_key *fk = &t->table->foreign[f];
			for (size_t k = 0; k < fk->ncolumns; k++)
				in_key = in_key || (fk->from[k] == c->column &&
						    draft_table(d, fk->parent) == r->parent);
			if (in_key)
				number = references_number(t->table, f);
		}
		for (int other = 0; !in_key && other < c->column; other++) {
			struct column_draft *o = &t->column[other];
			number += o->source == SOURCE_SPEC && o->parent == r->parent && o->to == r->to;
		}
		g->pick.key = pick_key(d, table, r->parent, number);
	}
	return 0;
}

static int fail_key(struct draft *d, int table, const struct foreign_key *fk, const char *why)
{
	char columns[256];

	draft_name_columns(d->schema->table[table].name ? &d->schema->table[table] : NULL, fk->from, fk->ncolumns,
			   columns,
			   sizeof columns);
	return draft_fail(d, "%s.%s: FOREIGN KEY (%s): %s", d->schema->table[table].name,
			  d->schema->table[table].column[fk->from[0]].name, columns, why);
}

static bool may_be_null(const struct table *t, int column)
{
	return !t->column[column].not_null && !t->column[column].primary && !t->column[column].generated;
}

/* Let the foreign key be NULL in every row, or fail because of why. */
static int be_null(struct draft *d, int table, const struct foreign_key *fk, const char *why)
{
	struct table_draft *t = &d->table[table];
	bool done = false;

	for (size_t i = 0; i < fk->ncolumns; i++) {
		int c = fk->from[i];
		if (t->column[c].source == SOURCE_SPEC)
			return 0; /* the user knows */
		if (!may_be_null(t->table, c) || (t->generator[c] && done && !t->table->column[c].limits.only_null))
			continue;
		if (draft_set(d, table, c, make_constant(draft_key(d, table, c), NULL), SOURCE_FOREIGN) != 0)
			return -1;
		done = true;
	}
	return done || t->rows == 0 ? 0 : fail_key(d, table, fk, why);
}

/* Does what (table, column) holds come, or may it come, from (to_table, to_column)? */
static bool leads_to(const struct draft *d, int table, int column, int to_table, int to_column, size_t depth)
{
	const struct table_draft *t = &d->table[table];

	if (table == to_table && column == to_column)
		return true;
	if (depth > 32)
		return false;
	if (t->generator[column])
		return t->column[column].parent >= 0 &&
		       leads_to(d, t->column[column].parent, t->column[column].to, to_table, to_column, depth + 1);
	for (size_t f = 0; f < t->table->nforeign; f++) {
		const struct foreign_key *fk = &t->table->foreign[f];
		int p = draft_table(d, fk->parent);
		for (size_t i = 0; p >= 0 && i < fk->ncolumns; i++) {
			int to = fk->from[i] == column && fk->to[i] ? table_column(&d->schema->table[p],
										   fk->to[i]) : -1;
			if (to >= 0 && p != table && leads_to(d, p, to, to_table, to_column, depth + 1))
				return true;
		}
	}
	return false;
}

/* The share of NULLs for a column of a foreign key. */
static double nulls_of(const struct draft *d, int table, int column)
{
	const struct table *t = &d->schema->table[table];

	return may_be_null(t, column) && !guess_is_key(t, column) ? GUESS_NULLS : 0;
}

/* A column that the spec lets refer to the same row already: its pick is the key's. -1: none. */
static int spec_column_of(const struct draft *d, int table, const struct foreign_key *fk, int parent)
{
	const struct table_draft *t = &d->table[table];

	for (size_t i = 0; i < fk->ncolumns; i++) {
		const struct column_draft *c = &t->column[fk->from[i]];
		if (c->source == SOURCE_SPEC && c->parent == parent && t->generator[fk->from[i]]->kind == GEN_REFERENCE)
			return fk->from[i];
	}
	return -1;
}

static int join_pick(struct draft *d, int table, int column, int leader)
{
	struct table_draft *t = &d->table[table];
	struct scope scope = draft_scope(d, table);
	struct pick *to = &t->generator[column]->pick;

	*to = t->generator[leader]->pick;
	to->expr = NULL;
	t->column[column].picked = t->column[leader].picked;
	t->column[column].at = t->column[leader].at;
	return t->column[leader].at ? make_pick_expr(to, &scope, "%s", t->column[leader].at) : 0;
}

static int decide_columns(struct draft *d, int table, size_t f, int parent)
{
	struct table_draft *t = &d->table[table];
	const struct foreign_key *fk = &t->table->foreign[f];
	int leader = spec_column_of(d, table, fk, parent);

	for (size_t i = 0; i < fk->ncolumns; i++) {
		int c = fk->from[i], to = fk->to[i] ? table_column(&d->schema->table[parent], fk->to[i]) : -1;
		if (t->generator[c])
			continue;
		if (to < 0)
			return fail_key(d, table, fk, "the parent has no such column");
		if (t->table->column[c].generated)
			continue;
		if (d->schema->table[parent].column[to].generated)
			return fail_key(d, table, fk, "the parent's column is generated, and cannot be foreseen");
		if (references_set(d, table, c, (int)f, parent, to, references_number(t->table, f),
				   nulls_of(d, table, c)) != 0)
			return -1;
		if (leader >= 0 && join_pick(d, table, c, leader) != 0)
			return -1;
		if (leader >= 0 || parent != table)
			continue;
		/* Rows of the same table: earlier ones, so that they make a tree. */
		t->generator[c]->pick.kind = PICK_BEFORE;
		if (!may_be_null(t->table, c) && t->first == 0 &&
		    references_pick(d, table, c, PICK_EXPR, "random(0, greatest(row - 1, 0))") != 0)
			return -1;
	}
	return 0;
}

static bool is_empty(const struct draft *d, int parent)
{
	return references_parents(d, -1, parent) == 0;
}

/* Would a column of the key come from itself? */
static bool is_circular(const struct draft *d, int table, const struct foreign_key *fk, int parent, int *column)
{
	for (size_t i = 0; i < fk->ncolumns; i++) {
		int to = fk->to[i] ? table_column(&d->schema->table[parent], fk->to[i]) : -1;
		if (to < 0 || d->table[table].generator[fk->from[i]])
			continue;
		*column = fk->from[i];
		if (parent == table ? to == fk->from[i] : leads_to(d, parent, to, table, fk->from[i], 0))
			return true;
	}
	return false;
}

static int decide(struct draft *d, int table, size_t f)
{
	struct table_draft *t = &d->table[table];
	const struct foreign_key *fk = &t->table->foreign[f];
	int parent = draft_table(d, fk->parent), column = -1;
	char why[256];

	for (size_t i = 0; i < fk->ncolumns; i++) {
		if (t->table->column[fk->from[i]].limits.only_null)
			return be_null(d, table, fk, "");
	}
	if (parent < 0 || fk->absent) {
		snprintf(why, sizeof why, "table '%.200s' is not in the schema", fk->parent);
		return be_null(d, table, fk, why);
	}
	if (fk->mismatch) {
		snprintf(why, sizeof why, "the columns it names are no key of '%.150s' (SQLite: foreign key mismatch)",
			 fk->parent);
		return be_null(d, table, fk, why);
	}
	if (is_empty(d, parent)) {
		snprintf(why, sizeof why, "table '%.200s' is left empty", fk->parent);
		return be_null(d, table, fk, why);
	}
	if (align_concerns(d, table, fk))
		return align_decide(d, table, f, parent);
	if (!is_circular(d, table, fk, parent, &column))
		return decide_columns(d, table, f, parent);
	if (fk->ncolumns > 1)
		return be_null(d, table, fk, "its columns decide each other");
	if (may_be_null(t->table, column))
		return be_null(d, table, fk, "");
	t->column[column].breaks_cycle = true;
	return 0;
}

/* Are all members of a unique that holds both columns in foreign keys? Such a table joins others, which choose freely. */
static bool is_junction(const struct table *t, int a, int b)
{
	for (size_t u = 0; u < t->nuniques; u++) {
		bool has_a = false, has_b = false, all = true;
		for (size_t i = 0; i < t->unique[u].ncolumns; i++) {
			bool foreign = false;
			for (size_t f = 0; f < t->nforeign; f++) {
				for (size_t k = 0; k < t->foreign[f].ncolumns; k++)
					foreign = foreign || t->foreign[f].from[k] == t->unique[u].column[i];
			}
			has_a = has_a || t->unique[u].column[i] == a;
			has_b = has_b || t->unique[u].column[i] == b;
			all = all && foreign;
		}
		if (has_a && (has_b || t->unique[u].ncolumns == 1) && all)
			return true;
	}
	return false;
}

static size_t place_of(const struct draft *d, int table)
{
	size_t i = 0;

	while (i < d->schema->ntables && d->order[i] != table)
		i++;
	return i;
}

/* The foreign key whose parent has a column of the same name that refers to the same, by the parent furthest down, whose
 * own columns agree with those further up; -1: none. */
static int shared_with(const struct draft *d, int table, size_t f, int *parent, int *to)
{
	const struct table *t = &d->schema->table[table];
	const struct foreign_key *fk = &t->foreign[f];
	int c = fk->from[0], found = -1;
	size_t furthest = 0;

	for (size_t g = 0; g < t->nforeign; g++) {
		const struct foreign_key *other = &t->foreign[g];
		int p = draft_table(d, other->parent);
		int same = p >= 0 ? table_column(&d->schema->table[p], t->column[c].name) : -1;
		if (g == f || p < 0 || p == table || same < 0 || other->ncolumns != 1 || other->from[0] == c ||
		    strcasecmp(other->parent,
			       fk->parent) == 0 || other->absent || other->mismatch || other->nullable || is_empty(d,
														   p) ||
		    is_junction(t, c, other->from[0]))
			continue;
		const struct table *pt = &d->schema->table[p];
		if (t->column[c].not_null && !pt->column[same].not_null)
			continue;
		for (size_t h = 0; h < pt->nforeign; h++) {
			if (pt->foreign[h].ncolumns == 1 && pt->foreign[h].from[0] == same && pt->foreign[h].to[0] &&
			    fk->to[0] &&
			    strcasecmp(pt->foreign[h].parent, fk->parent) == 0 &&
			    strcasecmp(pt->foreign[h].to[0], fk->to[0]) == 0 && d->table[p].rows > 0 &&
			    !leads_to(d, p, same, table, c, 0) && (found < 0 || place_of(d, p) > furthest)) {
				*parent = p;
				*to = same;
				furthest = place_of(d, p);
				found = (int)g;
			}
		}
	}
	return found;
}

static int share(struct draft *d, int table, size_t f, int with, int parent, int to)
{
	struct table_draft *t = &d->table[table];
	int c = t->table->foreign[f].from[0], leader = t->table->foreign[with].from[0];

	if (references_set(d, table, c, (int)f, parent, to, references_number(t->table, (size_t)with),
			   nulls_of(d, table, c)) != 0)
		return -1;
	const struct column_draft *l = &t->column[leader];
	return l->source == SOURCE_SPEC && l->parent == parent ? join_pick(d, table, c, leader) : 0;
}

int references_make(struct draft *d, int table)
{
	struct table_draft *t = &d->table[table];
	const struct table *s = t->table;
	size_t most = 1;
	int parent, to, with;

	if (take_spec(d, table) != 0)
		return -1;
	for (size_t f = 0; f < s->nforeign; f++)
		most = s->foreign[f].ncolumns > most ? s->foreign[f].ncolumns : most;
	for (size_t n = most; n > 0; n--) {
		for (size_t f = 0; f < s->nforeign; f++) {
			int c = s->foreign[f].from[0];
			if (s->foreign[f].ncolumns != n)
				continue;
			with = n == 1 && !t->generator[c] && !t->classes ? shared_with(d, table, f, &parent, &to) : -1;
			if (with >= 0 ? share(d, table, f, with, parent, to) != 0 : decide(d, table, f) != 0)
				return -1;
		}
	}
	return 0;
}
