#include "schema.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "key.h"
#include "limit.h"

/* Of SQLite, or else for want of memory. */
static int failed(struct schema *schema, const struct sql *db)
{
	if (!schema->error && sql_failure(db) != SQL_NO_MEMORY && sql_failure(db) != SQL_FINE)
		schema->error = strdup(sql_reason(db));
	return -1;
}

/* An own copy of a column that is not NULL. */
static char *text_at(struct sql_stmt *stmt, int at)
{
	const char *text = sql_get_text(stmt, at);

	return text ? strdup(text) : NULL;
}

const struct table *schema_table(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->ntables; i++) {
		if (strcasecmp(schema->table[i].name, name) == 0)
			return &schema->table[i];
	}
	return NULL;
}

int table_column(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->ncolumns; i++) {
		if (strcasecmp(table->column[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

/* SQLite's five rules, in its order of precedence; ANY of a STRICT table converts nothing. */
static enum affinity affinity_of(const char *type, bool strict)
{
	if (strict && strcasecmp(type, "ANY") == 0)
		return AFFINITY_BLOB;
	if (strcasestr(type, "INT"))
		return AFFINITY_INTEGER;
	if (strcasestr(type, "CHAR") || strcasestr(type, "CLOB") || strcasestr(type, "TEXT"))
		return AFFINITY_TEXT;
	if (!*type || strcasestr(type, "BLOB"))
		return AFFINITY_BLOB;
	if (strcasestr(type, "REAL") || strcasestr(type, "FLOA") || strcasestr(type, "DOUB"))
		return AFFINITY_REAL;
	return AFFINITY_NUMERIC;
}

/* A whole number of at most nine digits at p, and *end behind it; 0 where there is none. */
static int small_number(const char *p, const char **end)
{
	int n = 0;

	p += strspn(p, " \t\n");
	for (int digits = 0; *p >= '0' && *p <= '9'; p++) {
		if (++digits > 9)
			return 0;
		n = n * 10 + (*p - '0');
	}
	*end = p + strspn(p, " \t\n");
	return n;
}

/* What stands in parentheses behind a type's name. */
static void read_size(struct column *column)
{
	const char *p = strchr(column->type, '(');
	int first;

	if (!p)
		return;
	first = small_number(p + 1, &p);
	if (column->affinity == AFFINITY_TEXT || column->affinity == AFFINITY_BLOB || strcasestr(column->type, "BINARY")) {
		column->declared_length = first;
		return;
	}
	column->precision = first;
	if (*p == ',')
		column->scale = small_number(p + 1, &p);
}

static int read_column(struct table *table, struct sql_stmt *stmt)
{
	struct column *more = reallocarray(table->column, table->ncolumns + 1, sizeof *more), *c;

	if (!more)
		return -1;
	table->column = more;
	c = &more[table->ncolumns++];
	*c = (struct column){.name = text_at(stmt, 0), .type = text_at(stmt, 1), .limits.max_length = -1};
	c->not_null = sql_get_integer(stmt, 2) != 0;
	c->primary = (int)sql_get_integer(stmt, 4);
	c->generated = sql_get_integer(stmt, 5) >= 2;
	if (sql_type(stmt, 3) != SQL_NULL) {
		c->preset = text_at(stmt, 3);
		if (!c->preset)
			return -1;
	}
	if (!c->name || !c->type)
		return -1;
	c->affinity = affinity_of(c->type, table->strict);
	read_size(c);
	return 0;
}

static int read_columns(struct schema *schema, struct table *table, struct sql *db)
{
	struct sql_stmt *stmt = sql_preparef(db,
		"SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(%Q, 'main') WHERE hidden <> 1",
		table->name);
	int row = -1;

	if (!stmt)
		return failed(schema, db);
	while ((row = sql_step(stmt)) == 1 && read_column(table, stmt) == 0)
		;
	sql_finalize(stmt);
	if (row < 0)
		return failed(schema, db);
	return row;
}

static int read_table(struct schema *schema, struct sql_stmt *stmt)
{
	struct table *more = reallocarray(schema->table, schema->ntables + 1, sizeof *more), *t;

	if (!more)
		return -1;
	schema->table = more;
	t = &more[schema->ntables++];
	*t = (struct table){.name = text_at(stmt, 0), .sql = text_at(stmt, 1)};
	t->without_rowid = sql_get_integer(stmt, 2) != 0;
	t->strict = sql_get_integer(stmt, 3) != 0;
	return t->name && t->sql ? 0 : -1;
}

static int read_tables(struct schema *schema, struct sql *db)
{
	struct sql_stmt *stmt = sql_preparef(db,
		"SELECT s.name, s.sql, l.wr, l.strict FROM main.sqlite_schema AS s JOIN pragma_table_list AS l "
		"ON l.schema = 'main' AND l.name = s.name WHERE s.type = 'table' AND l.type = 'table' "
		"AND s.name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' ORDER BY s.rowid");
	int row = -1;

	if (!stmt)
		return failed(schema, db);
	while ((row = sql_step(stmt)) == 1 && read_table(schema, stmt) == 0)
		;
	sql_finalize(stmt);
	if (row < 0)
		return failed(schema, db);
	return row;
}

static int read_virtual(struct schema *schema, const char *name)
{
	char **more = reallocarray(schema->virtual, schema->nvirtual + 1, sizeof *more);

	if (!more)
		return -1;
	schema->virtual = more;
	more[schema->nvirtual] = strdup(name);
	if (!more[schema->nvirtual])
		return -1;
	schema->nvirtual++;
	return 0;
}

static int read_one_later(struct schema *schema, struct sql_stmt *stmt)
{
	struct later *more = reallocarray(schema->later, schema->nlater + 1, sizeof *more), *later;

	if (!more)
		return -1;
	schema->later = more;
	later = &more[schema->nlater++];
	*later = (struct later){.name = text_at(stmt, 0), .sql = text_at(stmt, 1)};
	later->kind = (enum later_kind)sql_get_integer(stmt, 2);
	if (!later->name || !later->sql)
		return -1;
	schema->nindexes += later->kind == LATER_INDEX;
	return later->kind == LATER_VIRTUAL ? read_virtual(schema, later->name) : 0;
}

/* What is of a shadow table is made with its virtual table. */
static int read_later(struct schema *schema, struct sql *db)
{
	struct sql_stmt *stmt = sql_preparef(db,
		"WITH lists AS MATERIALIZED (SELECT name, type FROM pragma_table_list WHERE schema = 'main') "
		"SELECT name, sql, CASE type WHEN 'index' THEN %d WHEN 'table' THEN %d WHEN 'view' THEN %d ELSE %d END AS kind "
		"FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' "
		"AND tbl_name NOT IN (SELECT name FROM lists WHERE type = 'shadow') "
		"AND (type <> 'table' OR name IN (SELECT name FROM lists WHERE type = 'virtual')) ORDER BY kind, rowid",
		LATER_INDEX, LATER_VIRTUAL, LATER_VIEW, LATER_TRIGGER);
	int row = -1;

	if (!stmt)
		return failed(schema, db);
	while ((row = sql_step(stmt)) == 1 && read_one_later(schema, stmt) == 0)
		;
	sql_finalize(stmt);
	if (row < 0)
		return failed(schema, db);
	return row;
}

/* Foreign keys last: they look at the columns and keys of other tables, and at NOT NULL of CHECKs. */
int schema_read(struct schema *schema, struct sql *db)
{
	*schema = (struct schema){0};
	if (read_tables(schema, db) != 0)
		return -1;
	for (size_t i = 0; i < schema->ntables; i++) {
		if (read_columns(schema, &schema->table[i], db) != 0)
			return -1;
		if (keys_read(&schema->table[i], db) != 0)
			return failed(schema, db);
		if (check_read(&schema->table[i]) != 0)
			return -1;
	}
	for (size_t i = 0; i < schema->ntables; i++) {
		if (foreign_keys_read(schema, &schema->table[i], db) != 0)
			return failed(schema, db);
	}
	return read_later(schema, db);
}

static void free_column(struct column *column)
{
	free(column->name);
	free(column->type);
	free(column->preset);
	limits_free(&column->limits);
}

static void free_table(struct table *table)
{
	for (size_t i = 0; i < table->ncolumns; i++)
		free_column(&table->column[i]);
	keys_free(table);
	for (size_t i = 0; i < table->nchecks; i++) {
		free(table->check[i].text);
		free(table->check[i].column);
	}
	for (size_t i = 0; i < table->nnarrowed; i++)
		free(table->narrowed[i]);
	free(table->name);
	free(table->sql);
	free(table->column);
	free(table->order);
	free(table->check);
	free(table->narrowed);
}

void schema_free(struct schema *schema)
{
	for (size_t i = 0; i < schema->ntables; i++)
		free_table(&schema->table[i]);
	for (size_t i = 0; i < schema->nlater; i++) {
		free(schema->later[i].name);
		free(schema->later[i].sql);
	}
	for (size_t i = 0; i < schema->nvirtual; i++)
		free(schema->virtual[i]);
	free(schema->table);
	free(schema->later);
	free(schema->virtual);
	free(schema->error);
	*schema = (struct schema){0};
}
