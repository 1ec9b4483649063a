#include "distinct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "existing.h"
#include "fits.h"
#include "guess.h"
#include "make.h"
#include "references.h"

bool distinct_is_key(const struct table *table, int column)
{
	for (size_t u = 0; u < table->nuniques; u++) {
		if (table->unique[u].ncolumns == 1 && table->unique[u].column[0] == column && !table->unique[u].partial)
			return true;
	}
	return table->column[column].rowid;
}

/* The step in ns under which two dates of a format look the same. */
static int64_t granularity(enum date_format format)
{
	switch (format) {
	case DATE_DAY:
		return DAY_NS;
	case DATE_ISO:
	case DATE_MILLIS:
		return 1000000;
	case DATE_MICROS:
	case DATE_REAL:
		return 1000;
	case DATE_NANOS:
		return 1;
	case DATE_YEAR:
		return 366 * DAY_NS;
	default:
		return INT64_C(1000000000);
	}
}

static bool pattern_is(const struct table_draft *t, const struct generator *g)
{
	bool random = false;

	for (size_t i = 0; i < g->nparts; i++) {
		const struct part *p = &g->part[i];
		if (p->kind == PART_ROW)
			return true;
		if (p->kind == PART_UNIQUE && pow(36, p->width) >= (double)(t->first + t->rows))
			return true;
		random = random || (p->kind == PART_HEX && p->width >= 20) || (p->kind == PART_ALNUM &&
									       p->width >= 16) ||
			 (p->kind == PART_BASE64 && p->width >= 16) || (p->kind == PART_DIGITS && p->width >= 24);
	}
	return random;
}

/* An expression of the row may well make them distinct; only the rows themselves can tell. */
static bool is_trusted(const struct generator *g)
{
	if (g->kind == GEN_EXPR || g->pick.expr)
		return true;
	for (size_t i = 0; g->kind == GEN_PATTERN && i < g->nparts; i++) {
		if (g->part[i].kind == PART_EXPR || (g->part[i].kind == PART_VALUE && g->part[i].generator->pick.expr))
			return true;
	}
	return false;
}

bool distinct_is(const struct draft *d, int table, int column)
{
	const struct table_draft *t = &d->table[table];
	const struct generator *g = t->generator[column];
	bool once;

	if (!g)
		return false;
	if (g->null_share > 0 && t->table->column[column].primary)
		return false;
	once = (g->pick.kind == PICK_PERMUTED || g->pick.kind == PICK_IN_ORDER) && g->pick.n >= t->rows;
	switch (g->kind) {
	case GEN_CONSTANT:
		return t->rows <= 1;
	case GEN_SEQUENCE:
		return g->step != 0;
	case GEN_UUID:
		return true;
	case GEN_INTEGER:
		return once;
	case GEN_CHOICE:
		return once && !g->cumulative;
	case GEN_DATE:
		return g->format != DATE_TIME && g->interval >= granularity(g->format) &&
		       g->interval % granularity(g->format) == 0;
	case GEN_PATTERN:
		return pattern_is(t, g);
	case GEN_REFERENCE:
		return once && t->column[column].parent >= 0 &&
		       distinct_is_key(&d->schema->table[t->column[column].parent], t->column[column].to);
	case GEN_BLOB:
		return !g->size && g->start >= 16;
	case GEN_JSON:
		for (size_t i = 0; !g->array && i < g->nmembers; i++) {
			if (g->member[i].generator->kind == GEN_SEQUENCE || g->member[i].generator->kind == GEN_UUID)
				return true;
		}
		return false;
	default:
		return false;
	}
}

static int short_of(struct shortage *s, uint64_t capacity, const char *who, const char *what)
{
	s->capacity = capacity;
	snprintf(s->why, sizeof s->why, "%s allows %llu %s", who, (unsigned long long)capacity, what);
	return 0;
}

static int cannot(struct shortage *s, const char *why)
{
	s->capacity = 1;
	snprintf(s->why, sizeof s->why, "%s", why);
	return 0;
}

