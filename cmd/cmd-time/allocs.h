#ifndef CMD_TIME_ALLOCS_H
#define CMD_TIME_ALLOCS_H

#include "runner.h"

/* The counter of allocations, as a library that is preloaded into the command. */

/* Find it and have the spawner prepare for it. NULL, or why not; caller frees. */
char *allocs_open(struct runner *r);

/* Why the program at path did not load the counter. */
const char *allocs_why_not(const char *path);

#endif
