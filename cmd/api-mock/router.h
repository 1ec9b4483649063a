#ifndef API_MOCK_ROUTER_H
#define API_MOCK_ROUTER_H

#include "fault.h"
#include "limits.h"
#include "metrics.h"
#include "serve.h"
#include "store.h"

/* From a request to the handler that answers it. */

struct router {
	struct fault fault;
	struct limits *limits;    /* NULL: none */
	struct metrics *metrics;
	struct store *stores;     /* one for each thread */
};

struct metrics *router_metrics(void); /* for all routes; NULL with ENOMEM */

/* What serve.h calls; data is the router. */
void router_handle(void *data, const struct serve_request *request, struct serve_reply *reply);

#endif
