#include "make.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"

struct value text_value(const char *text)
{
	struct value v = {.type = VALUE_TEXT};

	v.bytes = text;
	v.len = strlen(text);
	return v;
}

uint64_t sub_key(uint64_t key, const char *name, size_t number)
{
	return rng_at(rng_key(key, name), number);
}

int copy_value(struct value *to, const struct value *from)
{
	*to = *from;
	if (from->type != VALUE_TEXT && from->type != VALUE_BLOB)
		return 0;
	char *bytes = malloc(from->len + 1);
	if (!bytes)
		return -1;
	if (from->len)
		memcpy(bytes, from->bytes, from->len);
	bytes[from->len] = '\0';
	to->bytes = bytes;
	return 0;
}

struct generator *make_constant(uint64_t key, const struct value *value)
{
	struct generator *g = generator_new(GEN_CONSTANT, key);

	if (!g || !value)
		return g;
	if (copy_value(&g->constant, value) != 0) {
		generator_free(g);
		return NULL;
	}
	if (value->type == VALUE_TEXT || value->type == VALUE_BLOB)
		g->owned = (char *)g->constant.bytes;
	return g;
}

struct generator *make_sequence(uint64_t key, int64_t start, int64_t step)
{
	struct generator *g = generator_new(GEN_SEQUENCE, key);

	if (g) {
		g->start = start;
		g->step = step;
	}
	return g;
}

static struct generator *picking(enum generator_kind kind, uint64_t key, uint64_t n)
{
	struct generator *g = generator_new(kind, key);

	if (g) {
		g->pick.kind = PICK_UNIFORM;
		g->pick.key = key;
		g->pick.n = n;
	}
	return g;
}

struct generator *make_integer(uint64_t key, int64_t lo, int64_t hi)
{
	uint64_t n = (uint64_t)hi - (uint64_t)lo;
	struct generator *g = picking(GEN_INTEGER, key, n < INT64_MAX ? n + 1 : INT64_MAX);

	if (g)
		g->start = lo;
	return g;
}

struct generator *make_real(uint64_t key, double lo, double hi, int decimals)
{
	struct generator *g = generator_new(GEN_REAL, key);

	if (g) {
		g->lo = lo;
		g->hi = hi;
		g->decimals = decimals;
	}
	return g;
}

struct generator *make_choice(uint64_t key, const struct value *value, size_t n)
{
	struct generator *g = picking(GEN_CHOICE, key, n);

	if (!g)
		return NULL;
	g->choice = calloc(n ? n : 1, sizeof *g->choice);
	for (size_t i = 0; g->choice && i < n; i++) {
		if (copy_value(&g->choice[i], &value[i]) != 0) {
			g->choice[i].type = VALUE_NULL;
			generator_free(g);
			return NULL;
		}
		g->nchoices++;
	}
	if (!g->choice) {
		generator_free(g);
		return NULL;
	}
	return g;
}

struct generator *make_bool(uint64_t key, double share)
{
	struct value v[2] = {{.type = VALUE_INTEGER, .integer = 0}, {.type = VALUE_INTEGER, .integer = 1}};
	struct generator *g = make_choice(key, v, 2);

	if (!g)
		return NULL;
	g->cumulative = calloc(2, sizeof *g->cumulative);
	if (!g->cumulative) {
		generator_free(g);
		return NULL;
	}
	g->cumulative[0] = 1 - share;
	g->cumulative[1] = 1;
	return g;
}

struct generator *make_words(uint64_t key, const char *words)
{
	struct value v[32];
	size_t n = 0;

	for (const char *p = words; *p && n < 32;) {
		size_t len = strcspn(p, " ");
		v[n] = (struct value){.type = VALUE_TEXT};
		v[n].bytes = p;
		v[n++].len = len;
		p += len;
		p += *p == ' ';
	}
	return make_choice(key, v, n);
}

struct generator *make_uuid(uint64_t key, int version)
{
	struct generator *g = generator_new(GEN_UUID, key);

	if (g) {
		g->uuid_version = version;
		g->from = DATE_2024;
		g->to = DATE_2026;
		g->interval = 1000000; /* ns: a row a millisecond, the finest that version 7 tells */
	}
	return g;
}

struct generator *make_date(uint64_t key, int64_t from, int64_t to, enum date_format format)
{
	struct generator *g = generator_new(GEN_DATE, key);

	if (g) {
		g->from = from;
		g->to = to;
		g->format = format;
	}
	return g;
}

struct generator *make_fake(uint64_t key, int kind)
{
	struct generator *g = picking(GEN_FAKE, key, 1);

	if (g)
		g->fake = kind;
	return g;
}

struct generator *make_blob(uint64_t key, int64_t lo, int64_t hi)
{
	struct generator *g = picking(GEN_BLOB, key, (uint64_t)(hi - lo) + 1);

	if (g)
		g->start = lo;
	return g;
}

struct generator *make_reference(uint64_t key, uint64_t pick)
{
	struct generator *g = picking(GEN_REFERENCE, key, 1);

	if (g)
		g->pick.key = pick;
	return g;
}

struct generator *make_json(uint64_t key, bool array)
{
	struct generator *g = generator_new(GEN_JSON, key);

	if (g)
		g->array = array;
	return g;
}

int make_member(struct generator *json, const char *name, struct generator *g)
{
	struct member *grown = g ? realloc(json->member, (json->nmembers + 1) * sizeof *grown) : NULL;

	if (grown)
		json->member = grown;
	char *copy = grown ? strdup(name) : NULL;
	if (!copy) {
		generator_free(g);
		return -1;
	}
	json->member[json->nmembers++] = (struct member){.name = copy, .generator = g};
	return 0;
}

struct generator *make_pattern(const struct scope *scope, uint64_t key, const char *format, ...)
{
	char text[512], why[SCOPE_WHY];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return len > 0 && (size_t)len < sizeof text ? pattern_parse(scope, key, text, (size_t)len, why) : NULL;
}

int make_pick_expr(struct pick *p, const struct scope *scope, const char *format, ...)
{
	char text[4096], why[SCOPE_WHY];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct expr *e = len > 0 && (size_t)len < sizeof text ? scope_expr(scope, text, (size_t)len, why) : NULL;
	if (!e)
		return -1;
	expr_free(p->expr);
	p->expr = e;
	p->kind = PICK_EXPR;
	p->variables = scope->variables;
	p->nvariables = scope->nvariables;
	return 0;
}
