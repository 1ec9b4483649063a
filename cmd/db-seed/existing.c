#include "existing.h"

#include <stdlib.h>
#include <string.h>

#include "make.h"
#include "sql.h"

static int fail_sql(struct draft *d)
{
	return draft_fail(d, "%s", sql_error(d->request->append));
}

int existing_rows(struct draft *d)
{
	for (size_t i = 0; i < d->schema->ntables; i++) {
		int64_t n = 0;
		if (!d->request->append)
			continue;
		if (sql_integer(d->request->append, &n, "SELECT count(*) FROM \"%w\"", d->schema->table[i].name) != 0)
			return fail_sql(d);
		d->table[i].first = (uint64_t)n;
	}
	return 0;
}

int existing_maximum(struct draft *d, int table, int column, int64_t *maximum)
{
	const struct table *t = &d->schema->table[table];

	if (sql_integer(d->request->append, maximum, "SELECT max(\"%w\") FROM \"%w\" WHERE typeof(\"%w\") = 'integer'",
			t->column[column].name, t->name, t->column[column].name) != 0)
		return fail_sql(d);
	return 0;
}

static uint64_t stride(uint64_t rows)
{
	return (rows + EXISTING_KEYS_MAX - 1) / EXISTING_KEYS_MAX;
}

uint64_t existing_spread(uint64_t rows)
{
	return rows ? (rows + stride(rows) - 1) / stride(rows) : 0;
}

int existing_unused(struct draft *d, int table, int column, int child, int from, uint64_t *n)
{
	const struct table *t = &d->schema->table[table], *c = &d->schema->table[child];
	int64_t count = 0;

	if (sql_integer(d->request->append, &count,
			"SELECT count(*) FROM \"%w\" p WHERE NOT EXISTS (SELECT 1 FROM \"%w\" c WHERE c.\"%w\" = p.\"%w\")",
			t->name, c->name, c->column[from].name, t->column[column].name) != 0)
		return fail_sql(d);
	*n = (uint64_t)count;
	return 0;
}

static int take_value(struct sql_stmt *s, struct value *v)
{
	struct value from = {.type = VALUE_NULL};

	switch (sql_type(s, 0)) {
	case SQL_INTEGER:
		from.type = VALUE_INTEGER;
		from.integer = sql_get_integer(s, 0);
		break;
	case SQL_REAL:
		from.type = VALUE_REAL;
		from.real = sql_get_real(s, 0);
		break;
	case SQL_TEXT:
		from.type = VALUE_TEXT;
		from.bytes = sql_get_text(s, 0);
		from.len = sql_get_bytes(s, 0);
		break;
	case SQL_BLOB:
		from.type = VALUE_BLOB;
		from.bytes = sql_get_blob(s, 0);
		from.len = sql_get_bytes(s, 0);
		break;
	case SQL_NULL:
		break;
	}
	return copy_value(v, &from);
}

static int read_keys(struct draft *d, struct sql_stmt *s, uint64_t every, struct plan_keys *k)
{
	size_t room = 0;
	int more;

	for (uint64_t row = 0; (more = sql_step(s)) > 0; row++) {
		if (row % every)
			continue;
		if (k->n == room) {
			room = room ? room * 2 : 256;
			struct value *grown = realloc(k->value, room * sizeof *grown);
			if (!grown)
				return -1;
			k->value = grown;
		}
		if (take_value(s, &k->value[k->n]) != 0)
			return -1;
		k->n++;
	}
	return more < 0 ? fail_sql(d) : 0;
}

int existing_keys(struct draft *d, int table, int column, int child, int from, const struct plan_keys **keys)
{
	const struct table *t = &d->schema->table[table];
	const char *name = t->column[column].name;
	struct plan_keys *grown = realloc(d->plan->keys, (d->plan->nkeys + 1) * sizeof *grown);
	struct sql_stmt *s;

	if (!grown)
		return -1;
	d->plan->keys = grown;
	struct plan_keys *k = &d->plan->keys[d->plan->nkeys++];
	*k = (struct plan_keys){0};
	/* In the table's own order, so that the columns of one foreign key, read one by one, stand beside each other. */
	if (child >= 0)
		s = sql_preparef(d->request->append,
				 "SELECT p.\"%w\" FROM \"%w\" p NOT INDEXED WHERE NOT EXISTS "
				 "(SELECT 1 FROM \"%w\" c WHERE c.\"%w\" = p.\"%w\")",
				 name, t->name, d->schema->table[child].name, d->schema->table[child].column[from].name, name);
	else
		s = sql_preparef(d->request->append, "SELECT \"%w\" FROM \"%w\" NOT INDEXED", name, t->name);
	if (!s)
		return fail_sql(d);
	int failed = read_keys(d, s, child >= 0 ? 1 : stride(d->table[table].first), k);
	sql_finalize(s);
	*keys = k;
	return failed;
}
