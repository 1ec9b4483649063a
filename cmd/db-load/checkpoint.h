#ifndef DB_LOAD_CHECKPOINT_H
#define DB_LOAD_CHECKPOINT_H

#include "sql.h"
#include "timeline.h"

/* Checkpoints as SQLite makes them by itself, at a number of pages, within the commit, but measured. */

#define CHECKPOINTS_KEPT 256 /* events of all clients together */

struct checkpoint {
	int64_t at;      /* clock_now() of its beginning */
	int64_t latency; /* ns */
	int pages, done; /* in the WAL; of these now in the database */
};

struct checkpoints { /* one client's */
	struct sql *db;
	int pages;                  /* from which one is made; 0: never */
	struct recorder *recorder;  /* NULL: do not record */
	size_t series;
	struct checkpoint *kept;
	size_t n, room;
	uint64_t more;              /* that were not kept */
};

void checkpoints_install(struct checkpoints *c, struct sql *db);

#endif
