#ifndef DB_SEED_PREVIEW_H
#define DB_SEED_PREVIEW_H

#include <stdio.h>

#include "source.h"

/* What would be made: tables, rows, how each column is filled, and the size, measured on a sample in memory. 0, or -1
 * after a complaint. */
int preview(FILE *out, const struct source *source, const struct options *options);

#endif
