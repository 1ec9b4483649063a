#include "batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BYTES_MAX (1 << 20) /* of the values of a batch, about */
#define ROWS_MAX 2000

static size_t batch_size(const struct plan_table *table)
{
	double rows = BYTES_MAX / (table->bytes > 1 ? table->bytes : 1);

	return rows < 1 ? 1 : rows < ROWS_MAX ? (size_t)rows : ROWS_MAX;
}

int batches_init(struct batches *b, const struct plan_table *table)
{
	size_t ncolumns = table->table->ncolumns;

	*b = (struct batches){ .table = table, .size = batch_size(table) };
	b->count = table->rows / b->size + (table->rows % b->size != 0);
	b->column = malloc((ncolumns + 1) * sizeof(*b->column));
	if (!b->column)
		return -1;
	for (size_t i = 0; i < ncolumns; i++) {
		if (table->generator[i])
			b->column[b->ncolumns++] = i;
	}
	return 0;
}

void batches_free(struct batches *b)
{
	free(b->column);
}

int batch_init(struct batch *batch, const struct batches *b)
{
	*batch = (struct batch){ .arena = arena_new() };
	/* One more, as there may be no column to insert. */
	batch->value = calloc(b->size * b->ncolumns + 1, sizeof(*batch->value));
	return batch->arena && batch->value ? 0 : -1;
}

void batch_free(struct batch *batch)
{
	arena_free(batch->arena);
	free(batch->value);
	free(batch->text);
	free(batch->error);
}

/* why NULL: for want of memory. */
static void fail(struct batch *batch, const struct batches *b, uint64_t row, size_t column, const char *why)
{
	const struct table *table = b->table->table;

	batch->failed = 1;
	if (why && asprintf(&batch->error, "%s.%s: row %" PRIu64 ": %s", table->name, table->column[column].name, row,
			    why) < 0)
		batch->error = NULL;
}

void batch_make(struct batch *batch, const struct batches *b, uint64_t number)
{
	uint64_t skipped = number * b->size, left = b->table->rows - skipped;
	struct value *value = batch->value;

	batch->number = number;
	batch->first = b->table->first + skipped;
	batch->n = left < b->size ? (size_t)left : b->size;
	arena_reset(batch->arena);
	for (uint64_t row = batch->first; row < batch->first + batch->n; row++) {
		for (size_t i = 0; i < b->ncolumns; i++) {
			size_t column = b->column[i];
			const char *why;

			if (generate(b->table->generator[column], row, batch->arena, value++, &why) != 0) {
				fail(batch, b, row, column, why);
				return;
			}
		}
	}
}
