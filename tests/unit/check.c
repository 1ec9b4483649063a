/* What is understood of CHECKs, in words; and SQLite's own judgement of what was understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/check.h"
#include "sql.h"

/* A table of these columns and constraints, in a database of its own. */
struct fixture {
	struct sql *db;
	struct schema schema;
	struct table *table;
};

static void make(struct fixture *f, const char *body, const char *options)
{
	assert_int_equal(sql_open(&f->db, ":memory:", SQL_CREATE), 0);
	if (sql_execf(f->db, "CREATE TABLE t(%s)%s", body, options) != 0)
		fail_msg("%s: %s", body, sql_reason(f->db));
	if (schema_read(&f->schema, f->db) != 0)
		fail_msg("%s: %s", body, f->schema.error ? f->schema.error : "out of memory");
	assert_int_equal(f->schema.ntables, 1);
	f->table = &f->schema.table[0];
}

static void unmake(struct fixture *f)
{
	schema_free(&f->schema);
	sql_close(f->db);
}

static void describe_value(FILE *out, const struct value *v)
{
	if (v->type == VALUE_TEXT)
		fprintf(out, "'%.*s'", (int)v->len, v->bytes);
	else if (v->type == VALUE_INTEGER)
		fprintf(out, "%lld", (long long)v->integer);
	else
		fprintf(out, "%#.4g", v->real);
}

static void describe_limits(FILE *out, const struct column *c)
{
	static const char *const affinities[] = {"integer", "text", "blob", "real", "numeric"};
	static const char *const json[] = {"", "", " object", " array"};
	static const char *const moments[] = {"", " day", " second", " time"};
	const struct limits *l = &c->limits;

	if (!*c->type && c->affinity != AFFINITY_BLOB)
		fprintf(out, " %s", affinities[c->affinity]);
	if (l->has_lo)
		fprintf(out, " %s%.*g", l->lo_open ? ">" : ">=", 19, l->lo);
	if (l->has_hi)
		fprintf(out, " %s%.*g", l->hi_open ? "<" : "<=", 19, l->hi);
	for (size_t i = 0; i < l->nchoices; i++) {
		fputs(i ? "|" : " ", out);
		describe_value(out, &l->choice[i]);
	}
	if (l->min_length || l->max_length >= 0)
		fprintf(out, " length %lld..%lld", (long long)l->min_length, (long long)l->max_length);
	if (l->json)
		fprintf(out, " json%s", json[l->json_kind]);
	if (l->like)
		fprintf(out, " %s %s", l->glob ? "glob" : "like", l->like);
	if (l->alphabet)
		fprintf(out, " of %s", l->alphabet);
	if (l->letters)
		fputs(l->letters == CASE_LOWER ? " lower" : " upper", out);
	fputs(moments[l->moment], out);
	if (l->not_empty)
		fputs(" not-empty", out);
	if (l->only_null)
		fputs(" null", out);
}

/* "x >=1 'a'|'b'; x < y; left: …; narrowed: …" */
static char *describe(const struct table *t)
{
	size_t len;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < t->ncolumns; i++) {
		fprintf(out, "%s%s", i ? ", " : "", t->column[i].name);
		describe_limits(out, &t->column[i]);
		fputs(t->column[i].not_null ? " not-null" : "", out);
	}
	for (size_t i = 0; i < t->norders; i++)
		fprintf(out, "; %s %s %s", t->column[t->order[i].below].name,
			t->order[i].different ? "<>" : t->order[i].strict ? "<" : "<=", t->column[t->order[i].above].name);
	for (size_t i = 0; i < t->nchecks; i++) {
		fprintf(out, "; left: %s of", t->check[i].text);
		for (size_t j = 0; j < t->check[i].ncolumns; j++)
			fprintf(out, " %s", t->column[t->check[i].column[j]].name);
	}
	for (size_t i = 0; i < t->nnarrowed; i++)
		fprintf(out, "; narrowed: %s", t->narrowed[i]);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_understood(const char *body, const char *expected)
{
	struct fixture f = {0};
	char *text;

	make(&f, body, "");
	text = describe(f.table);
	if (strcmp(text, expected) != 0)
		fail_msg("%s\n  is understood as %s\n  instead of       %s", body, text, expected);
	free(text);
	unmake(&f);
}

