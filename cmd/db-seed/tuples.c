#include "tuples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "align.h"
#include "distinct.h"
#include "existing.h"
#include "fits.h"
#include "guess.h"
#include "make.h"
#include "references.h"
#include "unique.h"

struct group { /* members of a key that pick together */
	int column;      /* the first of them */
	uint64_t n;      /* values to choose from */
	bool parents;    /* which are rows of another table */
};

/* How gladly a member is made distinct by itself: 0 not at all, higher is better. */
static int willingness(const struct draft *d, int table, int column)
{
	const struct table_draft *t = &d->table[table];
	const struct generator *g = t->generator[column];
	const struct column_draft *c = &t->column[column];
	struct idea idea = idea_of(t->table, column);

	if (!g || c->source != SOURCE_GUESS || c->picked || c->breaks_cycle)
		return 0;
	switch (g->kind) {
	case GEN_FAKE:
	case GEN_PATTERN:
		return idea.kind == IDEA_NAME || idea.kind == IDEA_CODE ? 5 : 4;
	case GEN_BLOB:
		return 2;
	case GEN_DATE:
		return g->format == DATE_DAY || g->format == DATE_TIME || g->format == DATE_YEAR ? 0 : 3;
	case GEN_INTEGER:
		return idea.kind == IDEA_ID ? 4 : 0;
	default:
		return 0;
	}
}

/* Days become a choice of days, so that a tuple can count them. */
static int count_days(struct draft *d, int table, int column)
{
	struct table_draft *t = &d->table[table];
	struct generator *g = t->generator[column];
	struct value v[731];
	char text[731][12];
	struct arena *arena = arena_new();
	int failed = arena ? 0 : -1;
	const char *why;
	size_t n = 0;

	int64_t was = g->interval;
	g->interval = DAY_NS;
	for (; !failed && n < 731 && g->from + (int64_t)n * DAY_NS < g->to; n++) {
		struct value day;
		failed = generate(g, n, arena, &day, &why);
		if (!failed && day.type == VALUE_TEXT) {
			snprintf(text[n], sizeof text[n], "%.*s", (int)day.len, day.bytes);
			v[n] = text_value(text[n]);
		} else {
			v[n] = day;
		}
	}
	g->interval = was;
	arena_free(arena);
	return failed ? -1 : draft_set(d, table, column, make_choice(g->key, v, n), SOURCE_GUESS);
}

/* The values that a member has to choose from, where a tuple may choose for it; 0: not. */
static uint64_t choices_of(const struct draft *d, int table, int column)
{
	const struct table_draft *t = &d->table[table];
	const struct generator *g = t->generator[column];
	const struct column_draft *c = &t->column[column];

	if (!g || c->picked || c->tuple >= 0 || g->null_share > 0)
		return 0;
	if (g->kind == GEN_REFERENCE)
		return c->parent < 0 ? 0 : t->classes ? (c->source == SOURCE_ALIGNED ? 0 :
							 align_rows(d, c->parent)) : g->pick.n;
	return g->kind == GEN_INTEGER || g->kind == GEN_CHOICE ? g->pick.n : 0;
}

/* Do the parent's own choices make the reference distinct: is what it refers to a key? */
static bool is_digit(const struct draft *d, int table, const struct key *k, int column)
{
	const struct table_draft *t = &d->table[table];
	const struct generator *g = t->generator[column];
	const struct column_draft *c = &t->column[column];

	if (g->kind != GEN_REFERENCE)
		return true;
	const struct table *parent = &d->schema->table[c->parent];
	for (size_t u = 0; u < parent->nuniques; u++) {
		const struct unique *key = &parent->unique[u];
		size_t found = 0;
		for (size_t i = 0; i < key->ncolumns; i++) {
			for (size_t m = 0; m < k->n; m++) {
				const struct column_draft *o = &t->column[k->member[m]];
				const struct generator *og = t->generator[k->member[m]];
				if (og && og->kind == GEN_REFERENCE && o->parent == c->parent &&
				    o->to == key->column[i] &&
				    (og->pick.key == g->pick.key || o->source == SOURCE_ALIGNED)) {
					found++;
					break;
				}
				/* The class stands for the parent's own shared column. */
				if (t->classes && o->source == SOURCE_ALIGNED && key->column[i] >= 0 &&
				    d->table[c->parent].aligned && d->table[c->parent].aligned[key->column[i]]) {
					found++;
					break;
				}
			}
		}
		if (found == key->ncolumns && !key->partial)
			return true;
	}
	return distinct_is_key(parent, c->to);
}

