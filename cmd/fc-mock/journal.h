#ifndef FC_MOCK_JOURNAL_H
#define FC_MOCK_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

/* What Firecracker writes: its log, and its metrics as NDJSON. */

struct journal;

enum level { LEVEL_OFF, LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG, LEVEL_TRACE };

struct journal *journal_new(const char *id); /* to stdout, at LEVEL_INFO, without level and origin; or dies */
void journal_free(struct journal *j);

/* The log, from now on. path (file or FIFO) NULL: where it went before; level NULL: the default; show... -1: as before.
 * Firecracker opens without creating before 1.14 (create false). 0, or -1 with errno, or EINVAL for a level that is none. */
int journal_configure(struct journal *j, const char *path, const char *level, int show_level, int show_origin, bool create);

/* The default level, LEVEL_INFO unless it is set here, and that from now on. */
void journal_default(struct journal *j, enum level level);

/* "Error", "warning", "INFO" ... 0, or -1: no level. */
int journal_parse_level(const char *text, enum level *level);

/* A line as Firecracker's logger writes it: time, [id:thread:level:origin], text. thread: "main", "fc_api" ... A FIFO
 * that is full takes nothing, and nothing waits. */
void journal_log(struct journal *j, enum level level, const char *thread, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
bool journal_logs(const struct journal *j, enum level level); /* is such a line written? */

/* Metrics. Once only: a second time is -1 with EEXIST. */
int journal_metrics(struct journal *j, const char *path, bool create);

/* api_server's: how long the process took until its API was there, in us. */
void journal_startup(struct journal *j, int64_t wall, int64_t cpu);

enum measured { /* latencies_us: the API's, and the VMM's own, which lies within it */
	MEASURED_FULL_CREATE, MEASURED_DIFF_CREATE, MEASURED_LOAD, MEASURED_PAUSE, MEASURED_RESUME, MEASURED_COUNT
};
void journal_latency(struct journal *j, enum measured what, int64_t api_ns, int64_t vmm_ns); /* the last one stays */

/* Counters, which begin anew with each line of metrics. */
void journal_count_request(struct journal *j, const char *method, const char *path); /* get_api_requests, put_api_requests ... */
void journal_count_failure(struct journal *j, const char *method, const char *path); /* of one that has been counted */
void journal_count_deprecated(struct journal *j);

/* One line of all metrics. false: it cannot be written, with errno, which is 0 where there is no metrics file. */
bool journal_flush(struct journal *j);

#endif
