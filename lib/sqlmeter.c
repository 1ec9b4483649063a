#include "sqlmeter.h"

#include <sqlite3.h>

static int64_t status(struct sql *db, int what)
{
	int now = 0, peak;

	sqlite3_db_status(sql_handle(db), what, &now, &peak, 0);
	return now;
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
		.fullscan = sqlite3_stmt_status(sql_stmt_handle(stmt), SQLITE_STMTSTATUS_FULLSCAN_STEP, 0),
		.sorts = sqlite3_stmt_status(sql_stmt_handle(stmt), SQLITE_STMTSTATUS_SORT, 0),
		.autoindex = sqlite3_stmt_status(sql_stmt_handle(stmt), SQLITE_STMTSTATUS_AUTOINDEX, 0),
		.steps = sqlite3_stmt_status(sql_stmt_handle(stmt), SQLITE_STMTSTATUS_VM_STEP, 0),
		.reprepared = sqlite3_stmt_status(sql_stmt_handle(stmt), SQLITE_STMTSTATUS_REPREPARE, 0),
		.runs = sqlite3_stmt_status(sql_stmt_handle(stmt), SQLITE_STMTSTATUS_RUN, 0),
	};
}
