#include "build.h"

#include <stdlib.h>

#include "audit.h"
#include "clock.h"
#include "complain.h"
#include "early.h"
#include "fill.h"
#include "stop.h"
#include "target.h"
#include "writeout.h"

/* What SQLite may hold of the file while rows come in, KiB. */
#define CACHE 65536
/* While it makes indexes: it sorts as much at a time, which is fastest within the processor's own cache and
 * overlaps with the reading of the next. */
#define CACHE_SORTING 4096

static const struct stop_watch watch = { NULL, NULL };

/* Unless the last failure was the answer to a signal. The database is called what the user calls it. */
static int tell(const struct session *session, const struct sql *db)
{
	if (!stop_signal())
		complain("%s: %s", session->options->database, sql_reason(db));
	return -1;
}

/* Of a file that is thrown away unless it becomes whole, there is nothing to be kept safe on the way. */
static int set_up(const struct session *session, const struct settings *s, struct sql *db)
{
	const struct options *o = session->options;
	long long page_size = o->page_size ? o->page_size : s->page_size;

	if (sql_execf(db, "PRAGMA page_size = %lld; PRAGMA encoding = %Q; PRAGMA auto_vacuum = %lld", page_size, s->encoding,
		      (long long)s->auto_vacuum) == 0 &&
	    sql_execf(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
			  "PRAGMA foreign_keys = OFF; PRAGMA cell_size_check = OFF; PRAGMA cache_size = -%d; "
			  "PRAGMA threads = %u", CACHE, o->threads > 1 ? 1 : 0) == 0)
		return 0;
	return tell(session, db);
}

/* What fails is the statement's own fault, unless it is the disk's. */
static int run_later(const struct session *session, const struct later *later, struct sql *db)
{
	if (sql_exec(db, later->sql) == 0)
		return 0;
	if (sql_failure(db) == SQL_FULL || sql_failure(db) == SQL_IO)
		return tell(session, db);
	if (!stop_signal())
		complain("%s: %s", later->name, sql_reason(db));
	return -1;
}

static int create_tables(struct session *session, const struct schema *schema, struct sql *db)
{
	int64_t start = clock_now();

	session_step(session, "schema");
	for (size_t i = 0; i < schema->ntables; i++) {
		if (sql_exec(db, schema->table[i].sql) != 0) {
			complain("%s: %s", schema->table[i].name, sql_reason(db));
			return -1;
		}
	}
	session_phase(session, PHASE_SCHEMA, NULL, NULL, start);
	return 0;
}

static void progress(void *data, const struct plan_table *table, uint64_t rows)
{
	session_progress(data, table, rows);
}

static int fill_one(struct session *session, const struct plan_table *table, struct sql *db)
{
	struct fill fill = {
		.db = db, .name = session->options->database, .threads = session->options->threads, .progress = progress,
		.data = session
	};
	struct hist *batches = hist_new();
	int64_t start = clock_now();

	session_step(session, table->table->name);
	if (!batches)
		complain("out of memory");
	if (!batches || fill_table(&fill, table, batches) != 0) {
		hist_free(batches);
		return -1;
	}
	session_table(session, table, start, batches);
	session_phase(session, PHASE_INSERT, "table", table->table->name, start);
	return 0;
}

int build_fill(struct session *session, const struct plan *plan, struct sql *db)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		if (fill_one(session, &plan->table[i], db) != 0)
			return -1;
	}
	return 0;
}

static int create_indexes(struct session *session, const struct schema *schema, const bool *early, bool now,
			  struct sql *db)
{
	if (sql_execf(db, "PRAGMA cache_size = -%d", now ? CACHE : CACHE_SORTING) != 0)
		return tell(session, db);
	for (size_t i = 0; i < schema->nindexes; i++) {
		int64_t start = clock_now();

		if (early[i] != now)
			continue;
		session_step(session, schema->later[i].name);
		if (run_later(session, &schema->later[i], db) != 0)
			return -1;
		session_phase(session, PHASE_INDEX, "index", schema->later[i].name, start);
	}
	return 0;
}

