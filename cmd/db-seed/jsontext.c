#include <string.h>

#include "digits.h"
#include "jsonout.h"
#include "generation.h"
#include "utf8.h"

/* Compact JSON from the values of generators. All values are made first, so that the text is the arena's last piece
 * and can be cut to its length. */

static size_t string_room(const char *text, size_t len)
{
	if (len == 0 || utf8_plain_run(text, text + len) == text + len)
		return len + 2;
	return 6 * len + 8;
}

static char *put_string(char *out, const char *text, size_t len)
{
	if (string_room(text, len) > len + 2)
		return out + json_format_string(out, text, len);
	*out++ = '"';
	if (len)
		memcpy(out, text, len);
	out[len] = '"';
	return out + len + 1;
}

static size_t value_room(const struct generator *g, const struct value *v)
{
	switch (v->type) {
	case VALUE_TEXT:    return g->kind == GEN_JSON ? v->len : string_room(v->bytes, v->len);
	case VALUE_REAL:    return DIGITS_REAL_MAX;
	case VALUE_INTEGER: return DIGITS_MAX;
	case VALUE_NULL:
	case VALUE_BLOB:    break;
	}
	return sizeof("null") - 1;
}

static char *put_word(char *out, const char *word)
{
	size_t len = strlen(word);

	memcpy(out, word, len);
	return out + len;
}

static char *put_value(char *out, const struct generator *g, const struct value *v)
{
	switch (v->type) {
	case VALUE_INTEGER:
		if (g->boolean)
			return put_word(out, v->integer ? "true" : "false");
		return out + digits_put_signed(out, v->integer);
	case VALUE_REAL:
		return out + digits_put_real(out, v->real);
	case VALUE_TEXT:
		if (g->kind != GEN_JSON)
			return put_string(out, v->bytes, v->len);
		memcpy(out, v->bytes, v->len); /* an inner object or array */
		return out + v->len;
	case VALUE_NULL:
	case VALUE_BLOB:
		break;
	}
	return put_word(out, "null");
}

static size_t array_length(const struct generator *g, uint64_t row)
{
	uint64_t lengths = (uint64_t)g->array_max - g->array_min + 1;

	if (g->array_max < g->array_min || g->nmembers == 0)
		return 0;
	return g->array_min + rng_reduce(rng_at(g->key ^ STREAM_LENGTH, row), lengths);
}

static const struct member *member_at(const struct generator *g, size_t i)
{
	return &g->member[g->array ? 0 : i];
}

static int gen_members(const struct generator *g, uint64_t row, size_t n, struct generation *m, struct value *values,
			size_t *room)
{
	for (size_t i = 0; i < n; i++) {
		const struct member *member = member_at(g, i);

		if (gen_value(member->generator, g->array ? row * g->array_max + i : row, m, &values[i]))
			return -1;
		if (values[i].type == VALUE_BLOB)
			return generation_fails(m, "a blob cannot stand in JSON");
		*room += value_room(member->generator, &values[i]) + 1; /* a comma */
		if (!g->array)
			*room += string_room(member->name, strlen(member->name)) + 1;
	}
	return 0;
}

static char *put_members(char *out, const struct generator *g, size_t n, const struct value *values)
{
	*out++ = g->array ? '[' : '{';
	for (size_t i = 0; i < n; i++) {
		const struct member *member = member_at(g, i);

		if (i > 0)
			*out++ = ',';
		if (!g->array) {
			out = put_string(out, member->name, strlen(member->name));
			*out++ = ':';
		}
		out = put_value(out, member->generator, &values[i]);
	}
	*out++ = g->array ? ']' : '}';
	return out;
}

int gen_json(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	size_t n = g->array ? array_length(g, row) : g->nmembers;
	size_t room = 2;
	struct value *values = (struct value *)(void *)arena_get(m->arena, n * sizeof(*values));
	char *out;

	if (!values)
		return generation_fails(m, NULL);
	if (gen_members(g, row, n, m, values, &room))
		return -1;
	out = arena_get(m->arena, room);
	if (!out)
		return generation_fails(m, NULL);
	value->type = VALUE_TEXT;
	value->bytes = out;
	value->len = (size_t)(put_members(out, g, n, values) - out);
	arena_trim(m->arena, out, value->len);
	return 0;
}
