#include "sqlmeter.h"

#include <sqlite3.h>

static int64_t status(struct sql *db, int what)
{
	int now = 0, peak;

	sqlite3_db_status(sql_handle(db), what, &now, &peak, 0);
	return (uint32_t)now;
}

/* SQLite counts in 32 bits without a sign and gives an int. */
static int64_t work_status(struct sql_stmt *stmt, int what)
{
	return (uint32_t)sqlite3_stmt_status(sql_stmt_handle(stmt), what, 0);
}

void sql_cache(struct sql *db, struct sql_cache *cache)
{
	*cache = (struct sql_cache){
		.hit = status(db, SQLITE_DBSTATUS_CACHE_HIT),
		.miss = status(db, SQLITE_DBSTATUS_CACHE_MISS),
		.write = status(db, SQLITE_DBSTATUS_CACHE_WRITE),
		.spill = status(db, SQLITE_DBSTATUS_CACHE_SPILL),
		.used = status(db, SQLITE_DBSTATUS_CACHE_USED),
	};
}

void sql_work(struct sql_stmt *stmt, struct sql_work *work)
{
	*work = (struct sql_work){
		.fullscan = work_status(stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP),
		.sorts = work_status(stmt, SQLITE_STMTSTATUS_SORT),
		.autoindex = work_status(stmt, SQLITE_STMTSTATUS_AUTOINDEX),
		.steps = work_status(stmt, SQLITE_STMTSTATUS_VM_STEP),
		.reprepared = work_status(stmt, SQLITE_STMTSTATUS_REPREPARE),
		.runs = work_status(stmt, SQLITE_STMTSTATUS_RUN),
	};
}
