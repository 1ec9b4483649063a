#include "load.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocs.h"
#include "clock.h"
#include "die.h"

#define STACK (256 << 10)
#define HOPELESS 3

uint64_t load_vms(const struct load *load)
{
	return 2 * (load->warmup + load->count) + 2 * (uint64_t)load->level;
}

struct until load_until_within(const struct load *load, int64_t ns)
{
	int64_t now = clock_now();

	return (struct until){ns > INT64_MAX - now ? INT64_MAX : now + ns, load->stop};
}

struct until load_until(const struct load *load)
{
	return load_until_within(load, load->machine->boot_timeout);
}

struct until load_cleaning(const struct load *load, int64_t ns)
{
	struct until until = load_until_within(load, ns);

	until.stop = -1;
	return until;
}

void load_enter(struct load *load)
{
	unsigned now = atomic_fetch_add(&load->under_way, 1) + 1, most = atomic_load(&load->most);

	while (now > most && !atomic_compare_exchange_weak(&load->most, &most, now))
		;
}

void load_leave(struct load *load)
{
	atomic_fetch_sub(&load->under_way, 1);
}

/* --- one operation --- */

static void begin_op(const struct load *load, struct op *op, uint64_t number)
{
	memset(op, 0, offsetof(struct op, why) + 1);
	op->number = number;
	for (size_t i = 0; i < VALUES; i++)
		op->value[i] = -1;
	op->given_up = -1;
	op->until = load_until(load);
}

static void run_op(struct worker *w, struct op *op)
{
	struct load *load = w->load;
	struct allocs before = allocs_now(), after;
	bool failed;
	int error;

	op->until = load_until(load);
	op->begin = clock_now();
	op->due = load->options->burst ? load->released : op->begin;
	if (!(load->probe->flags & PROBE_GAUGES))
		load_enter(load);
	failed = load->probe->run(w, op) < 0;
	error = errno;
	op->end = clock_now();
	if (!(load->probe->flags & PROBE_GAUGES))
		load_leave(load);
	after = allocs_now();
	/* What a burst has waited for its turn; clean-up reckons with that itself. */
	if (load->options->burst && !(load->probe->flags & PROBE_GAUGES) && op->value[0] >= 0 &&
	    load->probe->measure[0].unit == UNIT_NS)
		op->value[0] += op->begin - op->due;
	if (failed) {
		if (error == ECONNRESET)
			worker_ask_for_end(w);
		snprintf(op->why, sizeof op->why, "%s", w->why);
	}
	op->allocs = after.n - before.n;
	op->alloc_bytes = after.bytes - before.bytes;
}

static bool stopped(const struct load *load)
{
	struct until now = {0, load->stop};

	return until_sleep(&now, 0) < 0 && errno == ECANCELED;
}

/* What the end of everything has cut off is no failure. */
static void end_op(struct worker *w, struct op *op)
{
	struct load *load = w->load;

	op->until = load_until(load);
	if (load->probe->after)
		load->probe->after(w, op);
	atomic_fetch_add(&load->done, 1);
	if (op->number < load->warmup || (op->why[0] && stopped(load)))
		return;
	pthread_mutex_lock(&load->lock);
	tally_add(load->tally, op);
	load->tally->mode = mode_join(load->tally->mode, w->vm.mode ? w->vm.mode : w->base.mode);
	pthread_mutex_unlock(&load->lock);
}

/* What could not be prepared ends it all. */
static void report_trouble(struct worker *w)
{
	struct load *load = w->load;

	pthread_mutex_lock(&load->lock);
	if (!atomic_exchange(&load->trouble, true))
		snprintf(load->why, sizeof load->why, "%s", w->why);
	pthread_mutex_unlock(&load->lock);
}

/* After some failures and not one success there is no point in going on. */
static bool hopeless(struct load *load)
{
	bool is;

	pthread_mutex_lock(&load->lock);
	is = !(load->probe->flags & PROBE_MAY_FAIL) && load->tally->failed >= HOPELESS &&
	     load->tally->failed == load->tally->done;
	pthread_mutex_unlock(&load->lock);
	return is;
}

/* The last to come says when all were let go. */
static void meet(struct load *load)
{
	int64_t now = clock_now(), last = load->released;

	while (now > last && !atomic_compare_exchange_weak(&load->released, &last, now))
		;
	pthread_barrier_wait(&load->barrier);
}

/* --- a microVM for each operation --- */

