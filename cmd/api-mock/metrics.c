#include "metrics.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* The last counts what is none of the others. */
static const unsigned statuses[] = {200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 413, 429, 500, 503, 0};
enum { STATUSES = sizeof statuses / sizeof *statuses };

struct metrics {
	const struct metrics_route *route;
	unsigned routes;
	atomic_uint_fast64_t count[][STATUSES];
};

struct metrics *metrics_new(const struct metrics_route *routes, unsigned n)
{
	struct metrics *m = calloc(1, sizeof *m + n * sizeof m->count[0]);

	if (m) {
		m->route = routes;
		m->routes = n;
	}
	return m;
}

void metrics_free(struct metrics *m)
{
	free(m);
}

void metrics_count(struct metrics *m, unsigned route, unsigned status)
{
	unsigned i = 0;

	while (i < STATUSES - 1 && statuses[i] != status)
		i++;
	atomic_fetch_add_explicit(&m->count[route][i], 1, memory_order_relaxed);
}

void metrics_tell(struct metrics *m, const struct serve *serve, struct text *text)
{
	unsigned long long total = 0, n;

	text_add(text, "# HELP nebulagc_http_requests_total Total number of HTTP requests\n"
		       "# TYPE nebulagc_http_requests_total counter\n");
	for (unsigned r = 0; r < m->routes; r++) {
		for (unsigned s = 0; s < STATUSES; s++) {
			n = atomic_load_explicit(&m->count[r][s], memory_order_relaxed);
			if (!m->route[r].apart)
				total += n;
			if (n)
				text_format(text, "nebulagc_http_requests_total{method=\"%s\",path=\"%s\",status=\"%u\"} %llu\n",
					    m->route[r].method, m->route[r].path, statuses[s], n);
		}
	}
	text_format(text,
		    "# HELP benchpipe_requests_total Requests that arrived, but those for /metrics\n"
		    "# TYPE benchpipe_requests_total counter\n"
		    "benchpipe_requests_total %llu\n"
		    "# HELP benchpipe_connections_open Connections at the moment\n"
		    "# TYPE benchpipe_connections_open gauge\n"
		    "benchpipe_connections_open %llu\n"
		    "# HELP benchpipe_connections_total Connections so far\n"
		    "# TYPE benchpipe_connections_total counter\n"
		    "benchpipe_connections_total %llu\n",
		    total, (unsigned long long)serve_connections(serve), (unsigned long long)serve_accepted(serve));
}
