#ifndef DB_SEED_APPEND_H
#define DB_SEED_APPEND_H

#include "session.h"
#include "source.h"

/* Rows for a database in use: its lock is taken first, so that what is planned from what it holds stays true, and one
 * transaction brings in all rows or none. */

struct append {
	struct sql *db;
	struct busy *busy;
};

/* Open the database and begin; source is then opened on append->db. look: nothing will be written. 0, or -1 after a
 * complaint. Close in both cases. */
int append_open(struct append *append, const char *path, bool look);

/* Fill, check the references, commit. 0, or -1 after a complaint or a signal: nothing has changed. */
int append_rows(struct append *append, struct session *session, const struct source *source);

void append_close(struct append *append);

#endif
