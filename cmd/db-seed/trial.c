#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql.h"

#define SAMPLE_BYTES 32e6 /* of a table's sample, which is held in memory */

struct trial {
	struct draft *d;
	struct sql *db;
	struct arena *arena;
	char reason[512];
	char *insert;         /* statement for the table tried last */
	int table;
};

struct trial *trial_new(struct draft *d)
{
	struct trial *t = calloc(1, sizeof *t);
	const struct schema *s = d->schema;

	if (!t)
		return NULL;
	t->d = d;
	t->table = -1;
	t->arena = arena_new();
	if (!t->arena)
		goto failed;
	if (sql_open(&t->db, ":memory:", SQL_CREATE) != 0) {
		draft_fail(d, "%s", sql_error(t->db));
		goto failed;
	}
	for (size_t i = 0; i < s->ntables; i++) {
		if (d->table[i].rows && sql_exec(t->db, s->table[i].sql) != 0) {
			draft_fail(d, "%s: %s", s->table[i].name, sql_reason(t->db));
			goto failed;
		}
	}
	for (size_t i = 0; i < s->ntables; i++) {
		for (size_t u = 0; d->table[i].rows && u < s->table[i].nuniques; u++) {
			for (size_t l = 0; l < s->nlater; l++) {
				if (strcasecmp(s->later[l].name, s->table[i].unique[u].name) == 0 &&
				    s->later[l].kind == LATER_INDEX &&
				    sql_exec(t->db, s->later[l].sql) != 0) {
					draft_fail(d, "%s: %s", s->later[l].name, sql_reason(t->db));
					goto failed;
				}
			}
		}
	}
	return t;
failed:
	trial_free(t);
	return NULL;
}

void trial_free(struct trial *t)
{
	if (!t)
		return;
	sql_close(t->db);
	arena_free(t->arena);
	free(t->insert);
	free(t);
}

const char *trial_reason(const struct trial *t)
{
	return t->reason;
}

/* INSERT INTO "t" ("a", "b") VALUES (?, ?) */
static int make_insert(struct trial *t, int table)
{
	const struct table *s = &t->d->schema->table[table];
	char *names, *marks;
	size_t n = 0;

	if (t->table == table)
		return 0;
	names = sql_format("INSERT INTO \"%w\" ", s->name);
	marks = strdup("");
	for (size_t c = 0; names && marks && c < s->ncolumns; c++) {
		if (!t->d->table[table].generator[c])
			continue;
		char *more = sql_format("%s%s\"%w\"", names, n ? ", " : "(", s->column[c].name);
		char *mark = sql_format("%s%s", marks, n ? ", ?" : "?");
		free(names);
		free(marks);
		names = more;
		marks = mark;
		n++;
	}
	free(t->insert);
	t->insert = names && marks ? (n ? sql_format("%s) VALUES (%s)", names, marks) :
				      sql_format("%sDEFAULT VALUES", names)) : NULL;
	t->table = t->insert ? table : -1;
	free(names);
	free(marks);
	return t->insert ? 0 : -1;
}

static int bind(struct sql_stmt *s, int at, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		return sql_bind_null(s, at);
	case VALUE_INTEGER:
		return sql_bind_integer(s, at, v->integer);
	case VALUE_REAL:
		return sql_bind_real(s, at, v->real);
	case VALUE_TEXT:
		return sql_bind_text(s, at, v->bytes, v->len);
	case VALUE_BLOB:
		return sql_bind_blob(s, at, v->bytes, v->len);
	}
	return -1;
}

static size_t size_of(const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		return 1;
	case VALUE_INTEGER: {
		uint64_t n = v->integer < 0 ? ~(uint64_t)v->integer : (uint64_t)v->integer;
		return n < 2 ? 1 : n < 128 ? 2 : n < 32768 ? 3 : n < 8388608 ? 4 : n < UINT64_C(2147483648) ? 5 :
		       n < UINT64_C(1) << 47 ? 7 : 9;
	}
	case VALUE_REAL:
		return 9;
	case VALUE_TEXT:
	case VALUE_BLOB:
		return v->len + (v->len < 58 ? 1 : v->len < 8186 ? 2 : 4);
	}
	return 0;
}

