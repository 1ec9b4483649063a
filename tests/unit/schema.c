/* What SQLite tells of tables, keys and the rest; over small schemas, and over all of tests/schemas. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/schema.h"
#include "sql.h"

struct fixture {
	struct sql *db;
	struct schema schema;
};

static void make(struct fixture *f, const char *name, const char *text)
{
	assert_int_equal(sql_open(&f->db, ":memory:", SQL_CREATE), 0);
	if (sql_script(f->db, name, text) != 0)
		fail_msg("%s", sql_error(f->db));
	if (schema_read(&f->schema, f->db) != 0)
		fail_msg("%s: %s", name, f->schema.error ? f->schema.error : "out of memory");
}

static void unmake(struct fixture *f)
{
	schema_free(&f->schema);
	sql_close(f->db);
}

static const struct table *table(const struct fixture *f, const char *name)
{
	const struct table *t = schema_table(&f->schema, name);

	if (!t)
		fail_msg("no table %s", name);
	return t;
}

static const struct column *column(const struct fixture *f, const char *of, const char *name)
{
	const struct table *t = table(f, of);
	int at = table_column(t, name);

	if (at < 0)
		fail_msg("no column %s.%s", of, name);
	return &t->column[at];
}

static void affinities(void **state)
{
	static const struct { const char *type; enum affinity affinity; } types[] = {
		{"INT", AFFINITY_INTEGER}, {"INTEGER", AFFINITY_INTEGER}, {"bigint", AFFINITY_INTEGER},
		{"UNSIGNED BIG INT", AFFINITY_INTEGER}, {"INT8", AFFINITY_INTEGER}, {"CHARINT", AFFINITY_INTEGER},
		{"FLOATING POINT", AFFINITY_INTEGER}, {"CHARACTER(20)", AFFINITY_TEXT}, {"VARCHAR(255)", AFFINITY_TEXT},
		{"NVARCHAR(100)", AFFINITY_TEXT}, {"TEXT", AFFINITY_TEXT}, {"CLOB", AFFINITY_TEXT}, {"TEXTBLOB", AFFINITY_TEXT},
		{"BLOB", AFFINITY_BLOB}, {"REALBLOB", AFFINITY_BLOB}, {"", AFFINITY_BLOB}, {"REAL", AFFINITY_REAL},
		{"DOUBLE PRECISION", AFFINITY_REAL}, {"FLOAT", AFFINITY_REAL}, {"NUMERIC", AFFINITY_NUMERIC},
		{"DECIMAL(10,5)", AFFINITY_NUMERIC}, {"BOOLEAN", AFFINITY_NUMERIC}, {"DATE", AFFINITY_NUMERIC},
		{"STRING", AFFINITY_NUMERIC}, {"ANY", AFFINITY_NUMERIC}, {"JSON", AFFINITY_NUMERIC},
	};
	/* What a text and a number of each affinity become. */
	static const char *const stored[] = {"integerinteger", "texttext", "textreal", "realreal", "integerinteger"};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct fixture f = {0};
		char *sql = sql_format("CREATE TABLE t(x %s); INSERT INTO t VALUES ('7'), (7.0)", types[i].type), *kinds;
		assert_non_null(sql);
		make(&f, types[i].type, sql);
		if (column(&f, "t", "x")->affinity != types[i].affinity)
			fail_msg("%s has affinity %d", types[i].type, (int)column(&f, "t", "x")->affinity);
		assert_int_equal(sql_textf(f.db, &kinds, "SELECT group_concat(typeof(x), '') FROM t"), 0);
		assert_string_equal(kinds, stored[types[i].affinity]);
		free(kinds);
		free(sql);
		unmake(&f);
	}
}

