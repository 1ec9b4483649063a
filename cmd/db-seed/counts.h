#ifndef DB_SEED_COUNTS_H
#define DB_SEED_COUNTS_H

#include "draft.h"

/* How many rows each table gets: --rows, else the spec's, else PLAN_ROWS * scale, within the draft's limits; where rows
 * are appended to a database and some table's number is asked for, the others get none. Sets rows, asked and the
 * variables of expressions. 0, or -1. */
int counts_make(struct draft *d);

/* The spec's demands on them. 0, or -1. */
int counts_demand(struct draft *d);

#endif
