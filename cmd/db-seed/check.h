#ifndef DB_SEED_CHECK_H
#define DB_SEED_CHECK_H

#include "schema.h"

/* Understand the CHECKs (and COLLATE NOCASE, AUTOINCREMENT) in the text of a CREATE TABLE and enter them into the table's
 * columns, orders, check[] and narrowed[]. Never fails on text it does not understand. 0, or -1 with ENOMEM. */
int check_read(struct table *table);

#endif
