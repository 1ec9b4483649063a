#ifndef DB_SEED_SESSION_H
#define DB_SEED_SESSION_H

#include <stdint.h>

#include "options.h"
#include "plan.h"
#include "progress.h"
#include "results.h"

/* What is measured on the way, as records and for the closing statistics, and how far it is. Nothing here exits once
 * the session is open. */

struct session {
	const struct options *options;
	struct output output;
	struct writer writer;
	struct progress progress;
	unsigned step, steps;    /* for progress: phases begun, and how many there will be */

	struct results results;
};

/* Write the run record. tables: the most that there will be results of. Exits after a complaint. */
void session_open(struct session *s, const struct options *options, char *const *argv, size_t tables);

/* Put the records in their place. status, or STATUS_TROUBLE after a complaint. */
int session_close(struct session *s, int status);

/* Progress: a phase begins; name is a table's or says what is done. */
void session_step(struct session *s, const char *name);
void session_progress(struct session *s, const struct plan_table *table, uint64_t rows);

/* A phase took from start until now. what: member of the event's data that says of what ("table"), NULL for none. */
void session_phase(struct session *s, enum phase phase, const char *what, const char *name, int64_t start);

/* A table was filled since start. Takes batches over. */
void session_table(struct session *s, const struct plan_table *table, int64_t start, struct hist *batches);

void session_skip(struct session *s, const char *reason);
void session_totals(struct session *s, int64_t bytes); /* of the database */
void session_interrupted(struct session *s, int number);

#endif
