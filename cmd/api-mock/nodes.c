#include "handlers.h"

#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "die.h"
#include "sha256.h"
#include "token.h"

#define MTU_DEFAULT 1300
#define MTU_MIN 1280
#define MTU_MAX 9000
#define PAGE_DEFAULT 50
#define PAGE_MAX 500

static const char *truth(int64_t value)
{
	return value ? "true" : "false";
}

/* A row of NODE_PAGE or NODE_SUMMARY. */
static void put_node(struct text *text, struct sql_stmt *stmt)
{
	const char *routes = sql_get_text(stmt, 6), *created;

	text_add(text, "{\"node_id\":");
	text_string(text, sql_get_text(stmt, 0));
	text_add(text, ",\"name\":");
	text_string(text, sql_get_text(stmt, 1));
	text_format(text, ",\"is_admin\":%s,\"mtu\":%lld,\"is_lighthouse\":%s,\"is_relay\":%s",
		    truth(sql_get_integer(stmt, 2)), (long long)sql_get_integer(stmt, 3), truth(sql_get_integer(stmt, 4)),
		    truth(sql_get_integer(stmt, 5)));
	if (routes && body_is_routes(routes)) {
		text_add(text, ",\"routes\":");
		text_add(text, routes);
	}
	created = sql_get_text(stmt, 7);
	text_add(text, ",\"created_at\":");
	text_moment(text, created);
	text_add(text, ",\"updated_at\":");
	text_moment(text, created);
	text_add(text, "}");
}

/* A new version of the configuration: a transaction of its own, as the server has it. */
static int bump(struct call *call)
{
	return sql_run(store_query(call->store, VERSION_BUMP, call->caller.cluster, NULL));
}

/* A count of what the query names, or -1. */
static int64_t count(struct call *call, enum query query, const char *first, const char *second)
{
	struct sql_stmt *stmt = store_query(call->store, query, first, second, NULL);
	int64_t result = sql_step(stmt) == 1 ? sql_get_integer(stmt, 0) : -1;

	sql_reset(stmt);
	return result;
}

/* Is the caller's cluster there? The server asks each time. */
static bool cluster_is_there(struct call *call)
{
	int64_t n = count(call, CLUSTER_COUNT, call->caller.cluster, call->caller.tenant);

	if (n < 0)
		answer_failure(call);
	else if (n == 0)
		answer_problem(call, NOT_FOUND);
	return n > 0;
}

/* --- list --- */

static int put_page(struct call *call, struct text *text, int64_t page, int64_t size)
{
	struct sql_stmt *stmt = store_query(call->store, NODE_PAGE, call->caller.tenant, call->caller.cluster, NULL);
	const char *comma = "";
	int result;

	sql_bind_integer(stmt, 3, size);
	sql_bind_integer(stmt, 4, (page - 1) * size);
	while ((result = sql_step(stmt)) == 1) {
		text_add(text, comma);
		put_node(text, stmt);
		comma = ",";
	}
	sql_reset(stmt);
	return result;
}

/* As the server reads it: what is no number is 0. */
static int64_t number_of(struct call *call, const char *name, int64_t otherwise)
{
	const char *text = serve_query(call->request, name);
	char *end;
	long long value;

	if (!text)
		return otherwise;
	value = strtoll(text, &end, 10);
	return *end || end == text || value > 1000000000 ? 0 : value;
}

void nodes_list(struct call *call)
{
	int64_t page = number_of(call, "page", 1), size = number_of(call, "page_size", PAGE_DEFAULT), total;
	struct text text = {.bytes = NULL};

	if (!cluster_is_there(call))
		return;
	page = page < 1 ? 1 : page;
	size = size < 1 ? PAGE_DEFAULT : size > PAGE_MAX ? PAGE_MAX : size;
	total = count(call, NODE_COUNT, call->caller.tenant, call->caller.cluster);
	text_add(&text, "{\"data\":{\"cluster_id\":");
	text_string(&text, call->caller.cluster);
	text_add(&text, ",\"nodes\":[");
	if (total < 0 || put_page(call, &text, page, size) < 0) {
		free(text.bytes);
		answer_failure(call);
		return;
	}
	text_format(&text, "],\"total\":%lld,\"page\":%lld,\"per_page\":%lld}", (long long)total, (long long)page,
		    (long long)size);
	answer_data(call, 200, &text);
}

/* --- create --- */

static int make_token(struct call *call, char token[TOKEN_LENGTH + 1], char hash[SHA256_TEXT])
{
	if (token_make(token) < 0) {
		warn("no random numbers for a token:");
		answer_problem(call, INTERNAL);
		return -1;
	}
	sha256_text(token, TOKEN_LENGTH, hash);
	return 0;
}

