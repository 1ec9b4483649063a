#ifndef DB_SEED_TARGET_H
#define DB_SEED_TARGET_H

#include <stdbool.h>

#include "sql.h"

/* Where a database is to stand. It is made in an unfinished file .NAME.db-seed beside its place, under a lock, and
 * renamed when it is whole. */

struct target {
	const char *name; /* as the user says it */
	char *path;    /* the place, links followed */
	char *scratch; /* the unfinished file; NULL once it is in place */
	int fd;        /* of the unfinished file; holds the lock */
	bool replace;
};

/* Make or take over the unfinished file, empty. 0, or -1 after a complaint, with nothing left. replace: an
 * existing database is to be replaced. */
int target_open(struct target *target, const char *path, bool replace);

/* Put the finished file in its place; all connections to it are closed. The old database is first made whole in its
 * one file, without a WAL or journal that the new one would inherit. 0, or -1 after a complaint: the old one stands. */
int target_install(struct target *target);

/* Remove what is not in place, and free. */
void target_close(struct target *target);

#endif
