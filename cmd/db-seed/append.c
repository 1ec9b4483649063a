#include "append.h"

#include <stdlib.h>

#include "audit.h"
#include "build.h"
#include "busy.h"
#include "clock.h"
#include "complain.h"
#include "stop.h"

#define CACHE "PRAGMA cache_size = -65536" /* KiB */

static const struct stop_watch watch = { NULL, NULL };

static int tell(const struct sql *db)
{
	if (!stop_signal())
		complain("%s", sql_error(db));
	return -1;
}

int append_open(struct append *append, const char *path, bool look)
{
	struct sql *db;

	append->busy = x_calloc(1, sizeof(*append->busy));
	if (sql_open(&append->db, path, look ? SQL_READ : SQL_WRITE) != 0)
		return tell(append->db);
	db = append->db;
	busy_wait(append->busy, db);
	/* References are checked once at the end, and cannot be switched off within a transaction. */
	if (sql_exec(db, CACHE "; PRAGMA foreign_keys = OFF") != 0 || sql_exec(db, look ? "BEGIN" : "BEGIN IMMEDIATE") != 0)
		return tell(db);
	stop_watch(&watch, db);
	return 0;
}

/* Of the tables that got rows. */
static int check(struct session *session, const struct plan *plan, struct sql *db)
{
	int64_t start = clock_now();

	session_step(session, "foreign keys");
	if (session->options->check == AUDIT_NONE) {
		session_skip(session, "foreign keys are not checked: --check none");
		return 0;
	}
	for (size_t i = 0; i < plan->ntables; i++) {
		char *why;

		if (plan->table[i].rows == 0 || audit_references(db, plan->table[i].table->name, &why) == 0)
			continue;
		if (!stop_signal())
			complain("%s: %s", session->options->database, why ? why : "out of memory");
		free(why);
		return -1;
	}
	session_phase(session, PHASE_CHECK, NULL, NULL, start);
	return 0;
}

static int commit(struct session *session, struct sql *db)
{
	int64_t start = clock_now(), pages, size;

	session_step(session, "commit");
	if (sql_exec(db, "COMMIT") != 0 || sql_integer(db, &pages, "PRAGMA page_count") != 0 ||
	    sql_integer(db, &size, "PRAGMA page_size") != 0)
		return tell(db);
	session_phase(session, PHASE_COMMIT, NULL, NULL, start);
	session_totals(session, pages * size);
	return 0;
}

int append_rows(struct append *append, struct session *session, const struct source *source)
{
	session->steps = (unsigned)source->plan.ntables + 2;
	if (build_fill(session, &source->plan, append->db) != 0 ||
	    check(session, &source->plan, append->db) != 0 || stop_signal())
		return -1;
	return commit(session, append->db);
}

void append_close(struct append *append)
{
	if (append->db) {
		/* A signal that came is answered; it must not interrupt this too. */
		sql_on_progress(append->db, 0, NULL, NULL);
		if (sql_in_transaction(append->db) && sql_exec(append->db, "ROLLBACK") != 0)
			complain("%s", sql_error(append->db));
	}
	sql_close(append->db);
	free(append->busy);
}
