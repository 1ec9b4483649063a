#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sqlimage.h"

static char *image_of(const char *script, size_t *len)
{
	struct sql *db;
	char *bytes;

	assert_int_equal(sql_open(&db, ":memory:", SQL_CREATE), 0);
	assert_int_equal(sql_exec(db, script), 0);
	bytes = sql_image(db, len);
	assert_non_null(bytes);
	return bytes;
}

static void image_is_a_database(void **state)
{
	char path[] = "/tmp/unit-sqlimage-XXXXXX";
	int fd = mkstemp(path);
	struct sql *db;
	char *bytes, *text;
	int64_t n;
	size_t len;

	(void)state;
	assert_true(fd >= 0);
	bytes = image_of("PRAGMA page_size = 1024; CREATE TABLE t (a INTEGER PRIMARY KEY, b); CREATE INDEX i ON t (b);"
			 "WITH RECURSIVE c (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < 5000)"
			 "INSERT INTO t SELECT n, 'row ' || n FROM c",
			 &len);
	assert_memory_equal(bytes, "SQLite format 3", 16);
	assert_true(len % 1024 == 0 && len > 100000);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
	free(bytes);
	assert_int_equal(sql_open(&db, path, SQL_READ), 0);
	assert_int_equal(sql_integer(db, &n, "SELECT count(*) FROM t"), 0);
	assert_int_equal(n, 5000);
	assert_int_equal(sql_textf(db, &text, "PRAGMA integrity_check"), 0);
	assert_string_equal(text, "ok");
	free(text);
	sql_close(db);
	unlink(path);
}

static void statements_alone_decide(void **state)
{
	static const unsigned char version[] = {0, 0x2e, 0x5b, 0x30};
	size_t len, other;
	char *a = image_of("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)", &len);
	char *b = image_of("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)", &other);
	char *c = image_of("CREATE TABLE t (a); INSERT INTO t VALUES (1), (3)", &other);

	(void)state;
	assert_int_equal(len, other);
	assert_memory_equal(a, b, len);
	assert_memory_not_equal(a, c, len);
	assert_memory_equal(a + 96, version, 4); /* whichever library it is */
	free(a);
	free(b);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_is_a_database),
		cmocka_unit_test(statements_alone_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
