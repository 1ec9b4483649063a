#ifndef FC_MOCK_METRICS_H
#define FC_MOCK_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal.h"

/* The values of Firecracker's metrics, and a line of them. What this stand-in has no device for is 0. */

struct metrics;

struct metrics *metrics_new(void); /* or dies */
void metrics_free(struct metrics *m);

void metrics_startup(struct metrics *m, int64_t wall, int64_t cpu);                    /* us */
void metrics_latency(struct metrics *m, enum measured what, int64_t api, int64_t vmm); /* us */
void metrics_request(struct metrics *m, const char *method, const char *path, bool failed); /* it, or its failure */
void metrics_deprecated(struct metrics *m); /* a call */
void metrics_missed_log(struct metrics *m); /* a line of the log */
void metrics_missed(struct metrics *m);     /* a line of metrics */

/* With its newline; the counters begin anew. The caller frees; or dies. */
char *metrics_line(struct metrics *m, size_t *len);

#endif
