#ifndef BENCHPIPE_SQLMETER_H
#define BENCHPIPE_SQLMETER_H

#include <stdint.h>

#include "sql.h"

/* What SQLite tells of its own work. Its counters start again at 0 after 2^32. */

struct sql_cache { int64_t hit, miss, write, spill, used; }; /* pages since the connection opened; used: bytes */
struct sql_work { int64_t fullscan, sorts, autoindex, steps, reprepared, runs; }; /* of a statement since it was prepared */

void sql_cache(struct sql *db, struct sql_cache *cache);
void sql_work(struct sql_stmt *stmt, struct sql_work *work);

#endif
