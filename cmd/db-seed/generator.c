#include "generator.h"

#include <math.h>
#include <stdlib.h>

#include "digits.h"
#include "fake.h"
#include "generation.h"

#define DEPTH_MAX    64  /* generators within generators */
#define NORMAL_TRIES 100 /* draws until one lies within the bounds; then it is put at the nearer one */

struct generator *generator_new(enum generator_kind kind, uint64_t key)
{
	struct generator *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->kind = kind;
	g->key = g->pick.key = key;
	g->decimals = -1;
	return g;
}

static void free_choice(struct generator *g)
{
	for (size_t i = 0; g->choice && i < g->nchoices; i++) {
		if (g->choice[i].type == VALUE_TEXT || g->choice[i].type == VALUE_BLOB)
			free((char *)g->choice[i].bytes);
	}
	free(g->choice);
	free(g->cumulative);
}

static void free_parts(struct generator *g)
{
	for (size_t i = 0; g->part && i < g->nparts; i++) {
		free(g->part[i].literal);
		expr_free(g->part[i].expr);
		generator_free(g->part[i].generator);
	}
	free(g->part);
}

static void free_members(struct generator *g)
{
	for (size_t i = 0; g->member && i < g->nmembers; i++) {
		free(g->member[i].name);
		generator_free(g->member[i].generator);
	}
	free(g->member);
}

void generator_free(struct generator *g)
{
	if (!g)
		return;
	free_choice(g);
	free_parts(g);
	free_members(g);
	expr_free(g->pick.expr);
	expr_free(g->expr);
	free(g->owned);
	free(g->size);
	free(g);
}

static void set_integer(struct value *value, int64_t integer)
{
	value->type = VALUE_INTEGER;
	value->integer = integer;
}

static void set_real(struct value *value, double real)
{
	value->type = VALUE_REAL;
	value->real = real;
}

static int gen_sequence(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	int64_t n;

	if (__builtin_mul_overflow(row, g->step, &n) || __builtin_add_overflow(g->start, n, &n))
		return generation_fails(m, "a sequence beyond 64 bits");
	set_integer(value, n);
	return 0;
}

static int gen_integer(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	uint64_t index;
	int found = gen_pick(&g->pick, row, m, &index);

	if (found > 0)
		set_integer(value, (int64_t)((uint64_t)g->start + index)); /* modulo 2^64, where the range itself is right */
	return found < 0 ? -1 : 0;
}

static double uniform_real(const struct generator *g, uint64_t row)
{
	double u = unit_of(rng_at(g->key, row));
	double x = isfinite(g->hi - g->lo) ? g->lo + (g->hi - g->lo) * u : g->lo * (1 - u) + g->hi * u;

	return x < g->hi || g->lo >= g->hi ? x : nextafter(g->hi, g->lo); /* rounded up to the end */
}

static double normal_real(const struct generator *g, uint64_t row)
{
	struct rng rng;
	double x = g->mean;

	rng_seed_at(&rng, g->key, row);
	for (int i = 0; i < NORMAL_TRIES; i++) {
		x = g->mean + g->deviation * rng_normal(&rng);
		if (!(g->lo < g->hi) || (x >= g->lo && x <= g->hi))
			return x;
	}
	return x < g->lo ? g->lo : g->hi;
}

/* To decimals, without leaving [lo, hi], and hi itself only where x was there; x where there is no such number. */
static double rounded(double x, int decimals, double lo, double hi)
{
	double power = digits_power(decimals);
	double r = rint(x * power) / power;

	if (!isfinite(r))
		return x;
	if (lo < hi && r < lo)
		r = ceil(lo * power) / power;
	if (lo < hi && r >= hi && x < hi)
		r = (ceil(hi * power) - 1) / power;
	return lo < hi && (r < lo || r > hi) ? x : r + 0.0; /* no negative zero */
}

static int gen_real(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	double x = g->deviation > 0 ? normal_real(g, row) : uniform_real(g, row);

	(void)m;
	set_real(value, g->decimals < 0 ? x : rounded(x, g->decimals < 15 ? g->decimals : 15, g->lo, g->hi));
	return 0;
}

static int gen_choice(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	uint64_t index;
	int found = 1;

	if (g->nchoices == 0)
		return generation_fails(m, "nothing to choose from");
	if (g->cumulative)
		index = pick_weighted(g->cumulative, g->nchoices, rng_at(g->pick.key, row));
	else
		found = gen_pick(&g->pick, row, m, &index);
	if (found > 0)
		*value = g->choice[index < g->nchoices ? index : index % g->nchoices];
	return found < 0 ? -1 : 0;
}