static void numbers(void **state)
{
	(void)state;
	assert_understood("x INT CHECK (x > 0)", "x >=1");
	assert_understood("x INT CHECK (x >= 0)", "x >=0");
	assert_understood("x INT CHECK (0 < x)", "x >=1");
	assert_understood("x INT CHECK (100 >= x AND 1 <= x)", "x >=1 <=100");
	assert_understood("x INT CHECK (x > 0.5 AND x < 9.5)", "x >=1 <=9");
	assert_understood("x INT CHECK (x >= 1.0 AND x <= 9.0)", "x >=1 <=9");
	assert_understood("x INT CHECK (x > 1.0 AND x < 9.0)", "x >=2 <=8");
	assert_understood("x INT CHECK (x BETWEEN -5 AND +5)", "x >=-5 <=5");
	assert_understood("x INT CHECK (((x) > (0)) AND ((x < 10)))", "x >=1 <=9");
	assert_understood("x INT CHECK (x > 0) CHECK (x < 10)", "x >=1 <=9");
	assert_understood("x INT CHECK (x > 0 AND x > 5 AND x > 2)", "x >=6");
	assert_understood("x INT, CHECK (x > 0), CONSTRAINT few CHECK (x < 10)", "x >=1 <=9");
	assert_understood("x INT CHECK (t.x > 0 AND \"t\".\"x\" < 0xff)", "x >=1 <=254");
	assert_understood("x INT CHECK (x <= 24 * 60)", "x <=1440");
	assert_understood("x INT CHECK (x < 1e3 AND x > -.5)", "x >=0 <=999");
	assert_understood("x INT CHECK (abs(x) <= 90)", "x >=-90 <=90");
	assert_understood("x INT CHECK (abs(x) BETWEEN 0 AND 90)", "x >=-90 <=90");
	assert_understood("x INT CHECK (NOT x < 0)", "x >=0");
	assert_understood("x INT CHECK (NOT (x > 9))", "x <=9");
	assert_understood("x REAL CHECK (x > 0 AND x < 1)", "x >0 <1");
	assert_understood("x REAL CHECK (abs(x) < 1)", "x >-1 <1");
	assert_understood("x REAL CHECK (x >= 0 AND x > 0)", "x >0");
	assert_understood("x REAL CHECK (x > 0 AND x >= 0)", "x >0");
	assert_understood("x DECIMAL(5,2) CHECK (x > 0)", "x >0");
	assert_understood("x CHECK (x >= 1 AND x <= 3)", "x >=1 <=3");
	assert_understood("x TEXT CHECK (x > 5)", "x; left: x > 5 of x");
	assert_understood("x INT CHECK (x > 'a')", "x; left: x > 'a' of x");
	assert_understood("x INT CHECK (x + 1 > 5)", "x; left: x + 1 > 5 of x");
	assert_understood("x INT CHECK (x % 5 = 0 AND x > 0)", "x >=1; left: x % 5 = 0 of x");
	assert_understood("x INT CHECK (x NOT BETWEEN 1 AND 5)", "x; left: x NOT BETWEEN 1 AND 5 of x");
	assert_understood("x INT CHECK (x > NULL)", "x; left: x > NULL of x");
}

static void integers_at_the_edge(void **state)
{
	(void)state;
	/* A bound that a double cannot hold moves inwards. */
	assert_understood("x INT CHECK (x <= 9223372036854775807)", "x <=9223372036854774784");
	assert_understood("x INT CHECK (x >= -9223372036854775808)", "x >=-9223372036854775808");
	assert_understood("x INT CHECK (x > 9007199254740992)", "x >=9007199254740994");
	assert_understood("x INT CHECK (x < -9007199254740992)", "x <=-9007199254740994");
	assert_understood("x INT CHECK (x > 9223372036854775807)", "x; left: x > 9223372036854775807 of x");
	assert_understood("x INT CHECK (x < -9223372036854775808)", "x; left: x < -9223372036854775808 of x");
	assert_understood("x INT CHECK (x = -9223372036854775808)", "x -9223372036854775808");
	assert_understood("x INT CHECK (x IN (0x7fffffffffffffff, 0xffffffffffffffff))", "x 9223372036854775807|-1");
	assert_understood("x INT CHECK (x < 1e300)", "x <=1.000000000000000053e+300");
}

