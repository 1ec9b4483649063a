#ifndef DISK_GEN_BATCH_H
#define DISK_GEN_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "make.h"

/* Images made by several threads, each as one thread alone would make it. */

struct batch_spec {
	const struct request *request;
	size_t n;
	unsigned workers;
	const struct tools *tools;
	struct signals *signals;
	/* Called in the order of the requests, by the thread that calls batch_make(), once one is done: made is told of
	 * and freed afterwards. False: there is no sense in going on, as after a failure. */
	bool (*done)(void *data, size_t index, const struct made *made);
	void *data;
};

/* After a failure or a signal no further image is begun. How many were made; or dies. */
size_t batch_make(const struct batch_spec *spec);

#endif
