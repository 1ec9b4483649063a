#ifndef DB_SEED_SAMPLE_H
#define DB_SEED_SAMPLE_H

#include "plan.h"
#include "sql.h"

#define SAMPLE_BLOCK 20 /* rows */

/* Insert `blocks` blocks of neighbouring rows, from places spread evenly over the table, which has more rows than that.
 * 0, or -1 after a complaint. */
int sample_fill(struct sql *db, const struct plan_table *table, uint64_t blocks);

#endif
