#ifndef DB_SEED_EXISTING_H
#define DB_SEED_EXISTING_H

#include "draft.h"

/* What the tables of a database that rows are appended to hold already. */

#define EXISTING_KEYS_MAX 65536 /* keys read of a table, evenly spread over it */

int existing_rows(struct draft *d); /* sets each table's first. 0, or -1 */

/* The largest integer of a column. 0, or -1. */
int existing_maximum(struct draft *d, int table, int column, int64_t *maximum);

/* How many keys a reference to a table with so many rows has to choose from. */
uint64_t existing_spread(uint64_t rows);

/* How many keys no row of (child, from) refers to. 0, or -1. */
int existing_unused(struct draft *d, int table, int column, int child, int from, uint64_t *n);

/* A column's keys in the table's order, existing_spread() of them; with child >= 0 all of those that no row of (child, from)
 * refers to. The plan owns them. 0, or -1. */
int existing_keys(struct draft *d, int table, int column, int child, int from, const struct plan_keys **keys);

#endif
