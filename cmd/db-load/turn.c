#include <stdio.h>
#include <string.h>

#include "pagecache.h"
#include "client.h"
#include "clock.h"

#define NAP 100000000 /* ns: how long a wait for an arrival does not look whether to stop */

static size_t choose(struct client *c)
{
	const struct works *w = c->shared->works;
	int64_t at;

	if (w->n == 1)
		return 0;
	at = (int64_t)rng_below(&c->rng, (uint64_t)w->weights);
	for (size_t i = 0;; i++) {
		at -= w->work[i].weight;
		if (at < 0)
			return i;
	}
}

/* Failures that the next transaction would meet too. */
static bool is_lasting(enum sql_failure failure)
{
	return failure == SQL_FULL || failure == SQL_BROKEN || failure == SQL_READONLY;
}

static void add_seen(_Atomic uint64_t *count)
{
	atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1, memory_order_relaxed);
}

static void see_latency(struct seen *seen, double latency)
{
	add_seen(&seen->done);
	atomic_store_explicit(&seen->sum, atomic_load_explicit(&seen->sum, memory_order_relaxed) + latency,
			      memory_order_relaxed);
	atomic_store_explicit(&seen->squares,
			      atomic_load_explicit(&seen->squares, memory_order_relaxed) + latency * latency,
			      memory_order_relaxed);
}

static void count_failure(struct client *c, const struct performer *p, struct tally *tally)
{
	struct shared *s = c->shared;
	uint64_t failures;

	/* What was cut short is neither done nor failed. */
	if (p->failure == SQL_INTERRUPTED && stop_wanted(&s->stop))
		return;
	if (!tally->failed++)
		memcpy(tally->error, p->error, sizeof tally->error);
	tally->busy += p->failure == SQL_BUSY;
	add_seen(&c->seen.failed);
	failures = atomic_fetch_add(&s->failures, 1) + 1;
	if (is_lasting(p->failure) || (s->options->max_errors >= 0 && failures > (uint64_t)s->options->max_errors)) {
		atomic_store(&s->broken, true);
		atomic_store(&s->stop.now, true);
	}
}

/* Wait for the arrival. 1: start, 0: it is too late to, -1: stop. */
static int await(struct client *c, size_t i, int64_t *now)
{
	struct shared *s = c->shared;
	int64_t free_from = *now, delay;

	while (*now < c->scheduled) {
		if (stop_look(&s->stop))
			return -1;
		clock_sleep_until(c->scheduled - *now > NAP ? *now + NAP : c->scheduled);
		*now = clock_now();
	}
	delay = *now - (c->scheduled > free_from ? c->scheduled : free_from);
	if (s->options->limit && *now - c->scheduled > s->options->limit) {
		c->tally[i].skipped++;
		add_seen(&c->seen.skipped);
		return 0;
	}
	recorder_put(&c->recorder, s->works->work[i].series + SERIES_LAG, *now, *now - c->scheduled);
	recorder_put(&c->recorder, s->works->delay, *now, delay);
	return 1;
}

/* All that is not timed and comes before. 0, or -1 where it failed. */
static int make_ready(struct client *c, struct performer *p)
{
	struct shared *s = c->shared;
	struct recorder *recorder = p->recorder;
	int result = 0;

	p->recorder = NULL;
	if (p->script->before.n)
		result = performer_run(p, &p->script->before);
	p->recorder = recorder;
	if (result < 0)
		return -1;
	if (s->options->cache != CACHE_COLD)
		return 0;
	client_count(c, 1);
	if (sql_checkpoint(c->db, SQL_TRUNCATE, NULL, NULL) < 0)
		return performer_fail(p, sql_failure(c->db), sql_reason(c->db));
	client_disconnect(c);
	c->not_cold += pagecache_empty(s->path, NULL) < 0;
	if (client_connect(c, false) < 0) {
		atomic_store(&s->broken, true);
		atomic_store(&s->stop.now, true);
		return performer_fail(p, SQL_OTHER, "cannot connect again with empty caches");
	}
	client_count(c, -1);
	return 0;
}

/* What the clocks say of a transaction that succeeded. */
static void count_success(struct client *c, size_t i, int64_t start, int64_t end)
{
	const struct options *o = c->shared->options;
	const struct work *work = &c->shared->works->work[i];
	int64_t latency = end - (o->rate > 0 ? c->scheduled : start);
	struct tally *tally = &c->tally[i];

	recorder_put(&c->recorder, work->series + SERIES_LATENCY, end, latency);
	if (o->rate > 0)
		recorder_put(&c->recorder, work->series + SERIES_SERVICE, end, end - start);
	tally->done++;
	tally->late += o->limit && latency > o->limit;
	see_latency(&c->seen, (double)latency);
}

/* The arrivals until the end, none of which is served any more. */
static void leave_rest(struct client *c)
{
	for (; c->scheduled < c->shared->deadline; c->scheduled = pace_next(&c->pace))
		c->unstarted++;
}

static bool is_over(struct client *c, int64_t now)
{
	const struct shared *s = c->shared;

	if (stop_wanted(&s->stop) || c->turns >= s->count)
		return true;
	if (now < s->deadline && (s->options->rate <= 0 || c->scheduled < s->deadline))
		return false;
	if (s->options->rate > 0)
		leave_rest(c);
	return true;
}

static void perform(struct client *c, size_t i, int64_t *now)
{
	struct performer *p = &c->performer[i];
	int64_t start = *now;
	int result;

	p->now = start;
	p->stale = false;
	result = performer_run(p, &p->script->main);
	*now = p->now;
	if (result < 0)
		count_failure(c, p, &c->tally[i]);
	else
		count_success(c, i, start, *now);
}

void client_turn(struct client *c, int64_t *now)
{
	const struct options *o = c->shared->options;
	struct performer *p;
	size_t i;

	if (is_over(c, *now)) {
		c->finished = true;
		return;
	}
	i = choose(c);
	p = &c->performer[i];
	c->turns++;
	if (p->script->before.n || o->cache == CACHE_COLD) {
		int result = make_ready(c, p);

		*now = clock_now();
		if (result < 0) {
			count_failure(c, p, &c->tally[i]);
			goto next;
		}
	}
	if (o->rate > 0 && await(c, i, now) <= 0)
		goto next;
	perform(c, i, now);
next:
	if (o->rate > 0)
		c->scheduled = pace_next(&c->pace);
}
