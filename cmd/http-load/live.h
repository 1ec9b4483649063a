#ifndef HTTP_LOAD_LIVE_H
#define HTTP_LOAD_LIVE_H

#include "load.h"
#include "progress.h"

/* How it goes, while it runs. */

struct live {
	struct progress *progress;
	const struct step *step;
	size_t n;
	size_t requests;    /* of the mix */
	unsigned shards;
	const char *what;   /* in front of the line: "bracket 3"; "" for nothing */
	struct sight last;  /* that was shown, to tell the rate since */
	double rate;
};

void live_start(struct live *live, struct progress *progress, const struct step *step, size_t n, size_t requests,
		unsigned shards, const char *what);

/* load_go()'s watch, with a struct live. */
void live_watch(void *data, const struct sight *sight);

#endif
