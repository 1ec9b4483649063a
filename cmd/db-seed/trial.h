#ifndef DB_SEED_TRIAL_H
#define DB_SEED_TRIAL_H

#include "draft.h"

/* A sample of each table's rows put into an empty database in memory with the same tables and unique indexes, foreign
 * keys aside: SQLite itself is the judge of types and CHECKs, whatever they say. Then once more with NULL in half of the places where
 * it may come, so that rare combinations are seen. */

#define TRIAL_ROWS 100 /* of a table at most: the first half of them from its beginning, the others spread over it */

struct trial;

struct trial *trial_new(struct draft *d); /* NULL with the plan's error */
void trial_free(struct trial *trial); /* NULL is fine */

/* Try a table: 0 all rows went in, 1 one was refused (see trial_reason()), -1. where, if not NULL, is SQL that none of the rows
 * may satisfy. bytes, if not NULL, gets the size of an average row's values. */
int trial_rows(struct trial *trial, int table, unsigned rows, const char *where, double *bytes);

const char *trial_reason(const struct trial *trial); /* SQLite's words for the refusal */

#endif
