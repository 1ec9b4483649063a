#ifndef DB_LOAD_FUNCTIONS_H
#define DB_LOAD_FUNCTIONS_H

#include "sql.h"

/* What scripts' SQL can call besides SQLite's own: fnv64a(x) and sha256(x). 0, or -1 with sql_error(). */
int functions_add(struct sql *db);

#endif