static int commit(struct session *session, struct sql *db)
{
	int64_t start = clock_now();

	session_step(session, "commit");
	if (sql_exec(db, "COMMIT") != 0)
		return tell(session, db);
	session_phase(session, PHASE_COMMIT, NULL, NULL, start);
	return 0;
}

static int fill_file(struct session *session, const struct source *source, const bool *early, const char *path)
{
	const struct schema *schema = &source->schema;
	struct sql *db;
	int result = -1;

	if (sql_open(&db, path, SQL_WRITE) != 0) {
		tell(session, db);
	} else if (set_up(session, &source->settings, db) == 0) {
		stop_watch(&watch, db);
		if (sql_exec(db, "BEGIN") != 0)
			tell(session, db);
		else if (create_tables(session, schema, db) == 0 && create_indexes(session, schema, early, true, db) == 0 &&
			 build_fill(session, &source->plan, db) == 0 &&
			 create_indexes(session, schema, early, false, db) == 0)
			result = commit(session, db);
	}
	sql_close(db);
	return result;
}

static int check(struct session *session, const char *path)
{
	enum audit how = session->options->check;
	int64_t start = clock_now();

	session_step(session, "foreign keys and integrity");
	if (how == AUDIT_NONE) {
		session_skip(session, "foreign keys and integrity are not checked: --check none");
		return 0;
	}
	if (audit_file(session->options->database, path, how, session->options->threads, &watch) != 0)
		return -1;
	session_phase(session, PHASE_CHECK, "check", audit_name(how), start);
	return 0;
}

/* Virtual tables, views and triggers, and what the header of the file says. Rows were made before the triggers, which
 * would have changed them. */
static int finish_file(const struct session *session, const struct source *source, const char *path, int64_t *bytes)
{
	const struct schema *schema = &source->schema;
	const struct settings *s = &source->settings;
	int64_t pages = 0, size = 0;
	struct sql *db;
	int result = sql_open(&db, path, SQL_WRITE) == 0 &&
		     sql_exec(db, "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN") == 0 ? 0 : tell(session, db);

	for (size_t i = schema->nindexes; result == 0 && i < schema->nlater; i++)
		result = run_later(session, &schema->later[i], db);
	if (result == 0 &&
	    (sql_execf(db, "PRAGMA user_version = %lld; PRAGMA application_id = %lld; COMMIT", (long long)s->user_version,
		       (long long)s->application_id) != 0 ||
	     sql_integer(db, &pages, "PRAGMA page_count") != 0 || sql_integer(db, &size, "PRAGMA page_size") != 0 ||
	     sql_execf(db, "PRAGMA journal_mode = %s", session->options->wal ? "WAL" : "DELETE") != 0))
		result = tell(session, db);
	*bytes = pages * size;
	sql_close(db);
	return result;
}

/* The file with all rows and indexes, checked. */
static int make_file(struct session *session, const struct source *source, const bool *early,
		     const struct target *target)
{
	bool beside = session->options->threads > 1;
	struct writeout writeout;
	int result;

	if (beside)
		writeout_start(&writeout, target->fd);
	result = fill_file(session, source, early, target->scratch);
	if (result == 0)
		result = check(session, target->scratch);
	if (beside)
		writeout_stop(&writeout);
	return result;
}

static int make(struct session *session, const struct source *source, const bool *early, struct target *target)
{
	int64_t bytes, start;

	if (make_file(session, source, early, target) != 0)
		return -1;
	start = clock_now();
	session_step(session, "views, triggers and the disk");
	if (finish_file(session, source, target->scratch, &bytes) != 0 || stop_signal() || target_install(target) != 0)
		return -1;
	session_phase(session, PHASE_FINISH, NULL, NULL, start);
	session_totals(session, bytes);
	return 0;
}

int build(struct session *session, const struct source *source)
{
	bool *early = calloc(source->schema.nindexes + 1, sizeof(*early));
	struct target target;
	int result = -1;

	session->steps = (unsigned)(source->plan.ntables + source->schema.nindexes + 4);
	if (!early)
		complain("out of memory");
	if (early && target_open(&target, session->options->database, session->options->force) == 0) {
		if (early_indexes(&source->plan, early) == 0)
			result = make(session, source, early, &target);
		target_close(&target);
	}
	free(early);
	return result;
}
