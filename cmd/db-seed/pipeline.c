#include "pipeline.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "complain.h"
#include "stop.h"

struct slot {
	struct batch batch;
	bool ready;
};

struct ring {
	const struct pipeline *pipeline;
	struct slot *slot;
	size_t nslots;
	pthread_mutex_t lock;
	pthread_cond_t freed, filled;
	uint64_t claimed, taken; /* how many batches somebody makes or has made, and how many were taken */
	bool stop;
};

/* Under the lock: whether there is a batch to be made and a slot for it. */
static bool can_claim(const struct ring *ring)
{
	return ring->claimed < ring->pipeline->batches->count && ring->claimed < ring->taken + ring->nslots;
}

static void make(const struct pipeline *p, struct batch *batch, uint64_t number)
{
	batch_make(batch, p->batches, number);
	if (!batch->failed && p->prepare && p->prepare(p->data, batch) != 0)
		batch->failed = 1;
}

/* Under the lock, which is let go meanwhile. */
static void make_next(struct ring *ring)
{
	uint64_t number = ring->claimed++;
	struct slot *slot = &ring->slot[number % ring->nslots];

	pthread_mutex_unlock(&ring->lock);
	make(ring->pipeline, &slot->batch, number);
	pthread_mutex_lock(&ring->lock);
	slot->ready = true;
}

static void *worker(void *data)
{
	struct ring *ring = data;

	stop_block();
	pthread_mutex_lock(&ring->lock);
	while (!ring->stop && ring->claimed < ring->pipeline->batches->count) {
		if (can_claim(ring)) {
			make_next(ring);
			pthread_cond_signal(&ring->filled);
		} else {
			pthread_cond_wait(&ring->freed, &ring->lock);
		}
	}
	pthread_mutex_unlock(&ring->lock);
	return NULL;
}

static int take(const struct pipeline *p, struct batch *batch)
{
	if (!batch->failed)
		return p->take(p->data, batch);
	complain("%s", batch->error ? batch->error : "out of memory");
	return -1;
}

static int take_all(struct ring *ring)
{
	const struct pipeline *p = ring->pipeline;
	int result = 0;

	pthread_mutex_lock(&ring->lock);
	while (result == 0 && ring->taken < p->batches->count) {
		struct slot *slot = &ring->slot[ring->taken % ring->nslots];

		while (!slot->ready) {
			if (can_claim(ring))
				make_next(ring);
			else
				pthread_cond_wait(&ring->filled, &ring->lock);
		}
		pthread_mutex_unlock(&ring->lock);
		result = take(p, &slot->batch);
		pthread_mutex_lock(&ring->lock);
		slot->ready = false;
		ring->taken++;
		pthread_cond_signal(&ring->freed);
	}
	ring->stop = true;
	pthread_cond_broadcast(&ring->freed);
	pthread_mutex_unlock(&ring->lock);
	return result;
}

/* A thread that cannot be had is done without. */
static int run_threads(struct ring *ring, unsigned threads)
{
	pthread_t *thread = calloc(threads, sizeof(*thread));
	unsigned started = 0;
	int result;

	while (thread && started < threads && pthread_create(&thread[started], NULL, worker, ring) == 0)
		started++;
	result = take_all(ring);
	while (started > 0)
		pthread_join(thread[--started], NULL);
	free(thread);
	return result;
}

int pipeline_run(const struct pipeline *pipeline)
{
	unsigned helpers = pipeline->threads - 1;
	struct ring ring = { .pipeline = pipeline, .nslots = 1 };
	int result = 0;

	if (pipeline->batches->count < 2)
		helpers = 0;
	if (helpers > 0)
		ring.nslots = helpers + 2;
	ring.slot = calloc(ring.nslots, sizeof(*ring.slot));
	for (size_t i = 0; i < ring.nslots && result == 0; i++)
		result = ring.slot ? batch_init(&ring.slot[i].batch, pipeline->batches) : -1;
	if (result != 0) {
		complain("out of memory");
	} else {
		pthread_mutex_init(&ring.lock, NULL);
		pthread_cond_init(&ring.freed, NULL);
		pthread_cond_init(&ring.filled, NULL);
		result = run_threads(&ring, helpers);
		pthread_cond_destroy(&ring.filled);
		pthread_cond_destroy(&ring.freed);
		pthread_mutex_destroy(&ring.lock);
	}
	for (size_t i = 0; ring.slot && i < ring.nslots; i++)
		batch_free(&ring.slot[i].batch);
	free(ring.slot);
	return result;
}
