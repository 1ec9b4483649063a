#include "router.h"

#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "handlers.h"

enum who { ANYBODY, NODE, ADMIN, CLUSTER };

static const struct route {
	const char *method, *path; /* ":id" stands for one segment */
	enum who who;
	enum limit limit;          /* beside that of the address */
	void (*handle)(struct call *call);
} routes[] = {
	{"GET", "/health/live", ANYBODY, LIMIT_NONE, health_live},
	{"GET", "/health/ready", ANYBODY, LIMIT_NONE, health_ready},
	{"GET", "/health/master", ANYBODY, LIMIT_NONE, health_master},
	{"GET", "/api/v1/health/live", ANYBODY, LIMIT_NONE, health_live},
	{"GET", "/api/v1/health/ready", ANYBODY, LIMIT_NONE, health_ready},
	{"GET", "/api/v1/health/master", ANYBODY, LIMIT_NONE, health_master},
	{"GET", "/api/v1/config/version", NODE, LIMIT_CONFIG, config_version},
	{"GET", "/api/v1/config/bundle", NODE, LIMIT_CONFIG, config_download},
	{"POST", "/api/v1/config/bundle", ADMIN, LIMIT_CONFIG, config_upload},
	{"GET", "/api/v1/nodes", ADMIN, LIMIT_NODES, nodes_list},
	{"POST", "/api/v1/nodes", ADMIN, LIMIT_NODES, nodes_create},
	{"PATCH", "/api/v1/nodes/:id/mtu", ADMIN, LIMIT_NODES, nodes_mtu},
	{"POST", "/api/v1/nodes/:id/token", ADMIN, LIMIT_NODES, nodes_token},
	{"DELETE", "/api/v1/nodes/:id", ADMIN, LIMIT_NODES, nodes_delete},
	{"GET", "/api/v1/routes", NODE, LIMIT_ROUTES, routes_get},
	{"PUT", "/api/v1/routes", NODE, LIMIT_ROUTES, routes_put},
	{"GET", "/api/v1/routes/cluster", NODE, LIMIT_ROUTES, routes_cluster},
	{"GET", "/api/v1/topology", CLUSTER, LIMIT_TOPOLOGY, topology_get},
	{"POST", "/api/v1/topology/lighthouse", CLUSTER, LIMIT_TOPOLOGY, topology_lighthouse},
	{"DELETE", "/api/v1/topology/lighthouse/:id", CLUSTER, LIMIT_TOPOLOGY, topology_no_lighthouse},
	{"POST", "/api/v1/topology/relay", CLUSTER, LIMIT_TOPOLOGY, topology_relay},
	{"DELETE", "/api/v1/topology/relay/:id", CLUSTER, LIMIT_TOPOLOGY, topology_no_relay},
	{"POST", "/api/v1/tokens/cluster/rotate", CLUSTER, LIMIT_NONE, topology_token},
};

enum { ROUTES = sizeof routes / sizeof *routes, METRICS = ROUTES, UNKNOWN, COUNTED };

/* --- which route --- */

/* Does the path match, and what stands for :id? */
static bool matches(const char *pattern, const char *path, char id[ID_MAX])
{
	while (*pattern && *pattern == *path) {
		pattern++;
		path++;
		if (*pattern == ':') {
			size_t len = strcspn(path, "/");

			if (len == 0 || len >= ID_MAX)
				return false;
			memcpy(id, path, len);
			id[len] = '\0';
			path += len;
			pattern += strcspn(pattern, "/");
		}
	}
	return !*pattern && !*path;
}

static bool is_method(const char *method, const char *wanted)
{
	/* libmicrohttpd sends no body to a HEAD. */
	return strcmp(method, wanted) == 0 || (strcmp(method, "HEAD") == 0 && strcmp(wanted, "GET") == 0);
}

/* The methods of a path that has others than the one asked for. */
static void refuse_method(struct call *call, const char *first, const char *second, const char *third)
{
	serve_add(call->reply, "Allow", "%s%s%s%s%s%s", first, strcmp(first, "GET") == 0 ? ", HEAD" : "", second ? ", " : "",
		  second ? second : "", third ? ", " : "", third ? third : "");
	answer_problem(call, NO_METHOD);
}

