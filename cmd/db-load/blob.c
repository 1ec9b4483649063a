#include "blob.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rng.h"

#define SMALLEST 65536

struct blob {
	struct blob *shorter; /* still in use by others */
	size_t size;
	unsigned char bytes[];
};

struct blobs {
	struct blob *_Atomic longest;
	pthread_mutex_t lock; /* for making a longer one */
	uint64_t seed;
};

struct blobs *blobs_new(uint64_t seed)
{
	struct blobs *b = x_calloc(1, sizeof *b);

	pthread_mutex_init(&b->lock, NULL);
	b->seed = seed;
	return b;
}

void blobs_free(struct blobs *b)
{
	if (!b)
		return;
	for (struct blob *blob = atomic_load(&b->longest), *shorter; blob; blob = shorter) {
		shorter = blob->shorter;
		free(blob);
	}
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static struct blob *make(struct blobs *b, size_t size)
{
	size_t room = SMALLEST;
	struct blob *blob;
	struct rng rng;

	while (room < size)
		room *= 2;
	blob = malloc(sizeof *blob + room);
	if (!blob)
		return NULL;
	blob->size = room;
	rng_seed(&rng, b->seed, 0);
	for (size_t i = 0; i < room; i += sizeof(uint64_t)) {
		uint64_t bits = rng_next(&rng);

		memcpy(blob->bytes + i, &bits, sizeof bits);
	}
	return blob;
}

const void *blobs_get(struct blobs *b, size_t size)
{
	struct blob *blob = atomic_load_explicit(&b->longest, memory_order_acquire);

	if (blob && blob->size >= size)
		return blob->bytes;
	pthread_mutex_lock(&b->lock);
	blob = atomic_load(&b->longest);
	if (!blob || blob->size < size) {
		struct blob *longer = make(b, size);

		if (longer) {
			longer->shorter = blob;
			atomic_store_explicit(&b->longest, longer, memory_order_release);
		}
		blob = longer;
	}
	pthread_mutex_unlock(&b->lock);
	return blob ? blob->bytes : NULL;
}