static void choices(void **state)
{
	(void)state;
	assert_understood("x TEXT CHECK (x IN ('a', 'b', 'it''s'))", "x 'a'|'b'|'it's'");
	assert_understood("x TEXT CHECK (x IN (\"a\", \"b\"))", "x 'a'|'b'");
	assert_understood("x TEXT CHECK (x = 'a' OR x = 'b' OR 'c' = x)", "x 'a'|'b'|'c'");
	assert_understood("x TEXT CHECK ((x = 'a') OR x == ('b') OR x IN ('c', 'a'))", "x 'a'|'b'|'c'");
	assert_understood("x TEXT CHECK (x IN ('a', 'b', 'c') AND x IN ('b', 'c', 'd'))", "x 'b'|'c'");
	assert_understood("x TEXT CHECK (x IN ('a', 'b', 'c') AND x <> 'b')", "x 'a'|'c'");
	assert_understood("x TEXT CHECK (x NOT IN ('a', 'b') AND x IN ('a', 'b', 'c'))", "x 'c'");
	assert_understood("x TEXT CHECK (x <> 'root')", "x");
	assert_understood("x TEXT CHECK (x IN ('a', 'b') AND x IN ('c'))", "x 'a'|'b'; left: x IN ('c') of x");
	assert_understood("x TEXT CHECK (x IN ('a', 'long') AND length(x) < 3)", "x 'a' length 0..2");
	assert_understood("x TEXT CHECK (lower(x) IN ('a', 'b'))", "x 'a'|'b'");
	assert_understood("x TEXT CHECK (x IN ('a', NULL))", "x 'a'");
	assert_understood("x TEXT CHECK (x IN (1, 2))", "x '1'|'2'");
	assert_understood("x TEXT CHECK (x IN (1.5, 2))", "x; left: x IN (1.5, 2) of x");
	assert_understood("x INT CHECK (x IN (1, -2, +3))", "x 1|-2|3");
	assert_understood("x INT CHECK (x IN (1.0, 2.5))", "x 1|2.500");
	assert_understood("x INT CHECK (x IN ('a', 'b'))", "x 'a'|'b'");
	assert_understood("x INT CHECK (x IN ('1', '2'))", "x; left: x IN ('1', '2') of x");
	assert_understood("x INT CHECK (x IN (1, 2, 3, 4) AND x > 2)", "x >=3 3|4");
	assert_understood("x INT CHECK (x IN (TRUE, false))", "x 1|0");
	assert_understood("x REAL CHECK (x IN (1, 0.5))", "x 1.000|0.5000");
	assert_understood("x CHECK (x IN ('a', 1, 1.5))", "x 'a'|1|1.500");
	assert_understood("x INT CHECK (x IN (1, x))", "x; left: x IN (1, x) of x");
	assert_understood("x INT CHECK (x = 5)", "x 5");
	assert_understood("x BLOB CHECK (x = x'00ff')", "x; left: x = x'00ff' of x");
}

