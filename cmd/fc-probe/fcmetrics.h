#ifndef FC_PROBE_FCMETRICS_H
#define FC_PROBE_FCMETRICS_H

#include <stddef.h>
#include <stdint.h>

/* Firecracker's own measurements, latencies_us in its metrics file (NDJSON): of the API call as a whole and of the
 * VMM's share of it (vmm_...), in ns; -1 where it says 0, or nothing, of it. */
enum fc_latency { FC_FULL_CREATE, FC_DIFF_CREATE, FC_LOAD, FC_PAUSE, FC_RESUME, FC_LATENCIES };
struct fcmetrics {
	int64_t api[FC_LATENCIES], vmm[FC_LATENCIES];
};

/* Of one line. 0, or -1: it is no such JSON. */
int fcmetrics_parse(const char *line, size_t len, struct fcmetrics *m);

/* Of the last whole line of the file at path, of whatever length, reading from its end. 0, or -1 with errno (ENODATA:
 * no whole line; EPROTO: no such JSON). */
int fcmetrics_read(const char *path, struct fcmetrics *m);

#endif
