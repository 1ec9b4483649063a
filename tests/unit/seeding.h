#ifndef TESTS_SEEDING_H
#define TESTS_SEEDING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/plan.h"

/* Filling a database in memory as a plan says, in tests. */

struct seeding {
	struct sql *db;
	struct schema schema;
	struct plan plan;
};

/* The database with the script's tables, and a plan for it: what plan_make() returned. */
static inline int seeding_plan(struct seeding *s, const char *name, const char *script,
			       const struct plan_request *request)
{
	*s = (struct seeding){0};
	assert_int_equal(sql_open(&s->db, ":memory:", SQL_CREATE), 0);
	if (sql_script(s->db, name, script) != 0)
		fail_msg("%s", sql_error(s->db));
	if (schema_read(&s->schema, s->db) != 0)
		fail_msg("%s: %s", name, s->schema.error);
	/* Triggers come when the tables are full. */
	for (size_t i = 0; i < s->schema.nlater; i++) {
		if (s->schema.later[i].kind == LATER_TRIGGER)
			assert_int_equal(sql_execf(s->db, "DROP TRIGGER \"%w\"", s->schema.later[i].name), 0);
	}
	return plan_make(&s->plan, &s->schema, request);
}

static inline void seeding_end(struct seeding *s)
{
	plan_free(&s->plan);
	schema_free(&s->schema);
	sql_close(s->db);
}

static inline void seeding_bind(struct sql_stmt *stmt, int at, const struct value *v)
{
	int failed = -1;

	switch (v->type) {
	case VALUE_NULL:
		failed = sql_bind_null(stmt, at);
		break;
	case VALUE_INTEGER:
		failed = sql_bind_integer(stmt, at, v->integer);
		break;
	case VALUE_REAL:
		failed = sql_bind_real(stmt, at, v->real);
		break;
	case VALUE_TEXT:
		failed = sql_bind_text(stmt, at, v->bytes, v->len);
		break;
	case VALUE_BLOB:
		failed = sql_bind_blob(stmt, at, v->bytes, v->len);
		break;
	}
	assert_int_equal(failed, 0);
}

static inline struct sql_stmt *seeding_insert(struct seeding *s, const struct plan_table *t)
{
	char *names = sql_format("INSERT INTO \"%w\" (", t->table->name), *marks = strdup("");
	int n = 0;

	for (size_t c = 0; c < t->table->ncolumns; c++) {
		if (!t->generator[c])
			continue;
		char *more = sql_format("%s%s\"%w\"", names, n ? ", " : "", t->table->column[c].name);
		char *mark = sql_format("%s%s", marks, n++ ? ", ?" : "?");
		free(names);
		free(marks);
		names = more;
		marks = mark;
	}
	struct sql_stmt *stmt = sql_preparef(s->db, "%s) VALUES (%s)", names, marks);
	if (!stmt)
		fail_msg("%s", sql_error(s->db));
	free(names);
	free(marks);
	return stmt;
}

static inline void seeding_rows(struct seeding *s, const struct plan_table *t, struct arena *arena)
{
	struct sql_stmt *stmt = seeding_insert(s, t);

	for (uint64_t row = t->first; row < t->first + t->rows; row++) {
		int at = 1;
		arena_reset(arena);
		for (size_t c = 0; c < t->table->ncolumns; c++) {
			struct value v;
			const char *why = "out of memory";
			if (!t->generator[c])
				continue;
			if (generate(t->generator[c], row, arena, &v, &why) != 0)
				fail_msg("%s.%s: row %llu: %s", t->table->name, t->table->column[c].name,
					 (unsigned long long)row, why);
			seeding_bind(stmt, at++, &v);
		}
		if (sql_run(stmt) != 0)
			fail_msg("%s: row %llu: %s", t->table->name, (unsigned long long)row, sql_reason(s->db));
	}
	sql_finalize(stmt);
}

/* Insert all rows of all tables, and see that nothing is broken. */
static inline void seeding_fill(struct seeding *s, const char *name)
{
	struct arena *arena = arena_new();
	int64_t broken = 0;
	char *whole = NULL;

	assert_non_null(arena);
	assert_int_equal(sql_exec(s->db, "BEGIN"), 0);
	for (size_t i = 0; i < s->plan.ntables; i++) {
		int64_t rows = 0;
		const struct plan_table *t = &s->plan.table[i];
		if (t->rows)
			seeding_rows(s, t, arena);
		assert_int_equal(sql_integer(s->db, &rows, "SELECT count(*) FROM \"%w\"", t->table->name), 0);
		assert_true((uint64_t)rows == t->first + t->rows);
	}
	assert_int_equal(sql_exec(s->db, "COMMIT"), 0);
	if (sql_integer(s->db, &broken, "SELECT count(*) FROM pragma_foreign_key_check") != 0)
		fail_msg("%s: %s", name, sql_error(s->db));
	if (broken)
		fail_msg("%s: %lld foreign keys are broken", name, (long long)broken);
	assert_int_equal(sql_textf(s->db, &whole, "PRAGMA integrity_check"), 0);
	if (strcmp(whole, "ok") != 0)
		fail_msg("%s: %s", name, whole);
	free(whole);
	arena_free(arena);
}

/* The first column of the first row. */
static inline int64_t seeding_ask(struct seeding *s, const char *query)
{
	int64_t answer = 0;

	if (sql_integer(s->db, &answer, "%s", query) != 0)
		fail_msg("%s: %s", query, sql_error(s->db));
	return answer;
}

#endif
