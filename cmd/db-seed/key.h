#ifndef DB_SEED_KEY_H
#define DB_SEED_KEY_H

#include "schema.h"

/* Primary, unique and foreign keys, as SQLite tells of them. */

/* Of a table whose columns are known: unique[], and which column is the rowid. 0, or -1: of SQLite, or ENOMEM. */
int keys_read(struct table *table, struct sql *db);

/* Of a table when all tables' columns, keys and CHECKs are known. The same. */
int foreign_keys_read(const struct schema *schema, struct table *table, struct sql *db);

void keys_free(struct table *table); /* of both kinds */

#endif
