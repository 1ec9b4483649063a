#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sql.h"
#include "sqlmeter.h"
#include "sqlfunction.h"

static char directory[] = "/tmp/unit-sql-XXXXXX";
static char path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/db", directory);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal", "2"};
	char name[80];

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
	return rmdir(directory);
}

static struct sql *open_memory(void)
{
	struct sql *db;

	assert_int_equal(sql_open(&db, ":memory:", SQL_CREATE), 0);
	return db;
}

static void binds_and_reads_every_type(void **state)
{
	struct sql *db = open_memory();
	struct sql_stmt *stmt;

	(void)state;
	assert_int_equal(sql_prepare(db, "SELECT :a, ?2, ?3, ?4, ?5, x''", &stmt, NULL), 0);
	assert_int_equal(sql_parameters(stmt), 5);
	assert_string_equal(sql_parameter(stmt, 1), ":a");
	assert_int_equal(sql_columns(stmt), 6);
	assert_int_equal(sql_bind_integer(stmt, 1, INT64_MIN), 0);
	assert_int_equal(sql_bind_real(stmt, 2, 0.5), 0);
	assert_int_equal(sql_bind_text(stmt, 3, "a\0b", 3), 0);
	assert_int_equal(sql_bind_blob(stmt, 4, "\0", 1), 0);
	assert_int_equal(sql_bind_blob(stmt, 5, NULL, 0), 0);
	assert_int_equal(sql_step(stmt), 1);
	assert_true(sql_get_integer(stmt, 0) == INT64_MIN);
	assert_true(sql_get_real(stmt, 1) == 0.5);
	assert_int_equal(sql_type(stmt, 2), SQL_TEXT);
	assert_memory_equal(sql_get_text(stmt, 2), "a\0b", 3);
	assert_int_equal(sql_get_bytes(stmt, 2), 3);
	assert_int_equal(sql_type(stmt, 3), SQL_BLOB);
	assert_int_equal(sql_get_bytes(stmt, 3), 1);
	/* An empty blob is no NULL. */
	assert_int_equal(sql_type(stmt, 4), SQL_BLOB);
	assert_int_equal(sql_step(stmt), 0);
	sql_reset(stmt);
	assert_int_equal(sql_bind_null(stmt, 1), 0);
	assert_int_equal(sql_step(stmt), 1);
	assert_int_equal(sql_type(stmt, 0), SQL_NULL);
	assert_null(sql_get_text(stmt, 0));
	sql_finalize(stmt);
	sql_close(db);
}

static void gives_one_value(void **state)
{
	struct sql *db = open_memory();
	int64_t value;
	char *text;

	(void)state;
	assert_int_equal(sql_script(db, "s", "create table \"a'b\"(x); insert into \"a'b\" values (7)"), 0);
	assert_int_equal(sql_integer(db, &value, "SELECT x FROM \"%w\"", "a'b"), 0);
	assert_int_equal(value, 7);
	assert_int_equal(sql_integer(db, &value, "SELECT x FROM \"%w\" WHERE 0", "a'b"), 0);
	assert_int_equal(value, 0);
	assert_int_equal(sql_integer(db, &value, "SELECT nothing"), -1);
	assert_int_equal(sql_textf(db, &text, "SELECT %Q || x FROM \"a'b\"", "it's "), 0);
	assert_string_equal(text, "it's 7");
	free(text);
	assert_int_equal(sql_textf(db, &text, "SELECT NULL"), 0);
	assert_null(text);
	sql_close(db);
}

static void names_the_line_of_a_script(void **state)
{
	struct sql *db = open_memory();

	(void)state;
	assert_int_equal(sql_script(db, "s.sql", " -- nothing\n/* or\nthis */;;\n"), 0);
	assert_int_equal(sql_script(db, "s.sql", "create table t(\n  x integer,\n  y y,,);"), -1);
	assert_non_null(strstr(sql_error(db), "s.sql:3: near \",\": syntax error"));
	assert_int_equal(sql_script(db, "s.sql", "\n-- one\ncreate table t(x check (x > 0));\n\n/* two */ insert into t values (0);"), -1);
	assert_non_null(strstr(sql_error(db), ":memory:: s.sql:5: CHECK constraint failed"));
	assert_int_equal(sql_failure(db), SQL_CONSTRAINT);
	assert_string_equal(sql_reason(db), "CHECK constraint failed: x > 0");
	assert_int_equal(sql_script(db, "s.sql", "select 1;\nselect 'open"), -1);
	assert_non_null(strstr(sql_error(db), "s.sql:2: "));
	sql_close(db);
}