/* The value of a column, with many NULLs where there may be any. */
static int make_value(struct trial *t, int table, size_t column, uint64_t row, bool nulls, struct value *v)
{
	struct table_draft *td = &t->d->table[table];
	struct generator *g = td->generator[column];
	double share = g->null_share;
	const char *why = NULL;

	if (nulls && share > 0 && share < 0.5)
		g->null_share = 0.5;
	int failed = generate(g, row, t->arena, v, &why);
	g->null_share = share;
	if (failed && why)
		draft_fail(t->d, "%s.%s: row %llu: %s", td->table->name, td->table->column[column].name,
			   (unsigned long long)row, why);
	return failed;
}

static int insert_row(struct trial *t, struct sql_stmt *s, int table, uint64_t row, bool nulls, double *bytes)
{
	struct table_draft *td = &t->d->table[table];
	size_t size = 4; /* the record's header, the cell's pointer and sizes */

	arena_reset(t->arena);
	for (size_t c = 0, at = 1; c < td->table->ncolumns; c++) {
		struct value v;
		if (!td->generator[c])
			continue;
		if (make_value(t, table, c, row, nulls, &v) != 0)
			return -1;
		if (bind(s, (int)at++, &v) != 0)
			return draft_fail(t->d, "%s: %s", td->table->name, sql_reason(t->db));
		size += size_of(&v);
	}
	*bytes += (double)size;
	if (sql_run(s) == 0)
		return 0;
	if (sql_failure(t->db) == SQL_NO_MEMORY)
		return -1;
	snprintf(t->reason, sizeof t->reason, "%s", sql_reason(t->db));
	return 1;
}

/* Insert a sample of n rows, or fewer where they are large, and take it back. *mean: bytes of a row. As trial_rows(). */
static int run_sample(struct trial *t, int table, uint64_t n, bool nulls, const char *where, double *mean)
{
	const struct table_draft *td = &t->d->table[table];
	struct sql_stmt *s = NULL;
	int64_t satisfied = 0;
	uint64_t done = 0;
	double bytes = 0;
	int result = 0;

	if (sql_exec(t->db, "BEGIN") != 0 || sql_prepare(t->db, t->insert, &s, NULL) != 0) {
		draft_fail(t->d, "%s: %s", td->table->name, sql_reason(t->db));
		sql_exec(t->db, "ROLLBACK");
		return -1;
	}
	for (; result == 0 && done < n && bytes < SAMPLE_BYTES; done++) {
		uint64_t row = td->rows <= n || done < n / 2 ? done : td->rows / n * done;
		result = insert_row(t, s, table, td->first + row, nulls, &bytes);
	}
	*mean = done ? bytes / (double)done : 0;
	sql_finalize(s);
	if (result == 0 && where &&
	    sql_integer(t->db, &satisfied, "SELECT count(*) FROM \"%w\" WHERE %s", td->table->name,
			where) == 0 && satisfied > 0) {
		snprintf(t->reason, sizeof t->reason, "UNIQUE constraint failed: WHERE %.400s", where);
		result = 1;
	}
	if (sql_exec(t->db, "ROLLBACK") != 0 && sql_in_transaction(t->db))
		return draft_fail(t->d, "%s: %s", td->table->name, sql_reason(t->db));
	return result;
}

static bool has_nulls(const struct table_draft *t)
{
	for (size_t c = 0; c < t->table->ncolumns; c++) {
		if (t->generator[c] && t->generator[c]->null_share > 0)
			return true;
	}
	return false;
}

int trial_rows(struct trial *t, int table, unsigned rows, const char *where, double *bytes)
{
	const struct table_draft *td = &t->d->table[table];
	uint64_t n = td->rows < rows ? td->rows : rows;
	double mean = 0, ignored = 0;

	if (make_insert(t, table) != 0)
		return -1;
	int result = run_sample(t, table, n, false, where, &mean);
	if (bytes)
		*bytes = mean;
	if (result == 0 && has_nulls(td))
		result = run_sample(t, table, n, true, where, &ignored);
	return result;
}
