#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distinct.h"
#include "fits.h"
#include "guess.h"
#include "make.h"
#include "references.h"

/* A column's range as numbers (dates: ns). */
struct range {
	bool known;       /* it is a guess that may be moved */
	bool date, whole;
	int level;        /* how many columns have to be below it, one below the other */
	double lo, hi;    /* as guessed, both included */
	double least, most; /* as CHECKs allow */
};

static struct range range_of(const struct draft *d, int table, int column)
{
	const struct table_draft *t = &d->table[table];
	const struct generator *g = t->generator[column];
	const struct column *c = &t->table->column[column];
	struct range r = {.least = -9e18, .most = 9e18};
	int64_t least, most;

	if (!g || t->column[column].source != SOURCE_GUESS || g->as_text)
		return r;
	switch (g->kind) {
	case GEN_DATE:
		r.known = r.date = true;
		r.lo = (double)g->from;
		r.hi = (double)g->to;
		break;
	case GEN_INTEGER:
		r.known = r.whole = fits_integers(c, &least, &most);
		r.lo = (double)g->start;
		r.hi = r.lo + (double)g->pick.n - 1;
		r.least = (double)least;
		r.most = (double)most;
		break;
	case GEN_REAL:
		r.known = true;
		r.lo = g->lo;
		r.hi = g->hi;
		if (c->limits.has_lo)
			r.least = c->limits.lo_open ? nextafter(c->limits.lo, 9e18) : c->limits.lo;
		if (c->limits.has_hi)
			r.most = c->limits.hi_open ? nextafter(c->limits.hi, -9e18) : c->limits.hi;
		break;
	default:
		break;
	}
	return r;
}

static bool in_order(const struct range *a, const struct range *b, const struct order *o)
{
	if (o->different && a->lo > b->hi)
		return true;
	return o->strict || o->different ? a->hi < b->lo : a->hi <= b->lo;
}

static bool is_eligible(const struct range *r, const struct order *o)
{
	return r[o->below].known && r[o->above].known && r[o->below].date == r[o->above].date;
}

static bool all_hold(const struct table *t, const struct range *r)
{
	for (size_t i = 0; i < t->norders; i++) {
		const struct order *o = &t->order[i];
		if (is_eligible(r, o) && !in_order(&r[o->below], &r[o->above], o))
			return false;
	}
	return true;
}

/* The levels: 0, or -1 where the comparisons go round in a circle. */
static int find_levels(const struct table *t, struct range *r, int *levels)
{
	bool changed = true;

	*levels = 1;
	for (size_t round = 0; changed; round++) {
		changed = false;
		if (round > t->ncolumns)
			return -1;
		for (size_t i = 0; i < t->norders; i++) {
			const struct order *o = &t->order[i];
			if (!is_eligible(r, o) || r[o->above].level > r[o->below].level)
				continue;
			r[o->above].level = r[o->below].level + 1;
			if (r[o->above].level + 1 > *levels)
				*levels = r[o->above].level + 1;
			changed = true;
		}
	}
	return 0;
}

/* Cut the common range into equal pieces by level. */
static void cut_evenly(const struct draft *d, int table, struct range *r, const bool *in, int levels)
{
	const struct table_draft *t = &d->table[table];
	double lo = INFINITY, hi = -INFINITY, wanted = 1;

	for (size_t c = 0; c < t->table->ncolumns; c++) {
		if (!in[c])
			continue;
		lo = fmin(lo, r[c].lo);
		hi = fmax(hi, r[c].hi);
		if (r[c].whole && guess_is_key(t->table, (int)c))
			wanted = fmax(wanted, 2 * (double)(t->first + t->rows));
	}
	double width = (hi - lo) / levels;
	if (width < wanted)
		width = wanted;
	for (size_t c = 0; c < t->table->ncolumns; c++) {
		if (!in[c])
			continue;
		double from = lo + width * r[c].level, to = from + width * 0.95;
		if (r[c].whole) {
			from = ceil(from);
			to = fmax(from, ceil(lo + width * (r[c].level + 1)) - 1);
		}
		r[c].lo = fmax(from, r[c].least);
		r[c].hi = fmin(to, r[c].most);
	}
}

