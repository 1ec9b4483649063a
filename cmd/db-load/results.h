#ifndef DB_LOAD_RESULTS_H
#define DB_LOAD_RESULTS_H

#include "run.h"
#include "sqlmeter.h"

/* What was measured, of all clients together. */

struct result { /* of a script */
	struct tally tally;
	struct hist *latency, *service, *lag;
	struct hist **label;    /* by label: the statements' latencies */
	char *withheld;         /* why what was measured must not be taken for a result; NULL: it may */
};

struct results {
	struct result *of;      /* by script */
	struct sql_work *work;  /* by label among all scripts' */
	struct sql_cache cache;
	struct tally tally;     /* of all scripts */
	struct hist *checkpoint, *delay;
	struct checkpoint *checkpoints; /* those kept, by time */
	size_t ncheckpoints;
	uint64_t checkpoints_more;
	uint64_t busy;
	int64_t busy_wait;
	uint64_t unstarted, not_cold;
	int64_t elapsed;        /* ns */
	int64_t db_bytes, wal_bytes;
	int64_t cpu_user, cpu_system; /* ns */
	int64_t max_rss;        /* bytes */
	bool incomplete;        /* values are missing, for want of memory */
};

/* After the run, with the clients still connected. Or dies. */
void results_gather(struct results *r, const struct run *run);
void results_free(struct results *r, const struct works *works);

bool results_overloaded(const struct results *r, size_t clients); /* arrivals were left over at the end */
bool results_delayed(const struct results *r);                    /* the generator itself was late */

#endif
