#ifndef DB_LOAD_CONNECTION_H
#define DB_LOAD_CONNECTION_H

#include "options.h"
#include "sql.h"

/* A connection to the database under load, with the settings and functions that scripts find on it.
 * 0, or -1; *db is to be closed in both cases and tells the error. */
int connection_open(struct sql **db, const char *path, const struct options *o);

/* Give the database its journal mode, kept in the file. 0, or -1 after a complaint. */
int connection_set_journal(struct sql *db, const struct options *o);

#endif