static size_t find_groups(const struct draft *d, int table, const struct key *k, struct group *group)
{
	const struct table_draft *t = &d->table[table];
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++) {
		int c = k->member[i];
		uint64_t choices = choices_of(d, table, c);
		bool known = false;
		if (!choices || !is_digit(d, table, k, c))
			continue;
		for (size_t g = 0; g < n; g++)
			known = known || (t->generator[c]->kind == GEN_REFERENCE &&
					  t->generator[group[g].column]->pick.key == t->generator[c]->pick.key);
		if (!known)
			group[n++] = (struct group){c, choices, t->generator[c]->kind == GEN_REFERENCE};
	}
	return n;
}

static uint64_t product(const struct group *group, size_t n, uint64_t classes)
{
	uint64_t p = classes ? classes : 1;

	for (size_t i = 0; i < n; i++) {
		if (__builtin_mul_overflow(p, group[i].n, &p))
			return UINT64_MAX;
	}
	return p;
}

/* Give a guessed number more room, if its limits allow, so that there are enough tuples. */
static int widen(struct draft *d, int table, struct group *group, size_t n, uint64_t needed)
{
	struct table_draft *t = &d->table[table];
	uint64_t have = product(group, n, t->classes);

	for (size_t i = 0; i < n && have < needed; i++) {
		int c = group[i].column;
		struct generator *g = t->generator[c];
		int64_t least, most;
		if (g->kind != GEN_INTEGER || t->column[c].source != SOURCE_GUESS ||
		    !fits_integers(&t->table->column[c], &least, &most))
			continue;
		uint64_t others = have / g->pick.n;
		uint64_t wanted = needed / (others ? others : 1) * 2 + 1;
		double room = (double)most - (double)g->start + 1;
		g->pick.n = (double)wanted > room ? (uint64_t)room : wanted;
		group[i].n = g->pick.n;
		have = product(group, n, t->classes);
	}
	return have >= needed;
}

/* One digit of the tuple for a group: the columns that pick together. */
static int set_digit(struct draft *d, int table, const struct key *k, const struct group *g, uint64_t key,
		     uint64_t domain,
		     uint64_t divisor)
{
	struct table_draft *t = &d->table[table];
	uint64_t old = t->generator[g->column]->pick.key;

	for (size_t c = 0; c < t->table->ncolumns; c++) {
		struct generator *o = t->generator[c];
		if (!o || ((int)c != g->column && (o->kind != GEN_REFERENCE || !g->parents || o->pick.key != old)))
			continue;
		free(o->cumulative);
		o->cumulative = NULL;
		o->pick.kind = PICK_PART;
		o->pick.key = key;
		o->pick.n = g->n;
		o->pick.domain = domain;
		o->pick.divisor = divisor;
		o->pick.rows = t->first + t->rows;
		o->null_share = key_has(k, (int)c) ? 0 : o->null_share;
		t->column[c].picked = true;
		t->column[c].tuple = k->number;
	}
	return 0;
}

static int set_aligned_digit(struct draft *d, int table, const struct key *k, const struct group *g, uint64_t divisor)
{
	struct table_draft *t = &d->table[table];
	unsigned long long classes = t->classes;
	struct scope scope = draft_scope(d, table);
	char text[160];

	t->column[g->column].tuple = k->number;
	if (g->parents) {
		snprintf(text, sizeof text, "row %% %llu + %llu * (row / %llu %% %llu)", classes, classes,
			 classes * (unsigned long long)divisor, (unsigned long long)g->n);
		return references_pick(d, table, g->column, PICK_EXPR, text);
	}
	t->column[g->column].picked = true;
	return make_pick_expr(&t->generator[g->column]->pick, &scope, "row / %llu",
			      classes * (unsigned long long)divisor);
}

