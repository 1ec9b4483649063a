#ifndef DB_SEED_ARRANGE_H
#define DB_SEED_ARRANGE_H

#include "schema.h"

/* The tables' numbers, parents before children, else as in the schema. Cycles are broken at a table whose foreign
 * keys into the cycle may be NULL, where there is one. order has room for ntables. 0, or -1 with ENOMEM. */
int arrange(const struct schema *schema, int *order);

#endif