/* Each as low as it may be, and the topmost with what is left above. false: not even that. */
static bool cut_tightly(const struct table *t, struct range *r, const bool *in, int levels)
{
	for (int level = 0; level < levels; level++) {
		for (size_t c = 0; c < t->ncolumns; c++) {
			if (!in[c] || r[c].level != level)
				continue;
			double lo = r[c].least > -9e18 ? r[c].least : fmin(r[c].lo, r[c].most);
			for (size_t i = 0; i < t->norders; i++) {
				double below = r[t->order[i].below].hi;
				if (t->order[i].above == (int)c && in[t->order[i].below])
					lo = fmax(lo, below + (r[c].whole ? 1 : 1e-6 * fmax(1, fabs(below))));
			}
			if (lo > r[c].most)
				return false;
			r[c].lo = lo;
			r[c].hi = level == levels - 1 ? fmin(r[c].most, lo + 100) : lo;
		}
	}
	return true;
}

static void apply(struct draft *d, int table, int column, const struct range *r)
{
	struct table_draft *t = &d->table[table];
	struct generator *g = t->generator[column];

	t->column[column].source = SOURCE_COMPARED;
	if (r->date) {
		/* Whole days, and apart from each other in every format. */
		g->from = (int64_t)r->lo / DAY_NS * DAY_NS + (r->level ? DAY_NS : 0);
		g->to = (int64_t)r->hi / DAY_NS * DAY_NS;
		if (g->to <= g->from)
			g->to = g->from + DAY_NS;
	} else if (r->whole) {
		g->start = (int64_t)r->lo;
		g->pick.n = (uint64_t)(r->hi - r->lo) + 1;
	} else {
		double grid = g->decimals >= 0 ? pow(10, g->decimals) : 1;
		double lo = ceil(r->lo * grid) / grid, hi = floor(r->hi * grid) / grid;
		if (g->decimals < 0 || lo > hi) {
			g->decimals = -1;
			lo = r->lo;
			hi = r->hi;
		}
		g->lo = lo;
		g->hi = hi;
	}
}

/* Texts that are compared are dates, most likely. */
static int make_dates(struct draft *d, int table)
{
	struct table_draft *t = &d->table[table];

	for (size_t i = 0; i < t->table->norders; i++) {
		const struct order *o = &t->table->order[i];
		int pair[2] = {o->below, o->above};
		for (int k = 0; k < 2 && !o->different; k++) {
			const struct generator *g = t->generator[pair[k]];
			const struct column *c = &t->table->column[pair[k]];
			struct idea any = {.kind = IDEA_DAY};
			if (!g || t->column[pair[k]].source != SOURCE_GUESS || g->kind == GEN_DATE ||
			    c->limits.choice ||
			    c->limits.like || type_of(t->table, pair[k]) != TYPE_TEXT)
				continue;
			struct generator *day = guess_moment(g->key, &any, DATE_DAY);
			if (day)
				day->null_share = g->null_share;
			if (draft_set(d, table, pair[k], day, SOURCE_GUESS) != 0)
				return -1;
		}
	}
	return 0;
}

static int compare_ranges(struct draft *d, int table)
{
	const struct table *t = &d->schema->table[table];
	struct range *r = calloc(2 * t->ncolumns + 1, sizeof *r), *even = r ? r + t->ncolumns : NULL;
	bool *in = calloc(t->ncolumns + 1, sizeof *in);
	int levels = 1, failed = r && in ? 0 : -1;

	for (size_t c = 0; !failed && c < t->ncolumns; c++)
		r[c] = range_of(d, table, (int)c);
	if (failed || all_hold(t, r))
		goto done;
	if (find_levels(t, r, &levels) != 0)
		goto done; /* the rows will tell */
	/* One cut for all that are compared: dates apart from numbers. */
	for (int date = 0; date < 2; date++) {
		memset(in, 0, (t->ncolumns + 1) * sizeof *in);
		for (size_t i = 0; i < t->norders; i++) {
			const struct order *o = &t->order[i];
			if (is_eligible(r, o) && r[o->below].date == (date == 1))
				in[o->below] = in[o->above] = true;
		}
		memcpy(even, r, t->ncolumns * sizeof *r);
		cut_evenly(d, table, even, in, levels);
		bool good = all_hold(t, even) || date;
		for (size_t c = 0; c < t->ncolumns; c++)
			good = good && (!in[c] || even[c].lo <= even[c].hi);
		if (good) {
			memcpy(r, even, t->ncolumns * sizeof *r);
		} else if (!cut_tightly(t, r, in, levels)) {
			for (size_t i = 0; !failed && i < t->norders; i++) {
				const struct order *o = &t->order[i];
				if (in[o->below])
					failed = draft_fail(d,
							    "%s.%s: CHECK (%s %s %s): the limits of both leave no values", t->name,
							    t->column[o->below].name, t->column[o->below].name,
							    o->different ? "<>" : o->strict ? "<" : "<=", t->column[o->above].name);
			}
		}
		for (size_t c = 0; !failed && c < t->ncolumns; c++) {
			if (in[c])
				apply(d, table, (int)c, &r[c]);
		}
	}
done:
	free(r);
	free(in);
	return failed;
}