/* A sequence behind what the column holds already, within its limits. */
static int make_serial(struct draft *d, int table, int column, struct shortage *s)
{
	struct table_draft *t = &d->table[table];
	const struct column *c = &t->table->column[column];
	int64_t least, most, last = 0;

	if (!fits_integers(c, &least, &most))
		return short_of(s, 0, "CHECK", "values");
	int64_t start = least > 1 || most < 1 ? (c->limits.has_lo ? least : most - (int64_t)t->rows + 1) : 1;
	if (least <= 0 && c->limits.has_lo && c->limits.has_hi && (double)most < (double)t->rows)
		start = least;
	if (t->first && existing_maximum(d, table, column, &last) != 0)
		return -1;
	if (t->first && last >= start)
		start = last < INT64_MAX ? last + 1 : last;
	double room = (double)most - (double)start + 1;
	if (room < (double)t->rows)
		return short_of(s, room > 0 ? (uint64_t)room : 0, "CHECK", t->first ? "values more" : "values");
	struct generator *g = make_sequence(draft_key(d, table, column), start - (int64_t)t->first, 1);
	if (g && (type_of(t->table, column) == TYPE_TEXT))
		g->as_text = true;
	return draft_set(d, table, column, g, SOURCE_GUESS) != 0 ? -1 : 1;
}

static int make_ascending(struct draft *d, int table, int column, struct shortage *s)
{
	struct table_draft *t = &d->table[table];
	struct generator *g = t->generator[column];
	int64_t grain = granularity(g->format), rows = (int64_t)(t->first + t->rows);

	if (g->format == DATE_TIME)
		return short_of(s, 1, "a time of day", "row");
	int64_t interval = (g->to - g->from) / (rows ? rows : 1) / grain * grain;
	g->from = g->from / grain * grain + (g->from % grain > 0 ? grain : 0);
	g->interval = interval > 0 ? interval : grain;
	if ((double)g->from + (double)g->interval * (double)rows > 9.2e18)
		return short_of(s, (uint64_t)((9.2e18 - (double)g->from) / (double)grain), "the calendar", "values");
	if (!fits_all(d, table, column, g))
		return short_of(s, (uint64_t)((g->to - g->from) / grain), "CHECK", "values");
	return 1;
}

static int make_spaced(struct draft *d, int table, int column)
{
	struct table_draft *t = &d->table[table];
	const struct generator *old = t->generator[column];
	double rows = (double)(t->first + t->rows), step = (old->hi - old->lo) / (rows + 1);
	struct scope scope = draft_scope(d, table);
	char text[128], why[SCOPE_WHY];
	struct generator *g = generator_new(GEN_EXPR, old->key);

	snprintf(text, sizeof text, "%.17g + %.17g * (row + 1)", old->lo, step);
	if (g) {
		g->expr = scope_expr(&scope, text, strlen(text), why);
		g->variables = scope.variables;
		g->nvariables = scope.nvariables;
		g->null_share = old->null_share;
	}
	if (g && !g->expr) {
		generator_free(g);
		g = NULL;
	}
	return draft_set(d, table, column, g, t->column[column].source) != 0 ? -1 : 1;
}

static int make_reference_distinct(struct draft *d, int table, int column, struct shortage *s)
{
	struct table_draft *t = &d->table[table];
	struct column_draft *c = &t->column[column];
	const struct generator *g = t->generator[column];
	uint64_t n = g->pick.n;

	if (c->distinct)
		return 1;
	if (c->parent < 0)
		return cannot(s, "what it refers to may repeat");
	const struct table *parent = &d->schema->table[c->parent];
	if (!distinct_is_key(parent, c->to) || c->source == SOURCE_ALIGNED)
		return cannot(s, "what it refers to is no key of its own");
	if (c->picked && !g->pick.expr && !distinct_is(d, table, column))
		return cannot(s, "the way it picks may repeat");
	if (d->table[c->parent].rows == 0) {
		if (existing_unused(d, c->parent, c->to, table, column, &n) != 0)
			return -1;
		c->unused = true;
	}
	if (n < t->rows) {
		s->capacity = n;
		snprintf(s->why, sizeof s->why, "table '%.60s' has %llu %s", parent->name, (unsigned long long)n,
			 c->unused ? "rows that none refers to" : "rows");
		return 0;
	}
	/* A chain, rather than any row that may be the row itself. */
	if (c->parent == table && t->first == 0)
		return references_pick(d, table, column, PICK_EXPR, "row + rows - 1") != 0 ? -1 : 1;
	enum pick_kind kind = t->table->column[column].primary == 1 ? PICK_IN_ORDER : PICK_PERMUTED;
	return references_pick(d, table, column, kind, NULL) != 0 ? -1 : 1;
}

