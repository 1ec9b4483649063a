#ifndef DB_SEED_DATE_H
#define DB_SEED_DATE_H

#include <stddef.h>
#include <stdint.h>

#include "generator.h"

#define DATE_MAX 24 /* bytes of the longest text */

/* The text of a time, ns since 1970 in UTC, in one of the formats that are text: DATE_ISO, DATE_SQL, DATE_DAY or
 * DATE_TIME. All of int64 lies in the years 1677 to 2262. Returns the length; not NUL-terminated. */
size_t date_put(char out[DATE_MAX], int64_t time, enum date_format format);

int date_year(int64_t time);

#endif
