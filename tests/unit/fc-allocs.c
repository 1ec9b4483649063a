#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/fc-probe/allocs.h"
#include "die.h"

static void every_way_to_allocate_is_counted(void **state)
{
	struct allocs before = allocs_now(), after;
	/* Out of the optimizer's sight. */
	void *volatile p = malloc(10);
	char *volatile text;
	(void)state;

	p = realloc(p, 20);
	p = reallocarray(p, 3, 10);
	free(p);
	p = calloc(4, 10);
	free(p);
	text = strdup("abc");
	free(text);
	after = allocs_now();
	assert_int_equal(after.n - before.n, 5);
	assert_int_equal(after.bytes - before.bytes, 10 + 20 + 30 + 40 + 4);
}

/* The library's too, which the program is linked with. */
static void what_the_library_allocates_is_counted(void **state)
{
	struct allocs before = allocs_now(), after;
	(void)state;

	free(x_malloc(100));
	free(x_strdup("abc"));
	after = allocs_now();
	assert_int_equal(after.n - before.n, 2);
	assert_int_equal(after.bytes - before.bytes, 104);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_allocate_is_counted),
		cmocka_unit_test(what_the_library_allocates_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