static int set_tuple(struct draft *d, int table, const struct key *k, struct group *group, size_t n)
{
	struct table_draft *t = &d->table[table];
	uint64_t key = sub_key(t->key, "tuple", (size_t)k->number);
	uint64_t domain = 1;
	size_t from = n;

	/* From the last digit up, as long as the product can be counted. */
	while (from > 0 && domain < UINT64_C(1) << 62) {
		uint64_t room = (UINT64_C(1) << 62) / domain;
		from--;
		if (group[from].n > room)
			group[from].n = room;
		domain *= group[from].n ? group[from].n : 1;
	}
	uint64_t divisor = 1;
	for (size_t i = n; i > from; i--) {
		int failed = t->classes ? set_aligned_digit(d, table, k, &group[i - 1], divisor) :
					  set_digit(d, table, k, &group[i - 1], key, domain, divisor);
		if (failed)
			return -1;
		divisor *= group[i - 1].n;
	}
	return 0;
}

/* Beside rows that are there, a tuple must have something new: a new parent, or numbers above those there are. 1, 0, or -1. */
static int make_fresh(struct draft *d, int table, const struct group *group, size_t n)
{
	struct table_draft *t = &d->table[table];

	for (size_t i = 0; i < n; i++) {
		if (group[i].parents && d->table[t->column[group[i].column].parent].rows > 0)
			return 1;
	}
	for (size_t i = 0; i < n; i++) {
		struct generator *g = t->generator[group[i].column];
		int64_t least, most, last = 0;
		if (g->kind != GEN_INTEGER || t->column[group[i].column].source != SOURCE_GUESS ||
		    !fits_integers(&t->table->column[group[i].column], &least, &most))
			continue;
		if (existing_maximum(d, table, group[i].column, &last) != 0)
			return -1;
		if ((double)last + (double)g->pick.n > (double)most)
			continue;
		g->start = last >= g->start ? last + 1 : g->start;
		return 1;
	}
	return 0;
}

static void explain(const struct group *group, size_t n, uint64_t have, char *why, size_t size)
{
	size_t used = 0;
	bool parents = true;

	for (size_t i = 0; i < n && used < size; i++) {
		used += (size_t)snprintf(why + used, size - used, "%s%llu", i ? " x " : "",
					 (unsigned long long)group[i].n);
		parents = parents && group[i].parents;
	}
	if (n == 0)
		snprintf(why, size, "no column of it can be made distinct");
	else if (used < size)
		snprintf(why + used, size - used, " %s give %llu %s", parents ? "rows" : "values",
			 (unsigned long long)have,
			 n == 1 ? "rows" : n == 2 ? "pairs" : "tuples");
}

/* A tuple's column is wanted by another key, too: let a member be distinct by itself, if one can. */
static int make_any_distinct(struct draft *d, int table, const struct key *k, struct shortage *s)
{
	for (size_t i = k->n; i-- > 0;) {
		const struct column_draft *c = &d->table[table].column[k->member[i]];
		if (c->picked || c->breaks_cycle || !d->table[table].generator[k->member[i]])
			continue;
		int made = distinct_make(d, table, k->member[i], s);
		if (made != 0)
			return made;
	}
	return 0;
}

static bool is_trusted(const struct draft *d, int table, const struct key *k)
{
	const struct table_draft *t = &d->table[table];

	for (size_t i = 0; i < k->n; i++) {
		const struct generator *g = t->generator[k->member[i]];
		if (!g || t->column[k->member[i]].source != SOURCE_SPEC)
			continue;
		if (g->kind == GEN_EXPR || g->pick.expr || g->pick.kind == PICK_IN_ORDER)
			return true;
		for (size_t p = 0; g->kind == GEN_PATTERN && p < g->nparts; p++) {
			if (g->part[p].kind == PART_EXPR)
				return true;
		}
	}
	return false;
}

static int fail_key(struct draft *d, int table, const struct key *k, uint64_t capacity, const char *why)
{
	const struct table *t = &d->schema->table[table];
	char name[320], what[400];

	draft_name_unique(t, k->unique, name, sizeof name);
	snprintf(what, sizeof what, "%s: %s", k->n ? t->column[k->member[0]].name : "?", name);
	return draft_too_many(d, table, capacity, what, why);
}

