#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/value.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* Pieces of many sizes, each filled with its own byte, are all whole at the end. */
static void fill_and_check(size_t pieces, size_t factor)
{
	char **piece = calloc(pieces, sizeof(*piece));

	assert_non_null(piece);
	for (size_t i = 0; i < pieces; i++) {
		size_t size = i * factor % 7919;

		piece[i] = arena_get(arena, size);
		assert_non_null(piece[i]);
		assert_int_equal((uintptr_t)piece[i] % 8, 0);
		memset(piece[i], (int)(i & 0xff), size);
	}
	for (size_t i = 0; i < pieces; i++) {
		for (size_t j = 0; j < i * factor % 7919; j++)
			assert_int_equal((unsigned char)piece[i][j], i & 0xff);
	}
	free(piece);
}

static void pieces_stay_in_place(void **state)
{
	(void)state;
	fill_and_check(3000, 37);
	arena_reset(arena);
	fill_and_check(3000, 101);
	arena_reset(arena);
	arena_reset(arena);
	fill_and_check(10, 1);
}

static void trimmed_bytes_are_given_again(void **state)
{
	char *a = arena_get(arena, 640), *b, *c;

	(void)state;
	memcpy(a, "12345678", 8);
	arena_trim(arena, a, 5);
	b = arena_get(arena, 16);
	assert_ptr_equal(b, a + 8);
	assert_memory_equal(a, "12345", 5);
	arena_trim(arena, b, 0);
	c = arena_get(arena, 1);
	assert_ptr_equal(c, b);
	arena_trim(arena, c, 1);
	assert_ptr_equal(arena_get(arena, 0), c + 8);
}

static void holds_what_is_larger_than_a_block(void **state)
{
	size_t large = (size_t)20 << 20;
	char *small = arena_get(arena, 100), *big, *next;

	(void)state;
	memset(small, 1, 100);
	big = arena_get(arena, large);
	assert_non_null(big);
	memset(big, 2, large);
	next = arena_get(arena, 100);
	memset(next, 3, 100);
	assert_int_equal(small[99], 1);
	assert_int_equal(big[0] + big[large - 1], 4);
	arena_trim(arena, next, 50);
	arena_reset(arena);
	assert_ptr_equal(arena_get(arena, 100), small); /* the first block is kept */
}

static void refuses_what_no_memory_holds(void **state)
{
	(void)state;
	assert_null(arena_get(arena, SIZE_MAX));
	assert_null(arena_get(arena, SIZE_MAX - 8));
	assert_null(arena_get(arena, SIZE_MAX / 2));
	assert_non_null(arena_get(arena, 8));
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pieces_stay_in_place, setup, teardown),
		cmocka_unit_test_setup_teardown(trimmed_bytes_are_given_again, setup, teardown),
		cmocka_unit_test_setup_teardown(holds_what_is_larger_than_a_block, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_no_memory_holds, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
