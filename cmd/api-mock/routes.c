#include "handlers.h"

#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "clock.h"

void routes_get(struct call *call)
{
	struct sql_stmt *stmt = store_query(call->store, NODE_ROUTES, call->caller.node, NULL);
	struct text text = {.bytes = NULL};
	const char *routes;
	int result = sql_step(stmt);

	if (result == 1) {
		routes = sql_get_text(stmt, 0);
		text_add(&text, "{\"data\":{\"routes\":");
		text_add(&text, routes && body_is_routes(routes) ? routes : "[]");
		text_add(&text, "}");
		answer_data(call, 200, &text);
	} else if (result == 0) {
		answer_problem(call, NOT_FOUND);
	} else {
		answer_failure(call);
	}
	sql_reset(stmt);
}

/* 1, 0 where there is no such node, or -1. */
static int set_routes(struct call *call, const char *routes)
{
	struct sql_stmt *stmt = store_query(call->store, ROUTES_SET, call->caller.node, routes, NULL);
	int64_t rows;

	sql_bind_integer(stmt, 3, clock_wall() / 1000000000);
	rows = store_change(call->store, stmt);
	if (rows <= 0)
		return (int)rows;
	return sql_run(store_query(call->store, VERSION_BUMP, call->caller.cluster, NULL)) < 0 ? -1 : 1;
}

void routes_put(struct call *call)
{
	char *routes;
	int result;

	if (body_routes(call->request, &routes) < 0) {
		answer_problem(call, BAD_REQUEST);
		return;
	}
	result = store_begin(call->store) < 0 ? -1 : set_routes(call, routes);
	free(routes);
	if (result == 1 && store_commit(call->store) == 0) {
		answer_static(call, 200, "{\"message\":\"Routes updated successfully\"}");
		return;
	}
	if (result == 0)
		answer_problem(call, NOT_FOUND);
	else
		answer_failure(call);
	store_rollback(call->store);
}

void routes_cluster(struct call *call)
{
	struct sql_stmt *stmt = store_query(call->store, CLUSTER_ROUTES, call->caller.cluster, NULL);
	struct text text = {.bytes = NULL};
	const char *routes, *comma = "";
	int result;

	text_add(&text, "{\"data\":{\"routes\":{");
	while ((result = sql_step(stmt)) == 1) {
		routes = sql_get_text(stmt, 1);
		if (!routes || !body_is_routes(routes))
			continue;
		text_add(&text, comma);
		text_string(&text, sql_get_text(stmt, 0));
		text_add(&text, ":");
		text_add(&text, routes);
		comma = ",";
	}
	sql_reset(stmt);
	if (result < 0) {
		free(text.bytes);
		answer_failure(call);
		return;
	}
	text_add(&text, "}}");
	answer_data(call, 200, &text);
}