static void tells_why_it_cannot_open(void **state)
{
	struct sql *db;
	FILE *file;

	(void)state;
	assert_int_equal(sql_open(&db, "/nowhere/db", SQL_READ), -1);
	assert_non_null(strstr(sql_error(db), "/nowhere/db: unable to open database file"));
	assert_non_null(strstr(sql_error(db), "No such file"));
	sql_close(db);
	file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 500; i++)
		fputs("this is no database", file);
	fclose(file);
	assert_int_equal(sql_open(&db, path, SQL_READ), 0);
	assert_int_equal(sql_exec(db, "SELECT * FROM sqlite_schema"), -1);
	assert_int_equal(sql_failure(db), SQL_BROKEN);
	sql_close(db);
	unlink(path);
	sql_close(NULL);
}

static int give_up(void *data, int attempt)
{
	*(int *)data = attempt + 1;
	return attempt < 2;
}

static void waits_for_a_lock_as_told(void **state)
{
	struct sql *a, *b;
	int attempts = 0;

	(void)state;
	assert_int_equal(sql_open(&a, path, SQL_CREATE), 0);
	assert_int_equal(sql_exec(a, "CREATE TABLE t(x)"), 0);
	assert_int_equal(sql_open(&b, path, SQL_WRITE), 0);
	assert_int_equal(sql_exec(a, "BEGIN EXCLUSIVE"), 0);
	assert_true(sql_in_transaction(a));
	sql_on_busy(b, give_up, &attempts);
	assert_int_equal(sql_exec(b, "INSERT INTO t VALUES (1)"), -1);
	assert_int_equal(sql_failure(b), SQL_BUSY);
	assert_int_equal(attempts, 3);
	assert_int_equal(sql_exec(a, "ROLLBACK"), 0);
	assert_false(sql_in_transaction(a));
	sql_close(b);
	sql_close(a);
	unlink(path);
}

static void note_pages(void *data, int pages)
{
	*(int *)data = pages;
}

static void tells_commits_and_checkpoints(void **state)
{
	struct sql *db;
	int pages = 0, in_log, done;

	(void)state;
	assert_int_equal(sql_open(&db, path, SQL_CREATE), 0);
	assert_int_equal(sql_exec(db, "PRAGMA journal_mode = WAL"), 0);
	sql_on_commit(db, note_pages, &pages);
	assert_int_equal(sql_exec(db, "CREATE TABLE t(x); INSERT INTO t VALUES (zeroblob(100000))"), 0);
	assert_true(pages > 20);
	assert_int_equal(sql_checkpoint(db, SQL_PASSIVE, &in_log, &done), 0);
	assert_int_equal(in_log, pages);
	assert_int_equal(done, pages);
	assert_int_equal(sql_checkpoint(db, SQL_TRUNCATE, &in_log, &done), 0);
	assert_int_equal(in_log, 0);
	sql_close(db);
	unlink(path);
}

static int64_t length_of(const void *bytes, size_t len)
{
	(void)bytes;
	return (int64_t)len;
}

static void first_letter(const void *bytes, size_t len, char *out)
{
	out[0] = len ? *(const char *)bytes : '-';
	out[1] = '\0';
}

static void calls_functions(void **state)
{
	struct sql *db = open_memory();
	int64_t value;
	char *text;

	(void)state;
	assert_int_equal(sql_function_integer(db, "bytes_of", length_of), 0);
	assert_int_equal(sql_function_text(db, "letter", 2, first_letter), 0);
	assert_int_equal(sql_integer(db, &value, "SELECT bytes_of('schluß') * 100 + bytes_of(x'0000') * 10 + bytes_of('')"), 0);
	assert_int_equal(value, 720);
	assert_int_equal(sql_integer(db, &value, "SELECT bytes_of(NULL) IS NULL"), 0);
	assert_int_equal(value, 1);
	assert_int_equal(sql_textf(db, &text, "SELECT letter('xyz') || letter('') || letter(12)"), 0);
	assert_string_equal(text, "x-1");
	free(text);
	sql_close(db);
}

