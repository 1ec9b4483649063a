#include "batch.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

enum state { WAITING, DONE };

struct batch {
	const struct batch_spec *spec;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t next;          /* request to be begun */
	unsigned working;     /* threads that may still finish one */
	bool failed;
	enum state *state;
	struct made *made;
};

/* The index of a request that nobody has begun, or n where there is none left, or no sense in it. */
static size_t take(struct batch *b)
{
	if (b->failed || signals_caught(b->spec->signals))
		return b->spec->n;
	return b->next < b->spec->n ? b->next++ : b->spec->n;
}

static void *work(void *data)
{
	struct batch *b = data;
	const struct batch_spec *s = b->spec;

	pthread_mutex_lock(&b->lock);
	for (size_t i; (i = take(b)) < s->n;) {
		int result;

		pthread_mutex_unlock(&b->lock);
		result = make_image(&b->made[i], &s->request[i], s->tools, s->signals);
		pthread_mutex_lock(&b->lock);
		b->failed |= result < 0;
		b->state[i] = DONE;
		pthread_cond_signal(&b->changed);
	}
	b->working--;
	pthread_cond_signal(&b->changed);
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

/* Tell of what is done, in order, until all is or nobody works any more; what comes behind one that nobody made, too. */
static size_t follow(struct batch *b)
{
	const struct batch_spec *s = b->spec;
	size_t good = 0;

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < s->n; i++) {
		bool more;

		while (b->state[i] != DONE && b->working)
			pthread_cond_wait(&b->changed, &b->lock);
		if (b->state[i] != DONE)
			continue;
		pthread_mutex_unlock(&b->lock);
		good += !b->made[i].why;
		more = s->done(s->data, i, &b->made[i]);
		made_free(&b->made[i]);
		pthread_mutex_lock(&b->lock);
		b->failed |= !more;
	}
	pthread_mutex_unlock(&b->lock);
	return good;
}

size_t batch_make(const struct batch_spec *s)
{
	unsigned workers = s->workers < s->n ? s->workers : (unsigned)s->n;
	pthread_t *thread = x_calloc(workers, sizeof *thread);
	struct batch b = {.spec = s, .working = workers};
	size_t good;

	b.state = x_calloc(s->n, sizeof *b.state);
	b.made = x_calloc(s->n, sizeof *b.made);
	pthread_mutex_init(&b.lock, NULL);
	pthread_cond_init(&b.changed, NULL);
	for (unsigned i = 0; i < workers; i++) {
		int error = pthread_create(&thread[i], NULL, work, &b);

		if (error)
			die("a thread: %s", strerror(error));
	}
	good = follow(&b);
	for (unsigned i = 0; i < workers; i++)
		pthread_join(thread[i], NULL);
	pthread_cond_destroy(&b.changed);
	pthread_mutex_destroy(&b.lock);
	free(b.made);
	free(b.state);
	free(thread);
	return good;
}
