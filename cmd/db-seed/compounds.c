/* How each kind of generator is written in a spec: references, JSON, blobs. */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle.h"
#include "make.h"

#define SIZE_LIMIT 1000000000 /* bytes: SQLite's own for one value */
#define SIZES_MAX 1000

static struct generator *drop(struct generator *g)
{
	generator_free(g);
	return NULL;
}

/* "table" or "table.column" into ref. 0, or -1. */
static int find_column(struct reading *r, const char *at, const char *name, struct spec_reference *ref)
{
	const struct schema *s = r->scope.schema;
	const struct table *parent = schema_table(s, name);
	const char *dot = parent ? NULL : strrchr(name, '.');

	if (dot) {
		char *table = strndup(name, (size_t)(dot - name));
		if (!table)
			return -1;
		parent = schema_table(s, table);
		free(table);
	}
	if (!parent)
		return reading_fail(r, at, "there is no table '%.*s'", (int)(dot ? dot - name : (long)strlen(name)),
				    name);
	ref->parent = (int)(parent - s->table);
	if (dot) {
		ref->to = table_column(parent, dot + 1);
		return ref->to < 0 ? reading_fail(r, at, "table '%s' has no column '%s'", parent->name, dot + 1) : 0;
	}
	const struct table *t = r->scope.table;
	for (size_t f = 0; f < t->nforeign; f++) {
		const struct foreign_key *fk = &t->foreign[f];
		for (size_t i = 0; i < fk->ncolumns; i++) {
			if (fk->from[i] == r->column && strcasecmp(fk->parent, parent->name) == 0 && fk->to[i])
				ref->to = table_column(parent, fk->to[i]);
		}
	}
	for (size_t c = 0; ref->to < 0 && c < parent->ncolumns; c++) {
		if (parent->column[c].primary == 1)
			ref->to = (int)c;
	}
	return ref->to < 0 ? reading_fail(r, at, "table '%s' has no primary key: name a column", parent->name) : 0;
}

struct generator *read_ref(struct reading *r, struct object *o, uint64_t key)
{
	struct spec_reference ref = {.parent = -1, .to = -1, .picked = o->has & ~(1u << MOD_NULL | 1u << MOD_UNIQUE)};
	const char *at = o->main.at;
	char *name = reading_string(r, &o->main, "a table, or \"table.column\"");

	if (!name)
		return NULL;
	int failed = find_column(r, at, name, &ref);
	free(name);
	if (failed)
		return NULL;
	if (r->scope.schema->table[ref.parent].column[ref.to].generated) {
		reading_fail(r, at, "a generated column cannot be referred to");
		return NULL;
	}
	ref.generator = make_reference(key, key);
	if (!ref.generator || reading_pick(r, o, &ref.generator->pick) != 0)
		return drop(ref.generator);
	struct spec_reference *grown = realloc(r->into->reference, (r->into->nreferences + 1) * sizeof *grown);
	if (!grown)
		return drop(ref.generator);
	r->into->reference = grown;
	if (has(o, MOD_AT)) {
		ref.at = reading_at(r, &o->modifier[MOD_AT]);
		if (!ref.at)
			return drop(ref.generator);
	}
	r->into->reference[r->into->nreferences++] = ref;
	return ref.generator;
}

struct generator *read_json(struct reading *r, struct object *o, uint64_t key)
{
	struct generator *g = make_json(key, false);
	struct json *j = &o->main;
	struct json_span span;
	int more;

	if (!g)
		return NULL;
	if (json_peek(j) != JSON_OBJECT || json_object(j) != 0) {
		reading_fail(r, j->at, "expected an object of generators");
		return drop(g);
	}
	while ((more = json_key(j, &span)) > 0) {
		char *name = malloc(span.len + 1);
		if (!name || json_unescape(&span, name) < 0) {
			if (name)
				reading_fail(r, span.text, "\\u0000 cannot stand in a name");
			free(name);
			return drop(g);
		}
		struct generator *m = reading_generator(r, j, sub_key(rng_key(key, name), "json", g->nmembers));
		int failed = m ? make_member(g, name, m) : -1;
		free(name);
		if (failed)
			return drop(g);
	}
	if (more < 0)
		reading_json(r, j);
	return more < 0 ? drop(g) : g;
}

struct generator *read_json_array(struct reading *r, struct object *o, uint64_t key)
{
	int64_t length[2] = {0, 3};
	struct json *j = &o->modifier[MOD_LENGTH];

