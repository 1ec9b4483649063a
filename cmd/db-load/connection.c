#include "connection.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "functions.h"

int connection_open(struct sql **db, const char *path, const struct options *o)
{
	/* A database in place keeps SQLite's own safety unless told otherwise. */
	const char *sync = o->sync ? o->sync : o->in_place ? "full" : "normal";

	if (sql_open(db, path, SQL_WRITE) < 0)
		return -1;
	if (sql_execf(*db, "PRAGMA synchronous = %s", sync) < 0)
		return -1;
	/* journal_mode is a connection's own except for WAL. */
	if (o->journal && strcmp(o->journal, "wal") != 0 && sql_execf(*db, "PRAGMA journal_mode = %s", o->journal) < 0)
		return -1;
	return functions_add(*db);
}

int connection_set_journal(struct sql *db, const struct options *o)
{
	const char *wanted = o->journal ? o->journal : o->in_place ? NULL : "wal";
	char *mode;
	int result = 0;

	if (!wanted)
		return 0;
	if (sql_textf(db, &mode, "PRAGMA journal_mode = %s", wanted) < 0) {
		warn("%s", sql_error(db));
		return -1;
	}
	if (!mode || strcmp(mode, wanted) != 0) {
		warn("journal mode %s cannot be had, it stays %s", wanted, mode ? mode : "unknown");
		result = -1;
	}
	free(mode);
	return result;
}