static int make_finite(struct draft *d, int table, int column, struct shortage *s)
{
	struct table_draft *t = &d->table[table];
	struct generator *g = t->generator[column];
	bool spec = t->column[column].source == SOURCE_SPEC;

	if (t->column[column].picked)
		return cannot(s, "the way it picks may repeat");
	if (g->pick.n < t->rows)
		return short_of(s, g->pick.n, spec ? "the spec" : "CHECK", g->pick.n == 1 ? "value" : "values");
	free(g->cumulative);
	g->cumulative = NULL;
	g->pick.kind = PICK_PERMUTED;
	t->column[column].picked = true;
	return 1;
}

static int make_text(struct draft *d, int table, int column, struct shortage *s)
{
	struct table_draft *t = &d->table[table];
	uint64_t capacity;

	if (t->column[column].source == SOURCE_SPEC) {
		struct generator *g = t->generator[column];
		t->generator[column] = NULL;
		return draft_set(d, table, column, guess_suffixed(g, guess_suffix_width(t), SIZE_MAX),
				 SOURCE_SPEC) != 0 ? -1 : 1;
	}
	struct generator *g = guess_unique_text(d, table, column, &capacity);
	if (!g && capacity != UINT64_MAX)
		return short_of(s, capacity, "CHECK", "values");
	return draft_set(d, table, column, g, SOURCE_GUESS) != 0 ? -1 : 1;
}

static int make_object(struct draft *d, int table, int column)
{
	struct generator *g = d->table[table].generator[column];

	return make_member(g, "id", make_sequence(sub_key(g->key, "id", 0), 1, 1)) != 0 ? -1 : 1;
}

int distinct_make(struct draft *d, int table, int column, struct shortage *s)
{
	struct table_draft *t = &d->table[table];
	struct generator *g = t->generator[column];
	bool guess = t->column[column].source == SOURCE_GUESS;

	bool serial = g && g->kind == GEN_INTEGER && t->table->column[column].primary && guess;
	if (t->rows <= 1 && t->first == 0 && !serial)
		return 1;
	if (distinct_is(d, table, column))
		return 1;
	if (!g)
		return cannot(s, "a generated column");
	if (g->kind == GEN_CONSTANT && g->constant.type == VALUE_NULL && !t->table->column[column].primary)
		return 1; /* NULLs are distinct from each other */
	if (is_trusted(g) && t->column[column].source == SOURCE_SPEC)
		return 1;
	switch (g->kind) {
	case GEN_REFERENCE:
		return make_reference_distinct(d, table, column, s);
	case GEN_INTEGER:
		return guess ? make_serial(d, table, column, s) : make_finite(d, table, column, s);
	case GEN_CHOICE:
		/* Zeros and ones that nothing but the name asked for. */
		if (guess && !t->table->column[column].limits.choice &&
		    (type_of(t->table, column) == TYPE_INTEGER || type_of(t->table, column) == TYPE_DECIMAL))
			return make_serial(d, table, column, s);
		if (guess && !t->table->column[column].limits.choice && type_of(t->table, column) == TYPE_TEXT)
			return make_text(d, table, column, s);
		return make_finite(d, table, column, s);
	case GEN_DATE: {
		int made = make_ascending(d, table, column, s);
		return made == 0 && guess && type_of(t->table, column) == TYPE_TEXT ? make_text(d, table, column,
												s) : made;
	}
	case GEN_REAL:
		return make_spaced(d, table, column);
	case GEN_FAKE:
	case GEN_PATTERN:
		return make_text(d, table, column, s);
	case GEN_JSON:
		return g->array ? cannot(s, "lists may repeat") : make_object(d, table, column);
	case GEN_BLOB:
		if (!guess ||
		    (t->table->column[column].limits.max_length >= 0 &&
		     t->table->column[column].limits.max_length < 16))
			return short_of(s, (uint64_t)pow(2, (double)g->start * 4), "its length",
					"values without repetition");
		g->start = g->start < 16 ? 16 : g->start;
		return 1;
	default:
		if (t->column[column].source == SOURCE_SPEC)
			return short_of(s, 1, "the spec", "value");
		return cannot(s, "it may repeat");
	}
}
