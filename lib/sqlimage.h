#ifndef BENCHPIPE_SQLIMAGE_H
#define BENCHPIPE_SQLIMAGE_H

#include <stddef.h>

#include "sql.h"

/* Closes a database made in memory (sql_open() of ":memory:", SQL_CREATE), of which no statements are left. The bytes
 * of the file that it would have are the caller's to free; where a file tells the version of the library that wrote it,
 * there is a constant. NULL: out of memory. */
char *sql_image(struct sql *db, size_t *len);

#endif
