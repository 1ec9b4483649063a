#include "worker.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "account.h"
#include "clock.h"
#include "die.h"
#include "slots.h"

#define REST 50000000      /* ns that a client rests after a connection that could not be made */
#define CONNECTING_MAX 64  /* connections that are made at the same time, in each thread */
#define LOOK 50000000      /* ns between looks whether everything is to stop, at most */
#define LEAD_MAX 100000    /* ns that an arrival is woken for early, at most */
#define LEAD_STEP 500
#define LATE_ONE_IN 4      /* arrivals that the lead lets be late */

/* --- for engines --- */

const struct options *worker_options(const struct worker *w)
{
	return w->go->options;
}

const struct mix *worker_mix(const struct worker *w)
{
	return w->go->mix;
}

struct slot *worker_slots(struct worker *w, uint32_t *n)
{
	*n = w->nslots;
	return w->slot;
}

struct engine_counts *worker_counts(struct worker *w)
{
	return &w->counts;
}

void worker_woke(struct worker *w, int64_t now)
{
	w->woke = now;
}

/* --- what comes next --- */

/* The number of the next request; false: there is none any more. */
static bool take_number(struct worker *w, uint64_t *seq)
{
	struct go *go = w->go;
	const struct step *step = &go->step[w->step];

	if (step->rate > 0) {
		*seq = w->seq;
		w->seq += (uint64_t)go->options->shards * go->threads;
		return true;
	}
	if (step->count && atomic_fetch_add_explicit(&go->quota, 1, memory_order_relaxed) >= go->quota_limit)
		return false;
	*seq = go->base + go->options->shard +
	       atomic_fetch_add_explicit(&go->claimed, 1, memory_order_relaxed) * go->options->shards;
	return true;
}

static void start(struct worker *w, struct slot *slot, int64_t intended, int64_t now)
{
	struct part *part = &w->part[w->step];
	uint64_t seq;

	if (!take_number(w, &seq)) {
		w->ended = true;
		slots_append(&w->idle, slot);
		return;
	}
	slot->request = mix_at(w->go->mix, seq);
	slot->seq = seq;
	slot->intended = intended;
	slot->started = now;
	slot->step = w->step;
	slot->connecting = false;
	if (w->go->step[w->step].rate > 0)
		account_put(w, w->step, SERIES_LAG, now, now - (intended > slot->free_since ? intended : slot->free_since));
	part->in_flight++;
	part->started++;
	atomic_store_explicit(&w->seen.started, atomic_load_explicit(&w->seen.started, memory_order_relaxed) + 1,
			      memory_order_relaxed);
	slots_append(&w->busy, slot);
	w->go->engine->start(w->state, slot);
}

/* The arrival after this one. */
static void next_arrival(struct worker *w)
{
	const struct options *o = w->go->options;
	const struct step *step = &w->go->step[w->step];

	w->number += (uint64_t)o->shards * w->go->threads;
	w->arrival = step->count && w->number >= step->count ? INT64_MAX : pace_next(&w->pace);
	if (w->arrival == INT64_MAX && step->count)
		w->ended = true;
}

static void start_arrival(struct worker *w, struct slot *slot, int64_t now)
{
	int64_t intended = w->arrival;

	next_arrival(w);
	start(w, slot, intended, now);
}

/* slot is free: what it does next. */
static void go_on(struct worker *w, struct slot *slot, int64_t now)
{
	const struct go *go = w->go;
	bool over = w->ended || now >= go->end[w->step] || atomic_load_explicit(&go->stop, memory_order_relaxed);

	if (!over && go->step[w->step].rate > 0 && w->arrival <= now && w->arrival < go->end[w->step])
		start_arrival(w, slot, now);
	else if (!over && go->step[w->step].rate <= 0 && !go->options->think)
		start(w, slot, now, now);
	else
		slots_append(&w->idle, slot);
}

void worker_done(struct worker *w, struct slot *slot, const struct outcome *o)
{
	account_settle(w, slot, o);
	if (o->failure == FAILURE_CONNECT || o->failure == FAILURE_TLS)
		slots_append(&w->resting, slot);
	else
		go_on(w, slot, o->end);
}

/* Start what is due. */
static void dispatch(struct worker *w, int64_t now)
{
	const struct go *go = w->go;
	bool paced = go->step[w->step].rate > 0;

	while (!slots_are_none(&w->resting) && w->resting.next->free_since + REST <= now) {
		struct slot *slot = w->resting.next;

		/* Its rest is no lateness of ours. */
		slot->free_since += REST;
		slots_take(slot);
		slots_append(&w->idle, slot);
	}
	while (!slots_are_none(&w->idle) && (paced ? w->arrival <= now && w->arrival < go->end[w->step] : !w->ended)) {
		struct slot *slot = w->idle.next;

		if (!paced && slot->free_since + go->options->think > now)
			break;
		slots_take(slot);
		if (paced)
			start_arrival(w, slot, now);
		else
			start(w, slot, now, now);
	}
}

