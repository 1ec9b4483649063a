#include "writeout.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "stop.h"

#define INTERVAL 200000000L /* ns */

/* Wait under the lock; false when it is over. */
static bool wait(struct writeout *w)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += INTERVAL;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	while (!w->stop && pthread_cond_timedwait(&w->changed, &w->lock, &until) != ETIMEDOUT)
		;
	return !w->stop;
}

static void *run(void *data)
{
	struct writeout *w = data;

	stop_block();
	pthread_mutex_lock(&w->lock);
	while (wait(w)) {
		pthread_mutex_unlock(&w->lock);
		/* Where the file system cannot, the fsync at the end does it all. */
		sync_file_range(w->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

void writeout_start(struct writeout *w, int fd)
{
	pthread_condattr_t attributes;

	*w = (struct writeout){ .fd = fd };
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	w->running = pthread_create(&w->thread, NULL, run, w) == 0;
}

void writeout_stop(struct writeout *w)
{
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	if (w->running)
		pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
}
