#ifndef DB_LOAD_BUSY_H
#define DB_LOAD_BUSY_H

#include <stdint.h>

#include "sql.h"
#include "stop.h"

/* Waiting for a lock that another connection holds, and counting it. */

enum busy_kind {
	BUSY_POLL,  /* short steps, so that what is measured is the lock and not the step */
	BUSY_SQLITE /* the steps of SQLite's own handler, 1 to 100 ms */
};

struct busy { /* one connection's */
	enum busy_kind kind;
	int64_t timeout;         /* ns */
	struct stop *stop;
	int64_t since;           /* when this wait began, clock_now() */
	uint64_t count;          /* waits */
	int64_t waited;          /* ns, of all of them */
};

void busy_install(struct busy *busy, struct sql *db);

#endif