/* Values that both may choose from go to one of them. */
static int part_choices(struct draft *d, int table, const struct order *o)
{
	struct table_draft *t = &d->table[table];
	struct generator *a = t->generator[o->below], *b = t->generator[o->above];

	if (!a || !b || a->kind != GEN_CHOICE || b->kind != GEN_CHOICE || a->cumulative || b->cumulative ||
	    t->column[o->below].source != SOURCE_GUESS || t->column[o->above].source != SOURCE_GUESS || !o->different)
		return 0;
	size_t half = a->nchoices / 2;
	if (half == 0 || b->nchoices <= half)
		return 0;
	struct generator *low = make_choice(a->key, a->choice, half);
	struct generator *high = make_choice(b->key, b->choice + half, b->nchoices - half);
	if (low)
		low->null_share = a->null_share;
	if (high)
		high->null_share = b->null_share;
	int failed = draft_set(d, table, o->below, low, SOURCE_COMPARED);
	return draft_set(d, table, o->above, high, SOURCE_COMPARED) || failed ? -1 : 0;
}

/* The smallest unique over both columns that their pairs alone can hold; -1: none. *pairs: whether it has no other. */
static int unique_of(const struct table *t, int a, int b, bool *pairs)
{
	int found = -1;

	*pairs = false;
	for (size_t u = 0; u < t->nuniques; u++) {
		const struct unique *k = &t->unique[u];
		int both = 0;
		for (size_t i = 0; i < k->ncolumns; i++)
			both += k->column[i] == a || k->column[i] == b;
		if (both == 2 && (found < 0 || k->ncolumns < t->unique[found].ncolumns))
			found = (int)u;
	}
	*pairs = found >= 0 && t->unique[found].ncolumns == 2;
	return found;
}

/* Do the column's values ascend with the row? Of the table at work, whose keys come later: will they? */
static bool ascends(const struct draft *d, int table, int column, int child)
{
	const struct table *t = &d->schema->table[table];
	const struct generator *g = d->table[table].generator[column];

	if (g && table == child && g->kind == GEN_INTEGER && d->table[table].column[column].source == SOURCE_GUESS)
		return t->column[column].primary && distinct_is_key(t, column);
	return g && ((g->kind == GEN_SEQUENCE && g->step > 0) || (g->kind == GEN_UUID && g->uuid_version == 7));
}

static bool may_be_null(const struct table *t, int column)
{
	return !t->column[column].not_null && !guess_is_key(t, column);
}

/* Both differ in each row, and one of them or both from row to row. */
static int pair_distinct(struct draft *d, int table, const struct order *o, uint64_t n)
{
	struct table_draft *t = &d->table[table];
	bool below = distinct_is_key(t->table, o->below), above = distinct_is_key(t->table, o->above);
	int first = below ? o->below : o->above, second = below ? o->above : o->below;
	char other[96];

	snprintf(other, sizeof other, "row + 1 + hash(row, %llu) %% %llu", (unsigned long long)(t->key >> 33),
		 (unsigned long long)n - 1);
	if (references_pick(d, table, first, PICK_EXPR, "row") != 0 ||
	    references_pick(d, table, second, PICK_EXPR, below && above ? "row + 1" : other) != 0)
		return -1;
	t->column[first].distinct = true;
	t->column[second].distinct = below && above;
	return 0;
}

