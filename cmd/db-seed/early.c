#include "early.h"

#include <stdlib.h>

#include "complain.h"
#include "sample.h"

#define ROWS_MIN 100000 /* of a table for which it matters */
#define BLOCKS 50       /* of the sample */
#define SHARE_MAX 10    /* a partial index is small with one in so many rows, or fewer */
#define BYTES_MAX 10000 /* of a row: large ones are not worth a sample */

static bool matters(const struct plan_table *table)
{
	return table->rows >= ROWS_MIN && table->bytes < BYTES_MAX;
}

/* -1 after a complaint: what fails here would fail later. */
static int make_sample(const struct plan *plan, struct sql *db)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct plan_table *table = &plan->table[i];

		if (!matters(table))
			continue;
		if (sql_exec(db, table->table->sql) != 0) {
			complain("%s: %s", table->table->name, sql_reason(db));
			return -1;
		}
		if (sample_fill(db, table, BLOCKS) != 0)
			return -1;
	}
	return 0;
}

/* Whether an index, read in its own order, gives the rows in the order in which they were made. */
static bool in_order(struct sql *db, const char *table, const char *index)
{
	struct sql_stmt *stmt = sql_preparef(db, "SELECT rowid FROM \"%w\" INDEXED BY \"%w\"", table, index);
	int64_t last = INT64_MIN;
	bool ordered = stmt;
	int row;

	while (ordered && (row = sql_step(stmt)) != 0) {
		int64_t next = row == 1 ? sql_get_integer(stmt, 0) : last;

		ordered = next > last;
		last = next;
	}
	sql_finalize(stmt);
	return ordered;
}

/* Partial, and with few of the sample's rows in it. */
static bool is_small(struct sql *db, const char *table, const char *index)
{
	int64_t partial, rows;

	/* Of an index without any entry there are no statistics. */
	return sql_integer(db, &partial, "SELECT partial FROM pragma_index_list(%Q) WHERE name = %Q", table, index) == 0 &&
	       partial && sql_execf(db, "ANALYZE \"%w\"", index) == 0 &&
	       sql_integer(db, &rows, "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE idx = %Q", index) == 0 &&
	       rows * SHARE_MAX <= BLOCKS * SAMPLE_BLOCK;
}

static bool is_early(struct sql *db, const struct later *index)
{
	char *table = NULL;
	bool early;

	/* The table may be one that is not looked at. */
	if (sql_exec(db, index->sql) != 0 ||
	    sql_textf(db, &table, "SELECT tbl_name FROM sqlite_schema WHERE name = %Q", index->name) != 0 || !table)
		return false;
	early = in_order(db, table, index->name) || is_small(db, table, index->name);
	free(table);
	return early;
}

int early_indexes(const struct plan *plan, bool *early)
{
	const struct schema *schema = plan->schema;
	struct sql *db;
	int result = -1;

	if (sql_open(&db, ":memory:", SQL_CREATE) != 0 || sql_exec(db, "BEGIN") != 0)
		complain("%s", sql_error(db));
	else
		result = make_sample(plan, db);
	for (size_t i = 0; result == 0 && i < schema->nindexes; i++)
		early[i] = is_early(db, &schema->later[i]);
	sql_close(db);
	return result;
}