static void null(void **state)
{
	(void)state;
	assert_understood("x INT CHECK (x IS NOT NULL)", "x not-null");
	assert_understood("x INT CHECK (x NOTNULL)", "x not-null");
	assert_understood("x INT CHECK (x NOT NULL AND x > 0)", "x >=1 not-null");
	assert_understood("x INT CHECK (NOT x IS NULL)", "x not-null");
	assert_understood("x INT CHECK (x IS NULL)", "x null");
	assert_understood("x INT CHECK (x IS NULL OR x > 0)", "x >=1");
	assert_understood("x INT CHECK (x > 0 OR x ISNULL)", "x >=1");
	assert_understood("x INT CHECK (x IS NULL OR (x > 0 AND x < 5))", "x >=1 <=4");
	assert_understood("x INT CHECK (x IS NULL OR x = 1 OR x = 2)", "x 1|2");
	assert_understood("x INT CHECK (x IS NULL OR x <> 0)", "x >=1; narrowed: x IS NULL OR x <> 0");
	assert_understood("x INT CHECK (x IS NULL OR (x > 0 AND x % 2 = 0))",
			  "x >=1; left: x IS NULL OR (x > 0 AND x % 2 = 0) of x");
	assert_understood("x INT, y INT CHECK (y IS NULL OR y > x)", "x, y; x < y");
	assert_understood("x INT, y INT CHECK (x IS NULL OR y IS NULL OR y >= x)", "x, y; x <= y");
	assert_understood("x INT, y INT CHECK ((x IS NULL) <> (y IS NULL))",
			  "x null, y not-null; narrowed: (x IS NULL) <> (y IS NULL)");
	assert_understood("x INT NOT NULL, y INT CHECK ((x IS NULL) != (y IS NULL))",
			  "x not-null, y null; narrowed: (x IS NULL) != (y IS NULL)");
	assert_understood("x INT, y INT CHECK ((x IS NULL) = (y IS NULL))",
			  "x not-null, y not-null; narrowed: (x IS NULL) = (y IS NULL)");
	assert_understood("x, y, z, CHECK ((x IS NOT NULL) + (y IS NOT NULL) + (z IS NOT NULL) = 1)",
			  "x not-null, y null, z null; narrowed: (x IS NOT NULL) + (y IS NOT NULL) + (z IS NOT NULL) = 1");
	assert_understood("x, y, CHECK ((x IS NOT NULL) + (y IS NOT NULL) >= 1)",
			  "x not-null, y null; narrowed: (x IS NOT NULL) + (y IS NOT NULL) >= 1");
	assert_understood("x INT NOT NULL, y INT NOT NULL CHECK ((x IS NULL) <> (y IS NULL))",
			  "x not-null, y not-null; left: (x IS NULL) <> (y IS NULL) of x y");
}

static void texts(void **state)
{
	(void)state;
	assert_understood("x TEXT CHECK (x <> '')", "x not-empty");
	assert_understood("x TEXT CHECK (x > '')", "x not-empty");
	assert_understood("x TEXT CHECK (trim(x) != '')", "x not-empty");
	assert_understood("x TEXT CHECK (length(x) > 0)", "x length 1..-1");
	assert_understood("x TEXT CHECK (length(x) <> 0)", "x length 1..-1");
	assert_understood("x TEXT CHECK (length(trim(x)) >= 3)", "x length 3..-1");
	assert_understood("x TEXT CHECK (LENGTH(x) BETWEEN 3 AND 8)", "x length 3..8");
	assert_understood("x TEXT CHECK (length(x) = 36)", "x length 36..36");
	assert_understood("x TEXT CHECK (length(x) <= 10 AND length(x) < 8)", "x length 0..7");
	assert_understood("x TEXT CHECK (length(x) IN (12, 13))", "x length 13..13");
	assert_understood("x BLOB CHECK (32 = length(x))", "x length 32..32");
	assert_understood("x INT CHECK (length(x) = 4)", "x >=1000 <=9999");
	assert_understood("x INT CHECK (length(x) <= 2)", "x >=0 <=99");
	assert_understood("x INT CHECK (length(x) BETWEEN 1 AND 18)", "x >=0 <=999999999999999872");
	assert_understood("x REAL CHECK (length(x) = 4)", "x; left: length(x) = 4 of x");
	assert_understood("x TEXT CHECK (x = lower(x))", "x lower");
	assert_understood("x TEXT CHECK (upper(x) = x)", "x upper");
	assert_understood("x TEXT CHECK (x = trim(x))", "x");
	assert_understood("x TEXT CHECK (x LIKE '%@%')", "x like %@%");
	assert_understood("x TEXT CHECK (x LIKE 'a%' ESCAPE '!')", "x; left: x LIKE 'a%' ESCAPE '!' of x");
	assert_understood("x TEXT CHECK (x NOT LIKE '% %')", "x; left: x NOT LIKE '% %' of x");
	assert_understood("x TEXT CHECK (x LIKE 'a%' AND x LIKE '%b')", "x like a%; left: x LIKE '%b' of x");
	assert_understood("x TEXT CHECK (x GLOB '[0-9]*')", "x glob [0-9]*");
	assert_understood("x TEXT CHECK (x NOT GLOB '*[^0-9A-C_-]*')", "x of -0123456789ABC_");
	assert_understood("x TEXT CHECK (NOT x GLOB '*[^ab]*')", "x of ab");
	assert_understood("x TEXT CHECK (x NOT GLOB '*[^0-9a]*' AND x NOT GLOB '*[^a-z]*')", "x of a");
	assert_understood("x TEXT CHECK (instr(x, '@') > 1)", "x like _%@%");
	assert_understood("x TEXT CHECK (instr(x, '@'))", "x; left: instr(x, '@') of x");
	assert_understood("x TEXT CHECK (json_valid(x))", "x json");
	assert_understood("x TEXT CHECK (json_valid(x) = 1 AND json_type(x) = 'array')", "x json array");
	assert_understood("x TEXT CHECK (json_type(x) IN ('object', 'null'))", "x json object");
	assert_understood("x TEXT CHECK (substr(x, 1, 1) = 'a')", "x; left: substr(x, 1, 1) = 'a' of x");
}

