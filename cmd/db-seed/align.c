#include "align.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "guess.h"
#include "make.h"
#include "references.h"

static int parent_column(const struct draft *d, const struct foreign_key *fk, size_t i, int *parent)
{
	*parent = draft_table(d, fk->parent);
	return *parent >= 0 && fk->to[i] ? table_column(&d->schema->table[*parent], fk->to[i]) : -1;
}

static int position_of(const struct foreign_key *fk, int column)
{
	for (size_t i = 0; i < fk->ncolumns; i++) {
		if (fk->from[i] == column)
			return (int)i;
	}
	return -1;
}

/* Two foreign keys of several columns with a column in common, or one that refers to its own table with it. */
static bool is_shared(const struct table *t, int column)
{
	int found = 0;

	for (size_t f = 0; f < t->nforeign; f++) {
		const struct foreign_key *fk = &t->foreign[f];
		int at = position_of(fk, column);
		if (at < 0 || fk->ncolumns < 2 || fk->absent || fk->mismatch)
			continue;
		found++;
		if (fk->self && fk->to[at] && strcasecmp(fk->to[at], t->column[column].name) == 0)
			found++;
	}
	return found >= 2;
}

static bool mark(struct draft *d, int table, int column)
{
	struct table_draft *t = &d->table[table];

	if (t->aligned[column])
		return false;
	t->aligned[column] = true;
	t->classes = UINT64_MAX; /* to be counted */
	return true;
}

/* Columns of several foreign keys refer to aligned columns in turn. */
static bool spread(struct draft *d)
{
	bool changed = false;

	for (size_t i = 0; i < d->schema->ntables; i++) {
		const struct table *t = &d->schema->table[i];
		for (size_t f = 0; f < t->nforeign; f++) {
			for (size_t k = 0; k < t->foreign[f].ncolumns; k++) {
				int parent, to = parent_column(d, &t->foreign[f], k, &parent);
				if (to < 0 || !d->table[i].aligned[t->foreign[f].from[k]] || t->foreign[f].ncolumns < 2)
					continue;
				changed = mark(d, parent, to) || changed;
			}
		}
	}
	return changed;
}

/* One number of classes for all: as many as the smallest table has rows, some of them to a class where there are more. */
static void count_classes(struct draft *d)
{
	uint64_t classes = UINT64_MAX, least = UINT64_MAX;

	for (size_t i = 0; i < d->schema->ntables; i++) {
		const struct table *t = &d->schema->table[i];
		if (!d->table[i].classes)
			continue;
		if (d->table[i].rows && d->table[i].rows < least)
			least = d->table[i].rows;
		for (size_t f = 0; f < t->nforeign; f++) {
			int parent, to = parent_column(d, &t->foreign[f], 0, &parent);
			if (t->foreign[f].ncolumns == 1 && to >= 0 && d->table[i].aligned[t->foreign[f].from[0]] &&
			    d->table[parent].rows && d->table[parent].rows < classes)
				classes = d->table[parent].rows;
		}
	}
	if (least / 10 < classes)
		classes = least >= 10 ? least / 10 : 1;
	for (size_t i = 0; i < d->schema->ntables; i++) {
		if (d->table[i].classes)
			d->table[i].classes = classes;
	}
}

int align_find(struct draft *d)
{
	bool any = false;

	for (size_t i = 0; i < d->schema->ntables; i++) {
		const struct table *t = &d->schema->table[i];
		for (size_t c = 0; c < t->ncolumns; c++) {
			if (is_shared(t, (int)c) && d->table[i].rows > 0)
				any = mark(d, (int)i, (int)c) || any;
		}
	}
	if (!any)
		return 0;
	while (spread(d))
		;
	count_classes(d);
	for (size_t i = 0; i < d->schema->ntables; i++) {
		if (d->table[i].classes && d->table[i].first)
			return draft_fail(d,
					  "%s: foreign keys that share a column cannot be filled beside existing rows",
					  d->table[i].table->name);
	}
	return 0;
}

uint64_t align_rows(const struct draft *d, int table)
{
	const struct table_draft *t = &d->table[table];

	return t->classes ? t->rows / t->classes : t->rows;
}

bool align_concerns(const struct draft *d, int table, const struct foreign_key *fk)
{
	for (size_t i = 0; d->table[table].classes && i < fk->ncolumns; i++) {
		if (d->table[table].aligned[fk->from[i]])
			return true;
	}
	return false;
}