/* When dispatch() has something to do again. */
static int64_t next_dispatch(const struct worker *w)
{
	int64_t next = INT64_MAX;

	if (!slots_are_none(&w->idle) && w->go->step[w->step].rate > 0)
		next = w->arrival;
	else if (!slots_are_none(&w->idle) && !w->ended)
		next = w->idle.next->free_since + w->go->options->think;
	if (!slots_are_none(&w->resting) && w->resting.next->free_since + REST < next)
		next = w->resting.next->free_since + REST;
	return next;
}

/* --- what takes too long --- */

static void time_out(struct worker *w, struct slot *slot, int64_t now, int64_t after)
{
	char why[FAILURE_TEXT];
	struct outcome o = {.failure = FAILURE_TIMEOUT, .why = why, .end = now};

	snprintf(why, sizeof why, "%s after %.3g s", slot->connecting ? "not connected" : "no complete response",
		 (double)after / 1e9);
	w->go->engine->cancel(w->state, slot);
	account_settle(w, slot, &o);
	slots_append(&w->idle, slot);
}

static void expire(struct worker *w, int64_t now)
{
	const struct options *o = w->go->options;
	int64_t shorter = o->connect_timeout < o->timeout ? o->connect_timeout : o->timeout;
	struct slot *next;

	if (now < w->expiry)
		return;
	w->expiry = now + shorter;
	for (struct slot *slot = w->busy.next; slot != &w->busy; slot = next) {
		int64_t age = now - slot->started;

		next = slot->next;
		if (age >= o->timeout) {
			time_out(w, slot, now, o->timeout);
			continue;
		}
		if (slot->connecting && age >= o->connect_timeout) {
			time_out(w, slot, now, o->connect_timeout);
			continue;
		}
		if (slot->started + (age < shorter ? shorter : o->timeout) < w->expiry)
			w->expiry = slot->started + (age < shorter ? shorter : o->timeout);
		if (age < shorter)
			break;
	}
}

/* --- steps --- */

static void begin_step(struct worker *w, uint32_t step)
{
	struct go *go = w->go;
	const struct options *o = go->options;
	unsigned share = o->shard + o->shards * w->index;

	w->step = step;
	w->ended = false;
	w->aims = false;
	w->arrival = INT64_MAX;
	w->woke = clock_now();
	atomic_store_explicit(&w->seen.step, step, memory_order_relaxed);
	account_begin(w);
	if (go->step[step].rate <= 0)
		return;
	pace_init(&w->pace, o->arrival, go->step[step].rate, go->begin[step], o->common.seed + step, share,
		  o->shards * go->threads);
	w->aims = 1e9 / go->step[step].rate * o->shards * go->threads >= 4 * LEAD_MAX;
	w->number = share;
	w->arrival = go->step[step].count && share >= go->step[step].count ? INT64_MAX : pace_next(&w->pace);
	if (w->arrival == INT64_MAX)
		w->ended = true;
}

/* end: where it is over, which may be before its planned end. */
static void end_step(struct worker *w, int64_t end)
{
	/* Arrivals that found no free connection until now. */
	while (w->arrival < end) {
		w->part[w->step].not_started++;
		next_arrival(w);
	}
	account_end(w, end);
}

/* Give up what is in flight. */
static void abandon(struct worker *w)
{
	while (!slots_are_none(&w->busy)) {
		struct slot *slot = w->busy.next;
		struct part *part = &w->part[slot->step];

		w->go->engine->cancel(w->state, slot);
		part->unfinished++;
		part->in_flight--;
		slots_take(slot);
		slot->request = NULL;
		slot->free_since = clock_now();
		slots_append(&w->idle, slot);
	}
}

static int64_t earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Is everything to end? Where there is no other thread, this one looks for itself. */
static bool stopped(struct worker *w, int64_t now)
{
	if (w->go->look && now >= w->next_look) {
		w->next_look = now + LOOK;
		w->go->look(w->go->look_data);
	}
	return atomic_load_explicit(&w->go->stop, memory_order_relaxed);
}

/* What is still in flight gets its time. */
static void drain(struct worker *w, int64_t until)
{
	w->ended = true;
	w->arrival = INT64_MAX;
	for (int64_t now; !slots_are_none(&w->busy) && (now = clock_now()) < until && !stopped(w, now);) {
		expire(w, now);
		w->go->engine->poll(w->state, earliest(earliest(until, w->expiry), now + LOOK));
	}
	abandon(w);
}

/* All that was to be started has been, and is over. */
static bool complete(const struct worker *w)
{
	return w->ended && slots_are_none(&w->busy);
}

/* Wait for the next arrival. Timers are late, by about as much each time: aim earlier by that, and do not sleep through
 * what is left. */
static void aim(struct worker *w, int64_t now)
{
	int64_t goal = w->arrival - w->lead, woke;

	if (goal <= now) {
		w->go->engine->poll(w->state, 0);
		return;
	}
	w->go->engine->poll(w->state, goal);
	woke = clock_now();
	if (woke < goal)
		return;
	w->lead += woke > w->arrival ? (LATE_ONE_IN - 1) * LEAD_STEP : -LEAD_STEP;
	w->lead = w->lead < 0 ? 0 : w->lead > LEAD_MAX ? LEAD_MAX : w->lead;
}