static void tell_credentials(struct call *call, const char *id, const char *token)
{
	const char *cluster_token = serve_header(call->request, TOKEN_CLUSTER_HEADER);
	struct text text = {.bytes = NULL};

	text_format(&text, "{\"data\":{\"node_id\":\"%s\",\"node_token\":\"%s\",\"cluster_token\":", id, token);
	text_string(&text, cluster_token ? cluster_token : "");
	text_add(&text, ",\"created_at\":");
	text_now(&text);
	text_add(&text, "}");
	answer_data(call, 201, &text);
}

static void create(struct call *call, const struct body_node *node)
{
	const struct caller *caller = &call->caller;
	char id[UUID_LENGTH + 1], token[TOKEN_LENGTH + 1], hash[SHA256_TEXT];
	struct sql_stmt *stmt;
	int result;

	if (!cluster_is_there(call) || make_token(call, token, hash) < 0)
		return;
	if (uuid_make(id) < 0) {
		answer_problem(call, INTERNAL);
		return;
	}
	stmt = store_query(call->store, NODE_INSERT, id, caller->tenant, caller->cluster, node->name, hash, NULL);
	sql_bind_integer(stmt, 6, node->is_admin);
	sql_bind_integer(stmt, 7, node->mtu ? node->mtu : MTU_DEFAULT);
	result = sql_run(stmt);
	if (result < 0 && sql_failure(call->store->db) == SQL_CONSTRAINT)
		answer_problem(call, CONFLICT);
	else if (result < 0 || bump(call) < 0)
		answer_failure(call);
	else
		tell_credentials(call, id, token);
}

void nodes_create(struct call *call)
{
	struct body_node node = {.name = ""};

	if (body_node(call->request, &node) < 0 || strspn(node.name, " \t\r\n") == strlen(node.name) ||
	    (node.mtu && (node.mtu < MTU_MIN || node.mtu > MTU_MAX)))
		answer_problem(call, BAD_REQUEST);
	else
		create(call, &node);
}

/* --- one node --- */

/* After a change of the node that the path names: was it there, and has the cluster a new version? */
static bool changed(struct call *call, int64_t rows)
{
	if (rows == 0)
		answer_problem(call, NOT_FOUND);
	else if (rows < 0 || bump(call) < 0)
		answer_failure(call);
	else
		return true;
	return false;
}

void nodes_mtu(struct call *call)
{
	const struct caller *caller = &call->caller;
	struct text text = {.bytes = NULL};
	struct sql_stmt *stmt;
	int64_t mtu = 0;
	int result;

	if (body_mtu(call->request, &mtu) < 0 || mtu < MTU_MIN || mtu > MTU_MAX) {
		answer_problem(call, BAD_REQUEST);
		return;
	}
	stmt = store_query(call->store, NODE_MTU, caller->tenant, caller->cluster, call->id, NULL);
	sql_bind_integer(stmt, 4, mtu);
	if (!changed(call, store_change(call->store, stmt)))
		return;
	stmt = store_query(call->store, NODE_SUMMARY, caller->tenant, caller->cluster, call->id, NULL);
	text_add(&text, "{\"data\":");
	result = sql_step(stmt);
	if (result == 1)
		put_node(&text, stmt);
	sql_reset(stmt);
	if (result == 1) {
		answer_data(call, 200, &text);
		return;
	}
	free(text.bytes);
	if (result == 0)
		answer_problem(call, NOT_FOUND);
	else
		answer_failure(call);
}

void nodes_token(struct call *call)
{
	const struct caller *caller = &call->caller;
	char token[TOKEN_LENGTH + 1], hash[SHA256_TEXT];
	struct text text = {.bytes = NULL};
	struct sql_stmt *stmt;

	if (make_token(call, token, hash) < 0)
		return;
	stmt = store_query(call->store, NODE_TOKEN, caller->tenant, caller->cluster, call->id, hash, NULL);
	if (!changed(call, store_change(call->store, stmt)))
		return;
	text_add(&text, "{\"data\":{\"node_id\":");
	text_string(&text, call->id);
	text_format(&text, ",\"node_token\":\"%s\",\"rotated_at\":", token);
	text_now(&text);
	text_add(&text, "}");
	answer_data(call, 200, &text);
}

void nodes_delete(struct call *call)
{
	struct sql_stmt *stmt =
		store_query(call->store, NODE_DELETE, call->caller.tenant, call->caller.cluster, call->id, NULL);

	if (changed(call, store_change(call->store, stmt)))
		call->reply->status = 204;
}
