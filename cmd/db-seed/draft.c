#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int draft_fail(struct draft *d, const char *format, ...)
{
	va_list args;

	if (d->plan->error)
		return -1;
	va_start(args, format);
	if (vasprintf(&d->plan->error, format, args) < 0)
		d->plan->error = NULL;
	va_end(args);
	return -1;
}

int draft_too_many(struct draft *d, int table, uint64_t capacity, const char *what, const char *why)
{
	struct table_draft *t = &d->table[table];

	if (t->asked)
		return draft_fail(d, "%s.%s: %s, but %llu rows are asked for", t->table->name, what, why,
				  (unsigned long long)t->rows);
	if (d->again && t->rows > d->limit[table] && capacity >= d->limit[table])
		return 0; /* it was lowered a moment ago */
	if (capacity >= d->limit[table])
		return draft_fail(d, "%s.%s: %s, which is too few", t->table->name, what, why);
	d->limit[table] = capacity;
	d->again = true;
	return 0;
}

int draft_table(const struct draft *d, const char *name)
{
	const struct table *t = schema_table(d->schema, name);

	return t ? (int)(t - d->schema->table) : -1;
}

uint64_t draft_key(const struct draft *d, int table, int column)
{
	return rng_key(d->table[table].key, d->schema->table[table].column[column].name);
}

struct scope draft_scope(const struct draft *d, int table)
{
	return (struct scope){d->schema, &d->schema->table[table], d->plan->variables, d->plan->nvariables};
}

int draft_set(struct draft *d, int table, int column, struct generator *g, enum source source)
{
	struct table_draft *t = &d->table[table];

	if (!g)
		return -1;
	generator_free(t->generator[column]);
	t->generator[column] = g;
	t->column[column].source = source;
	if (g->kind != GEN_REFERENCE)
		t->column[column].parent = t->column[column].to = -1;
	return 0;
}

void draft_name_columns(const struct table *table, const int *column, size_t n, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; i < n && used + 1 < size; i++) {
		int len = snprintf(out + used, size - used, "%s%s", i ? ", " : "",
				   column[i] < 0 ? "an expression" : table->column[column[i]].name);
		used += len < 0 ? 0 : (size_t)len;
	}
}

void draft_name_unique(const struct table *table, const struct unique *u, char *out, size_t size)
{
	char columns[256];

	draft_name_columns(table, u->column, u->ncolumns, columns, sizeof columns);
	snprintf(out, size, "%s (%s)", u->primary ? "PRIMARY KEY" : "UNIQUE", columns);
}
