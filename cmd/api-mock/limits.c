#include "limits.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

#define WHOSE_MAX 64

static const struct {
	double rate; /* a second */
	double burst;
} allowed[LIMITS] = {
	[LIMIT_NONE] = {INFINITY, INFINITY}, [LIMIT_ADDRESS] = {100, 200}, [LIMIT_NODES] = {50, 100},
	[LIMIT_CONFIG] = {10, 20},           [LIMIT_ROUTES] = {20, 40},    [LIMIT_TOPOLOGY] = {100, 200},
};

struct bucket {
	enum limit limit; /* LIMIT_NONE: free */
	char whose[WHOSE_MAX];
	double tokens;
	int64_t since;    /* when there were so many */
};

struct limits {
	pthread_mutex_t lock;
	struct bucket *bucket; /* open addressing, linear probing */
	size_t n, size;        /* size: a power of two */
};

struct limits *limits_new(void)
{
	struct limits *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->size = 1024;
	l->bucket = calloc(l->size, sizeof *l->bucket);
	if (!l->bucket) {
		free(l);
		return NULL;
	}
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void limits_free(struct limits *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l->bucket);
	free(l);
}

/* Its bucket, or the free one where it belongs. */
static struct bucket *find(struct bucket *bucket, size_t size, enum limit limit, const char *whose)
{
	size_t at = (size_t)rng_key((uint64_t)limit, whose) & (size - 1);

	while (bucket[at].limit != LIMIT_NONE && (bucket[at].limit != limit || strcmp(bucket[at].whose, whose) != 0))
		at = (at + 1) & (size - 1);
	return &bucket[at];
}

static void grow(struct limits *l)
{
	struct bucket *bucket = calloc(2 * l->size, sizeof *bucket);

	if (!bucket)
		return;
	for (size_t i = 0; i < l->size; i++) {
		if (l->bucket[i].limit != LIMIT_NONE)
			*find(bucket, 2 * l->size, l->bucket[i].limit, l->bucket[i].whose) = l->bucket[i];
	}
	free(l->bucket);
	l->bucket = bucket;
	l->size *= 2;
}

static bool take(struct limits *l, enum limit limit, const char *whose, int64_t now, int64_t *wait)
{
	struct bucket *b = find(l->bucket, l->size, limit, whose);

	if (b->limit == LIMIT_NONE) {
		/* One stays free, at which a search ends. */
		if (l->n + 1 == l->size)
			return true;
		l->n++;
		b->limit = limit;
		strcpy(b->whose, whose);
		b->tokens = allowed[limit].burst;
		b->since = now;
	}
	/* Threads may bring their times in another order. */
	if (now > b->since) {
		b->tokens = fmin(allowed[limit].burst, b->tokens + (double)(now - b->since) * 1e-9 * allowed[limit].rate);
		b->since = now;
	}
	if (b->tokens < 1) {
		*wait = (int64_t)((1 - b->tokens) * 1e9 / allowed[limit].rate) + 1;
		return false;
	}
	b->tokens--;
	return true;
}

bool limits_take(struct limits *l, enum limit limit, const char *whose, int64_t now, int64_t *wait)
{
	bool taken;

	if (strlen(whose) >= WHOSE_MAX)
		return true;
	pthread_mutex_lock(&l->lock);
	if (l->n >= l->size / 2)
		grow(l);
	taken = take(l, limit, whose, now, wait);
	pthread_mutex_unlock(&l->lock);
	return taken;
}
