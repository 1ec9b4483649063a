#include "handlers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The configuration's version. 1, 0 where there is no such cluster, -1 failed. */
static int current_version(struct call *call, int64_t *version)
{
	struct sql_stmt *stmt = store_query(call->store, VERSION, call->caller.cluster, NULL);
	int result = sql_step(stmt);

	if (result == 1)
		*version = sql_get_integer(stmt, 0);
	sql_reset(stmt);
	return result;
}

static void no_row(struct call *call, int result)
{
	if (result < 0)
		answer_failure(call);
	else
		answer_problem(call, NOT_FOUND);
}

void config_version(struct call *call)
{
	struct text text = {.bytes = NULL};
	int64_t version;
	int result = current_version(call, &version);

	if (result != 1) {
		no_row(call, result);
		return;
	}
	text_format(&text, "{\"data\":{\"version\":%lld}", (long long)version);
	answer_data(call, 200, &text);
}

/* The version that the client has, by ?current_version and If-None-Match: the larger; 0: none. -1: the first is no
 * number. */
static int known_version(const struct call *call, int64_t *known)
{
	const char *query = serve_query(call->request, "current_version");
	const char *match = serve_header(call->request, "If-None-Match");
	char *end;
	long long version = 0;

	*known = 0;
	if (query && *query) {
		*known = strtoll(query, &end, 10);
		if (*end || end == query)
			return -1;
	}
	if (match && sscanf(match, "\"v%lld\"", &version) == 1 && version > *known)
		*known = version;
	return 0;
}

static void send_bundle(struct call *call, struct sql_stmt *stmt)
{
	long long version = (long long)sql_get_integer(stmt, 0);
	const void *data = sql_get_blob(stmt, 1);
	size_t len = sql_get_bytes(stmt, 1);
	void *body = malloc(len ? len : 1);

	if (!body) {
		answer_problem(call, INTERNAL);
		return;
	}
	if (len)
		memcpy(body, data, len);
	call->reply->type = "application/gzip";
	call->reply->kind = SERVE_OWNED;
	call->reply->body = body;
	call->reply->len = len;
	serve_add(call->reply, "Content-Disposition", "attachment; filename=\"config-v%lld.tar.gz\"", version);
	serve_add(call->reply, "ETag", "\"v%lld\"", version);
	serve_add(call->reply, "X-Config-Version", "%lld", version);
}

void config_download(struct call *call)
{
	struct sql_stmt *stmt;
	int64_t known, version;
	int result;

	if (known_version(call, &known) < 0) {
		answer_problem(call, BAD_VERSION);
		return;
	}
	result = current_version(call, &version);
	if (result != 1) {
		no_row(call, result);
		return;
	}
	if (known > 0 && known == version) {
		call->reply->status = 304;
		serve_add(call->reply, "ETag", "\"v%lld\"", (long long)version);
		return;
	}
	stmt = store_query(call->store, BUNDLE_NEWEST, call->caller.cluster, NULL);
	result = sql_step(stmt);
	if (result == 1)
		send_bundle(call, stmt);
	else
		no_row(call, result);
	sql_reset(stmt);
}

/* In one transaction that is deferred, as the server's: it reads before it writes, so that of several at once all but
 * one fail. 0, or -1. */
static int insert_bundle(struct call *call, int64_t *version)
{
	const struct caller *caller = &call->caller;
	struct sql_stmt *stmt;

	if (current_version(call, version) != 1)
		return -1;
	++*version;
	stmt = store_query(call->store, VERSION_SET, caller->cluster, NULL);
	sql_bind_integer(stmt, 2, *version);
	if (sql_run(stmt) < 0)
		return -1;
	stmt = store_query(call->store, BUNDLE_INSERT, caller->tenant, caller->cluster, caller->node, NULL);
	sql_bind_integer(stmt, 4, *version);
	sql_bind_blob(stmt, 5, call->request->body, call->request->len);
	return sql_run(stmt);
}

void config_upload(struct call *call)
{
	const char *type = serve_header(call->request, "Content-Type");
	struct text text = {.bytes = NULL};
	int64_t version;

	if (!type || (strcasecmp(type, "application/gzip") != 0 && strcasecmp(type, "application/x-gzip") != 0)) {
		answer_problem(call, BAD_CONTENT_TYPE);
		return;
	}
	if (call->request->len < 2 || memcmp(call->request->body, "\x1f\x8b", 2) != 0) {
		answer_problem(call, BAD_REQUEST);
		return;
	}
	if (store_begin(call->store) < 0 || insert_bundle(call, &version) < 0 || store_commit(call->store) < 0) {
		answer_failure(call);
		store_rollback(call->store);
		return;
	}
	text_format(&text, "{\"data\":{\"version\":%lld,\"message\":\"Bundle uploaded successfully\"}", (long long)version);
	answer_data(call, 200, &text);
}
