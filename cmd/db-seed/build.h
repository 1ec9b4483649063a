#ifndef DB_SEED_BUILD_H
#define DB_SEED_BUILD_H

#include "session.h"
#include "source.h"

/* Make a new database of the source's schema with the plan's rows. 0, or -1 after a complaint or a signal, with
 * nothing left of it. */
int build(struct session *session, const struct source *source);

/* Fill the tables of an open database in the order of the plan, within a transaction. 0, or -1 after a complaint or a
 * signal. */
int build_fill(struct session *session, const struct plan *plan, struct sql *db);

#endif
