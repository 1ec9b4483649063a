#ifndef CMD_TIME_MEASURE_H
#define CMD_TIME_MEASURE_H

#include "session.h"

/* Measure one combination: setup, warm-up, timed runs, counting of allocations, cleanup. What is
 * measured is written on the way and gathered in g[side]. STATUS_DONE, or what to exit with after
 * a complaint; after an interruption 128 + the signal. */
int measure(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT]);

#endif
