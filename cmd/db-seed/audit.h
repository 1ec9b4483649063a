#ifndef DB_SEED_AUDIT_H
#define DB_SEED_AUDIT_H

#include <stdbool.h>

#include "sql.h"
#include "stop.h"

enum audit { AUDIT_NONE, AUDIT_QUICK, AUDIT_FULL };

const char *audit_name(enum audit audit); /* "none", "quick", "full" */

/* Whether every reference is to a row that is there, in all tables, or one where table is not NULL.
 * 0, or -1 with *why (the caller frees; NULL for want of memory or after a signal). */
int audit_references(struct sql *db, const char *table, char **why);

/* foreign_key_check and integrity_check (AUDIT_QUICK: quick_check, which does not compare tables with their indexes)
 * of a finished file, called name in complaints, side by side where threads is more than 1. 0, or -1 after a
 * complaint or a signal. */
int audit_file(const char *name, const char *path, enum audit audit, unsigned threads, const struct stop_watch *watch);

#endif
