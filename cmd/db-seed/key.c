#include "key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memstream.h"

/* "UNIQUE (a, b)"; NULL with ENOMEM. */
static char *unique_name(const struct table *table, const struct unique *u)
{
	size_t len = 0;
	char *name = NULL;
	FILE *out = memstream_open(&name, &len);
	bool fine;

	if (!out)
		return NULL;
	fputs("UNIQUE (", out);
	for (size_t i = 0; i < u->ncolumns; i++)
		fprintf(out, "%s%s", i ? ", " : "", u->column[i] < 0 ? "expression" : table->column[u->column[i]].name);
	fputc(')', out);
	fine = !ferror(out);
	if (fclose(out) != 0 || !fine) {
		free(name);
		return NULL;
	}
	return name;
}

/* Room for one more at the end, zeroed. */
static struct unique *new_unique(struct table *table)
{
	struct unique *more = reallocarray(table->unique, table->nuniques + 1, sizeof *more);

	if (!more)
		return NULL;
	table->unique = more;
	more[table->nuniques] = (struct unique){0};
	return &more[table->nuniques++];
}

static int add_column(int **column, size_t *n, int at)
{
	int *more = reallocarray(*column, *n + 1, sizeof *more);

	if (!more)
		return -1;
	*column = more;
	more[(*n)++] = at;
	return 0;
}

/* Columns are by index into the table's own list: of an index they are numbered as table_xinfo does, which is the same. */
static int read_unique_columns(struct unique *u, const struct table *table, struct sql *db, const char *index)
{
	struct sql_stmt *stmt = sql_preparef(db,
		"SELECT cid, coll = 'NOCASE' COLLATE NOCASE FROM pragma_index_xinfo(%Q, 'main') WHERE key ORDER BY seqno", index);
	int row = -1;

	if (!stmt)
		return -1;
	while ((row = sql_step(stmt)) == 1) {
		int64_t cid = sql_get_integer(stmt, 0);
		bool known = cid >= 0 && (uint64_t)cid < table->ncolumns;
		u->nocase |= sql_get_integer(stmt, 1) != 0;
		if (add_column(&u->column, &u->ncolumns, known ? (int)cid : -1) != 0)
			break;
	}
	sql_finalize(stmt);
	return row;
}

static int read_unique(struct table *table, struct sql *db, struct sql_stmt *stmt)
{
	const char *index = sql_get_text(stmt, 0), *origin = sql_get_text(stmt, 1);
	struct unique *u = new_unique(table);

	if (!u || !index || !origin)
		return -1;
	u->primary = strcmp(origin, "pk") == 0;
	u->partial = sql_get_integer(stmt, 2) != 0;
	if (read_unique_columns(u, table, db, index) != 0)
		return -1;
	if (u->primary)
		u->name = strdup("PRIMARY KEY");
	else
		u->name = strcmp(origin, "u") == 0 ? unique_name(table, u) : strdup(index);
	return u->name ? 0 : -1;
}

/* A primary key without an index is the rowid itself: INTEGER PRIMARY KEY, but not INTEGER PRIMARY KEY DESC. */
static int find_rowid(struct table *table)
{
	struct unique *u;

	if (table->without_rowid || (table->nuniques && table->unique[0].primary))
		return 0;
	for (size_t i = 0; i < table->ncolumns; i++) {
		if (!table->column[i].primary)
			continue;
		table->column[i].rowid = table->column[i].not_null = true;
		u = new_unique(table);
		if (!u)
			return -1;
		u->primary = true;
		u->name = strdup("PRIMARY KEY");
		return u->name ? add_column(&u->column, &u->ncolumns, (int)i) : -1;
	}
	return 0;
}

int keys_read(struct table *table, struct sql *db)
{
	struct sql_stmt *stmt = sql_preparef(db,
		"SELECT name, origin, partial FROM pragma_index_list(%Q, 'main') WHERE \"unique\" "
		"ORDER BY origin <> 'pk', seq DESC", table->name);
	int row = -1;

	if (!stmt)
		return -1;
	while ((row = sql_step(stmt)) == 1 && read_unique(table, db, stmt) == 0)
		;
	sql_finalize(stmt);
	return row != 0 ? -1 : find_rowid(table);
}

