#include "estimate.h"

#include <stdlib.h>
#include <strings.h>

#include "complain.h"
#include "fill.h"
#include "sample.h"

#define WHOLE_ROWS 3000   /* a table with no more rows and bytes is made as a whole */
#define WHOLE_BYTES 64e6
#define SAMPLE_BLOCKS 150 /* of other tables, or fewer: */
#define SAMPLE_BYTES 4e6

/* 0: the whole table. */
static uint64_t sample_blocks(const struct plan_table *table)
{
	double bytes = table->bytes > 1 ? table->bytes : 1, blocks = SAMPLE_BYTES / bytes / SAMPLE_BLOCK;
	uint64_t most = table->rows / SAMPLE_BLOCK;

	if (most == 0 || (table->rows <= WHOLE_ROWS && bytes * (double)table->rows <= WHOLE_BYTES))
		return 0;
	if (blocks > SAMPLE_BLOCKS)
		blocks = SAMPLE_BLOCKS;
	if (blocks < 1)
		blocks = 1;
	return most < blocks ? most : (uint64_t)blocks;
}

static int pages(struct sql *db, int64_t *count)
{
	return sql_integer(db, count, "PRAGMA page_count");
}

/* What pages of the sample, beyond those of an empty table, stand for. */
static double scaled(int64_t more, const struct plan_table *table)
{
	uint64_t rows = sample_blocks(table) * SAMPLE_BLOCK;

	return rows ? (double)more * ((double)table->rows / (double)rows) : (double)more;
}

static int create(struct sql *db, const struct schema *schema)
{
	for (size_t i = 0; i < schema->ntables; i++) {
		if (sql_exec(db, schema->table[i].sql) != 0)
			return -1;
	}
	return 0;
}

/* -1 after a complaint. */
static int measure_table(struct sql *db, const struct plan_table *table, double *result)
{
	struct fill fill = { .db = db, .name = "sample", .threads = 1 };
	uint64_t blocks = sample_blocks(table);
	int64_t before, after, roots;

	if (pages(db, &before) != 0) {
		complain("%s", sql_error(db));
		return -1;
	}
	if ((blocks ? sample_fill(db, table, blocks) : fill_table(&fill, table, NULL)) != 0)
		return -1;
	if (pages(db, &after) != 0 || sql_integer(db, &roots, "SELECT count(*) FROM sqlite_schema WHERE tbl_name = %Q "
							      "AND rootpage > 0", table->table->name) != 0) {
		complain("%s", sql_error(db));
		return -1;
	}
	*result = scaled(after - before, table) + (double)roots;
	return 0;
}

/* The plan's table that an index is on; plan->ntables where there is none. */
static int index_table(struct sql *db, const struct plan *plan, const char *index, size_t *at)
{
	char *name;

	if (sql_textf(db, &name, "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = %Q", index) != 0)
		return -1;
	for (*at = 0; *at < plan->ntables; (*at)++) {
		if (name && strcasecmp(plan->table[*at].table->name, name) == 0)
			break;
	}
	free(name);
	return 0;
}

static int measure_index(struct sql *db, const struct plan *plan, const struct later *index, double *bytes,
			 double page)
{
	int64_t before, after;
	size_t at;

	if (pages(db, &before) != 0 || sql_exec(db, index->sql) != 0 || pages(db, &after) != 0 ||
	    index_table(db, plan, index->name, &at) != 0) {
		complain("%s", sql_error(db));
		return -1;
	}
	if (at < plan->ntables)
		bytes[at] += (scaled(after - before - 1, &plan->table[at]) + 1) * page;
	return 0;
}

static int measure(struct estimate *e, const struct source *source, struct sql *db, double page)
{
	const struct plan *plan = &source->plan;
	if (create(db, &source->schema) != 0) {
		complain("%s", sql_error(db));
		return -1;
	}
	e->rest = page;
	for (size_t i = 0; i < plan->ntables; i++) {
		if (measure_table(db, &plan->table[i], &e->bytes[i]) != 0)
			return -1;
		e->bytes[i] *= page;
	}
	for (size_t i = 0; i < source->schema.nindexes; i++) {
		if (measure_index(db, plan, &source->schema.later[i], e->bytes, page) != 0)
			return -1;
	}
	return 0;
}

int estimate_make(struct estimate *estimate, const struct source *source, const struct options *options)
{
	long long page = options->page_size ? options->page_size : source->settings.page_size;
	struct sql *db = NULL;
	int result = -1;

	*estimate = (struct estimate){ .bytes = calloc(source->plan.ntables + 1, sizeof(*estimate->bytes)) };
	if (!estimate->bytes)
		complain("out of memory");
	else if (sql_open(&db, ":memory:", SQL_CREATE) != 0 ||
		 sql_execf(db, "PRAGMA page_size = %lld; PRAGMA encoding = %Q; BEGIN", page, source->settings.encoding) != 0)
		complain("%s", sql_error(db));
	else
		result = measure(estimate, source, db, (double)page);
	sql_close(db);
	return result;
}

void estimate_free(struct estimate *estimate)
{
	free(estimate->bytes);
}
