#include "wake.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "clock.h"

#define SECOND 1000000000LL
#define LEAD_MAX 200000 /* ns */
#define LEAD_STEP 500
#define EARLY_ONE_IN 8

struct waiting {
	int64_t due;
	void *item;
};

struct wake {
	struct wake_calls calls;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct waiting *heap;      /* the earliest first */
	size_t n, room;
	atomic_int_fast64_t lead;  /* ns before their time */
	atomic_bool all;           /* were woken */
	bool end;
};

static void push(struct wake *w, struct waiting new)
{
	size_t at = w->n++;

	while (at && w->heap[(at - 1) / 2].due > new.due) {
		w->heap[at] = w->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	w->heap[at] = new;
}

static void *pop(struct wake *w)
{
	void *first = w->heap[0].item;
	struct waiting last = w->heap[--w->n];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < w->n) {
		if (child + 1 < w->n && w->heap[child + 1].due < w->heap[child].due)
			child++;
		if (w->heap[child].due >= last.due)
			break;
		w->heap[at] = w->heap[child];
		at = child;
	}
	w->heap[at] = last;
	return first;
}

/* Until when the first one waits; now itself where it waits no longer. */
static int64_t first_wake(struct wake *w, int64_t now)
{
	int64_t when = w->heap[0].due - atomic_load_explicit(&w->lead, memory_order_relaxed);

	if (when > now)
		return when;
	return w->calls.hold ? w->calls.hold(w->calls.data, now) : now;
}

static void *run(void *data)
{
	struct wake *w = data;

	prctl(PR_SET_TIMERSLACK, 1UL); /* ns; 50 us unless said */
	prctl(PR_SET_NAME, "wake");
	pthread_mutex_lock(&w->lock);
	while (!w->end) {
		int64_t now = clock_now(), until = w->n ? first_wake(w, now) : now;

		if (!w->n) {
			pthread_cond_wait(&w->changed, &w->lock);
		} else if (until > now) {
			struct timespec time = {until / SECOND, until % SECOND};

			pthread_cond_timedwait(&w->changed, &w->lock, &time);
		} else {
			w->calls.wake(pop(w));
		}
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct wake *wake_start(const struct wake_calls *calls)
{
	struct wake *w = calloc(1, sizeof *w);
	pthread_condattr_t monotonic;

	if (!w)
		return NULL;
	w->calls = *calls;
	atomic_init(&w->lead, LEAD_MAX / 4);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&w->lock, NULL);
	errno = pthread_create(&w->thread, NULL, run, w);
	if (!errno)
		return w;
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->changed);
	free(w);
	return NULL;
}

static bool has_room(struct wake *w)
{
	size_t room = w->room ? 2 * w->room : 64;
	struct waiting *heap;

	if (w->n < w->room)
		return true;
	heap = reallocarray(w->heap, room, sizeof *heap);
	if (!heap)
		return false;
	w->heap = heap;
	w->room = room;
	return true;
}

bool wake_later(struct wake *w, int64_t due, void *item)
{
	bool later;

	pthread_mutex_lock(&w->lock);
	later = !atomic_load(&w->all) && has_room(w);
	if (later) {
		w->calls.lay_down(item);
		push(w, (struct waiting){due, item});
		if (w->heap[0].item == item)
			pthread_cond_signal(&w->changed);
	}
	pthread_mutex_unlock(&w->lock);
	return later;
}

void wake_came(struct wake *w, int64_t due)
{
	int64_t now = clock_now(), lead = atomic_load_explicit(&w->lead, memory_order_relaxed);

	if (atomic_load(&w->all))
		return;
	lead += now > due ? LEAD_STEP : -(EARLY_ONE_IN - 1) * LEAD_STEP;
	lead = lead < 0 ? 0 : lead > LEAD_MAX ? LEAD_MAX : lead;
	atomic_store_explicit(&w->lead, lead, memory_order_relaxed);
	while (now < due)
		now = clock_now();
}

void wake_all(struct wake *w)
{
	pthread_mutex_lock(&w->lock);
	atomic_store(&w->all, true);
	while (w->n)
		w->calls.wake(pop(w));
	pthread_mutex_unlock(&w->lock);
}

void wake_end(struct wake *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->end = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->changed);
	free(w->heap);
	free(w);
}
