#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"

int api_open(struct api *api, const char *path)
{
	api->fd = -1;
	api->len = 0;
	api->body[0] = '\0';
	api->sent = api->done = 0;
	memset(&api->response, 0, sizeof api->response);
	if ((size_t)snprintf(api->path, sizeof api->path, "%s", path) < sizeof api->path)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static void hang_up(struct api *api)
{
	int error = errno;

	if (api->fd >= 0)
		close(api->fd);
	api->fd = -1;
	errno = error;
}

void api_close(struct api *api)
{
	hang_up(api);
	response_free(&api->response);
}

int api_connect(struct api *api, const struct until *until)
{
	if (api->fd < 0)
		api->fd = until_connect(until, api->path);
	return api->fd < 0 ? -1 : 0;
}

static void keep_body(void *data, const char *bytes, size_t len)
{
	struct api *api = data;
	size_t room = sizeof api->body - 1 - api->len;

	if (len > room)
		len = room;
	memcpy(api->body + api->len, bytes, len);
	api->len += len;
}

static int take_answer(struct api *api, const struct until *until)
{
	char bytes[4096];

	response_begin(&api->response, false);
	api->len = 0;
	do {
		ssize_t n = until_read(until, api->fd, bytes, sizeof bytes);

		if (n < 0)
			return -1;
		if (n == 0) {
			response_eof(&api->response);
			errno = ECONNRESET;
			if (api->response.state == RESPONSE_BROKEN)
				return -1;
		} else if (response_feed(&api->response, bytes, (size_t)n, NULL, keep_body, api) != (size_t)n) {
			errno = EPROTO;
			return -1;
		}
		if (api->response.state == RESPONSE_BROKEN) {
			errno = EPROTO;
			return -1;
		}
	} while (api->response.state != RESPONSE_DONE);
	return 0;
}

int api_call(struct api *api, const char *method, const char *path, const char *body, const struct until *until)
{
	char request[API_REQUEST];
	int len;

	if (body)
		len = snprintf(request, sizeof request,
			       "%s %s HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
			       "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
			       method, path, strlen(body), body);
	else
		len = snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n",
			       method, path);
	if (len < 0 || (size_t)len >= sizeof request) {
		errno = EMSGSIZE;
		return -1;
	}
	api->len = 0;
	api->body[0] = '\0';
	if (api_connect(api, until) < 0)
		return -1;
	api->sent = clock_now();
	if (until_write(until, api->fd, request, (size_t)len) < 0 || take_answer(api, until) < 0) {
		if (errno == EPIPE)
			errno = ECONNRESET;
		hang_up(api);
		return -1;
	}
	api->done = clock_now();
	api->body[api->len] = '\0';
	if (!response_reusable(&api->response))
		hang_up(api);
	return api->response.head.status;
}

static bool find_fault(const struct api *api, char *text, size_t room)
{
	struct json j;
	struct json_span key, span;

	json_open(&j, api->body, api->len);
	if (json_object(&j) < 0)
		return false;
	while (json_key(&j, &key) == 1)
		if (json_is(&key, "fault_message") || json_is(&key, "error"))
			return json_string(&j, &span) == 0 && json_copy(&span, text, room) == 0;
		else if (json_skip(&j) < 0)
			return false;
	return false;
}

void api_fault(const struct api *api, char *text, size_t room)
{
	if (!find_fault(api, text, room))
		snprintf(text, room, "%s", api->len ? api->body : "nothing");
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
}
