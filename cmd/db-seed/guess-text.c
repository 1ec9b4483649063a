/* Texts. */
#include "guess.h"

#include <string.h>
#include <strings.h>

#include "fake.h"
#include "fits.h"
#include "make.h"
#include "pattern.h"
#include "shape.h"

size_t guess_room(const struct column *c)
{
	size_t most = c->limits.max_length >= 0 ? (size_t)c->limits.max_length : SIZE_MAX;

	/* SQLite does not hold to declared lengths: CHECKs beat them. */
	if (c->declared_length > 0 && (size_t)c->declared_length < most && c->declared_length >= c->limits.min_length)
		return (size_t)c->declared_length;
	return most;
}

static struct generator *json_object(uint64_t key)
{
	struct generator *g = make_json(key, false);

	if (!g || make_member(g, "name", make_fake(sub_key(key, "member", 0), FAKE_SLUG)) != 0 ||
	    make_member(g, "value", make_integer(sub_key(key, "member", 1), 1, 1000)) != 0 ||
	    make_member(g, "region", make_fake(sub_key(key, "member", 2), FAKE_REGION)) != 0) {
		generator_free(g);
		return NULL;
	}
	return g;
}

static struct generator *json_list(uint64_t key)
{
	struct generator *g = make_json(key, true);

	if (!g || make_member(g, "", make_fake(sub_key(key, "member", 0), FAKE_WORD)) != 0) {
		generator_free(g);
		return NULL;
	}
	g->array_min = 0;
	g->array_max = 3;
	return g;
}

static struct generator *as_text(struct generator *g)
{
	if (g)
		g->as_text = true;
	return g;
}

/* What the declared type or a CHECK asks for, whatever the name; *decides: they do. */
static struct generator *of_type(uint64_t key, enum type_class type, const struct column *c, const struct idea *idea,
				 bool *decides)
{
	size_t room = guess_room(c);

	*decides = true;
	if (c->limits.json || type == TYPE_JSON)
		return c->limits.json_kind == JSON_ONLY_ARRAY ||
			       (c->limits.json_kind != JSON_ONLY_OBJECT && idea->kind == IDEA_JSON_LIST) ?
		       json_list(key) : json_object(key);
	if (c->limits.moment != MOMENT_NONE)
		return guess_moment(key, idea, c->limits.moment == MOMENT_DAY ? DATE_DAY :
					       c->limits.moment == MOMENT_TIME ? DATE_TIME : DATE_SQL);
	if (type == TYPE_UUID)
		return make_uuid(key, c->primary ? 7 : 4);
	if (type == TYPE_DAY)
		return guess_moment(key, idea, DATE_DAY);
	if (type == TYPE_TIME)
		return guess_moment(key, idea, DATE_TIME);
	if (type == TYPE_MOMENT)
		return guess_moment(key, idea, room >= 19 ? DATE_SQL : DATE_DAY);
	*decides = false;
	return NULL;
}

/* What the name suggests, in at most `room` characters where it can be cut. */
static struct generator *of_name(const struct scope *scope, uint64_t key, const struct column *c,
				 const struct idea *idea)
{
	size_t room = guess_room(c);
	size_t hex = room < 64 ? room : 64;

	switch (idea->kind) {
	case IDEA_FAKE:
		return make_fake(key, idea->detail);
	case IDEA_NAME:
		return make_pattern(scope, key, "{word}-{word}");
	case IDEA_ID:
	case IDEA_UUID:
		return room < 36 ? make_pattern(scope, key, "{hex:%zu}", room ? room : 1) : make_uuid(key, c->primary ?
												      7 : 4);
	case IDEA_HEX:
		return make_pattern(scope, key, "{hex:%zu}", hex ? hex : 1);
	case IDEA_PASSWORD:
		return make_pattern(scope, key, "$2b$12${alnum:53}");
	case IDEA_CODE:
		return room < 9 ? make_pattern(scope, key, "{upper:%zu}", room ? room : 1) :
				  make_pattern(scope, key, "{upper:3}-{digits:5}");
	case IDEA_JSON:
		return json_object(key);
	case IDEA_JSON_LIST:
		return json_list(key);
	case IDEA_MOMENT:
		if (room < 4)
			break;
		return guess_moment(key, idea, room >= 24 ? DATE_ISO : room >= 19 ? DATE_SQL : room >= 10 ? DATE_DAY :
				    DATE_YEAR);
	case IDEA_DAY:
		if (room < 4)
			break;
		return guess_moment(key, idea, room >= 10 ? DATE_DAY : DATE_YEAR);
	case IDEA_TIME:
		return guess_moment(key, idea, DATE_TIME);
	case IDEA_MONEY:
	case IDEA_RATIO:
		return as_text(make_real(key, idea->lo, idea->hi, idea->decimals));
	case IDEA_NUMBER:
		if (idea->lo == 1 && idea->hi == 28) /* a day as text is more than its number */
			return guess_moment(key, idea, DATE_DAY);
		if (strcasecmp(c->name, "version") == 0)
			return make_fake(key, FAKE_SEMVER);
		return as_text(make_integer(key, (int64_t)idea->lo, (int64_t)idea->hi));
	case IDEA_BOOL:
		return make_words(key, room >= 5 ? "true false" : "y n");
	case IDEA_WORDS:
		return make_words(key, idea->words);
	case IDEA_TEXT:
		return make_pattern(scope, key, "%s", idea->words);
	case IDEA_NONE:
		break;
	}
	return make_fake(key, FAKE_WORD);
}

/* Try what fits the limits, the likeliest first; NULL for want of memory, and the first where nothing fits (which the
 * trial of rows will tell). */
struct generator *guess_text(struct draft *d, int table, int column, enum type_class type, const struct idea *idea)
{
	const struct column *c = &d->schema->table[table].column[column];
	struct scope scope = draft_scope(d, table);
	uint64_t key = draft_key(d, table, column);
	size_t room = guess_room(c);
	bool decides;
	struct generator *first = of_type(key, type, c, idea, &decides);
	struct shape shape;

	if (!decides)
		first = of_name(&scope, key, c, idea);
	if (!first)
		return NULL;
	if (room < SIZE_MAX && (first->kind == GEN_FAKE || first->kind == GEN_PATTERN))
		first->max_length = room ? room : 1;
	if (c->limits.json || fits_all(d, table, column, first))
		return first;
	for (int i = 0; i < 3; i++) {
		struct generator *g = i == 0 ? make_fake(key, FAKE_PARAGRAPH) : i == 1 ? make_uuid(key, 4) :
			guess_moment(key, idea, DATE_ISO);
		if (!g) {
			generator_free(first);
			return NULL;
		}
		if (room < SIZE_MAX && i == 0)
			g->max_length = room ? room : 1;
		bool suits = (i != 0 || (idea->kind == IDEA_FAKE && idea->detail >= FAKE_SENTENCE)) &&
			     fits_all(d, table, column, g);
		if (suits) {
			generator_free(first);
			return g;
		}
		generator_free(g);
	}
	for (unsigned variant = 0; shape_of(c, variant, idea->kind == IDEA_HEX ? 32 : 6, &shape); variant++) {
		struct generator *g = shape_generator(&shape, &scope, key, false);
		if (!g || fits_all(d, table, column, g)) {
			generator_free(first);
			return g;
		}
		generator_free(g);
	}
	return first;
}
