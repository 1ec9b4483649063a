#ifndef BENCHPIPE_PAGECACHE_H
#define BENCHPIPE_PAGECACHE_H

#include <stddef.h>

/* The kernel's page cache of a file, which nobody has open. */

#define PAGECACHE_REASON 256

/* Have all of it written and forgotten, and look whether it is. 0; -1 with errno and reason, which may be
 * NULL: it stays, or that cannot be told. */
int pagecache_empty(const char *path, char reason[PAGECACHE_REASON]);

/* The same of one that is open for reading and belongs to us, or is open for writing, and that was written beforehand
 * (syncfs(2)): quick where it was. */
int pagecache_empty_open(int fd, char reason[PAGECACHE_REASON]);

/* Read the whole file, so that it is in memory as far as that goes. 0, or -1 with errno. */
int pagecache_fill(const char *path);

#endif
