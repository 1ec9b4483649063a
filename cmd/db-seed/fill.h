#ifndef DB_SEED_FILL_H
#define DB_SEED_FILL_H

#include <stdint.h>

#include "hist.h"
#include "plan.h"
#include "sql.h"

struct fill {
	struct sql *db;
	const char *name;  /* of the database, for complaints */
	unsigned threads;
	/* Called after each batch with the rows of the table so far; NULL: nothing is. */
	void (*progress)(void *data, const struct plan_table *table, uint64_t rows);
	void *data;
};

/* Make the rows of a table and insert them, within a transaction that the caller has begun. Into batches, where not
 * NULL, go the times that insertion took for each batch. 0, or -1 after a complaint, or after a signal. */
int fill_table(const struct fill *fill, const struct plan_table *table, struct hist *batches);

#endif