static void columns(void **state)
{
	struct fixture f = {0};
	const struct column *c;

	(void)state;
	make(&f, "columns", "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a VARCHAR ( 20 ) NOT NULL DEFAULT 'x''y', "
	     "b DECIMAL(10,2) DEFAULT (1 + 2), c NUMERIC(8), d AS (a || b), e TEXT GENERATED ALWAYS AS (a) STORED, f BINARY(16), "
	     "g VARCHAR(99999999999), h INT(11), [i j]);");
	assert_int_equal(table(&f, "t")->ncolumns, 10);
	c = column(&f, "T", "A");
	assert_string_equal(c->name, "a");
	assert_int_equal(c->declared_length, 20);
	assert_true(c->not_null);
	assert_string_equal(c->preset, "'x''y'");
	c = column(&f, "t", "b");
	assert_int_equal(c->precision, 10);
	assert_int_equal(c->scale, 2);
	assert_int_equal(c->declared_length, 0);
	assert_false(c->not_null);
	assert_string_equal(c->preset, "1 + 2");
	assert_int_equal(column(&f, "t", "c")->precision, 8);
	assert_int_equal(column(&f, "t", "c")->scale, 0);
	assert_null(column(&f, "t", "c")->preset);
	assert_true(column(&f, "t", "d")->generated);
	assert_true(column(&f, "t", "e")->generated);
	assert_string_equal(column(&f, "t", "e")->type, "TEXT");
	assert_false(column(&f, "t", "a")->generated);
	assert_int_equal(column(&f, "t", "f")->declared_length, 16);
	assert_int_equal(column(&f, "t", "g")->declared_length, 0);
	assert_int_equal(column(&f, "t", "h")->declared_length, 0);
	assert_string_equal(column(&f, "t", "i j")->type, "");
	assert_true(column(&f, "t", "id")->rowid);
	assert_true(column(&f, "t", "id")->autoincrement);
	assert_true(column(&f, "t", "id")->not_null);
	assert_int_equal(column(&f, "t", "id")->primary, 1);
	assert_int_equal(table_column(table(&f, "t"), "nothing"), -1);
	assert_null(schema_table(&f.schema, "nothing"));
	unmake(&f);
}

