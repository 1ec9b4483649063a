#include "audit.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"

/* integrity_check looks up each row in each index, in no order that an index would like; foreign_key_check goes
 * through child tables in order. KiB. */
#define CACHE_REFERENCES 16384
#define CACHE_INTEGRITY 131072

struct check {
	int (*run)(struct sql *db, char **why);
	const char *path;
	int cache;
	const struct stop_watch *watch;
	int result;
	char *why;
};

const char *audit_name(enum audit audit)
{
	static const char *const names[] = { [AUDIT_NONE] = "none", [AUDIT_QUICK] = "quick", [AUDIT_FULL] = "full" };

	return names[audit];
}

/* The columns of a foreign key, "a, b". NULL where that is not known. */
static char *key_columns(struct sql *db, const char *table, int64_t key)
{
	char *text;

	return sql_textf(db, &text, "SELECT group_concat(\"from\", ', ') FROM pragma_foreign_key_list(%Q) WHERE id = %lld",
			 table, (long long)key) == 0 ? text : NULL;
}

/* A row of foreign_key_check: table, rowid or NULL, parent, number of the foreign key. */
static void tell_violation(struct sql *db, struct sql_stmt *stmt, char **why)
{
	const char *table = sql_get_text(stmt, 0), *parent = sql_get_text(stmt, 2);
	char *columns = table ? key_columns(db, table, sql_get_integer(stmt, 3)) : NULL, row[48] = "a row";
	int n;

	if (sql_type(stmt, 1) == SQL_INTEGER)
		snprintf(row, sizeof(row), "the row with rowid %" PRId64, sql_get_integer(stmt, 1));
	n = asprintf(why, "%s: FOREIGN KEY (%s): %s refers to no row of %s", table ? table : "?", columns ? columns : "?",
		     row, parent ? parent : "?");
	if (n < 0)
		*why = NULL;
	free(columns);
}

static void tell_error(const struct sql *db, char **why)
{
	*why = sql_failure(db) == SQL_INTERRUPTED ? NULL : strdup(sql_reason(db));
}

int audit_references(struct sql *db, const char *table, char **why)
{
	struct sql_stmt *stmt = table ? sql_preparef(db, "PRAGMA foreign_key_check(%Q)", table)
				      : sql_preparef(db, "PRAGMA foreign_key_check");
	int row = stmt ? sql_step(stmt) : -1;

	*why = NULL;
	if (row == 1)
		tell_violation(db, stmt, why);
	else if (row < 0)
		tell_error(db, why);
	sql_finalize(stmt);
	return row == 0 ? 0 : -1;
}

static int references(struct sql *db, char **why)
{
	return audit_references(db, NULL, why);
}

static int integrity_by(struct sql *db, const char *pragma, char **why)
{
	struct sql_stmt *stmt = sql_preparef(db, "PRAGMA %s(1)", pragma);
	int row = stmt ? sql_step(stmt) : -1, result = -1;
	const char *text = row == 1 ? sql_get_text(stmt, 0) : NULL;

	*why = NULL;
	if (row < 0)
		tell_error(db, why);
	else if (text && strcmp(text, "ok") == 0)
		result = 0;
	else if (asprintf(why, "%s: %s", pragma, text ? text : "no answer") < 0)
		*why = NULL;
	sql_finalize(stmt);
	return result;
}

static int integrity(struct sql *db, char **why)
{
	return integrity_by(db, "integrity_check", why);
}

static int quick(struct sql *db, char **why)
{
	return integrity_by(db, "quick_check", why);
}

static void *run(void *data)
{
	struct check *check = data;
	struct sql *db;

	check->result = -1;
	if (sql_open(&db, check->path, SQL_READ) == 0 && sql_execf(db, "PRAGMA cache_size = -%d", check->cache) == 0) {
		stop_watch(check->watch, db);
		check->result = check->run(db, &check->why);
	} else {
		tell_error(db, &check->why);
	}
	sql_close(db);
	return NULL;
}

static void *run_beside(void *data)
{
	stop_block();
	return run(data);
}

int audit_file(const char *name, const char *path, enum audit audit, unsigned threads, const struct stop_watch *watch)
{
	static const struct stop_watch silent = { NULL, NULL };
	struct check check[] = {
		{ .run = references, .path = path, .cache = CACHE_REFERENCES, .watch = threads > 1 ? &silent : watch },
		{ .run = audit == AUDIT_FULL ? integrity : quick, .path = path, .cache = CACHE_INTEGRITY,
		  .watch = watch },
	};
	pthread_t thread;
	bool beside = threads > 1 && pthread_create(&thread, NULL, run_beside, &check[0]) == 0;
	int result = 0;

	if (!beside)
		run(&check[0]);
	run(&check[1]);
	if (beside)
		pthread_join(thread, NULL);
	for (size_t i = 0; i < sizeof(check) / sizeof(check[0]); i++) {
		if (check[i].result != 0 && !stop_signal())
			complain("%s: %s", name, check[i].why ? check[i].why : "out of memory");
		if (check[i].result != 0)
			result = -1;
		free(check[i].why);
	}
	return result;
}