static int make_composite(struct draft *d, int table, const struct key *k)
{
	struct table_draft *t = &d->table[table];
	struct group group[MEMBERS_MAX];
	struct shortage s = {0};
	char why[160] = "";
	int best = -1, most = 0;

	for (size_t i = 0; i < k->n; i++) {
		int w = willingness(d, table, k->member[i]);
		if (w > 0 && w >= most) {
			best = k->member[i];
			most = w;
		}
	}
	if (best >= 0) {
		int made = distinct_make(d, table, best, &s);
		if (made != 0)
			return made < 0 ? -1 : 0;
	}
	for (size_t i = 0; i < k->n; i++) {
		const struct generator *g = t->generator[k->member[i]];
		if (g && g->kind == GEN_DATE && g->format == DATE_DAY && g->interval == 0 &&
		    t->column[k->member[i]].source == SOURCE_GUESS && count_days(d, table, k->member[i]) != 0)
			return -1;
	}
	/* A tuple takes its columns out of other keys' hands; one that is distinct by itself serves them all. */
	if (key_overlaps(d, table, k)) {
		int made = make_any_distinct(d, table, k, &s);
		if (made != 0)
			return made < 0 ? -1 : 0;
	}
	size_t n = find_groups(d, table, k, group);
	uint64_t have = product(group, n, t->classes);
	if (n > 0 && (have >= t->first + t->rows || widen(d, table, group, n, t->first + t->rows))) {
		int fresh = t->first ? make_fresh(d, table, group, n) : 1;
		if (fresh != 0)
			return fresh < 0 ? -1 : set_tuple(d, table, k, group, n);
		return fail_key(d, table, k, 0,
				"what is in the database already leaves no room that is known (let its parents have new rows, too)");
	}
	int made = is_trusted(d, table, k) ? 1 : make_any_distinct(d, table, k, &s);
	if (made != 0 || k->vague) {
		t->loose[k->number] = made == 0;
		return made < 0 ? -1 : 0;
	}
	have = product(group, n, t->classes);
	if (n == 0)
		have = 1;
	explain(group, n, have, why, sizeof why);
	return fail_key(d, table, k, have > t->first ? have - t->first : 0, why);
}

static int make_single(struct draft *d, int table, const struct key *k)
{
	struct shortage s = {0};
	int made = distinct_make(d, table, k->member[0], &s);

	if (made != 0 || k->vague) {
		d->table[table].loose[k->number] = made == 0;
		return made < 0 ? -1 : 0;
	}
	return fail_key(d, table, k, s.capacity, s.why);
}

static int make_spec_unique(struct draft *d, int table)
{
	struct table_draft *t = &d->table[table];

	for (size_t c = 0; c < t->table->ncolumns; c++) {
		struct shortage s = {0};
		char what[320];
		int made = t->column[c].unique ? distinct_make(d, table, (int)c, &s) : 1;
		if (made < 0)
			return -1;
		snprintf(what, sizeof what, "%s: unique in the spec", t->table->column[c].name);
		if (made == 0 && draft_too_many(d, table, s.capacity, what, s.why) != 0)
			return -1;
	}
	return 0;
}

int tuples_make(struct draft *d, int table)
{
	const struct table *t = &d->schema->table[table];

	if (d->table[table].rows == 0)
		return 0;
	if (make_spec_unique(d, table) != 0)
		return -1;
	/* Small keys first: what holds those holds larger ones with the same columns. */
	for (size_t size = 1; size <= MEMBERS_MAX; size++) {
		for (int pass = 0; pass < 2; pass++) {
			for (size_t u = 0; u < t->nuniques; u++) {
				struct key k;
				if (t->unique[u].primary != (pass == 0))
					continue;
				key_read(d, table, (int)u, &k);
				if (k.n != size || key_holds(d, table, &k))
					continue;
				if ((size == 1 ? make_single(d, table, &k) : make_composite(d, table, &k)) != 0)
					return -1;
				if (d->again)
					return 0;
			}
		}
	}
	return 0;
}
