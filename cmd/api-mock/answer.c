#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"

#define JSON "application/json; charset=utf-8"
#define PROBLEM(error, message) "{\"error\":\"" error "\",\"message\":\"" message "\"}"

static const struct {
	unsigned status;
	const char *body;
} problems[] = {
	[BAD_REQUEST] = {400, PROBLEM("invalid_request", "Invalid request parameters")},
	[BAD_CONTENT_TYPE] = {400, PROBLEM("invalid_content_type", "Content-Type must be application/gzip")},
	[BAD_VERSION] = {400, PROBLEM("invalid_version", "Invalid version parameter")},
	[UNAUTHORIZED] = {401, PROBLEM("unauthorized", "Authentication failed")},
	[FORBIDDEN] = {403, PROBLEM("forbidden", "Admin privileges required")},
	[NOT_FOUND] = {404, PROBLEM("not_found", "Resource not found")},
	[NO_ROUTE] = {404, PROBLEM("not_found", "No such endpoint")},
	[NO_METHOD] = {405, PROBLEM("method_not_allowed", "Method not allowed")},
	[CONFLICT] = {409, PROBLEM("conflict", "Resource already exists")},
	[TOO_LARGE] = {413, PROBLEM("payload_too_large", "Payload exceeds size limit")},
	[TOO_MANY] = {429, PROBLEM("rate_limit_exceeded", "Rate limit exceeded")},
	[INTERNAL] = {500, PROBLEM("internal_error", "An internal error occurred")},
	[BUSY] = {503, PROBLEM("service_unavailable", "The database is locked")},
	[FAILING] = {503, PROBLEM("service_unavailable", "Service temporarily unavailable")},
	[NOT_READY] = {503, PROBLEM("unhealthy", "Database unavailable")},
};

/* The server writes to no static body. */
static void *unwritten(const char *text)
{
	union {
		const char *text;
		void *body;
	} u = {.text = text};

	return u.body;
}

void answer_static(struct call *call, unsigned status, const char *body)
{
	call->reply->status = status;
	call->reply->type = JSON;
	call->reply->kind = SERVE_STATIC;
	call->reply->body = unwritten(body);
	call->reply->len = strlen(body);
}

void answer_problem(struct call *call, enum problem problem)
{
	answer_static(call, problems[problem].status, problems[problem].body);
}

void answer_failure(struct call *call)
{
	if (sql_failure(call->store->db) == SQL_BUSY) {
		answer_problem(call, BUSY);
		return;
	}
	warn("%s %s: %s", call->request->method, call->request->path, sql_error(call->store->db));
	answer_problem(call, INTERNAL);
}

void answer_data(struct call *call, unsigned status, struct text *text)
{
	text_add(text, "}");
	if (text->failed) {
		free(text->bytes);
		warn("%s %s: out of memory", call->request->method, call->request->path);
		answer_problem(call, INTERNAL);
		return;
	}
	call->reply->status = status;
	call->reply->type = JSON;
	call->reply->kind = SERVE_OWNED;
	call->reply->body = text->bytes;
	call->reply->len = text->len;
}

void text_moment(struct text *text, const char *moment)
{
	char copy[32];

	if (!moment || strlen(moment) != strlen("2025-06-01 00:00:00") || moment[10] != ' ') {
		text_string(text, moment);
		return;
	}
	strcpy(copy, moment);
	copy[10] = 'T';
	text_format(text, "\"%sZ\"", copy);
}

void text_now(struct text *text)
{
	char now[CLOCK_TEXT_MAX];

	clock_format(now, clock_wall());
	text_string(text, now);
}
