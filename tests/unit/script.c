#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-load/script.h"

static struct script *parse(const char *text)
{
	char error[SCRIPT_ERROR] = "";
	struct script *script = script_parse("s", text, error);

	if (!script)
		fail_msg("%s: %s", text, error);
	return script;
}

static void assert_error(const char *text, const char *error)
{
	char got[SCRIPT_ERROR] = "";
	struct script *script = script_parse("s", text, got);

	script_free(script);
	assert_null(script);
	assert_string_equal(got, error);
}

static void statements_end_where_sqlite_ends_them(void **state)
{
	struct script *s = parse("SELECT ';' || \"a;\" -- a ; comment\n/* ; */ FROM [t;] WHERE x = 'it''s;';\n;;\nSELECT 2;");

	(void)state;
	assert_int_equal(s->main.n, 2);
	assert_string_equal(s->main.command[0].text,
			    "SELECT ';' || \"a;\" -- a ; comment\n/* ; */ FROM [t;] WHERE x = 'it''s;'");
	assert_int_equal(s->main.command[0].line, 1);
	assert_string_equal(s->main.command[1].text, "SELECT 2");
	assert_int_equal(s->main.command[1].line, 4);
	script_free(s);
}

static void a_trigger_goes_on_to_its_end(void **state)
{
	struct script *s = parse("\\once\nCREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; SELECT 1; END;\n"
				 "CREATE TABLE c (x);\n\\end\nSELECT 1;");

	(void)state;
	assert_int_equal(s->once.n, 2);
	assert_string_equal(s->once.command[1].text, "CREATE TABLE c (x)");
	script_free(s);
}

static void statements_have_labels(void **state)
{
	struct script *s = parse("SELECT 1;\n\\statement b\nSELECT 2;\nSELECT 3 \\gset p_\n\\statement b\nSELECT 4;");

	(void)state;
	assert_true(s->timed);
	assert_int_equal(s->nlabels, 3);
	assert_string_equal(s->label[0], "statement-1");
	assert_string_equal(s->label[1], "b");
	assert_string_equal(s->label[2], "statement-3");
	assert_int_equal(s->main.command[3].series, 1);
	assert_true(s->main.command[2].keeps_row);
	assert_string_equal(s->main.command[2].prefix, "p_");
	script_free(s);
	s = parse("\\set x 1\nSELECT 1;");
	assert_false(s->timed);
	script_free(s);
	s = parse("\\statement one\nSELECT 1;");
	assert_true(s->timed);
	script_free(s);
}

static void repeats_know_their_ends(void **state)
{
	struct script *s = parse("\\repeat 2\n\\repeat 3\nSELECT 1;\n\\end\n\\end\n\\repeat 1\n\\end");
	const struct command *c = s->main.command;

	(void)state;
	assert_int_equal(s->depth, 2);
	assert_int_equal(c[0].partner, 4);
	assert_int_equal(c[4].partner, 0);
	assert_int_equal(c[1].partner, 3);
	assert_int_equal(c[1].depth, 1);
	assert_int_equal(c[3].depth, 1);
	assert_int_equal(c[4].depth, 0);
	assert_int_equal(c[5].partner, 6);
	script_free(s);
}

static void expressions_tell_what_they_read(void **state)
{
	struct script *s = parse("\\set a 1\n\\set b :a + 2 -- twice\n\\sleep :b ms\n\\sleep 3us\n\\sleep a*s\n");
	const struct command *c = s->main.command;

	(void)state;
	assert_int_equal(c[1].variable, script_find_variable(s, "b"));
	assert_int_equal(c[1].uses[0], script_find_variable(s, "a"));
	assert_int_equal(c[1].uses[1], -1);
	assert_true(c[2].unit == 1000000);
	assert_true(c[3].unit == 1000);
	assert_true(c[4].unit == 1000000000);
	assert_true(s->variable[script_find_variable(s, "a")].assigned);
	assert_false(s->variable[script_find_variable(s, "s")].assigned);
	script_free(s);
}