/* Which columns are the rowid: asked of the schema, and shown by what a row then holds. */
static void rowids(void **state)
{
	static const struct { const char *body; bool rowid, not_null; } tables[] = {
		{"x INTEGER PRIMARY KEY", true, true},
		{"x integer primary key", true, true},
		{"x INTEGER PRIMARY KEY ASC", true, true},
		{"x INTEGER PRIMARY KEY DESC", false, false},
		{"x INTEGER, PRIMARY KEY (x DESC)", true, true},
		{"x INTEGER, PRIMARY KEY (x)", true, true},
		{"x INTEGER UNIQUE, PRIMARY KEY (x)", true, true},
		{"x INT PRIMARY KEY", false, false},
		{"x BIGINT PRIMARY KEY", false, false},
		{"x INTEGER(4) PRIMARY KEY", false, false},
		{"x PRIMARY KEY", false, false},
		{"x TEXT PRIMARY KEY NOT NULL", false, true},
		{"x INTEGER, y, PRIMARY KEY (x, y)", false, false},
		{"x INTEGER UNIQUE", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		struct fixture f = {0};
		char *sql = sql_format("CREATE TABLE t(%s);", tables[i].body);
		int64_t alias = 0;
		assert_non_null(sql);
		make(&f, tables[i].body, sql);
		if (column(&f, "t", "x")->rowid != tables[i].rowid || column(&f, "t", "x")->not_null != tables[i].not_null)
			fail_msg("%s: rowid %d, not null %d", tables[i].body, column(&f, "t", "x")->rowid,
				 column(&f, "t", "x")->not_null);
		assert_int_equal(sql_exec(f.db, "INSERT INTO t(x) VALUES (5)"), 0);
		assert_int_equal(sql_integer(f.db, &alias, "SELECT count(*) FROM t WHERE rowid = 5"), 0);
		assert_int_equal(alias, tables[i].rowid);
		assert_int_equal(sql_exec(f.db, "UPDATE t SET x = NULL") == 0, !tables[i].not_null);
		free(sql);
		unmake(&f);
	}
}

static void without_rowid_and_strict(void **state)
{
	struct fixture f = {0};

	(void)state;
	make(&f, "kinds", "CREATE TABLE w(a INTEGER, b TEXT, c, PRIMARY KEY (b, a)) WITHOUT ROWID;"
	     "CREATE TABLE s(a ANY PRIMARY KEY, b ANY, c INT) STRICT; CREATE TABLE o(a INTEGER PRIMARY KEY) WITHOUT ROWID;");
	assert_true(table(&f, "w")->without_rowid);
	assert_false(table(&f, "w")->strict);
	assert_true(column(&f, "w", "a")->not_null);
	assert_true(column(&f, "w", "b")->not_null);
	assert_false(column(&f, "w", "c")->not_null);
	assert_int_equal(column(&f, "w", "a")->primary, 2);
	assert_int_equal(column(&f, "w", "b")->primary, 1);
	assert_int_equal(table(&f, "w")->unique[0].column[0], 1);
	assert_int_equal(table(&f, "w")->unique[0].column[1], 0);
	assert_false(column(&f, "o", "a")->rowid);
	assert_int_equal(table(&f, "o")->nuniques, 1);
	assert_true(table(&f, "s")->strict);
	assert_false(table(&f, "s")->without_rowid);
	assert_int_equal(column(&f, "s", "b")->affinity, AFFINITY_BLOB);
	assert_int_equal(column(&f, "s", "c")->affinity, AFFINITY_INTEGER);
	/* Whether STRICT implies NOT NULL of a primary key is SQLite's word. */
	assert_int_equal(column(&f, "s", "a")->not_null, sql_exec(f.db, "INSERT INTO s(a) VALUES (NULL)") != 0);
	unmake(&f);
}

static const struct unique *unique(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->nuniques; i++) {
		if (strcmp(t->unique[i].name, name) == 0)
			return &t->unique[i];
	}
	fail_msg("%s has no %s", t->name, name);
	return NULL;
}

static void unique_keys(void **state)
{
	struct fixture f = {0};
	const struct table *t;
	const struct unique *u;

	(void)state;
	make(&f, "unique", "CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, b TEXT COLLATE NOCASE, c, "
	     "UNIQUE (b, c), UNIQUE (a, c)); CREATE INDEX plain ON t(c); CREATE UNIQUE INDEX part ON t(c) WHERE c > 0;"
	     "CREATE UNIQUE INDEX expr ON t(lower(b), c DESC); CREATE UNIQUE INDEX nc ON t(a COLLATE NOCASE);"
	     "CREATE TABLE p(x, y, PRIMARY KEY (y, x));");
	t = table(&f, "t");
	assert_int_equal(t->nuniques, 7);
	assert_true(t->unique[6].primary || t->unique[0].primary);
	u = unique(t, "PRIMARY KEY");
	assert_true(u->primary);
	assert_int_equal(u->ncolumns, 1);
	assert_int_equal(u->column[0], 0);
	u = unique(t, "UNIQUE (a)");
	assert_int_equal(u->column[0], 1);
	assert_false(u->primary || u->partial || u->nocase);
	u = unique(t, "UNIQUE (b, c)");
	assert_true(u->nocase);
	assert_int_equal(u->ncolumns, 2);
	assert_int_equal(u->column[0], 2);
	assert_int_equal(u->column[1], 3);
	assert_true(unique(t, "part")->partial);
	u = unique(t, "expr");
	assert_int_equal(u->ncolumns, 2);
	assert_int_equal(u->column[0], -1);
	assert_int_equal(u->column[1], 3);
	assert_true(unique(t, "nc")->nocase);
	t = table(&f, "p");
	assert_int_equal(t->nuniques, 1);
	assert_string_equal(t->unique[0].name, "PRIMARY KEY");
	assert_int_equal(t->unique[0].column[0], 1);
	assert_int_equal(t->unique[0].column[1], 0);
	unmake(&f);
}

