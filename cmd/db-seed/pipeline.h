#ifndef DB_SEED_PIPELINE_H
#define DB_SEED_PIPELINE_H

#include "batch.h"

/* Batches made ahead by some threads and taken in order by the calling one, so that what becomes of them does not
 * depend on how many threads there are. */

struct pipeline {
	const struct batches *batches;
	unsigned threads;    /* the calling one among them, which makes batches too when it would have to wait */
	/* On any thread, after the rows are made; may be NULL. 0, or -1 with ENOMEM. */
	int (*prepare)(void *data, struct batch *batch);
	/* On the calling thread, in order. Other than 0 ends the run. */
	int (*take)(void *data, struct batch *batch);
	void *data;
};

/* What take() returned last, or -1 after a complaint where batches could not be made. */
int pipeline_run(const struct pipeline *pipeline);

#endif
