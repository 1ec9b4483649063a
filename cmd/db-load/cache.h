#ifndef DB_LOAD_CACHE_H
#define DB_LOAD_CACHE_H

#include <stddef.h>

/* The kernel's page cache of a database, which nobody has open. */

#define CACHE_REASON 256

/* Have all of it written and forgotten, and look whether it is. 0; -1 with errno and reason, which may be
 * NULL: it stays, or that cannot be told. */
int cache_empty(const char *path, char reason[CACHE_REASON]);

/* Read the whole file, so that it is in memory as far as that goes. 0, or -1 with errno. */
int cache_fill(const char *path);

#endif