static void types_and_dates(void **state)
{
	(void)state;
	assert_understood("x INT CHECK (typeof(x) = 'integer')", "x");
	assert_understood("x TEXT CHECK (typeof(x) IN ('text', 'null'))", "x");
	assert_understood("x CHECK (typeof(x) = 'integer')", "x integer");
	assert_understood("x CHECK (typeof(x) = 'real')", "x real");
	assert_understood("x TEXT CHECK (typeof(x) = 'integer')", "x; left: typeof(x) = 'integer' of x");
	assert_understood("x TEXT CHECK (date(x) IS NOT NULL)", "x day");
	assert_understood("x TEXT CHECK (x IS date(x))", "x day");
	assert_understood("x TEXT CHECK (datetime(x) = x)", "x second");
	assert_understood("x TEXT CHECK (time(x) NOT NULL)", "x time");
	assert_understood("x TEXT CHECK (strftime('%s', x) IS NOT NULL)", "x second");
	assert_understood("x TEXT CHECK (x = strftime('%Y', x))", "x; left: x = strftime('%Y', x) of x");
	assert_understood("x TEXT CHECK (x >= '2020-01-01')", "x; left: x >= '2020-01-01' of x");
}

static void columns_in_order(void **state)
{
	(void)state;
	assert_understood("x INT, y INT, CHECK (x < y)", "x, y; x < y");
	assert_understood("x INT, y INT, CHECK (x >= y)", "x, y; y <= x");
	assert_understood("x INT, y INT, CHECK (x <> y)", "x, y; x <> y");
	assert_understood("x INT, y INT, CHECK (NOT x = y)", "x, y; x <> y");
	assert_understood("x INT, y INT, CHECK (NOT (x > y))", "x, y; x <= y");
	assert_understood("x INT, y INT, CHECK (x = y)", "x, y; left: x = y of x y");
	assert_understood("x INT, y INT, CHECK (x < y + 1)", "x, y; left: x < y + 1 of x y");
	assert_understood("x INT, CHECK (x < x)", "x; left: x < x of x");
}