static void foreign_keys(void **state)
{
	struct fixture f = {0};
	const struct foreign_key *k;

	(void)state;
	make(&f, "foreign", "CREATE TABLE p(x INT, y INT, z UNIQUE, u, PRIMARY KEY (y, x));"
	     "CREATE TABLE c(a INT NOT NULL, b INT NOT NULL, n INT, self INTEGER REFERENCES C(id), id INTEGER PRIMARY KEY, "
	     "w INT, FOREIGN KEY (b, a) REFERENCES P, FOREIGN KEY (n, a) REFERENCES p (x, y), "
	     "FOREIGN KEY (n) REFERENCES p (Z), FOREIGN KEY (n) REFERENCES p (u), FOREIGN KEY (n) REFERENCES p, "
	     "FOREIGN KEY (n) REFERENCES nowhere, FOREIGN KEY (w) REFERENCES q, FOREIGN KEY (w) REFERENCES q(v));"
	     "CREATE TABLE q(v INT, id INTEGER PRIMARY KEY CHECK (id > 0)); CREATE UNIQUE INDEX qv ON q(v) WHERE v > 0;"
	     "CREATE TABLE e(a INT REFERENCES p (z) CHECK (a IS NOT NULL));");
	assert_int_equal(table(&f, "c")->nforeign, 9);
	k = &table(&f, "c")->foreign[0];
	assert_string_equal(k->parent, "C");
	assert_true(k->self && k->nullable);
	assert_false(k->absent || k->mismatch);
	assert_int_equal(k->from[0], 3);
	assert_string_equal(k->to[0], "id");
	k++; /* (b, a) REFERENCES P: its primary key, in that key's order */
	assert_string_equal(k->parent, "P");
	assert_int_equal(k->ncolumns, 2);
	assert_int_equal(k->from[0], 1);
	assert_int_equal(k->from[1], 0);
	assert_string_equal(k->to[0], "y");
	assert_string_equal(k->to[1], "x");
	assert_false(k->self || k->nullable || k->absent || k->mismatch);
	k++; /* (n, a) REFERENCES p (x, y) */
	assert_int_equal(k->from[0], 2);
	assert_int_equal(k->from[1], 0);
	assert_string_equal(k->to[0], "x");
	assert_true(k->nullable);
	assert_false(k->mismatch);
	k++;
	assert_string_equal(k->to[0], "Z");
	assert_false(k->mismatch);
	k++; /* not unique */
	assert_true(k->mismatch);
	k++; /* one column for two */
	assert_true(k->mismatch);
	k++;
	assert_true(k->absent && !k->mismatch);
	assert_null(k->to[0]);
	k++;
	assert_string_equal(k->to[0], "id");
	assert_false(k->mismatch);
	k++; /* a partial index is no key */
	assert_true(k->mismatch);
	assert_false(table(&f, "e")->foreign[0].nullable);
	unmake(&f);
}

