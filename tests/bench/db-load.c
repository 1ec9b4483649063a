/* What db-load is held against: the same work in a bare loop, and a lock of known length.
 * usage: db-load make FILE ROWS | read FILE ROWS COUNT | insert FILE COUNT | lock FILE HOLD_MS PERIOD_MS SECONDS */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static _Noreturn void fail(sqlite3 *db)
{
	fprintf(stderr, "db-load bench: %s\n", db ? sqlite3_errmsg(db) : "wrong usage");
	exit(1);
}

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void sleep_until(int64_t when)
{
	struct timespec ts = {.tv_sec = when / 1000000000, .tv_nsec = when % 1000000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) != 0)
		;
}

/* Xorshift (Marsaglia): as cheap as random numbers come. */
static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static sqlite3 *open_database(const char *path, int flags)
{
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | flags, NULL) != SQLITE_OK)
		fail(db);
	return db;
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(db);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
		fail(db);
	return stmt;
}

static void make(const char *path, long rows)
{
	sqlite3 *db = open_database(path, SQLITE_OPEN_CREATE);
	sqlite3_stmt *stmt;

	run(db, "BEGIN; CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, n INTEGER, note TEXT);"
		"CREATE TABLE log (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, note TEXT);");
	stmt = prepare(db, "INSERT INTO item VALUES (?1, 'item ' || ?1, ?1 % 97, hex(randomblob(40)))");
	for (long i = 1; i <= rows; i++) {
		sqlite3_bind_int64(stmt, 1, i);
		if (sqlite3_step(stmt) != SQLITE_DONE)
			fail(db);
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	run(db, "COMMIT; PRAGMA journal_mode = wal;");
	sqlite3_close(db);
}

/* Transactions a second, each of one statement, with as much around it as nobody can leave out. */
static void measure(const char *path, const char *sql, int parameters, uint64_t rows, long count)
{
	sqlite3 *db = open_database(path, 0);
	sqlite3_stmt *stmt;
	uint64_t state = 88172645463325252;
	int64_t start, code;

	run(db, "PRAGMA synchronous = normal; PRAGMA mmap_size = 0;");
	stmt = prepare(db, sql);
	start = now();
	for (long i = 0; i < count; i++) {
		for (int k = 1; k <= parameters; k++)
			sqlite3_bind_int64(stmt, k, (sqlite3_int64)(1 + next(&state) % rows));
		while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
			;
		if (code != SQLITE_DONE)
			fail(db);
		sqlite3_reset(stmt);
	}
	printf("%.1f\n", (double)count * 1e9 / (double)(now() - start));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

/* Hold the write lock for so long every period. */
static void lock(const char *path, int64_t hold, int64_t period, int64_t seconds)
{
	sqlite3 *db = open_database(path, 0);
	int64_t start = now();

	sqlite3_busy_timeout(db, 1000);
	for (int64_t at = start + (period - hold) / 2; at < start + seconds * 1000000000; at += period) {
		sleep_until(at);
		run(db, "BEGIN IMMEDIATE");
		sleep_until(now() + hold);
		run(db, "ROLLBACK");
	}
	sqlite3_close(db);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	long number[3] = {0};

	for (int i = 3; i < argc && i < 6; i++)
		number[i - 3] = atol(argv[i]);
	if (strcmp(mode, "make") == 0 && argc == 4)
		make(argv[2], number[0]);
	else if (strcmp(mode, "read") == 0 && argc == 5)
		measure(argv[2], "SELECT name, n, note FROM item WHERE id = ?1", 1, (uint64_t)number[0], number[1]);
	else if (strcmp(mode, "insert") == 0 && argc == 4)
		measure(argv[2], "INSERT INTO log (a, b, note) VALUES (?1, ?2, 'the same for all')", 2, 1000000, number[0]);
	else if (strcmp(mode, "lock") == 0 && argc == 6)
		lock(argv[2], number[0] * 1000000, number[1] * 1000000, number[2]);
	else
		fail(NULL);
	return 0;
}