/* Part seq of the parent's primary key: an own copy, or NULL with *none where there is none such. */
static char *primary_part(const struct table *parent, int seq, bool *none)
{
	*none = true;
	for (size_t i = 0; parent && i < parent->ncolumns; i++) {
		if (parent->column[i].primary == seq + 1) {
			*none = false;
			return strdup(parent->column[i].name);
		}
	}
	return NULL;
}

static int add_part(struct foreign_key *f, const struct table *table, const struct table *parent, struct sql_stmt *stmt)
{
	const char *from = sql_get_text(stmt, 3), *to = sql_get_text(stmt, 4);
	char **more = reallocarray(f->to, f->ncolumns + 1, sizeof *more);
	int at = from ? table_column(table, from) : -1;
	bool none = false;

	if (!more)
		return -1;
	f->to = more;
	if (at < 0)
		return 0; /* SQLite accepts no such key */
	more[f->ncolumns] = to ? strdup(to) : primary_part(parent, (int)sql_get_integer(stmt, 1), &none);
	if (!more[f->ncolumns] && !none)
		return -1;
	f->nullable |= !table->column[at].not_null;
	/* Counts up once the column is in. */
	if (add_column(&f->from, &f->ncolumns, at) != 0) {
		free(more[f->ncolumns]);
		return -1;
	}
	return 0;
}

static struct foreign_key *new_foreign(struct table *table, struct sql_stmt *stmt)
{
	struct foreign_key *more = reallocarray(table->foreign, table->nforeign + 1, sizeof *more), *f;
	const char *parent = sql_get_text(stmt, 2);

	if (!more)
		return NULL;
	table->foreign = more;
	f = &more[table->nforeign];
	*f = (struct foreign_key){.parent = parent ? strdup(parent) : NULL};
	if (!f->parent)
		return NULL;
	table->nforeign++;
	f->self = strcasecmp(f->parent, table->name) == 0;
	return f;
}

/* Are its columns those of the key, in any order? */
static bool same_columns(const struct unique *u, const struct table *parent, const struct foreign_key *f)
{
	if (u->ncolumns != f->ncolumns || u->partial)
		return false;
	for (size_t i = 0; i < u->ncolumns; i++) {
		bool found = false;
		for (size_t j = 0; j < f->ncolumns && !found; j++)
			found = u->column[i] >= 0 && f->to[j] && table_column(parent, f->to[j]) == u->column[i];
		if (!found)
			return false;
	}
	return true;
}

static void match_parent(struct foreign_key *f, const struct table *parent)
{
	f->absent = !parent;
	f->mismatch = parent != NULL;
	for (size_t i = 0; parent && i < parent->nuniques && f->mismatch; i++)
		f->mismatch = !same_columns(&parent->unique[i], parent, f);
}

int foreign_keys_read(const struct schema *schema, struct table *table, struct sql *db)
{
	struct sql_stmt *stmt = sql_preparef(db,
		"SELECT id, seq, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(%Q, 'main') ORDER BY id DESC, seq",
		table->name);
	const struct table *parent = NULL;
	struct foreign_key *f = NULL;
	int64_t id = -1;
	int row = -1;

	if (!stmt)
		return -1;
	while ((row = sql_step(stmt)) == 1) {
		if (!f || sql_get_integer(stmt, 0) != id) {
			f = new_foreign(table, stmt);
			if (!f)
				break;
			id = sql_get_integer(stmt, 0);
			parent = schema_table(schema, f->parent);
		}
		if (add_part(f, table, parent, stmt) != 0)
			break;
	}
	sql_finalize(stmt);
	for (size_t i = 0; i < table->nforeign && row == 0; i++)
		match_parent(&table->foreign[i], schema_table(schema, table->foreign[i].parent));
	return row;
}

void keys_free(struct table *table)
{
	for (size_t i = 0; i < table->nuniques; i++) {
		free(table->unique[i].name);
		free(table->unique[i].column);
	}
	for (size_t i = 0; i < table->nforeign; i++) {
		for (size_t j = 0; j < table->foreign[i].ncolumns; j++)
			free(table->foreign[i].to[j]);
		free(table->foreign[i].parent);
		free(table->foreign[i].from);
		free(table->foreign[i].to);
	}
	free(table->unique);
	free(table->foreign);
}
