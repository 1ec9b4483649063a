#include "sqlfunction.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>

/* A function for SQL: one of the two is set. */
struct function {
	int64_t (*integer)(const void *bytes, size_t len);
	void (*text)(const void *bytes, size_t len, char *out);
	size_t size;
};

static void call(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct function *f = sqlite3_user_data(context);
	bool blob = sqlite3_value_type(argv[0]) == SQLITE_BLOB;
	const void *bytes = blob ? sqlite3_value_blob(argv[0]) : (const void *)sqlite3_value_text(argv[0]);
	size_t len = (size_t)sqlite3_value_bytes(argv[0]);
	char *out;

	(void)argc;
	if (sqlite3_value_type(argv[0]) == SQLITE_NULL)
		return;
	if (!bytes && len) {
		sqlite3_result_error_nomem(context);
		return;
	}
	if (!bytes)
		bytes = "";
	if (f->integer) {
		sqlite3_result_int64(context, f->integer(bytes, len));
		return;
	}
	out = sqlite3_malloc64(f->size);
	if (!out) {
		sqlite3_result_error_nomem(context);
		return;
	}
	f->text(bytes, len, out);
	sqlite3_result_text(context, out, -1, sqlite3_free);
}

static int add_function(struct sql *db, const char *name, struct function function)
{
	struct function *f = malloc(sizeof *f);

	if (!f)
		return -1;
	*f = function;
	/* SQLite frees f, on failure too. */
	return sqlite3_create_function_v2(sql_handle(db), name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, f,
					  call, NULL, NULL, free) == SQLITE_OK
		       ? 0
		       : sql_failed(db);
}

int sql_function_integer(struct sql *db, const char *name, int64_t (*f)(const void *bytes, size_t len))
{
	return add_function(db, name, (struct function){.integer = f});
}

int sql_function_text(struct sql *db, const char *name, size_t size, void (*f)(const void *bytes, size_t len, char *out))
{
	return add_function(db, name, (struct function){.text = f, .size = size});
}
