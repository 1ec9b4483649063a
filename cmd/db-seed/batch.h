#ifndef DB_SEED_BATCH_H
#define DB_SEED_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "plan.h"

/* Rows of one table, made together. */

struct batch {
	uint64_t number;     /* of the batch: 0, 1, ... */
	uint64_t first;      /* its first row, as generators number them */
	size_t n;            /* rows */
	struct value *value; /* n * ncolumns of them, row by row: the columns that are inserted, in the table's order */
	struct arena *arena; /* what they point to */
	char *text;          /* for printing: the rows as JSON lines */
	size_t len, room;
	char *error;         /* why the rows could not be made; NULL where they could, or for want of memory */
	int failed;
};

/* How a table's rows are cut into batches, and which columns have values. */
struct batches {
	const struct plan_table *table;
	size_t *column;      /* ncolumns indices into the table's columns */
	size_t ncolumns;
	size_t size;         /* rows of each batch but the last */
	uint64_t count;
};

/* 0, or -1 with ENOMEM; free in both cases. */
int batches_init(struct batches *b, const struct plan_table *table);
void batches_free(struct batches *b);

int batch_init(struct batch *batch, const struct batches *b); /* 0, or -1 with ENOMEM; free in both cases */
void batch_free(struct batch *batch);

/* Make the rows of batch number. batch->failed tells whether they could be made. */
void batch_make(struct batch *batch, const struct batches *b, uint64_t number);

#endif
