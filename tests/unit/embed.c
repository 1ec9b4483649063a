#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "embed.h"

static void finds_by_the_whole_name(void **state)
{
	static const struct embedded files[] = {{"a/b.sql", "x\n", 2}, {"a/b.sqlx", "", 0}, {0}};

	(void)state;
	assert_ptr_equal(embed_find(files, "a/b.sql"), &files[0]);
	assert_ptr_equal(embed_find(files, "a/b.sqlx"), &files[1]);
	assert_null(embed_find(files, "a/b"));
	assert_null(embed_find(files, ""));
	assert_null(embed_find(&files[2], "a/b.sql"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds_by_the_whole_name)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