static void directives_are_kept(void **state)
{
	struct script *s = parse("\\bench db/x\n\\about what it does\n\\keys k SELECT a,\n b FROM t;\n\\param n SELECT 1;\n"
				 "\\before\nDELETE FROM t;\n\\end\n\\pick k zipf 0.9\n\\pick k\nSELECT 1;\n\\expect SELECT 1;\n");

	(void)state;
	assert_string_equal(s->bench, "db/x");
	assert_string_equal(s->about, "what it does");
	assert_int_equal(s->nqueries, 3);
	assert_int_equal(s->nkeys, 1);
	assert_string_equal(s->query[0].name, "k");
	assert_string_equal(s->query[0].text, "SELECT a,\n b FROM t");
	assert_int_equal(s->query[1].kind, QUERY_PARAM);
	assert_int_equal(s->query[2].kind, QUERY_EXPECT);
	assert_int_equal(s->query[2].line, 12);
	assert_int_equal(s->before.n, 1);
	assert_true(s->main.command[0].exponent == 0.9);
	assert_true(s->main.command[1].exponent == 0);
	script_free(s);
}

static void errors_name_the_line(void **state)
{
	(void)state;
	assert_error("", "s:1: the script does nothing: expected an SQL statement or a command");
	assert_error("\n\nSELECT 1", "s:3: the SQL statement does not end: expected ';'");
	assert_error("SELECT 'a;", "s:1: the SQL statement does not end: expected ';'");
	assert_error("SELECT 1;\n\\fly\n", "s:2: unknown command \\fly");
	assert_error("SELECT 1;\n\\fly away\n", "s:2: unknown command \\fly");
	assert_error("\\gset", "s:1: \\gset: there is no SQL statement before it");
	assert_error("SELECT 1 \\gset a b\n", "s:1: \\gset: expected one prefix");
	assert_error("SELECT 1\n\\set x 1\n", "s:2: expected ';' or \\gset at the end of the SQL statement of line 1");
	assert_error("\\set 1x 2\n", "s:1: \\set: expected a variable's name (letters, digits, _), not '1x'");
	assert_error("\\set x\n", "s:1: expected an expression");
	assert_error("\\repeat 2\nSELECT 1;\n", "s:1: \\repeat without \\end");
	assert_error("SELECT 1;\n\\end\n", "s:2: \\end: nothing is open");
	assert_error("\\once\nSELECT 1;\n", "s:1: \\once without \\end");
	assert_error("\\once\n\\before\n", "s:2: a block within a block");
	assert_error("\\once x\n", "s:1: \\once: expected nothing after it");
	assert_error("\\pick k\nSELECT 1;", "s:1: \\pick: no \\keys k before it");
	assert_error("\\keys k SELECT 1;\n\\pick k zipf\nSELECT 1;",
		     "s:2: \\pick: zipf '': expected an exponent over 0, such as 0.99");
	assert_error("\\keys k SELECT 1;\n\\keys k SELECT 1;\nSELECT 1;", "s:2: \\keys k: there is one already");
	assert_error("\\keys k SELECT 1\n", "s:1: expected a SELECT that ends with ';'");
	assert_error("\\param 1 SELECT 1;\n", "s:1: expected a name (letters, digits, _) and a SELECT, not '1'");
	assert_error("\\statement a\n\\statement b\nSELECT 1;", "s:2: \\statement: the one before it names no statement");
	assert_error("SELECT 1;\n\\statement a\n", "s:3: \\statement a: no SQL statement follows");
	assert_error("\\before\n\\statement a\nSELECT 1;\n\\end\n", "s:3: \\statement: only statements of the main part have names");
	assert_error("\\bench\nSELECT 1;", "s:1: \\bench: expected one name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_end_where_sqlite_ends_them),
		cmocka_unit_test(a_trigger_goes_on_to_its_end),
		cmocka_unit_test(statements_have_labels),
		cmocka_unit_test(repeats_know_their_ends),
		cmocka_unit_test(expressions_tell_what_they_read),
		cmocka_unit_test(directives_are_kept),
		cmocka_unit_test(errors_name_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
