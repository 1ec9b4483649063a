#ifndef TESTS_GENERATING_H
#define TESTS_GENERATING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/generator.h"

/* Asking generators for values, in tests. */

#define KEY UINT64_C(0x5eed)

static struct arena *arena; /* of the test that runs */

static inline int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return arena ? 0 : -1;
}

static inline int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static inline struct generator *new(enum generator_kind kind)
{
	struct generator *g = generator_new(kind, KEY);

	assert_non_null(g);
	return g;
}

static inline struct value at(const struct generator *g, uint64_t row)
{
	const char *why = "nothing said";
	struct value v;

	if (generate(g, row, arena, &v, &why) != 0)
		fail_msg("row %llu: %s", (unsigned long long)row, why ? why : "no memory");
	return v;
}

static inline int64_t integer_at(const struct generator *g, uint64_t row)
{
	struct value v = at(g, row);

	assert_int_equal(v.type, VALUE_INTEGER);
	return v.integer;
}

static inline double real_at(const struct generator *g, uint64_t row)
{
	struct value v = at(g, row);

	assert_int_equal(v.type, VALUE_REAL);
	return v.real;
}

/* NUL-terminated, in place until the test's end. */
static inline const char *text_at(const struct generator *g, uint64_t row)
{
	struct value v = at(g, row);
	char *text = arena_get(arena, v.len + 1);

	assert_int_equal(v.type, VALUE_TEXT);
	assert_non_null(text);
	memcpy(text, v.bytes, v.len);
	text[v.len] = '\0';
	return text;
}

static inline void check_fails(const struct generator *g, uint64_t row, const char *wanted)
{
	const char *why = NULL;
	struct value v;

	assert_int_equal(generate(g, row, arena, &v, &why), -1);
	assert_non_null(why);
	assert_string_equal(why, wanted);
}

static inline char *copy(const char *text)
{
	char *c = strdup(text);

	assert_non_null(c);
	return c;
}

static inline int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline void check_distinct(const struct generator *g, size_t rows)
{
	const char **text = calloc(rows, sizeof(*text));

	assert_non_null(text);
	for (size_t row = 0; row < rows; row++)
		text[row] = text_at(g, row);
	qsort(text, rows, sizeof(*text), by_text);
	for (size_t i = 1; i < rows; i++)
		assert_string_not_equal(text[i - 1], text[i]);
	free(text);
	arena_reset(arena);
}

#endif
