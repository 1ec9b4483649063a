#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "die.h"

#define LOOK 10000 /* steps of SQLite between looks whether to stop */

void client_init(struct client *c, struct shared *shared, unsigned number)
{
	const struct options *o = shared->options;
	const struct works *w = shared->works;

	*c = (struct client){.shared = shared, .number = number};
	rng_seed(&c->rng, o->common.seed, number + 1);
	c->performer = x_calloc(w->n, sizeof *c->performer);
	c->tally = x_calloc(w->n, sizeof *c->tally);
	c->work = x_calloc(w->labels + 1, sizeof *c->work);
	for (size_t i = 0; i < w->n; i++) {
		struct work *work = &w->work[i];

		performer_init(&c->performer[i], work->script, &c->rng, work->keys, shared->blobs, &shared->stop);
		c->performer[i].series = work->series + SERIES_LABELS;
		values_copy(&c->performer[i].values, &work->values);
	}
	c->busy = (struct busy){.kind = o->busy, .timeout = o->busy_timeout, .stop = &shared->stop};
	c->checkpoints.pages = o->checkpoint_pages > INT32_MAX ? INT32_MAX : (int)o->checkpoint_pages;
	c->checkpoints.series = w->checkpoint;
	c->checkpoints.room = (size_t)(CHECKPOINTS_KEPT / o->clients + 1);
	c->checkpoints.kept = x_calloc(c->checkpoints.room, sizeof *c->checkpoints.kept);
}

void client_free(struct client *c)
{
	if (!c->shared)
		return;
	client_disconnect(c);
	for (size_t i = 0; i < c->shared->works->n; i++)
		performer_free(&c->performer[i]);
	free(c->performer);
	free(c->tally);
	free(c->work);
	free(c->checkpoints.kept);
	recorder_close(&c->recorder);
}

/* --- the connection --- */

static int look_whether_to_stop(void *data)
{
	return stop_look(data);
}

int client_connect(struct client *c, bool before)
{
	const struct works *w = c->shared->works;
	struct sql *db;

	if (connection_open(&c->db, c->shared->path, c->shared->options) < 0) {
		warn("%s", sql_error(c->db));
		return -1;
	}
	db = c->db;
	busy_install(&c->busy, db);
	sql_on_progress(db, LOOK, look_whether_to_stop, &c->shared->stop);
	checkpoints_install(&c->checkpoints, db);
	for (size_t i = 0; i < w->n; i++) {
		struct performer *p = &c->performer[i];

		performer_connect(p, db);
		if ((before && performer_run(p, &p->script->before) < 0) ||
		    performer_prepare(p, &p->script->main) < 0) {
			if (!stop_wanted(&c->shared->stop))
				warn("%s", p->error);
			return -1;
		}
	}
	return 0;
}

void client_disconnect(struct client *c)
{
	for (size_t i = 0; i < c->shared->works->n; i++)
		performer_connect(&c->performer[i], NULL);
	sql_close(c->db);
	c->db = NULL;
}

/* --- counting --- */

void client_count(struct client *c, int sign)
{
	const struct works *w = c->shared->works;
	struct sql_cache cache;

	if (!c->db)
		return;
	sql_cache(c->db, &cache);
	c->cache.hit += sign * cache.hit;
	c->cache.miss += sign * cache.miss;
	c->cache.write += sign * cache.write;
	for (size_t i = 0; i < w->n; i++) {
		const struct performer *p = &c->performer[i];
		const struct block *main = &p->script->main;

		for (size_t k = 0; k < main->n; k++) {
			const struct command *command = &main->command[k];
			struct sql_work *sum = &c->work[w->work[i].labels + command->series], work;

			if (command->kind != COMMAND_SQL || !p->statement[command->statement].stmt)
				continue;
			sql_work(p->statement[command->statement].stmt, &work);
			sum->fullscan += sign * work.fullscan;
			sum->sorts += sign * work.sorts;
			sum->autoindex += sign * work.autoindex;
			sum->steps += sign * work.steps;
			sum->runs += sign * work.runs;
		}
	}
}

void client_begin(struct client *c)
{
	const struct shared *s = c->shared;
	const struct options *o = s->options;

	memset(c->tally, 0, s->works->n * sizeof *c->tally);
	memset(c->work, 0, s->works->labels * sizeof *c->work);
	c->cache = (struct sql_cache){0};
	c->busy.count = 0;
	c->busy.waited = 0;
	c->checkpoints.n = 0;
	c->checkpoints.more = 0;
	c->turns = 0;
	c->unstarted = 0;
	c->not_cold = 0;
	c->finished = false;
	atomic_store(&c->seen.done, 0);
	atomic_store(&c->seen.failed, 0);
	atomic_store(&c->seen.skipped, 0);
	atomic_store(&c->seen.sum, 0);
	atomic_store(&c->seen.squares, 0);
	recorder_open(&c->recorder, s->timeline);
	c->checkpoints.recorder = &c->recorder;
	for (size_t i = 0; i < s->works->n; i++)
		c->performer[i].recorder = &c->recorder;
	client_count(c, -1);
	if (o->rate > 0) {
		/* A seed of its own keeps arrivals and values apart. */
		pace_init(&c->pace, o->schedule, o->rate, s->begin, rng_key(o->common.seed, "arrivals"), c->number,
			  (unsigned)o->clients);
		c->scheduled = pace_next(&c->pace);
	}
}

void client_end(struct client *c)
{
	client_count(c, 1);
	recorder_close(&c->recorder);
	c->checkpoints.recorder = NULL;
	for (size_t i = 0; i < c->shared->works->n; i++)
		c->performer[i].recorder = NULL;
}
