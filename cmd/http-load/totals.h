#ifndef HTTP_LOAD_TOTALS_H
#define HTTP_LOAD_TOTALS_H

#include "load.h"
#include "record.h"

/* Sums over what a load has measured. */

/* One series of all requests of the mix in a step; caller frees; or dies. */
struct hist *totals_hist(const struct step_result *r, const struct mix *mix, size_t which);

uint64_t totals_failed(const struct tally *t);

/* Successes a second until the step's end: what came back after it does not count. */
double totals_throughput(const struct step_result *r, const struct tally *t);

/* What the responses say, real where there were none; asked is --mode, which may lower it. */
enum mode totals_mode(const struct tally *t, enum mode asked);

/* "10 status-5xx, 2 timeout", the most frequent first; "" for none. Caller frees; or dies. */
char *totals_classes(const struct tally *t);

#endif