static int gen_fake(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	uint64_t index = row;
	int found = g->pick.kind == PICK_UNIFORM ? 1 : gen_pick(&g->pick, row, m, &index);
	struct rng rng;
	char *out;

	if (found <= 0)
		return found;
	out = arena_get(m->arena, FAKE_MAX);
	if (!out)
		return generation_fails(m, NULL);
	rng_seed_at(&rng, g->key ^ STREAM_SECOND, index);
	value->type = VALUE_TEXT;
	value->bytes = out;
	value->len = fake_put(g->fake, &rng, out);
	arena_trim(m->arena, out, value->len);
	return 0;
}

static int gen_reference(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	uint64_t index;
	int found;

	if (g->pick.n == 0)
		return 0; /* no row to refer to */
	if (g->pick.kind == PICK_BEFORE && !g->parent_key)
		row = row < g->parent_first ? 0 : row - g->parent_first; /* among the rows made with this one */
	found = gen_pick(&g->pick, row, m, &index);
	if (found <= 0)
		return found;
	if (g->parent_key) {
		*value = g->parent_key[index];
		return 0;
	}
	if (!g->column || !*g->column)
		return generation_fails(m, "refers to a column without values");
	return gen_value(*g->column, g->parent_first + index, m, value);
}

static int gen_expression(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	struct expr_value result;

	if (gen_expr(g->expr, g->variables, g->nvariables, g->key, row, m, &result))
		return -1;
	if (result.is_real)
		set_real(value, result.real);
	else
		set_integer(value, result.integer);
	return 0;
}

static int gen_of_kind(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	switch (g->kind) {
	case GEN_CONSTANT:
		*value = g->constant;
		return 0;
	case GEN_SEQUENCE:  return gen_sequence(g, row, m, value);
	case GEN_INTEGER:   return gen_integer(g, row, m, value);
	case GEN_REAL:      return gen_real(g, row, m, value);
	case GEN_CHOICE:    return gen_choice(g, row, m, value);
	case GEN_UUID:      return gen_uuid(g, row, m, value);
	case GEN_DATE:      return gen_date(g, row, m, value);
	case GEN_PATTERN:   return gen_pattern(g, row, m, value);
	case GEN_FAKE:      return gen_fake(g, row, m, value);
	case GEN_REFERENCE: return gen_reference(g, row, m, value);
	case GEN_EXPR:      return gen_expression(g, row, m, value);
	case GEN_JSON:      return gen_json(g, row, m, value);
	case GEN_BLOB:
	case GEN_BUNDLE:    return gen_bytes(g, row, m, value);
	}
	return generation_fails(m, "an unknown kind of values");
}

static int number_to_text(const struct generator *g, struct generation *m, struct value *value)
{
	bool integer = value->type == VALUE_INTEGER;
	char *out = arena_get(m->arena, integer ? DIGITS_MAX : DIGITS_REAL_MAX);
	size_t len;

	if (!out)
		return generation_fails(m, NULL);
	if (integer)
		len = digits_put_signed(out, value->integer);
	else if (g->kind == GEN_REAL && g->decimals >= 0)
		len = digits_put_fixed(out, value->real, g->decimals < 15 ? g->decimals : 15);
	else
		len = digits_put_real(out, value->real);
	arena_trim(m->arena, out, len);
	value->type = VALUE_TEXT;
	value->bytes = out;
	value->len = len;
	return 0;
}

static void cut(struct value *value, size_t max)
{
	if (value->len <= max)
		return;
	while (max > 0 && ((unsigned char)value->bytes[max] & 0xc0) == 0x80)
		max--; /* within a character of UTF-8 */
	value->len = max;
}

static bool is_null(const struct generator *g, uint64_t row)
{
	uint64_t key = g->kind == GEN_REFERENCE ? g->pick.key : g->key;

	return unit_of(rng_at(key ^ STREAM_NULL, row)) < g->null_share;
}

int gen_value(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	int failed;

	value->type = VALUE_NULL;
	if (g->null_share > 0 && is_null(g, row))
		return 0;
	if (m->depth >= DEPTH_MAX)
		return generation_fails(m, "columns that refer to each other in a circle");
	m->depth++;
	failed = gen_of_kind(g, row, m, value);
	m->depth--;
	if (failed || g->kind == GEN_REFERENCE)
		return failed;
	if (g->as_text && (value->type == VALUE_INTEGER || value->type == VALUE_REAL) && number_to_text(g, m, value))
		return -1;
	if (g->max_length && value->type == VALUE_TEXT)
		cut(value, g->max_length);
	return 0;
}

int generate(const struct generator *g, uint64_t row, struct arena *arena, struct value *value, const char **why)
{
	struct generation m = { .arena = arena };

	if (!gen_value(g, row, &m, value))
		return 0;
	*why = m.why;
	return -1;
}