static void what_is_made_later(void **state)
{
	static const enum later_kind kinds[] = {LATER_INDEX, LATER_INDEX, LATER_VIRTUAL, LATER_VIEW, LATER_VIEW, LATER_TRIGGER,
						LATER_TRIGGER};
	static const char *const names[] = {"i", "j", "v", "a view", "b", "on view", "on table"};
	struct fixture f = {0}, again = {0};

	(void)state;
	make(&f, "later", "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE); CREATE INDEX i ON t(x);"
	     "CREATE VIEW \"a view\" AS SELECT * FROM b; CREATE VIEW b AS SELECT x FROM t;"
	     "CREATE TRIGGER \"on view\" INSTEAD OF INSERT ON \"a view\" BEGIN INSERT INTO t(x) VALUES (new.x); END;"
	     "CREATE TRIGGER \"on table\" AFTER INSERT ON t BEGIN SELECT 1; END;"
	     "CREATE VIRTUAL TABLE v USING fts5(x); CREATE UNIQUE INDEX j ON t(x) WHERE x > 0;"
	     "CREATE TEMP TABLE t(other); CREATE TEMP VIEW tv AS SELECT 1; INSERT INTO main.t(x) VALUES (1); ANALYZE;");
	assert_int_equal(f.schema.ntables, 1);
	assert_int_equal(table(&f, "t")->ncolumns, 2);
	assert_int_equal(f.schema.nindexes, 2);
	assert_int_equal(f.schema.nlater, sizeof kinds / sizeof kinds[0]);
	assert_int_equal(f.schema.nvirtual, 1);
	assert_string_equal(f.schema.virtual[0], "v");
	for (size_t i = 0; i < f.schema.nlater; i++) {
		assert_int_equal(f.schema.later[i].kind, kinds[i]);
		assert_string_equal(f.schema.later[i].name, names[i]);
	}
	assert_int_equal(sql_open(&again.db, ":memory:", SQL_CREATE), 0);
	assert_int_equal(sql_exec(again.db, f.schema.table[0].sql), 0);
	for (size_t i = 0; i < f.schema.nlater; i++)
		assert_int_equal(sql_exec(again.db, f.schema.later[i].sql), 0);
	sql_close(again.db);
	unmake(&f);
}

static void nothing_at_all(void **state)
{
	struct fixture f = {0};

	(void)state;
	make(&f, "nothing", "");
	assert_int_equal(f.schema.ntables + f.schema.nlater + f.schema.nvirtual, 0);
	unmake(&f);
	schema_free(&f.schema);
}

static void a_database_that_is_none(void **state)
{
	char path[] = "/tmp/schema-XXXXXX";
	struct schema schema;
	struct sql *db;
	int fd = mkstemp(path);
	FILE *out;

	(void)state;
	assert_true(fd >= 0);
	out = fdopen(fd, "w");
	assert_non_null(out);
	for (int i = 0; i < 1000; i++)
		fputs("no database ", out);
	assert_int_equal(fclose(out), 0);
	if (sql_open(&db, path, SQL_READ) == 0) {
		assert_int_equal(schema_read(&schema, db), -1);
		assert_non_null(schema.error);
		assert_string_equal(schema.error, "file is not a database");
		schema_free(&schema);
	}
	sql_close(db);
	remove(path);
}

static char *read_file(const char *path)
{
	FILE *in = fopen(path, "r");
	size_t size = 1 << 20, n;
	char *text = malloc(size);

	assert_non_null(in);
	assert_non_null(text);
	n = fread(text, 1, size - 1, in);
	assert_true(n > 0 && n < size - 1);
	text[n] = '\0';
	fclose(in);
	return text;
}

/* What tests/schemas/NAME.sql holds. */
static const struct {
	const char *name;
	size_t tables, foreign, uniques, orders, checks, narrowed, later, virtual;
} counts[] = {
	{"blog", 6, 7, 11, 2, 0, 1, 8, 1},
	{"django", 8, 6, 13, 0, 0, 0, 7, 0},
	{"extras", 5, 1, 5, 0, 2, 0, 9, 1},
	{"generated", 4, 1, 4, 1, 0, 0, 3, 0},
	{"hr", 5, 8, 10, 6, 0, 0, 0, 0},
	{"hr-nullable", 4, 5, 7, 0, 0, 0, 1, 0},
	{"ledger", 7, 9, 11, 7, 0, 3, 0, 0},
	{"music", 9, 9, 16, 1, 0, 0, 0, 0},
	{"quoting", 5, 4, 7, 1, 0, 0, 2, 0},
	{"rails", 7, 5, 11, 0, 0, 0, 6, 0},
	{"shop", 9, 12, 16, 3, 0, 1, 3, 0},
	{"social", 7, 13, 8, 6, 0, 1, 2, 0},
	{"store", 10, 10, 10, 0, 0, 0, 3, 0},
	{"strict", 5, 4, 6, 1, 0, 1, 0, 0},
	{"tenants", 6, 10, 9, 0, 0, 0, 0, 0},
	{"timeseries", 6, 6, 8, 1, 0, 1, 0, 0},
	{"tracker", 9, 16, 15, 4, 0, 0, 2, 0},
};

