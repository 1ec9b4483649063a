#include "auth.h"

#include <string.h>

#include "sha256.h"
#include "token.h"

/* A column of ours into one of the caller's texts. */
static void keep(char to[ID_MAX], struct sql_stmt *stmt, int column)
{
	const char *text = sql_get_text(stmt, column);
	size_t len = text ? strnlen(text, ID_MAX - 1) : 0;

	if (len)
		memcpy(to, text, len);
	to[len] = '\0';
}

/* The row of the one whose token the header holds, or NULL after the reply was filled in. */
static struct sql_stmt *look_up(struct call *call, const char *header, enum query query, char hash[SHA256_TEXT])
{
	const char *token = serve_header(call->request, header);
	struct sql_stmt *stmt;
	int result;

	if (!token || strlen(token) < TOKEN_MIN) {
		answer_problem(call, UNAUTHORIZED);
		return NULL;
	}
	sha256_text(token, strlen(token), hash);
	stmt = store_query(call->store, query, hash, NULL);
	result = sql_step(stmt);
	if (result == 1)
		return stmt;
	if (result == 0)
		answer_problem(call, UNAUTHORIZED);
	else
		answer_failure(call);
	sql_reset(stmt);
	return NULL;
}

bool auth_node(struct call *call)
{
	char hash[SHA256_TEXT];
	struct sql_stmt *stmt = look_up(call, TOKEN_NODE_HEADER, NODE_BY_TOKEN, hash);

	if (!stmt)
		return false;
	keep(call->caller.node, stmt, 0);
	keep(call->caller.tenant, stmt, 1);
	keep(call->caller.cluster, stmt, 2);
	call->caller.admin = sql_get_integer(stmt, 3) != 0;
	sql_reset(stmt);
	return true;
}

bool auth_cluster(struct call *call)
{
	char hash[SHA256_TEXT];
	struct sql_stmt *stmt = look_up(call, TOKEN_CLUSTER_HEADER, CLUSTER_BY_TOKEN, hash);

	if (!stmt)
		return false;
	keep(call->caller.cluster, stmt, 0);
	keep(call->caller.tenant, stmt, 1);
	sql_reset(stmt);
	return true;
}
