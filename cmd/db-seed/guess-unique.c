/* Texts that are distinct for distinct rows. */
#include "guess.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "fake.h"
#include "fits.h"
#include "make.h"
#include "pattern.h"
#include "shape.h"

/* How a word becomes distinct and still looks like one; length: about how long it gets. */
static const struct { int fake; size_t length; const char *pattern; } distinct[] = {
	{FAKE_EMAIL, 48, "{first-name}.{unique:8}@{domain}"},
	{FAKE_USERNAME, 40, "{username}-{unique:8}"},
	{FAKE_HOSTNAME, 72, "{slug}-{unique:8}.{domain}"},
	{FAKE_DOMAIN, 48, "{unique:8}.{domain}"},
	{FAKE_URL, 96, "{url}/{unique:8}"},
	{FAKE_PATH, 96, "{path}/{unique:8}"},
	{FAKE_FILENAME, 60, "{unique:8}-{filename}"},
	{FAKE_IPV4, 15, "{=16 + row / 16777216 % 200}.{=row / 65536 % 256}.{=row / 256 % 256}.{=row % 256}"},
	{FAKE_PRIVATE_IPV4, 15, "10.{=row / 65536 % 256}.{=row / 256 % 256}.{=row % 256}"},
	{FAKE_CIDR, 18, "10.{=row / 65536 % 256}.{=row / 256 % 256}.{=row % 256}/32"},
	{FAKE_IPV6, 30, "2001:db8::{=row / 100000000 % 10000}:{=row / 10000 % 10000}:{=row % 10000}"},
	{FAKE_MAC, 17, "02:{=row / 100000000 % 100:2}:{=row / 1000000 % 100:2}:{=row / 10000 % 100:2}:"
		       "{=row / 100 % 100:2}:{=row % 100:2}"},
	{FAKE_PHONE, 15, "+1-555-{row:7}"},
	{FAKE_SEMVER, 16, "{=row / 10000}.{=row / 100 % 100}.{=row % 100}"},
	{FAKE_SLUG, 72, "{slug}-{unique:8}"},
	{FAKE_COLOR, 7, "#{row:6}"},
};

/* Enough base-36 digits for every row; many more where other rows are in the table. */
unsigned guess_suffix_width(const struct table_draft *t)
{
	unsigned width = 4;

	while (pow(36, width) < (double)(t->first + t->rows) * 4 && width < PATTERN_UNIQUE_MAX)
		width++;
	return t->first && width < 10 ? 10 : width;
}

struct generator *guess_suffixed(struct generator *g, unsigned width, size_t room)
{
	struct generator *p = g ? generator_new(GEN_PATTERN, g->key) : NULL;

	if (!p) {
		generator_free(g);
		return NULL;
	}
	p->null_share = g->null_share;
	g->null_share = 0;
	p->variables = g->variables;
	p->nvariables = g->nvariables;
	if (room < SIZE_MAX)
		g->max_length = room > width + 1 ? room - width - 1 : 1;
	if (pattern_add(p, (struct part){.kind = PART_VALUE, .generator = g}) != 0 ||
	    pattern_add_literal(p, "-", 1) != 0 ||
	    pattern_add(p, (struct part){.kind = PART_UNIQUE, .width = width}) != 0) {
		generator_free(p);
		return NULL;
	}
	return p;
}

static struct generator *with_width(struct generator *g, unsigned width)
{
	for (size_t i = 0; g && i < g->nparts; i++) {
		if (g->part[i].kind == PART_UNIQUE)
			g->part[i].width = width;
	}
	return g;
}

/* By the name, whatever the limits. */
static struct generator *by_name(struct draft *d, int table, int column, const struct idea *idea)
{
	const struct column *c = &d->schema->table[table].column[column];
	struct scope scope = draft_scope(d, table);
	uint64_t key = draft_key(d, table, column);
	unsigned width = guess_suffix_width(&d->table[table]);
	size_t room = guess_room(c);
	const struct idea semver = {.kind = IDEA_FAKE, .detail = FAKE_SEMVER};

	if (idea->kind == IDEA_NUMBER && strcasecmp(c->name, "version") == 0)
		idea = &semver;
	for (size_t i = 0; idea->kind == IDEA_FAKE && i < sizeof distinct / sizeof *distinct; i++) {
		if (distinct[i].fake == idea->detail && distinct[i].length <= room)
			return with_width(make_pattern(&scope, key, "%s", distinct[i].pattern), width);
	}
	enum type_class type = type_of(&d->schema->table[table], column);
	if (room >= 36 && (idea->kind == IDEA_ID || idea->kind == IDEA_UUID || type == TYPE_UUID))
		return make_uuid(key, c->primary ? 7 : 4);
	if (idea->kind == IDEA_HEX && room >= 32)
		return make_pattern(&scope, key, "{hex:%zu}", room < 64 ? room : 64);
	if (idea->kind == IDEA_CODE && room >= 10)
		return make_pattern(&scope, key, "{upper:3}-{row:6}");
	if (idea->kind == IDEA_NUMBER || idea->kind == IDEA_MONEY || idea->kind == IDEA_RATIO)
		return make_pattern(&scope, key, "{row+1}");
	if (idea->kind == IDEA_NAME && room >= 24)
		return with_width(make_pattern(&scope, key, "{word}-{unique:8}"), width);
	if (room < width + 4)
		return with_width(make_pattern(&scope, key, "{unique:8}"), room < width && room ? (unsigned)room :
				  width);
	return guess_suffixed(guess_text(d, table, column, TYPE_TEXT, idea), width, room);
}

/* Are there as many as the table's rows? */
static bool is_enough(const struct table_draft *t, const struct generator *g)
{
	for (size_t i = 0; i < g->nparts; i++) {
		if (g->part[i].kind == PART_UNIQUE && pow(36, g->part[i].width) < (double)(t->first + t->rows))
			return false;
	}
	return true;
}

struct generator *guess_unique_text(struct draft *d, int table, int column, uint64_t *capacity)
{
	const struct column *c = &d->schema->table[table].column[column];
	const struct table_draft *t = &d->table[table];
	struct scope scope = draft_scope(d, table);
	struct idea idea = idea_of(&d->schema->table[table], column);
	struct generator *g = by_name(d, table, column, &idea);
	double most = 1;
	size_t room = 6;

	*capacity = UINT64_MAX;
	if (!g)
		return NULL;
	if (is_enough(t, g) && fits_all(d, table, column, g))
		return g;
	generator_free(g);
	while (pow(20, (double)room) < (double)(t->first + t->rows))
		room++;
	/* Small sets of characters need more of them. */
	for (int tries = 0; tries < 2; tries++, room *= 4) {
		struct shape shape;
		for (unsigned variant = 0; shape_of(c, variant, room, &shape); variant++) {
			double n = shape_capacity(&shape);
			g = shape_generator(&shape, &scope, draft_key(d, table, column), true);
			if (!g)
				return NULL;
			bool good = fits_all(d, table, column, g);
			if (good && n >= (double)(t->first + t->rows))
				return g;
			if (good && n > most)
				most = n;
			generator_free(g);
		}
	}
	/* SQLite does not hold to declared lengths: rather longer than none. */
	g = with_width(make_pattern(&scope, draft_key(d, table, column), "{unique:8}"), guess_suffix_width(t));
	if (!g || fits_all(d, table, column, g))
		return g;
	generator_free(g);
	*capacity = most < 9e18 ? (uint64_t)most : UINT64_MAX - 1;
	return NULL;
}
