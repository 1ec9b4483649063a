#ifndef BENCHPIPE_SQLFUNCTION_H
#define BENCHPIPE_SQLFUNCTION_H

#include <stddef.h>
#include <stdint.h>

#include "sql.h"

/* Functions of our own in SQL. */

/* A deterministic function of one text or blob (NULL gives NULL). The one giving text writes at most size bytes
 * with its NUL to out. 0, or -1 with sql_error(). */
int sql_function_integer(struct sql *db, const char *name, int64_t (*f)(const void *bytes, size_t len));
int sql_function_text(struct sql *db, const char *name, size_t size, void (*f)(const void *bytes, size_t len, char *out));

#endif
