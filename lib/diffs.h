#ifndef BENCHPIPE_DIFFS_H
#define BENCHPIPE_DIFFS_H

#include <stddef.h>
#include <stdint.h>

/* Order statistics of all nx * ny differences y[j] - x[i] of two sorted samples,
 * without laying them out. A difference beyond the range of a double is infinite.
 *
 * value[r] becomes the difference with rank[r] others before it in ascending order
 * (0 .. nx * ny - 1). Exact. Memory linear in nx + ny, time about
 * (nx + ny) log(nx * ny) for each rank; neighbouring ranks given one after the other
 * share the work. 0, or -1 with ENOMEM. */
int diffs_select(const double *x, size_t nx, const double *y, size_t ny, const uint64_t *rank, size_t nranks,
		 double *value);

#endif
