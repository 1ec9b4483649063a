#ifndef DB_SEED_EARLY_H
#define DB_SEED_EARLY_H

#include <stdbool.h>

#include "plan.h"

/* Which indexes are better made before the rows than after them: those whose keys come in order, so that they only
 * grow at their end, and partial ones that take in few rows. To make one afterwards is to read the whole table and
 * sort. Found out on a sample of the rows, in memory. early[i] is set for the schema's later[i], which is an index.
 * 0, or -1 after a complaint, also where the sample's rows cannot be inserted. */
int early_indexes(const struct plan *plan, bool *early);

#endif
