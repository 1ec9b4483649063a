#ifndef HELIOS_TIME_COMPARE_H
#define HELIOS_TIME_COMPARE_H

#include <stdio.h>

#include "side.h"

/* One sentence for each operation that sets the sides against each other: by which factor, with its interval from the
 * ratios round by round. Only of what was done without a failure, and whose content was verified where it has any. */
void compare_print(FILE *out, const struct side *a, const struct side *b, const struct options *o);

/* The values that are not NAN, ascending, of n; caller frees; or dies. */
double *compare_sorted(const double *values, size_t n, size_t *found);

#endif
