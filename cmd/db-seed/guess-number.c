/* Numbers, and dates as numbers. */
#include "guess.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "fits.h"
#include "make.h"

#define SECOND_NS INT64_C(1000000000)

struct generator *guess_moment(uint64_t key, const struct idea *idea, enum date_format format)
{
	int64_t from = DATE_2024, to = DATE_2026;

	switch (idea->kind == IDEA_MOMENT || idea->kind == IDEA_DAY ? idea->detail : ERA_ANY) {
	case ERA_EARLY:
		to = DATE_2025;
		break;
	case ERA_LATE:
	case ERA_SELDOM:
		from = DATE_2025;
		break;
	case ERA_FUTURE:
		from = DATE_2026;
		to = DATE_2026 + 730 * DAY_NS;
		break;
	case ERA_BIRTH:
		from = -7305 * DAY_NS; /* 1950 to 2006 */
		to = 13149 * DAY_NS;
		break;
	default:
		break;
	}
	return make_date(key, from, to, format);
}

static enum date_format format_of(const char *name)
{
	size_t len = strlen(name);
	static const struct { const char *end; enum date_format format; } ends[] = {
		{"_ms", DATE_MILLIS}, {"millis", DATE_MILLIS}, {"msec", DATE_MILLIS}, {"_us", DATE_MICROS},
		{"micros", DATE_MICROS}, {"_ns", DATE_NANOS}, {"nanos", DATE_NANOS},
	};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i].end);
		if (len > n && strcasecmp(name + len - n, ends[i].end) == 0)
			return ends[i].format;
	}
	return DATE_SECONDS;
}

/* The range that a name suggests for a number. */
static void range_of(const struct idea *idea, double *lo, double *hi, int *decimals)
{
	*lo = 1;
	*hi = 1000;
	*decimals = 2;
	switch (idea->kind) {
	case IDEA_NUMBER:
	case IDEA_MONEY:
	case IDEA_RATIO:
		*lo = idea->lo;
		*hi = idea->hi;
		*decimals = idea->decimals;
		break;
	case IDEA_ID:
		*hi = 100000;
		*decimals = 0;
		break;
	case IDEA_WORDS:
		*lo = 0;
		*hi = 3;
		*decimals = 0;
		break;
	default:
		break;
	}
}

/* [*lo, *hi] narrowed to [least, most], which may lie elsewhere: then as much as suits of that. */
static void narrow(double *lo, double *hi, double least, double most)
{
	double width = *hi - *lo;

	if (*lo > most || *hi < least) {
		*lo = least > -8e18 ? least : most - width;
		*hi = *lo + width;
	}
	if (*lo < least)
		*lo = least;
	if (*hi > most)
		*hi = most;
}

static struct generator *guess_integer(struct draft *d, int table, int column, const struct idea *idea)
{
	const struct table *t = &d->schema->table[table];
	const struct column *c = &t->column[column];
	uint64_t key = draft_key(d, table, column);
	int64_t least, most;
	double lo, hi;
	int decimals;

	if (!fits_integers(c, &least, &most)) {
		draft_fail(d, "%s.%s: CHECK: the constraints leave no value", t->name, c->name);
		return NULL;
	}
	if (idea->kind == IDEA_BOOL && least <= 0 && most >= 1)
		return make_bool(key, idea->detail / 100.0);
	if (idea->kind == IDEA_MOMENT || idea->kind == IDEA_DAY || idea->kind == IDEA_TIME) {
		struct generator *g = guess_moment(key, idea, format_of(c->name));
		if (!g || fits_all(d, table, column, g))
			return g;
		generator_free(g);
	}
	range_of(idea, &lo, &hi, &decimals);
	if (idea->kind == IDEA_MONEY) {
		lo *= 100; /* in hundredths */
		hi *= 100;
	}
	if (idea->kind == IDEA_RATIO && hi - lo < 2)
		hi = lo + 100;
	narrow(&lo, &hi, (double)least, (double)most);
	int64_t from = (double)least >= lo ? least : (int64_t)lo, to = (double)most <= hi ? most : (int64_t)hi;
	return make_integer(key, from, to < from ? from : to);
}

static struct generator *guess_real(struct draft *d, int table, int column, const struct idea *idea)
{
	const struct table *t = &d->schema->table[table];
	const struct column *c = &t->column[column];
	const struct limits *l = &c->limits;
	double lo, hi;
	int decimals;

	if (idea->kind == IDEA_MOMENT || idea->kind == IDEA_DAY) {
		struct generator *g = guess_moment(draft_key(d, table, column), idea, DATE_REAL);
		if (!g || fits_all(d, table, column, g))
			return g;
		generator_free(g);
	}
	range_of(idea, &lo, &hi, &decimals);
	if (c->precision > 0) {
		decimals = c->scale;
		narrow(&lo, &hi, 0, pow(10, c->precision - c->scale) - 1);
	}
	double least = l->has_lo ? l->lo : -9e18, most = l->has_hi ? l->hi : 9e18;
	if (least > most || (least == most && (l->lo_open || l->hi_open))) {
		draft_fail(d, "%s.%s: CHECK: the constraints leave no value", t->name, c->name);
		return NULL;
	}
	narrow(&lo, &hi, least, most);
	/* Ends on the grid of decimals, and off the limits that are open. */
	double grid = pow(10, decimals), from = ceil(lo * grid), to = floor(hi * grid);
	if (l->has_lo && l->lo_open && from / grid <= l->lo)
		from += 1;
	if (l->has_hi && l->hi_open && to / grid >= l->hi)
		to -= 1;
	if (from < to)
		return make_real(draft_key(d, table, column), from / grid, to / grid, decimals);
	double inset = (hi - lo) * 1e-6;
	return make_real(draft_key(d, table, column), l->has_lo && l->lo_open ? lo + inset : lo,
			 l->has_hi && l->hi_open ? hi - inset : hi, -1);
}

struct generator *guess_number(struct draft *d, int table, int column, enum type_class type, const struct idea *idea)
{
	bool whole = type == TYPE_INTEGER || type == TYPE_BOOLEAN;
	struct idea as_bool = {.kind = IDEA_BOOL, .detail = 50};

	if (type == TYPE_BOOLEAN)
		return guess_integer(d, table, column, idea->kind == IDEA_BOOL ? idea : &as_bool);
	/* NUMERIC columns hold what the name says: whole numbers, too. */
	if (type == TYPE_DECIMAL && (idea->kind == IDEA_BOOL || idea->kind == IDEA_NUMBER || idea->kind == IDEA_ID))
		whole = true;
	return whole ? guess_integer(d, table, column, idea) : guess_real(d, table, column, idea);
}
