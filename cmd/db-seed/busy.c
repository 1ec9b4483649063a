#include "busy.h"

#include "clock.h"
#include "stop.h"

#define PATIENCE 5000000000LL
#define PAUSE 20000000LL

static int wait(void *data, int attempt)
{
	struct busy *busy = data;
	int64_t now = clock_now();

	if (attempt == 0)
		busy->since = now;
	if (now - busy->since >= PATIENCE)
		return 0;
	clock_sleep_until(now + PAUSE);
	return stop_signal() == 0;
}

int busy_wait(struct busy *busy, struct sql *db)
{
	busy->since = 0;
	sql_on_busy(db, wait, busy);
	return 0;
}