static void alternatives(void **state)
{
	(void)state;
	assert_understood("x INT CHECK (x <> 0)", "x >=1; narrowed: x <> 0");
	assert_understood("x INT CHECK (x <> 0) CHECK (x < 10)", "x >=1 <=9; narrowed: x <> 0");
	assert_understood("x INT CHECK (x <> 0 AND x <= 0)", "x <=-1; narrowed: x <> 0");
	assert_understood("x INT CHECK (x <> 0 AND x > 0)", "x >=1");
	assert_understood("x REAL CHECK (x <> 0)", "x >0; narrowed: x <> 0");
	assert_understood("x INT CHECK (x NOT IN (3, 7))", "x >=8; narrowed: x NOT IN (3, 7)");
	assert_understood("x INT CHECK (x = 0 OR x BETWEEN 5 AND 9)", "x >=5 <=9; narrowed: x = 0 OR x BETWEEN 5 AND 9");
	assert_understood("x INT CHECK (x < 5 OR x > 9) CHECK (x > 6)", "x >=10; narrowed: x < 5 OR x > 9");
	assert_understood("x INT CHECK (x >= 0), y INT CHECK (y >= 0), CHECK (x = 0 OR y = 0), CHECK (x > 0 OR y > 0)",
			  "x >=0 0, y >=1; narrowed: x = 0 OR y = 0; narrowed: x > 0 OR y > 0");
	assert_understood("x INT, y INT, CHECK ((x = 0 AND y > 0) OR (x > 0 AND y = 0))",
			  "x 0, y >=1; narrowed: (x = 0 AND y > 0) OR (x > 0 AND y = 0)");
	assert_understood("x TEXT CHECK (x IN ('a', 'b')), y INT, CHECK (x <> 'a' OR y IS NOT NULL)",
			  "x 'a'|'b', y not-null; narrowed: x <> 'a' OR y IS NOT NULL");
	assert_understood("x INT NOT NULL, y INT, CHECK (x IS NULL OR y IS NULL)",
			  "x not-null, y null; narrowed: x IS NULL OR y IS NULL");
	assert_understood("x INT NOT NULL, y INT, CHECK ((x IS NULL OR x % 5 = 0) OR (y > 0 OR y < x))",
			  "x not-null, y; y < x; narrowed: (x IS NULL OR x % 5 = 0) OR (y > 0 OR y < x)");
	assert_understood("x INT, y INT, CHECK (x + y > 0 OR x = y)", "x, y; left: x + y > 0 OR x = y of x y");
	assert_understood("x INT CHECK (CASE WHEN x > 0 AND x < 5 THEN 1 ELSE x OR 0 END)",
			  "x; left: CASE WHEN x > 0 AND x < 5 THEN 1 ELSE x OR 0 END of x");
	assert_understood("\"end\" INT, start INT, CHECK (start > 0 AND start < \"end\" AND \"end\" < 10)",
			  "end <=9, start >=1; start < end");
}

/* Comments, quotation marks and what else may stand in a definition. */
static void text_of_definitions(void **state)
{
	struct fixture f = {0};

	(void)state;
	assert_understood("x INT /* CHECK (x > 5) */ CHECK (x > /* ) */ 0) -- CHECK (x > 7)\n", "x >=1");
	assert_understood("x TEXT DEFAULT 'CHECK (x > 5)' CHECK (x <> ')')", "x");
	assert_understood("x INT DEFAULT (1 + (2)) CHECK(x>0)CHECK(x<9)", "x >=1 <=8");
	assert_understood("[x y] INT CHECK ([x y] > 0), `a``b` INT CHECK (`a``b` > 1), \"c\"\"d\" INT CHECK (\"C\"\"D\" > 2)",
			  "x y >=1, a`b >=2, c\"d >=3");
	assert_understood("\"check\" INT CHECK (\"check\" > 0), [constraint] INT", "check >=1, constraint");
	assert_understood("x INT, y INT AS (x + 1) CHECK (y > 0)", "x, y >=1");
	assert_understood("X INT CHECK (x > 0)", "X >=1");
	assert_understood("x INT CHECK (x > 0) REFERENCES t (x), UNIQUE (x), CHECK (x < 5) CHECK (x < 4)", "x >=1 <=3");

	make(&f, "id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT COLLATE NOCASE, y TEXT COLLATE binary", "");
	assert_true(f.table->column[0].autoincrement);
	assert_false(f.table->column[1].autoincrement);
	assert_true(f.table->column[1].nocase);
	assert_false(f.table->column[2].nocase);
	unmake(&f);
}

