#ifndef CMD_TIME_COUNTERS_H
#define CMD_TIME_COUNTERS_H

#include <stdint.h>

#include "protocol.h"

/* Hardware counters of the calling process's children, in user space, by perf_event_open(2). */

struct counters {
	int fd[COUNTER_COUNT]; /* -1 where it could not be opened */
	struct count { uint64_t value, enabled, running; } last[COUNTER_COUNT];
};

/* Open those that the kernel gives; error holds an errno for each, or 0. */
void counters_open(struct counters *c, int32_t error[COUNTER_COUNT]);

/* Forget what has been counted so far. */
void counters_mark(struct counters *c);

/* What ended children counted since the mark; scaled up where the kernel had to share the
 * hardware; NaN where it never counted. */
void counters_read(struct counters *c, double value[COUNTER_COUNT]);

#endif
