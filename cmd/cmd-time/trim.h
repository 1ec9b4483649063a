#ifndef CMD_TIME_TRIM_H
#define CMD_TIME_TRIM_H

#include <stddef.h>

/* Makes the calling process small: what it has mapped of its program and libraries goes, to be
 * mapped again as it is touched, and its peak memory is counted anew. */

#define TRIM_MAX 32

struct trim {
	struct { void *start; size_t size; } segment[TRIM_MAX]; /* that are never written to */
	size_t n;
	int clear_refs; /* descriptor of /proc/self/clear_refs; -1: the peak stays */
};

void trim_open(struct trim *trim);
void trim_now(const struct trim *trim);

#endif
