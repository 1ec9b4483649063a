#ifndef DB_SEED_MOMENT_H
#define DB_SEED_MOMENT_H

#include <stdint.h>

/* "2024-01-31", "2024-01-31 18:00:00", "2024-01-31T18:00:00Z": ns since 1970, UTC, years 1678 to 2261. 0, or -1. */
int moment_parse(const char *text, int64_t *ns);

#endif
