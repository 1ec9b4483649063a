#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table.h"

static const char *const header[] = {"name", "value"};

static void check(struct table *table, enum table_style style, bool colour, const char *wanted)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(table_print(table, out, style, colour), 0);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, wanted);
	free(text);
}

static void aligns(void **state)
{
	struct table *table = table_new("lr", header);

	(void)state;
	check(table, TABLE_TEXT, false, "name  value\n");
	assert_int_equal(table_rows(table), 0);
	table_add(table, "a");
	table_addf(table, "%d", 1234567);
	table_add(table, "longer");
	table_add(table, "5 \xc2\xb5s");
	assert_int_equal(table_rows(table), 2);
	check(table, TABLE_TEXT, false, "name      value\na       1234567\nlonger     5 \xc2\xb5s\n");
	check(table, TABLE_MARKDOWN, false,
	      "| name | value |\n|:---|---:|\n| a | 1234567 |\n| longer | 5 \xc2\xb5s |\n");
	table_free(table);
	table_free(NULL);
}

static void nothing_trails_a_left_aligned_column(void **state)
{
	struct table *table = table_new("rl", header);

	(void)state;
	table_add(table, "1");
	table_add(table, "x");
	check(table, TABLE_TEXT, false, "name  value\n   1  x\n");
	table_free(table);
}

static void colours(void **state)
{
	struct table *table = table_new("lr", header);

	(void)state;
	table_add(table, "a");
	table_colour(table, TABLE_RED);
	table_add(table, "1");
	check(table, TABLE_TEXT, true, "name  value\na         \033[31m1\033[0m\n");
	check(table, TABLE_TEXT, false, "name  value\na         1\n");
	check(table, TABLE_MARKDOWN, true, "| name | value |\n|:---|---:|\n| a | 1 |\n");
	table_free(table);
}

/* Foreign text cannot break out of its cell, nor talk to the terminal. */
static void foreign_text(void **state)
{
	struct table *table = table_new("ll", header);

	(void)state;
	table_add(table, "a|b\\`<i>*_\n");
	table_add(table, "\033[31mx\x7f");
	check(table, TABLE_TEXT, false, "name         value\na|b\\`<i>*_    [31mx \n");
	check(table, TABLE_MARKDOWN, false,
	      "| name | value |\n|:---|:---|\n| a\\|b\\\\\\`\\<i>\\*\\_  |  [31mx  |\n");
	table_free(table);
}

static void many_rows(void **state)
{
	struct table *table = table_new("lr", header);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	for (int i = 0; i < 5000; i++) {
		table_addf(table, "row %d", i);
		table_addf(table, "%d", i);
	}
	assert_int_equal(table_rows(table), 5000);
	assert_int_equal(table_print(table, out, TABLE_TEXT, false), 0);
	fclose(out);
	assert_int_equal(size, 5001 * strlen("row 4999  value\n"));
	free(text);
	table_free(table);
}

static void a_failed_stream(void **state)
{
	struct table *table = table_new("lr", header);
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(table_print(table, full, TABLE_TEXT, false), -1);
	fclose(full);
	table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns),
		cmocka_unit_test(nothing_trails_a_left_aligned_column),
		cmocka_unit_test(colours),
		cmocka_unit_test(foreign_text),
		cmocka_unit_test(many_rows),
		cmocka_unit_test(a_failed_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