/* Where the step is over. */
static int64_t run_step(struct worker *w)
{
	int64_t end = w->go->end[w->step];

	for (;;) {
		/* Arrivals are due at a moment; without them it is late enough when the last wait ended. */
		int64_t now = w->arrival == INT64_MAX ? w->woke : clock_now(), dispatch_at, until;

		if (stopped(w, now))
			return earliest(now, end);
		if (now >= end)
			return end;
		dispatch(w, now);
		if (complete(w))
			return w->part[w->step].last ? w->part[w->step].last : now;
		expire(w, now);
		dispatch_at = next_dispatch(w);
		until = earliest(earliest(end, dispatch_at), earliest(w->expiry, now + LOOK));
		if (w->aims && until == dispatch_at && until == w->arrival)
			aim(w, now);
		else
			w->go->engine->poll(w->state, until);
	}
}

static void tell_done(const struct worker *w)
{
	uint64_t one = 1;

	(void)!write(w->done_fd, &one, sizeof one);
}

void *worker_go(void *data)
{
	struct worker *w = data;
	struct go *go = w->go;
	int64_t end = 0;

	/* Waits end when they are meant to, not 50 us later. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	w->schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	w->part = x_calloc(go->n, sizeof *w->part);
	w->expiry = 0;
	w->seq = go->base + go->options->shard + (uint64_t)go->options->shards * w->index;
	atomic_store(&w->seen.started, 0);
	atomic_store(&w->seen.done, 0);
	atomic_store(&w->seen.failed, 0);
	for (int64_t now; (now = clock_now()) < go->begin[0] && !stopped(w, now);)
		go->engine->poll(w->state, earliest(go->begin[0], now + LOOK));
	for (uint32_t i = 0; i < w->nslots; i++)
		w->slot[i].free_since = earliest(w->slot[i].free_since, go->begin[0] - go->options->think);
	for (uint32_t step = 0; step < go->n && (step == 0 || !stopped(w, 0)); step++) {
		begin_step(w, step);
		end = run_step(w);
		end_step(w, end);
	}
	drain(w, go->end[w->step] == INT64_MAX ? INT64_MAX : end + go->options->drain);
	account_drained(w);
	for (uint32_t step = 0; step <= w->step; step++)
		account_close(&w->part[step]);
	if (w->schedstat >= 0)
		close(w->schedstat);
	tell_done(w);
	return NULL;
}

/* --- before the load --- */

void worker_connected(struct worker *w, enum failure failure, const char *why)
{
	w->connecting--;
	if (failure == FAILURE_NONE) {
		w->connected++;
	} else if (w->failure == FAILURE_NONE) {
		w->failure = failure;
		snprintf(w->why, sizeof w->why, "%s", why);
	}
}

void *worker_connect(void *data)
{
	struct worker *w = data;
	const struct engine *engine = w->go->engine;
	int64_t deadline = clock_now() + w->go->options->connect_timeout;

	for (uint32_t next = 0; next < w->nslots || w->connecting;) {
		int64_t now = clock_now();

		if (stopped(w, now))
			break;
		/* The first one finds the way, which may make those that follow cheaper. */
		while (next < w->nslots && w->connecting < (w->connected || w->failure ? CONNECTING_MAX : 1)) {
			w->connecting++;
			engine->connect(w->state, &w->slot[next++]);
			deadline = now + w->go->options->connect_timeout;
		}
		/* libcurl tells of what takes too long, but not of what connects without it. */
		if (now > deadline + 1000000000)
			break;
		engine->poll(w->state, now + LOOK);
	}
	if (w->connecting && w->failure == FAILURE_NONE && !stopped(w, 0)) {
		w->failure = FAILURE_TIMEOUT;
		snprintf(w->why, sizeof w->why, "not connected after %.3g s", (double)w->go->options->connect_timeout / 1e9);
	}
	for (uint32_t i = 0; w->connecting && i < w->nslots; i++)
		engine->cancel(w->state, &w->slot[i]);
	w->connecting = 0;
	tell_done(w);
	return NULL;
}

int worker_open(struct worker *w, struct go *go, unsigned index, uint32_t nslots)
{
	*w = (struct worker){.go = go, .index = index, .nslots = nslots, .schedstat = -1, .done_fd = -1};
	w->slot = x_calloc(nslots, sizeof *w->slot);
	w->early = x_calloc(nslots * go->mix->norigins, sizeof *w->early);
	slots_clear(&w->idle);
	slots_clear(&w->busy);
	slots_clear(&w->resting);
	for (uint32_t i = 0; i < nslots; i++) {
		w->slot[i].worker = w;
		w->slot[i].index = i;
		slots_append(&w->idle, &w->slot[i]);
	}
	w->state = go->engine->open(w);
	return w->state ? 0 : -1;
}

void worker_close(struct worker *w)
{
	if (w->go)
		w->go->engine->close(w->state);
	free(w->slot);
	free(w->early);
}
