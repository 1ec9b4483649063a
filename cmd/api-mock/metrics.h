#ifndef API_MOCK_METRICS_H
#define API_MOCK_METRICS_H

#include <stdbool.h>

#include "serve.h"
#include "text.h"

/* How many requests there were of each route, with each status. */

struct metrics_route {
	const char *method, *path;
	bool apart; /* not part of the total */
};

struct metrics;

/* Of n routes, whose names are not copied. NULL with ENOMEM. */
struct metrics *metrics_new(const struct metrics_route *routes, unsigned n);
void metrics_free(struct metrics *m);

void metrics_count(struct metrics *m, unsigned route, unsigned status); /* from any thread */

/* All counts so far as Prometheus reads them, and the connections of serve. */
void metrics_tell(struct metrics *m, const struct serve *serve, struct text *text);

#endif