static void copies_and_counts(void **state)
{
	struct sql *from = open_memory(), *to;
	struct sql_stmt *stmt;
	struct sql_work work;
	struct sql_cache cache;
	int64_t value;

	(void)state;
	assert_int_equal(sql_exec(from, "CREATE TABLE t(x); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 5000)"
					" INSERT INTO t SELECT i FROM c"), 0);
	assert_int_equal(sql_changes(from), 5000);
	assert_int_equal(sql_open(&to, path, SQL_CREATE), 0);
	assert_int_equal(sql_copy(from, to), 0);
	assert_int_equal(sql_integer(to, &value, "SELECT sum(x) FROM t"), 0);
	assert_int_equal(value, 5000 * 5001 / 2);
	stmt = sql_preparef(to, "SELECT count(*) FROM t WHERE x = %d", 3);
	assert_non_null(stmt);
	assert_true(sql_reads_only(stmt));
	assert_non_null(strstr(sql_statement(stmt), "x = 3"));
	assert_int_equal(sql_run(stmt), 0);
	sql_work(stmt, &work);
	assert_int_equal(work.fullscan, 4999);
	assert_int_equal(work.runs, 1);
	sql_finalize(stmt);
	sql_cache(to, &cache);
	assert_true(cache.hit + cache.miss > 0);
	assert_null(sql_preparef(to, "-- nothing"));
	assert_null(sql_preparef(to, "SELECT FROM"));
	sql_close(to);
	sql_close(from);
	unlink(path);
}

/* Neither written, nor a WAL left beside it. */
static void reading_leaves_nothing_behind(void **state)
{
	struct sql *db;
	char wal[80];
	int64_t value;

	(void)state;
	snprintf(wal, sizeof wal, "%s-wal", path);
	assert_int_equal(sql_open(&db, path, SQL_CREATE), 0);
	assert_int_equal(sql_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t(x)"), 0);
	sql_close(db);
	assert_int_equal(access(wal, F_OK), -1);
	assert_int_equal(sql_open(&db, path, SQL_READ), 0);
	assert_int_equal(sql_integer(db, &value, "SELECT count(*) FROM t"), 0);
	assert_int_equal(sql_exec(db, "INSERT INTO t VALUES (1)"), -1);
	assert_int_equal(sql_failure(db), SQL_READONLY);
	sql_close(db);
	assert_int_equal(access(wal, F_OK), -1);
	assert_int_equal(sql_open(&db, "/nowhere/db", SQL_READ), -1);
	sql_close(db);
	unlink(path);
	assert_int_equal(sql_open(&db, path, SQL_READ), -1);
	assert_int_equal(access(path, F_OK), -1);
	sql_close(db);
}

static int stop(void *data)
{
	return ++*(int *)data > 3;
}

static void stops_when_asked(void **state)
{
	struct sql *db = open_memory();
	int calls = 0;

	(void)state;
	sql_on_progress(db, 1000, stop, &calls);
	assert_int_equal(sql_exec(db, "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c"), -1);
	assert_int_equal(sql_failure(db), SQL_INTERRUPTED);
	sql_close(db);
}

static void tells_a_full_disk(void **state)
{
	struct sql *db;

	(void)state;
	assert_int_equal(sql_open(&db, path, SQL_CREATE), 0);
	assert_int_equal(sql_exec(db, "PRAGMA max_page_count = 10; CREATE TABLE t(x); INSERT INTO t VALUES (zeroblob(100000))"), -1);
	assert_int_equal(sql_failure(db), SQL_FULL);
	sql_close(db);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(binds_and_reads_every_type), cmocka_unit_test(gives_one_value),
		cmocka_unit_test(names_the_line_of_a_script), cmocka_unit_test(tells_why_it_cannot_open),
		cmocka_unit_test(waits_for_a_lock_as_told),   cmocka_unit_test(tells_commits_and_checkpoints),
		cmocka_unit_test(calls_functions),	      cmocka_unit_test(copies_and_counts),
		cmocka_unit_test(stops_when_asked),	      cmocka_unit_test(tells_a_full_disk),
		cmocka_unit_test(reading_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