/* The route's number, METRICS, or UNKNOWN after the reply was filled in. */
static unsigned find(struct call *call)
{
	const char *method = call->request->method, *path = call->request->path, *allowed[3] = {NULL};
	unsigned n = 0;

	for (unsigned i = 0; i < ROUTES; i++) {
		if (!matches(routes[i].path, path, call->id))
			continue;
		if (is_method(method, routes[i].method))
			return i;
		allowed[n++] = routes[i].method;
	}
	if (strcmp(path, "/metrics") == 0 || strcmp(path, "/api/v1/metrics") == 0) {
		if (is_method(method, "GET"))
			return METRICS;
		allowed[n++] = "GET";
	}
	if (n)
		refuse_method(call, allowed[0], allowed[1], allowed[2]);
	else
		answer_problem(call, NO_ROUTE);
	return UNKNOWN;
}

/* --- what becomes of it --- */

static bool within(struct router *r, struct call *call, enum limit limit, const char *whose)
{
	int64_t wait;

	if (!r->limits || limit == LIMIT_NONE || limits_take(r->limits, limit, whose, call->request->arrived, &wait))
		return true;
	serve_add(call->reply, "Retry-After", "%lld", (long long)((wait + 999999999) / 1000000000));
	answer_problem(call, TOO_MANY);
	return false;
}

/* As in the server: first the address's limit, then who asks, then their limit, and then what they may do. */
static bool allowed(struct router *r, struct call *call, const struct route *route)
{
	if (route->who == ANYBODY)
		return true;
	if (!(route->who == CLUSTER ? auth_cluster(call) : auth_node(call)))
		return false;
	if (!within(r, call, route->limit, route->who == CLUSTER ? call->caller.cluster : call->caller.node))
		return false;
	if (route->who == ADMIN && !call->caller.admin) {
		answer_problem(call, FORBIDDEN);
		return false;
	}
	return true;
}

static void act(struct router *r, struct call *call, const struct route *route)
{
	char peer[SERVE_PEER_MAX];

	if (fault_fails(&r->fault, call->request->number)) {
		answer_problem(call, FAILING);
		return;
	}
	if (r->limits) {
		serve_peer(call->request, peer);
		if (!within(r, call, LIMIT_ADDRESS, peer))
			return;
	}
	if (!allowed(r, call, route))
		return;
	if (call->request->too_large)
		answer_problem(call, TOO_LARGE);
	else
		route->handle(call);
}

static void tell_metrics(struct router *r, struct call *call)
{
	struct text text = {.bytes = NULL};

	metrics_tell(r->metrics, call->request->serve, &text);
	if (text.failed) {
		free(text.bytes);
		answer_problem(call, INTERNAL);
		return;
	}
	call->reply->type = "text/plain; version=0.0.4; charset=utf-8";
	call->reply->kind = SERVE_OWNED;
	call->reply->body = text.bytes;
	call->reply->len = text.len;
}

void router_handle(void *data, const struct serve_request *request, struct serve_reply *reply)
{
	struct router *r = data;
	struct call call = {.store = &r->stores[request->thread], .request = request, .reply = reply};
	unsigned route;

	serve_add(reply, "X-Benchpipe", "mock");
	route = find(&call);
	/* What looks at the stand-in itself sees no latency and no failure. */
	if (route == METRICS)
		tell_metrics(r, &call);
	else if (route < ROUTES)
		act(r, &call, &routes[route]);
	if (route != METRICS && r->fault.shape != FAULT_NONE)
		reply->due = request->arrived + fault_latency(&r->fault, request->number);
	metrics_count(r->metrics, route, reply->status);
}

struct metrics *router_metrics(void)
{
	static struct metrics_route named[COUNTED];

	for (unsigned i = 0; i < ROUTES; i++)
		named[i] = (struct metrics_route){routes[i].method, routes[i].path, false};
	named[METRICS] = (struct metrics_route){"GET", "/metrics", true};
	named[UNKNOWN] = (struct metrics_route){"", "", false};
	return metrics_new(named, COUNTED);
}