/* Pairs of rows of one parent. All unordered pairs of an odd number n come as (a, a + s mod n), s up to half of n. */
static int pair_references(struct draft *d, int table, const struct order *o)
{
	struct table_draft *t = &d->table[table];
	struct column_draft *a = &t->column[o->below], *b = &t->column[o->above];
	uint64_t n = t->generator[o->below]->pick.n, rows = t->rows;
	bool pairs;
	int key = unique_of(t->table, o->below, o->above, &pairs);
	bool ordered = !o->different;
	char tuple[240], first[640], second[640], why[160], what[400];

	for (int k = 0; n < 2 && k < 2; k++) {
		int c = k ? o->below : o->above;
		if (may_be_null(t->table, c))
			return draft_set(d, table, c, make_constant(draft_key(d, table, c), NULL), SOURCE_FOREIGN);
	}
	if (n < 2) {
		snprintf(what, sizeof what, "%s: CHECK (%s %s %s)", t->table->column[o->below].name,
			 t->table->column[o->below].name,
			 ordered ? "<" : "<>", t->table->column[o->above].name);
		snprintf(why, sizeof why, "table '%.60s' has a single row", d->table[a->parent].table->name);
		return draft_too_many(d, table, 0, what, why);
	}
	if (ordered && n > 2 && n % 2 == 0)
		n--;
	uint64_t seconds = ordered ? (n - 1) / 2 : n - 1, domain = n * seconds;
	if (ordered && n == 2)
		seconds = domain = 1;
	if (key >= 0 && !pairs && domain < rows)
		key = -1; /* the other columns have to tell them apart */
	if (key >= 0 && domain < rows) {
		char name[320];
		draft_name_unique(t->table, &t->table->unique[key], name, sizeof name);
		snprintf(what, sizeof what, "%s: %s", t->table->column[o->below].name, name);
		snprintf(why, sizeof why, "%llu rows give %llu pairs", (unsigned long long)n,
			 (unsigned long long)domain);
		return draft_too_many(d, table, domain, what, why);
	}
	if (!ordered && (distinct_is_key(t->table, o->below) || distinct_is_key(t->table, o->above)) && rows <= n)
		return pair_distinct(d, table, o, n);
	unsigned long long seed = rng_key(t->key, "pair") >> 33, stride = domain / rows ? domain / rows : 1;
	if (key >= 0)
		snprintf(tuple, sizeof tuple, "((row - %llu) * %llu + hash(row, %llu) %% %llu)",
			 (unsigned long long)t->first, stride,
			 seed, stride);
	else
		snprintf(tuple, sizeof tuple, "(hash(row, %llu) %% %llu)", seed, (unsigned long long)domain);
	unsigned long long m = seconds;
	snprintf(first, sizeof first, "%s / %llu", tuple, m);
	snprintf(second, sizeof second, "(%s / %llu + 1 + %s %% %llu) %% %llu", tuple, m, tuple, m,
		 (unsigned long long)n);
	char least[1400], greatest[1400];
	snprintf(least, sizeof least, ordered ? "least(%s, %s)" : "%s", first, second);
	snprintf(greatest, sizeof greatest, ordered ? "greatest(%s, %s)" : "%s", ordered ? first : second, second);
	if (references_pick(d, table, o->below, PICK_EXPR, least) != 0 ||
	    references_pick(d, table, o->above, PICK_EXPR, greatest) != 0)
		return -1;
	if (key >= 0)
		a->tuple = b->tuple = key;
	return 0;
}

/* Two references to one column, whose picks are free. */
static bool are_references(const struct draft *d, int table, const struct order *o)
{
	const struct table_draft *t = &d->table[table];
	const struct column_draft *a = &t->column[o->below], *b = &t->column[o->above];
	const struct generator *ga = t->generator[o->below], *gb = t->generator[o->above];

	if (!ga || !gb || ga->kind != GEN_REFERENCE || gb->kind != GEN_REFERENCE || a->source != SOURCE_FOREIGN ||
	    b->source != SOURCE_FOREIGN || a->parent != b->parent || a->to != b->to || ga->pick.key == gb->pick.key || t->classes)
		return false;
	/* Those to the table itself have been given earlier rows, which this undoes. */
	if (a->parent != table && (a->picked || b->picked))
		return false;
	return o->different || ascends(d, a->parent, a->to, table);
}

int compare_make(struct draft *d, int table)
{
	const struct table *t = &d->schema->table[table];

	if (d->table[table].rows == 0 || t->norders == 0)
		return 0;
	for (size_t i = 0; i < t->norders; i++) {
		if (are_references(d, table, &t->order[i])) {
			if (pair_references(d, table, &t->order[i]) != 0)
				return -1;
		} else if (part_choices(d, table, &t->order[i]) != 0) {
			return -1;
		}
	}
	if (d->again)
		return 0;
	return make_dates(d, table) != 0 ? -1 : compare_ranges(d, table);
}
