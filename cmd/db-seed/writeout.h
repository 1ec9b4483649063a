#ifndef DB_SEED_WRITEOUT_H
#define DB_SEED_WRITEOUT_H

#include <pthread.h>
#include <stdbool.h>

/* A thread that has the kernel write a growing file out while it is made, so that little is left for the fsync at the
 * end. It only starts the writing and waits for none of it. */

struct writeout {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int fd;
	bool running, stop;
};

void writeout_start(struct writeout *w, int fd); /* without the thread, if it cannot be had */
void writeout_stop(struct writeout *w);          /* fd is the caller's again */

#endif
