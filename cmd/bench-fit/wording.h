#ifndef BENCH_FIT_WORDING_H
#define BENCH_FIT_WORDING_H

#include "groups.h"

/* What was found, in words, for every form of output. The caller frees what is a char *; want of memory ends the
 * program. */

char *wording_name(const struct group *g);     /* "mock-reconcile{nodes=3} latency" */
char *wording_reason(const struct group *g, const char *x); /* of no class, or several, or one that is a bound; or NULL */
char *wording_equation(const struct group *g); /* "1.2 ms + 3.4 us × n log n" */
char *wording_exponent(const struct group *g); /* "1.02" */
char *wording_interval(const struct group *g); /* "0.97 to 1.07" */
char *wording_left_out(const struct left_out *l, const char *x);

#endif
