#include "busy.h"

#include "clock.h"

#define MS 1000000LL

static int64_t step_of(enum busy_kind kind, int attempt)
{
	/* The first are those of SQLite's sqliteDefaultBusyCallback(). */
	static const int64_t sqlite[] = {1 * MS,  2 * MS,  5 * MS,  10 * MS, 15 * MS, 20 * MS,
					 25 * MS, 25 * MS, 25 * MS, 50 * MS, 50 * MS, 100 * MS};
	static const int64_t poll[] = {20000, 50000, 100000, 100000, 200000, 200000, 500000, 1 * MS};
	const int64_t *steps = kind == BUSY_SQLITE ? sqlite : poll;
	int n = kind == BUSY_SQLITE ? (int)(sizeof sqlite / sizeof *sqlite) : (int)(sizeof poll / sizeof *poll);

	return steps[attempt < n ? attempt : n - 1];
}

static int wait_for_lock(void *data, int attempt)
{
	struct busy *b = data;
	int64_t now = clock_now(), left;

	if (attempt == 0) {
		b->since = now;
		b->count++;
	}
	left = b->timeout - (now - b->since);
	if (left <= 0 || stop_look(b->stop))
		return 0;
	int64_t step = step_of(b->kind, attempt);
	clock_sleep_until(now + (step < left ? step : left));
	b->waited += clock_now() - now;
	return 1;
}

void busy_install(struct busy *b, struct sql *db)
{
	sql_on_busy(db, wait_for_lock, b);
}
