#ifndef BENCHPIPE_NORMALIZE_H
#define BENCHPIPE_NORMALIZE_H

#include "record.h"

/* Bring the values of a record just read, which are scale times its unit, to the unit itself,
 * and check what hangs on several members at once. NULL when all is well; else what was
 * expected, and in *member the name of the member concerned or "". */
const char *normalize(struct record *record, double scale, const char **member);

#endif
