#ifndef DB_SEED_NULLS_H
#define DB_SEED_NULLS_H

#include "limit.h"

/* Conditions on how many of some columns are NULL: (a IS NULL) <> (b IS NULL), (a IS NOT NULL) + (b IS NOT NULL) = 1. */

bool nulls_is(const struct table *table, struct tokens range);

/* Keep to the first columns that may be set. LIMITS_NARROWED, or as limits_add(). */
enum limits_result nulls_add(struct table *table, struct tokens range);

#endif
