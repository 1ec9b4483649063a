#ifndef PROC_WATCH_TIMES_H
#define PROC_WATCH_TIMES_H

#include <stddef.h>
#include <stdint.h>

/* Times that are summed up in the end. */

struct times {
	double *ns;
	size_t n, room;
};

void times_add(struct times *t, int64_t ns); /* or dies */
void times_free(struct times *t);

/* "2.31 ms", or with several "2.31 ms (median of 3, 2.02 ms to 5 ms)"; of at least one. Sorts them. */
#define TIMES_TEXT 160
const char *times_text(struct times *t, char text[TIMES_TEXT]);

#endif
