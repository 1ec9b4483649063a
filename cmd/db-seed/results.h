#ifndef DB_SEED_RESULTS_H
#define DB_SEED_RESULTS_H

#include <stddef.h>
#include <stdint.h>

#include "hist.h"

/* What was measured. */

enum phase { PHASE_SCHEMA, PHASE_INSERT, PHASE_INDEX, PHASE_COMMIT, PHASE_CHECK, PHASE_FINISH, PHASE_COUNT };

struct table_result {
	const char *name;
	uint64_t rows;
	int64_t time;            /* ns */
	struct hist *batches;    /* insertion of each batch, ns */
};

struct results {
	struct table_result *table;
	size_t ntables;
	int64_t time[PHASE_COUNT];   /* ns */
	uint64_t rows;
	int64_t total;               /* ns */
	int64_t bytes;               /* of the database */
	int64_t max_rss;             /* bytes; -1: not known */
	int64_t cpu_user, cpu_sys;   /* ns */
};

const char *phase_name(enum phase phase);

#endif