/* Text that SQLite never took: nothing to crash on, and what can be told is. */
static void broken_text(void **state)
{
	static const char *const texts[] = {
		"", "(", ")", "CREATE TABLE t", "CREATE TABLE t(", "CREATE TABLE t(x CHECK", "CREATE TABLE t(x CHECK)",
		"CREATE TABLE t(x CHECK()", "CREATE TABLE t(x CHECK())", "CREATE TABLE t(x CHECK(AND))",
		"CREATE TABLE t(x CHECK(x OR))",
		"CREATE TABLE t(x CHECK(x IN))", "CREATE TABLE t(x CHECK(x IN()))", "CREATE TABLE t(x CHECK(x BETWEEN))",
		"CREATE TABLE t(x CHECK(x BETWEEN 1))", "CREATE TABLE t(x CHECK(x IS NOT))", "CREATE TABLE t(x CHECK(x NOT))",
		"CREATE TABLE t(x CHECK(x = - ))", "CREATE TABLE t(x CHECK(length(x) =))",
		"CREATE TABLE t(x CHECK(instr(x,) > 0))",
		"CREATE TABLE t(x CHECK(strftime('a') > 0))", "CREATE TABLE t(x CHECK(t. > 0))", "CREATE TABLE t(x CHECK(x > 'a",
		"CREATE TABLE t(,,x,)", "CREATE TABLE t(x CHECK((x) + ))", "CREATE TABLE t(x CHECK((x IS NULL) <>))",
		"\"", "/*", "x'", "--",
		"CREATE TABLE t(x COLLATE)", "CREATE TABLE t(x CHECK(x > 1__2))", "CREATE TABLE t(x CHECK(((((x))))))",
	};
	struct column x = {.name = (char *)(uintptr_t)"x", .type = (char *)(uintptr_t)"", .affinity = AFFINITY_BLOB};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct table t = {.name = (char *)(uintptr_t)"t", .ncolumns = 1};
		x.limits = (struct limits){.max_length = -1};
		t.column = &x;
		t.sql = (char *)(uintptr_t)texts[i];
		assert_int_equal(check_read(&t), 0);
		assert_int_equal(t.norders, 0);
		assert_false(x.limits.has_lo || x.limits.has_hi || x.limits.choice);
		for (size_t j = 0; j < t.nchecks; j++) {
			free(t.check[j].text);
			free(t.check[j].column);
		}
		free(t.check);
	}
}

/* Deeper than SQLite's parser goes: what is further in is left alone. */
static void nested_deeply(void **state)
{
	enum { LEVELS = 100 };
	struct column x = {.name = (char *)(uintptr_t)"x", .type = (char *)(uintptr_t)"INT", .limits.max_length = -1};
	struct table t = {.name = (char *)(uintptr_t)"t", .column = &x, .ncolumns = 1};
	char text[LEVELS * 16 + 64], *p = text;

	(void)state;
	p += sprintf(p, "CREATE TABLE t(x INT CHECK (");
	for (int i = 0; i < LEVELS; i++)
		p += sprintf(p, "x > %d AND (", i);
	p += sprintf(p, "x > 1000");
	for (int i = 0; i < LEVELS + 2; i++)
		*p++ = ')';
	*p = '\0';
	t.sql = text;
	assert_int_equal(check_read(&t), 0);
	assert_true(x.limits.lo > 30 && x.limits.lo < 100);
	assert_int_equal(t.nchecks, 2);
	assert_non_null(strstr(t.check[1].text, "x > 1000"));
	for (size_t i = 0; i < t.nchecks; i++) {
		free(t.check[i].text);
		free(t.check[i].column);
	}
	free(t.check);
}

static int put(struct fixture *f, const char *expression)
{
	return sql_execf(f->db, "INSERT INTO t VALUES (%s)", expression);
}