	if (has(o, MOD_LENGTH)) {
		const char *at = j->at;
		if (reading_integers(r, j, length, "[LEAST, MOST]") != 0)
			return NULL;
		if (length[0] < 0 || length[1] > 100000) {
			reading_fail(r, at, "expected a length from 0 to 100000");
			return NULL;
		}
	}
	struct generator *g = make_json(key, true);
	struct generator *m = g ? reading_generator(r, &o->main, rng_key(key, "element")) : NULL;
	if (!m || make_member(g, "", m) != 0)
		return drop(g);
	g->array_min = (unsigned)length[0];
	g->array_max = (unsigned)length[1];
	return g;
}

static int read_sizes(struct reading *r, struct json *j, struct generator *g, int64_t least)
{
	const char *at = j->at;
	int more;

	if (json_peek(j) != JSON_ARRAY || json_array(j) != 0)
		return reading_fail(r, at, "expected an array of sizes in bytes");
	while ((more = json_element(j)) > 0) {
		int64_t *grown = realloc(g->size, (g->nsizes + 1) * sizeof *grown);
		if (!grown)
			return -1;
		g->size = grown;
		if (json_integer(j, &g->size[g->nsizes]) != 0 || g->size[g->nsizes] < least ||
		    g->size[g->nsizes] > SIZE_LIMIT)
			return reading_fail(r, j->at, "expected a size from %lld to %d bytes", (long long)least,
					    SIZE_LIMIT);
		g->nsizes++;
	}
	if (more < 0 || g->nsizes == 0 || g->nsizes > SIZES_MAX)
		return reading_fail(r, at, "expected an array of 1 to %d sizes", SIZES_MAX);
	g->pick.n = g->nsizes;
	return 0;
}

/* {"sizes": [...], "weights": [...]} */
static int read_size_choice(struct reading *r, struct json *j, struct generator *g, int64_t least)
{
	const char *at = j->at;
	struct json weights = {0};
	struct json_span span;
	int more, failed = 0;

	if (json_object(j) != 0)
		return reading_json(r, j);
	while (!failed && (more = json_key(j, &span)) > 0) {
		json_peek(j);
		if (json_is(&span, "sizes") && !g->size) {
			failed = read_sizes(r, j, g, least);
		} else if (json_is(&span, "weights")) {
			weights = *j;
			failed = json_skip(j) != 0 ? reading_json(r, j) : 0;
		} else {
			failed = reading_fail(r, span.text, "expected \"sizes\" and \"weights\" once each");
		}
	}
	if (failed)
		return -1;
	if (more < 0)
		return reading_json(r, j);
	if (!g->size)
		return reading_fail(r, at, "expected \"sizes\"");
	if (!weights.at)
		return 0;
	return reading_weights(r, &weights, g->nsizes, &g->cumulative);
}

static struct generator *read_bytes(struct reading *r, struct object *o, uint64_t key, enum generator_kind kind,
				    int64_t least)
{
	struct json *j = &o->main;
	const char *at = j->at;
	int64_t pair[2] = {least, least};
	int failed = 0;
	struct generator *g = make_blob(key, 1, 1);

	if (!g)
		return NULL;
	g->kind = kind;
	if (json_peek(j) == JSON_OBJECT) {
		failed = read_size_choice(r, j, g, least);
	} else if (json_peek(j) == JSON_ARRAY) {
		failed = reading_integers(r, j, pair, "[LEAST, MOST] bytes");
	} else if (json_peek(j) != JSON_NUMBER || json_integer(j, &pair[0]) != 0) {
		failed = reading_fail(r, at, "expected a size in bytes, [LEAST, MOST], or {\"sizes\": [...]}");
	} else {
		pair[1] = pair[0];
	}
	if (!failed && !g->size && (pair[0] < least || pair[1] > SIZE_LIMIT))
		failed = reading_fail(r, at, "expected a size from %lld to %d bytes", (long long)least, SIZE_LIMIT);
	if (!failed && !g->size) {
		g->start = pair[0];
		g->pick.n = (uint64_t)(pair[1] - pair[0]) + 1;
	}
	if (failed || reading_pick(r, o, &g->pick) != 0)
		return drop(g);
	return g;
}

struct generator *read_blob(struct reading *r, struct object *o, uint64_t key)
{
	return read_bytes(r, o, key, GEN_BLOB, 0);
}

struct generator *read_bundle(struct reading *r, struct object *o, uint64_t key)
{
	return read_bytes(r, o, key, GEN_BUNDLE, BUNDLE_MIN);
}
