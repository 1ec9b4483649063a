#ifndef DB_SEED_BUSY_H
#define DB_SEED_BUSY_H

#include <stdint.h>

#include "sql.h"

/* Waiting for a lock that another process holds: 5 s, or until a signal comes. */

struct busy { int64_t since; };

/* busy must live as long as db. 0. */
int busy_wait(struct busy *busy, struct sql *db);

#endif
