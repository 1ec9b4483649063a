#include "handlers.h"

#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "clock.h"
#include "die.h"
#include "sha256.h"
#include "token.h"

#define SECOND 1000000000LL

/* --- what is there --- */

/* All nodes of the cluster are read; what they are is sorted out here, as the server does. */
struct lists {
	struct text lighthouses, relays, routes;
};

static const char *text_or(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

static void put_named(struct text *list, struct sql_stmt *stmt)
{
	text_add(list, list->len ? ",{\"node_id\":" : "{\"node_id\":");
	text_string(list, sql_get_text(stmt, 0));
	text_add(list, ",\"name\":");
	text_string(list, sql_get_text(stmt, 1));
}

static void sort_node(struct lists *lists, struct sql_stmt *stmt)
{
	const char *routes;

	if (sql_get_integer(stmt, 2)) {
		put_named(&lists->lighthouses, stmt);
		text_add(&lists->lighthouses, ",\"public_ip\":");
		text_string(&lists->lighthouses, sql_get_text(stmt, 3));
		text_format(&lists->lighthouses, ",\"port\":%lld}", (long long)sql_get_integer(stmt, 4));
	}
	if (sql_get_integer(stmt, 5)) {
		put_named(&lists->relays, stmt);
		text_add(&lists->relays, "}");
	}
	routes = sql_get_text(stmt, 6);
	if (routes && body_is_routes(routes)) {
		text_add(&lists->routes, lists->routes.len ? "," : "");
		text_string(&lists->routes, sql_get_text(stmt, 0));
		text_add(&lists->routes, ":");
		text_add(&lists->routes, routes);
	}
}

static void tell(struct call *call, const struct lists *lists)
{
	struct text text = {.bytes = NULL};

	text_add(&text, "{\"data\":{\"lighthouses\":[");
	text_add(&text, text_or(lists->lighthouses.bytes, ""));
	text_add(&text, "],\"relays\":[");
	text_add(&text, text_or(lists->relays.bytes, ""));
	text_add(&text, "],\"routes\":{");
	text_add(&text, text_or(lists->routes.bytes, ""));
	text_add(&text, "}}");
	text.failed |= lists->lighthouses.failed || lists->relays.failed || lists->routes.failed;
	answer_data(call, 200, &text);
}

void topology_get(struct call *call)
{
	struct sql_stmt *stmt = store_query(call->store, TOPOLOGY, call->caller.cluster, NULL);
	struct lists lists = {.lighthouses = {.bytes = NULL}};
	int result;

	while ((result = sql_step(stmt)) == 1)
		sort_node(&lists, stmt);
	sql_reset(stmt);
	if (result < 0)
		answer_failure(call);
	else
		tell(call, &lists);
	free(lists.lighthouses.bytes);
	free(lists.relays.bytes);
	free(lists.routes.bytes);
}

/* --- what becomes of a node --- */

/* The change, and the cluster's new version: one transaction. stmt has all but the time, which is its parameter at. */
static void change(struct call *call, enum query query, const struct body_lighthouse *to, int at, const char *done)
{
	struct sql_stmt *stmt = store_query(call->store, query, call->caller.cluster, to->node_id, NULL);
	int64_t rows;

	if (query == LIGHTHOUSE_SET) {
		sql_bind_text(stmt, 3, to->public_ip, strlen(to->public_ip));
		sql_bind_integer(stmt, 4, to->port);
	}
	sql_bind_integer(stmt, at, clock_wall() / SECOND);
	rows = store_begin(call->store) < 0 ? -1 : store_change(call->store, stmt);
	if (rows == 0)
		answer_problem(call, NOT_FOUND);
	else if (rows < 0 || sql_run(store_query(call->store, VERSION_BUMP, call->caller.cluster, NULL)) < 0 ||
		 store_commit(call->store) < 0)
		answer_failure(call);
	else
		answer_static(call, 200, done);
	store_rollback(call->store);
}

void topology_lighthouse(struct call *call)
{
	struct body_lighthouse to = {.node_id = ""};

	if (body_lighthouse(call->request, &to) < 0 || !*to.node_id || !body_is_address(to.public_ip))
		answer_problem(call, BAD_REQUEST);
	else
		change(call, LIGHTHOUSE_SET, &to, 5, "{\"message\":\"Lighthouse status assigned\"}");
}

void topology_relay(struct call *call)
{
	struct body_lighthouse to = {.node_id = ""};

	if (body_lighthouse(call->request, &to) < 0 || !*to.node_id)
		answer_problem(call, BAD_REQUEST);
	else
		change(call, RELAY_SET, &to, 3, "{\"message\":\"Relay status assigned\"}");
}

/* The node is the one in the path. */
static void unset(struct call *call, enum query query, const char *done)
{
	struct body_lighthouse to = {.node_id = ""};

	strcpy(to.node_id, call->id);
	change(call, query, &to, 3, done);
}

void topology_no_lighthouse(struct call *call)
{
	unset(call, LIGHTHOUSE_UNSET, "{\"message\":\"Lighthouse status removed\"}");
}

void topology_no_relay(struct call *call)
{
	unset(call, RELAY_UNSET, "{\"message\":\"Relay status removed\"}");
}

/* --- the cluster's token --- */

void topology_token(struct call *call)
{
	char token[TOKEN_LENGTH + 1], hash[SHA256_TEXT];
	struct text text = {.bytes = NULL};
	int64_t rows;

	if (token_make(token) < 0) {
		warn("no random numbers for a token:");
		answer_problem(call, INTERNAL);
		return;
	}
	sha256_text(token, TOKEN_LENGTH, hash);
	rows = store_change(call->store, store_query(call->store, CLUSTER_TOKEN, call->caller.cluster, hash, NULL));
	if (rows == 0) {
		answer_problem(call, NOT_FOUND);
	} else if (rows < 0) {
		answer_failure(call);
	} else {
		text_format(&text, "{\"data\":{\"token\":\"%s\",\"message\":\"Cluster token rotated successfully\"}", token);
		answer_data(call, 200, &text);
	}
}
