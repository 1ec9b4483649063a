#ifndef DB_SEED_DISTINCT_H
#define DB_SEED_DISTINCT_H

#include "draft.h"

/* One column whose values are distinct for distinct rows. */

struct shortage { /* why that cannot be */
	uint64_t capacity; /* how many rows it would be good for */
	char why[160];
};

/* Are they already, whatever the rows? */
bool distinct_is(const struct draft *d, int table, int column);

/* Make them so, by the least change. 1, 0 with the shortage, or -1. */
int distinct_make(struct draft *d, int table, int column, struct shortage *s);

/* Is the column a key by itself? */
bool distinct_is_key(const struct table *table, int column);

#endif
