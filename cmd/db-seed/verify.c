/* When all tables are drafted: references find their parents, and each foreign key is seen to hold. */
#include "references.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "existing.h"

static int fill_one(struct draft *d, int table, const struct column_draft *c, int column, int parent, int to,
		    struct generator *g)
{
	struct table_draft *t = &d->table[table], *p = &d->table[parent];
	bool existing = p->rows == 0 || (parent == table && g->pick.kind == PICK_BEFORE && p->first > 0);
	double s = g->pick.zipf.s;

	if (t->rows == 0) {
		g->column = &p->generator[to];
		g->pick.n = g->pick.n ? g->pick.n : 1;
		return 0;
	}
	if (existing) {
		const struct plan_keys *keys = NULL;
		bool unused = c && c->unused;
		if (existing_keys(d, parent, to, unused ? table : -1, column, &keys) != 0)
			return -1;
		if (keys->n == 0)
			return draft_fail(d, "%s.%s: table '%s' is left empty", t->table->name,
					  t->table->column[column].name,
					  p->table->name);
		g->parent_key = keys->value;
		g->pick.n = keys->n;
		if (g->pick.kind == PICK_BEFORE)
			g->pick.kind = PICK_UNIFORM; /* all that are there come before */
	} else {
		g->column = &p->generator[to];
		g->parent_first = p->first;
		if (g->pick.kind != PICK_PART || g->pick.n > p->rows)
			g->pick.n = p->rows;
	}
	if (g->pick.kind == PICK_ZIPF)
		rng_zipf_init(&g->pick.zipf, g->pick.n, s);
	return 0;
}

int references_fill(struct draft *d)
{
	for (size_t i = 0; i < d->schema->ntables; i++) {
		struct table_draft *t = &d->table[i];
		for (size_t c = 0; c < t->table->ncolumns; c++) {
			struct column_draft *column = &t->column[c];
			if (t->generator[c] && t->generator[c]->kind == GEN_REFERENCE && column->parent >= 0 &&
			    fill_one(d, (int)i, column, (int)c, column->parent, column->to, t->generator[c]) != 0)
				return -1;
		}
		struct spec_table *s = spec_find(d->spec, (int)i);
		for (size_t c = 0; s && c < s->ncolumns; c++) {
			for (size_t r = 0; r < s->column[c].nreferences; r++) {
				const struct spec_reference *ref = &s->column[c].reference[r];
				if (t->generator[s->column[c].column] != ref->generator &&
				    fill_one(d, (int)i, NULL, s->column[c].column, ref->parent, ref->to,
					     ref->generator) != 0)
					return -1;
			}
		}
	}
	return 0;
}

struct place { int table, column; };

/* Do the columns of place come, step by step, from one row of the parent's columns? */
static bool arrives(const struct draft *d, const struct foreign_key *fk, int parent, struct place *place)
{
	const struct table *p = &d->schema->table[parent];

	for (size_t step = 0; step <= d->schema->ntables; step++) {
		uint64_t pick = 0;
		for (size_t i = 0; i < fk->ncolumns; i++) {
			const struct table_draft *t = &d->table[place[i].table];
			const struct generator *g = t->generator[place[i].column];
			const struct column_draft *c = &t->column[place[i].column];
			if (!g || g->kind != GEN_REFERENCE || c->parent < 0 || (i > 0 && g->pick.key != pick))
				return false;
			pick = g->pick.key;
			place[i] = (struct place){c->parent, c->to};
		}
		bool there = true;
		for (size_t i = 0; i < fk->ncolumns; i++)
			there = there && place[i].table == parent && fk->to[i] &&
				place[i].column == table_column(p, fk->to[i]);
		if (there)
			return true;
	}
	return false;
}

/* A column with values of its own, to which a circle of one to one references leads back. */
static int verify_circle(struct draft *d, int table, const struct foreign_key *fk, int parent)
{
	uint64_t least = d->table[table].rows, most = least;
	int t = parent, c = table_column(&d->schema->table[parent], fk->to[0]), fewest = table;
	char columns[160];

	for (size_t step = 0; step <= d->schema->ntables && c >= 0 && !(t == table && c == fk->from[0]); step++) {
		const struct column_draft *column = &d->table[t].column[c];
		uint64_t rows = d->table[t].rows;
		if (rows < least)
			fewest = t;
		least = rows < least ? rows : least;
		most = rows > most ? rows : most;
		if (column->parent < 0)
			break;
		c = column->to;
		t = column->parent;
	}
	draft_name_columns(&d->schema->table[table], fk->from, fk->ncolumns, columns, sizeof columns);
	if (t != table || c != fk->from[0])
		return draft_fail(d, "%s.%s: FOREIGN KEY (%s): its columns decide each other",
				  d->schema->table[table].name,
				  d->schema->table[table].column[fk->from[0]].name, columns);
	if (least == most)
		return 0;
	/* Fewer rows wherever the number was not asked for. */
	t = table;
	c = fk->from[0];
	for (size_t step = 0; step <= d->schema->ntables; step++) {
		char what[320], why[160];
		snprintf(what, sizeof what, "%s: FOREIGN KEY", d->schema->table[t].column[c].name);
		snprintf(why, sizeof why, "tables that refer to each other one to one, of which '%.60s' has %llu rows",
			 d->schema->table[fewest].name, (unsigned long long)least);
		if (d->table[t].rows > least && draft_too_many(d, t, least, what, why) != 0)
			return -1;
		if (t == table && step == 0) {
			t = parent;
			c = table_column(&d->schema->table[parent], fk->to[0]);
			continue;
		}
		if (t == table)
			break;
		int up = d->table[t].column[c].parent;
		c = d->table[t].column[c].to;
		t = up;
	}
	return 0;
}

static int verify_key(struct draft *d, int table, const struct foreign_key *fk)
{
	struct table_draft *t = &d->table[table];
	int parent = draft_table(d, fk->parent);
	struct place place[64];
	char columns[160];

	if (fk->ncolumns > 64)
		return 0;
	for (size_t i = 0; i < fk->ncolumns; i++) {
		const struct generator *g = t->generator[fk->from[i]];
		/* The spec's word is taken; generated columns and the rest of what cannot be seen here, the final check sees. */
		if (!g || t->column[fk->from[i]].source == SOURCE_SPEC ||
		    (g->kind == GEN_CONSTANT && g->constant.type == VALUE_NULL))
			return 0;
		place[i] = (struct place){table, fk->from[i]};
	}
	if (parent < 0 || t->classes || d->table[parent].rows == 0)
		return 0;
	if (fk->ncolumns == 1 && t->column[fk->from[0]].breaks_cycle)
		return verify_circle(d, table, fk, parent);
	if (arrives(d, fk, parent, place))
		return 0;
	draft_name_columns(t->table, fk->from, fk->ncolumns, columns, sizeof columns);
	return draft_fail(d, "%s.%s: FOREIGN KEY (%s): other constraints decide its columns otherwise", t->table->name,
			  t->table->column[fk->from[0]].name, columns);
}

int references_verify(struct draft *d)
{
	for (size_t i = 0; i < d->schema->ntables; i++) {
		const struct table_draft *t = &d->table[i];
		for (size_t f = 0; t->rows > 0 && f < t->table->nforeign; f++) {
			if (verify_key(d, (int)i, &t->table->foreign[f]) != 0)
				return -1;
		}
	}
	return 0;
}
