#include <string.h>

#include "digits.h"
#include "generation.h"

#define UNIQUE_DIGITS 12 /* 36^12 < 2^63 < 36^13 */

__extension__ typedef unsigned __int128 uint128;

struct alphabet {
	const char *letters;
	unsigned size, per_word; /* characters from 64 bits, such that none is likelier than another by 10^-6 */
};

static const struct alphabet *alphabet_of(enum part_kind kind)
{
	static const struct alphabet digits = { "0123456789", 10, 13 };
	static const struct alphabet hex = { "0123456789abcdef", 16, 16 };
	static const struct alphabet lower = { "abcdefghijklmnopqrstuvwxyz", 26, 9 };
	static const struct alphabet upper = { "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26, 9 };
	static const struct alphabet alnum = { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 62, 7 };
	static const struct alphabet base64 = { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64, 10 };
	static const struct alphabet unique = { "0123456789abcdefghijklmnopqrstuvwxyz", 36, 8 };

	switch (kind) {
	case PART_DIGITS: return &digits;
	case PART_HEX:    return &hex;
	case PART_LOWER:  return &lower;
	case PART_UPPER:  return &upper;
	case PART_ALNUM:  return &alnum;
	case PART_BASE64: return &base64;
	case PART_UNIQUE: return &unique;
	case PART_LITERAL:
	case PART_ROW:
	case PART_EXPR:
	case PART_VALUE:  break;
	}
	return &alnum;
}

/* The random bits of one pattern in one row, word by word. */
struct words { uint64_t key, next; };

/* A word of bits read as a fraction: each character is the whole part of size times what is left. */
static char *put_random(char *out, unsigned width, const struct alphabet *a, struct words *words)
{
	while (width > 0) {
		unsigned n = width < a->per_word ? width : a->per_word;
		uint64_t bits = rng_at(words->key, words->next++);

		for (unsigned i = 0; i < n; i++) {
			uint128 product = (uint128)bits * a->size;

			*out++ = a->letters[(uint64_t)(product >> 64)];
			bits = (uint64_t)product;
		}
		width -= n;
	}
	return out;
}

static char *put_unique(char *out, unsigned width, uint64_t key, uint64_t row, struct words *words)
{
	const struct alphabet *a = alphabet_of(PART_UNIQUE);
	unsigned digits = width < UNIQUE_DIGITS ? width : UNIQUE_DIGITS;
	uint64_t n = 1, index;

	out = put_random(out, width - digits, a, words);
	for (unsigned i = 0; i < digits; i++)
		n *= a->size;
	index = rng_permute(key ^ STREAM_UNIQUE, row % n, n);
	for (unsigned i = digits; i > 0; i--) {
		out[i - 1] = a->letters[index % a->size];
		index /= a->size;
	}
	return out + digits;
}

/* Bytes that a value takes as text, or more. */
static size_t value_room(const struct value *v)
{
	return v->type == VALUE_TEXT ? v->len : v->type == VALUE_REAL ? DIGITS_REAL_MAX : DIGITS_MAX;
}

static char *put_value(char *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
	case VALUE_BLOB:    return out;
	case VALUE_INTEGER: return out + digits_put_signed(out, v->integer);
	case VALUE_REAL:    return out + digits_put_real(out, v->real);
	case VALUE_TEXT:    break;
	}
	if (v->len)
		memcpy(out, v->bytes, v->len);
	return out + v->len;
}

static size_t part_room(const struct part *p)
{
	switch (p->kind) {
	case PART_LITERAL: return p->len;
	case PART_ROW:
	case PART_EXPR:    return (p->width > DIGITS_MAX ? p->width : DIGITS_MAX) + 1;
	case PART_VALUE:   return 0;
	case PART_DIGITS: case PART_HEX: case PART_LOWER: case PART_UPPER:
	case PART_ALNUM: case PART_BASE64: case PART_UNIQUE: break;
	}
	return p->width;
}

/* The values of all PART_VALUE, before the pattern's own text begins. */
static int gen_parts(const struct generator *g, uint64_t row, struct generation *m, struct value *values, size_t *room)
{
	for (size_t i = 0; i < g->nparts; i++) {
		if (g->part[i].kind != PART_VALUE)
			continue;
		if (gen_value(g->part[i].generator, row, m, values))
			return -1;
		if (values->type == VALUE_BLOB)
			return generation_fails(m, "a blob cannot be part of a text");
		*room += value_room(values++);
	}
	return 0;
}

/* The end of the part in out, or NULL with m->why. */
static char *put_part(const struct generator *g, const struct part *p, uint64_t row, struct words *words,
		      struct generation *m, char *out)
{
	int64_t number;

	switch (p->kind) {
	case PART_LITERAL:
		if (p->len)
			memcpy(out, p->literal, p->len);
		return out + p->len;
	case PART_ROW:
		return out + digits_put_padded(out, (int64_t)(row + (uint64_t)p->first), p->width);
	case PART_EXPR:
		if (gen_expr_integer(p->expr, g->variables, g->nvariables, g->key + (uint64_t)(p - g->part), row, m, &number))
			return NULL;
		return out + digits_put_padded(out, number, p->width);
	case PART_UNIQUE:
		return put_unique(out, p->width, g->key, row, words);
	case PART_DIGITS: case PART_HEX: case PART_LOWER: case PART_UPPER: case PART_ALNUM: case PART_BASE64:
	case PART_VALUE:
		break;
	}
	return put_random(out, p->width, alphabet_of(p->kind), words);
}

int gen_pattern(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	struct words words = { .key = rng_at(g->key ^ STREAM_PARTS, row) };
	struct value *values = NULL;
	size_t room = 0, nvalues = 0;
	char *start, *out;

	for (size_t i = 0; i < g->nparts; i++) {
		room += part_room(&g->part[i]);
		nvalues += g->part[i].kind == PART_VALUE;
	}
	if (nvalues) {
		values = (struct value *)(void *)arena_get(m->arena, nvalues * sizeof(*values));
		if (!values)
			return generation_fails(m, NULL);
		if (gen_parts(g, row, m, values, &room))
			return -1;
	}
	out = start = arena_get(m->arena, room);
	if (!out)
		return generation_fails(m, NULL);
	for (size_t i = 0; i < g->nparts && out; i++)
		out = g->part[i].kind == PART_VALUE ? put_value(out, values++)
						    : put_part(g, &g->part[i], row, &words, m, out);
	if (!out)
		return -1;
	arena_trim(m->arena, start, (size_t)(out - start));
	value->type = VALUE_TEXT;
	value->bytes = start;
	value->len = (size_t)(out - start);
	return 0;
}