/* Bounds and choices lie within the CHECK, and what is just outside of bounds without. */
static void assert_agrees(const char *body, const char *outside)
{
	struct fixture f = {0};
	const struct limits *l;

	make(&f, body, "");
	l = &f.table->column[0].limits;
	assert_true(l->has_lo || l->has_hi || l->nchoices);
	for (size_t i = 0; i < l->nchoices; i++) {
		const struct value *v = &l->choice[i];
		char *text = v->type == VALUE_TEXT ? sql_format("%.*Q", (int)v->len, v->bytes) :
			     v->type == VALUE_REAL ? sql_format("%!.17g", v->real) : sql_format("%lld", (long long)v->integer);
		int64_t same;
		assert_non_null(text);
		if (put(&f, text) != 0)
			fail_msg("%s: %s: %s", body, text, sql_reason(f.db));
		assert_int_equal(sql_integer(f.db, &same, "SELECT x IS %s AND typeof(x) IS typeof(%s) FROM t ORDER BY rowid DESC",
					     text, text), 0);
		if (!same)
			fail_msg("%s: %s is not what the column then holds", body, text);
		free(text);
	}
	for (int high = 0; high < 2; high++) {
		double bound = high ? l->hi : l->lo, step = f.table->column[0].affinity == AFFINITY_INTEGER ? 1 : 0x1p-20;
		char text[64];
		if (!(high ? l->has_hi : l->has_lo))
			continue;
		if (high ? l->hi_open : l->lo_open)
			bound += high ? -step : step;
		snprintf(text, sizeof text, step < 1 ? "%.17g" : "%.0f", bound);
		if (put(&f, text) != 0)
			fail_msg("%s: %s: %s", body, text, sql_reason(f.db));
		snprintf(text, sizeof text, step < 1 ? "%.17g" : "%.0f", bound + (high ? step : -step));
		if (!l->nchoices && put(&f, text) == 0)
			fail_msg("%s: %s should fail", body, text);
	}
	if (outside && put(&f, outside) == 0)
		fail_msg("%s: %s should fail", body, outside);
	unmake(&f);
}

static void sqlite_agrees(void **state)
{
	(void)state;
	assert_agrees("x INT CHECK (x > 0 AND x <= 100)", NULL);
	assert_agrees("x INT CHECK (0.5 < x AND x < 9.5)", NULL);
	assert_agrees("x INT CHECK (x BETWEEN -5 AND +5)", NULL);
	assert_agrees("x INT CHECK (length(x) BETWEEN 2 AND 5 AND x > 0)", NULL);
	assert_agrees("x INT CHECK (abs(x) < 7)", NULL);
	assert_agrees("x INT CHECK (NOT x >= 0x10 AND NOT (x < -0x10))", NULL);
	assert_agrees("x REAL CHECK (x > 0 AND x < 1)", NULL);
	assert_agrees("x NUMERIC CHECK (x >= -0.25 AND x < 1)", NULL);
	assert_agrees("x CHECK (x >= 1 AND x <= 3)", NULL);
	assert_agrees("x TEXT CHECK (x IN ('a', 'it''s', \"b\", 1))", "'c'");
	assert_agrees("x INT CHECK (x IN (1, -2, 3.5, 4.0, 'a'))", "5");
	assert_agrees("x REAL CHECK (x IN (1, 0.5))", "2");
	assert_agrees("x NUMERIC CHECK (x = 1.0 OR x = 2.5 OR x = 'a')", "1.5");
	assert_agrees("x CHECK (x IN ('1', 1, 1.0, 2.0))", "'2'");
	assert_agrees("x INT CHECK (x IN (TRUE, FALSE))", "2");
	assert_agrees("x TEXT CHECK (lower(x) = 'a' OR upper(x) = 'B' AND x = 'B' OR x = 'c') CHECK (x IN ('a', 'c'))", "'C'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(integers_at_the_edge),
		cmocka_unit_test(choices),
		cmocka_unit_test(null),
		cmocka_unit_test(texts),
		cmocka_unit_test(types_and_dates),
		cmocka_unit_test(columns_in_order),
		cmocka_unit_test(alternatives),
		cmocka_unit_test(text_of_definitions),
		cmocka_unit_test(broken_text),
		cmocka_unit_test(nested_deeply),
		cmocka_unit_test(sqlite_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