static void assert_counts(const struct schema *schema, const char *name)
{
	size_t foreign = 0, uniques = 0, orders = 0, checks = 0, narrowed = 0;

	for (size_t i = 0; i < schema->ntables; i++) {
		const struct table *t = &schema->table[i];
		foreign += t->nforeign;
		uniques += t->nuniques;
		orders += t->norders;
		checks += t->nchecks;
		narrowed += t->nnarrowed;
		for (size_t j = 0; j < t->nforeign; j++) {
			if (t->foreign[j].absent || t->foreign[j].mismatch)
				fail_msg("%s: %s refers to %s wrongly", name, t->name, t->foreign[j].parent);
		}
	}
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		if (strcmp(counts[i].name, name) != 0)
			continue;
		if (counts[i].tables != schema->ntables || counts[i].foreign != foreign || counts[i].uniques != uniques ||
		    counts[i].orders != orders || counts[i].checks != checks || counts[i].narrowed != narrowed ||
		    counts[i].later != schema->nlater || counts[i].virtual != schema->nvirtual)
			fail_msg("{\"%s\", %zu, %zu, %zu, %zu, %zu, %zu, %zu, %zu},", name, schema->ntables, foreign, uniques,
				 orders, checks, narrowed, schema->nlater, schema->nvirtual);
		return;
	}
	fail_msg("%s is not counted", name);
}

/* SQLite's own count of foreign keys and unique indexes, with the rowids that have no index. */
static void assert_sqlite_counts(struct fixture *f)
{
	size_t foreign = 0, uniques = 0, rowids = 0;
	int64_t want;

	for (size_t i = 0; i < f->schema.ntables; i++) {
		const struct table *t = &f->schema.table[i];
		foreign += t->nforeign;
		uniques += t->nuniques;
		for (size_t j = 0; j < t->ncolumns; j++)
			rowids += t->column[j].rowid;
	}
	assert_int_equal(sql_integer(f->db, &want, "SELECT count(DISTINCT s.name || '/' || k.id) FROM sqlite_schema s, "
				     "pragma_foreign_key_list(s.name) k WHERE s.type = 'table'"), 0);
	assert_int_equal(foreign, want);
	assert_int_equal(sql_integer(f->db, &want, "SELECT count(*) FROM pragma_table_list l, pragma_index_list(l.name) i "
				     "WHERE l.type = 'table' AND l.schema = 'main' AND i.\"unique\""), 0);
	assert_int_equal(uniques, want + (int64_t)rowids);
}

/* Run from the top of the source, as all tests are. */
static void realistic_schemas(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/schemas/*.sql", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, sizeof counts / sizeof counts[0]);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct fixture f = {0};
		char *text = read_file(found.gl_pathv[i]), *name = strrchr(found.gl_pathv[i], '/') + 1;
		make(&f, found.gl_pathv[i], text);
		*strrchr(name, '.') = '\0';
		assert_counts(&f.schema, name);
		assert_sqlite_counts(&f);
		unmake(&f);
		free(text);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(affinities),
		cmocka_unit_test(columns),
		cmocka_unit_test(rowids),
		cmocka_unit_test(without_rowid_and_strict),
		cmocka_unit_test(unique_keys),
		cmocka_unit_test(foreign_keys),
		cmocka_unit_test(what_is_made_later),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(a_database_that_is_none),
		cmocka_unit_test(realistic_schemas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