/* The shared column where no table but those aligned has its values: the class in the column's own type. */
static int make_class(struct draft *d, int table, int column)
{
	struct table_draft *t = &d->table[table];
	struct scope scope = draft_scope(d, table);
	unsigned long long classes = t->classes;
	const char *name = t->table->column[column].name;
	struct generator *g;
	enum type_class type = type_of(t->table, column);

	if (type == TYPE_TEXT || type == TYPE_UUID || type == TYPE_ANY) {
		g = make_pattern(&scope, draft_key(d, table, column), "%.40s-{=row %% %llu:4}", strchr(name, '{') ?
				 "class" : name,
				 classes);
	} else {
		g = make_integer(draft_key(d, table, column), 1, (int64_t)classes);
		if (g && make_pick_expr(&g->pick, &scope, "row %% %llu", classes) != 0) {
			generator_free(g);
			g = NULL;
		}
	}
	if (draft_set(d, table, column, g, SOURCE_ALIGNED) != 0)
		return -1;
	t->column[column].picked = true;
	return 0;
}

/* The shared column: the key of the row's class, in the table that all refer to in the end. */
static int decide_shared(struct draft *d, int table, int column)
{
	struct table_draft *t = &d->table[table];
	char text[64];
	int at_table = table, at = column;

	for (size_t step = 0; step <= d->schema->ntables; step++) {
		const struct table *s = &d->schema->table[at_table];
		int parent = -1, to = -1;
		for (size_t f = 0; f < s->nforeign && to < 0; f++) {
			if (s->foreign[f].ncolumns == 1 && s->foreign[f].from[0] == at && !s->foreign[f].absent)
				to = parent_column(d, &s->foreign[f], 0, &parent);
		}
		for (size_t f = 0; f < s->nforeign && to < 0; f++) {
			int position = position_of(&s->foreign[f], at);
			if (position >= 0 && !s->foreign[f].absent && !s->foreign[f].self)
				to = parent_column(d, &s->foreign[f], (size_t)position, &parent);
		}
		if (to < 0)
			break;
		at_table = parent;
		at = to;
		if (!d->table[parent].aligned[to])
			break;
	}
	if (at_table == table || d->table[at_table].aligned[at])
		return make_class(d, table, column);
	if (references_set(d, table, column, -1, at_table, at, 0, 0) != 0)
		return -1;
	/* Apart from other references to that table. */
	t->generator[column]->pick.key = sub_key(t->generator[column]->pick.key, "class", (size_t)column);
	t->column[column].source = SOURCE_ALIGNED;
	snprintf(text, sizeof text, "row %% %llu", (unsigned long long)t->classes);
	return references_pick(d, table, column, PICK_EXPR, text);
}

int align_decide(struct draft *d, int table, size_t foreign, int parent)
{
	struct table_draft *t = &d->table[table];
	const struct foreign_key *fk = &t->table->foreign[foreign];
	unsigned long long classes = t->classes;
	bool within = false;
	char text[200];

	for (size_t i = 0; i < fk->ncolumns; i++) {
		int up, to = parent_column(d, fk, i, &up), c = fk->from[i];
		within = within || (to >= 0 && t->aligned[c] && d->table[parent].aligned[to]);
		if (t->aligned[c] && !t->generator[c] && decide_shared(d, table, c) != 0)
			return -1;
	}
	for (size_t i = 0; i < fk->ncolumns; i++) {
		int up, to = parent_column(d, fk, i, &up), c = fk->from[i];
		bool nullable = !t->table->column[c].not_null && !guess_is_key(t->table, c);
		if (t->generator[c] || to < 0)
			continue;
		if (references_set(d, table, c, (int)foreign, parent, to, references_number(t->table, foreign),
				   nullable ? GUESS_NULLS : 0) != 0)
			return -1;
		if (within && parent == table)
			snprintf(text, sizeof text, "row - %llu * random(least(1, row / %llu), row / %llu)", classes,
				 classes, classes);
		else if (within)
			snprintf(text, sizeof text, "row %% %llu + %llu * random(0, (%llu - row %% %llu) / %llu)",
				 classes, classes,
				 (unsigned long long)d->table[parent].rows - 1, classes, classes);
		else
			continue;
		struct scope scope = draft_scope(d, table);
		if (make_pick_expr(&t->generator[c]->pick, &scope, "%s", text) != 0)
			return -1;
	}
	return 0;
}
