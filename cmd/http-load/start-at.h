#ifndef HTTP_LOAD_START_AT_H
#define HTTP_LOAD_START_AT_H

#include <stdint.h>

#include "progress.h"
#include "signals.h"

/* Wait until clock_wall() reaches wall, or a signal comes. Its number; 0: none. */
int start_wait(int64_t wall, struct signals *signals, struct progress *progress);

#endif