static void run_waves(struct worker *w)
{
	struct load *load = w->load;
	uint64_t total = load->warmup + load->count;
	struct op op;

	for (uint64_t number = w->index;; number += load->level) {
		bool mine = number < total, prepared = false, ran;
		int64_t released;

		if (mine) {
			begin_op(load, &op, number);
			prepared = load->probe->prepare(w, &op) == 0;
			if (!prepared)
				report_trouble(w);
		}
		meet(load);
		released = load->released;
		ran = prepared && !load->trouble;
		if (ran)
			run_op(w, &op);
		if (w->index == 0)
			load->over = load->trouble || stopped(load) || hopeless(load) || number + load->level >= total;
		pthread_barrier_wait(&load->barrier);
		if (ran && w->index == 0 && number >= load->warmup)
			tally_wave(load->tally, clock_now() - released, number + load->level <= total);
		if (ran)
			end_op(w, &op);
		else if (mine && load->probe->after)
			load->probe->after(w, &op);
		if (load->over)
			return;
	}
}

/* --- many operations on one microVM --- */

static void run_shared(struct worker *w)
{
	struct load *load = w->load;
	uint64_t total = load->warmup + load->count;
	struct op op;

	if (load->probe->prepare(w, NULL) < 0)
		report_trouble(w);
	meet(load);
	while (!load->trouble && !w->broken) {
		uint64_t number = atomic_fetch_add(&load->next, 1);

		if (number >= total || stopped(load) || hopeless(load))
			break;
		begin_op(load, &op, number);
		run_op(w, &op);
		end_op(w, &op);
	}
	pthread_barrier_wait(&load->barrier);
	if (w->index == 0)
		load->tally->busy = load->tally->end - load->tally->begin;
}

static void *work(void *data)
{
	struct worker *w = data;

	/* All begin when it is known how many there are. */
	pthread_mutex_lock(&w->load->lock);
	pthread_mutex_unlock(&w->load->lock);
	if (w->load->too_few)
		return NULL;
	if (w->load->probe->flags & PROBE_SHARED)
		run_shared(w);
	else
		run_waves(w);
	if (w->vm.attached && (w->load->probe->flags & PROBE_CHANGES)) {
		struct until until = load_cleaning(w->load, w->load->machine->boot_timeout);

		if (vm_give_back(&w->vm, &until) < 0) {
			snprintf(w->why, sizeof w->why, "it is not left as it was: %.700s", w->vm.why);
			report_trouble(w);
		}
	}
	ssh_close(w->ssh);
	if (w->floor >= 0)
		close(w->floor);
	vm_remove(&w->vm);
	snapshot_remove(&w->snapshot);
	vm_remove(&w->base);
	return NULL;
}

/* --- all of them --- */

/* Where one could not be started, none does anything. */
static size_t start_workers(struct load *load, struct worker *worker)
{
	pthread_attr_t attr;
	size_t n = 0;
	int error = pthread_attr_init(&attr);

	if (!error)
		pthread_attr_setstacksize(&attr, STACK);
	pthread_mutex_lock(&load->lock);
	for (; !error && n < load->level; n += !error) {
		worker[n].load = load;
		worker[n].index = (unsigned)n;
		worker[n].floor = -1;
		error = pthread_create(&worker[n].thread, &attr, work, &worker[n]);
	}
	if (error) {
		load->trouble = load->too_few = true;
		snprintf(load->why, sizeof load->why, "%zu of %u threads could be started: %s", n, load->level, strerror(error));
	}
	pthread_mutex_unlock(&load->lock);
	pthread_attr_destroy(&attr);
	return n;
}

int load_run(struct load *load)
{
	struct worker *worker = x_calloc(load->level, sizeof *worker);
	size_t n;

	load->trouble = load->over = false;
	load->next = load->done = 0;
	load->under_way = load->most = 0;
	load->released = 0;
	load->why[0] = '\0';
	if (pthread_mutex_init(&load->lock, NULL) != 0 || pthread_barrier_init(&load->barrier, NULL, load->level) != 0)
		die("out of memory");
	n = start_workers(load, worker);
	for (size_t i = 0; i < n; i++)
		pthread_join(worker[i].thread, NULL);
	load->tally->most = load->most;
	if (!load->tally->mode)
		load->tally->mode = load->machine->mode;
	pthread_barrier_destroy(&load->barrier);
	pthread_mutex_destroy(&load->lock);
	free(worker);
	return load->trouble ? -1 : 0;
}
