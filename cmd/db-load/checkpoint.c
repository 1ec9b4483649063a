#include "checkpoint.h"

#include "clock.h"

static void committed(void *data, int wal_pages)
{
	struct checkpoints *c = data;
	struct checkpoint made = {.at = 0};
	int64_t end;

	if (!c->pages || wal_pages < c->pages)
		return;
	made.at = clock_now();
	/* That another connection is at it is no failure. */
	if (sql_checkpoint(c->db, SQL_PASSIVE, &made.pages, &made.done) < 0)
		return;
	end = clock_now();
	made.latency = end - made.at;
	if (!c->recorder)
		return;
	recorder_put(c->recorder, c->series, end, made.latency);
	if (c->n < c->room)
		c->kept[c->n++] = made;
	else
		c->more++;
}

void checkpoints_install(struct checkpoints *c, struct sql *db)
{
	c->db = db;
	sql_on_commit(db, committed, c);
}
