#ifndef DB_SEED_COMPARE_H
#define DB_SEED_COMPARE_H

#include "draft.h"

/* CHECK (a < b) and CHECK (a <> b) between columns of a table: ranges are cut so that they hold for all values, and two
 * references to the same table pick pairs of which it is true. 0, or -1. */
int compare_make(struct draft *d, int table);

#endif
