#include "http.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "answer.h"
#include "clock.h"
#include "die.h"
#include "httprequest.h"

#define CONNECTIONS 10
#define AGAIN INT64_C(10000000)       /* ns, where there is no descriptor to accept with */
#define IDLE (EPOLLIN | EPOLLRDHUP)   /* a connection from which requests may come */
#define SENDING (EPOLLOUT | EPOLLRDHUP)
#define NEVER ((uint32_t)EPOLLRDHUP)  /* one that is never answered */

struct connection {
	struct http *http;
	int fd;
	struct watch *watch;             /* NULL while a request is being waited for */
	uint32_t events;                 /* what it is watched for, or will be */
	struct request_parser parser;
	struct request *first, **last;   /* requests that have been read */
	char *out;                       /* what is to be sent */
	size_t out_len, sent;
	bool hung;                       /* nothing will ever be answered */
};

struct http {
	struct vm *vm;
	struct http_options options;
	int fd;
	struct watch *watch;
	struct moment *again;            /* nobody is let in until then */
	struct connection *connection[CONNECTIONS];
	/* The request that takes its time. */
	struct connection *busy;
	struct moment *moment;
	struct request *request;
	struct api_request api;          /* points into it */
	struct answer answer;
};

struct http *http_open(struct vm *vm, const struct http_options *options)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = strlen(options->path);
	struct http *http;
	int fd;

	if (len >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	memcpy(address.sun_path, options->path, len);
	len += offsetof(struct sockaddr_un, sun_path) + (len > 0); /* the kernel names the socket of an empty path */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return NULL;
	if (bind(fd, (struct sockaddr *)&address, (socklen_t)len) < 0 || listen(fd, SOMAXCONN) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return NULL;
	}
	http = x_calloc(1, sizeof *http);
	http->vm = vm;
	http->options = *options;
	http->fd = fd;
	return http;
}

static void drop_requests(struct connection *c)
{
	while (c->first) {
		struct request *request = c->first;

		c->first = request->next;
		request_free(request);
	}
	c->last = &c->first;
}

static void close_connection(struct connection *c)
{
	for (int i = 0; i < CONNECTIONS; i++) {
		if (c->http->connection[i] == c)
			c->http->connection[i] = NULL;
	}
	loop_unwatch(c->watch);
	close(c->fd);
	drop_requests(c);
	request_end(&c->parser);
	free(c->out);
	free(c);
}

static void watch_for(struct connection *c, uint32_t events)
{
	if (c->events == events)
		return;
	c->events = events;
	if (c->watch)
		loop_rewatch(c->watch, events);
}

/* Add to what is to be sent. */
static void put(struct connection *c, const char *text, size_t len)
{
	c->out = x_reallocarray(c->out, c->out_len + len, 1);
	memcpy(c->out + c->out_len, text, len);
	c->out_len += len;
}

/* An answer of HTTP/1.minor. body NULL: it has none, nor a length. */
static void put_answer(struct connection *c, unsigned minor, unsigned status, bool deprecated, const char *body,
		       size_t len)
{
	char head[256];
	int n = snprintf(head, sizeof head, "HTTP/1.%u %u \r\nServer: Firecracker API\r\nConnection: keep-alive\r\n%s",
			 minor, status, deprecated ? "Deprecation: true\r\n" : "");

	if (body)
		n += snprintf(head + n, sizeof head - (size_t)n,
			      "Content-Type: application/json\r\nContent-Length: %zu\r\n", len);
	put(c, head, (size_t)n);
	put(c, "\r\n", 2);
	if (body)
		put(c, body, len);
}

/* Send what there is to send. -1: the connection is gone. */
static int flush(struct connection *c)
{
	while (c->sent < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->sent, c->out_len - c->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return -1;
		if (n < 0) {
			watch_for(c, SENDING);
			return 0;
		}
		c->sent += (size_t)n;
	}
	c->out_len = c->sent = 0;
	watch_for(c, c->hung ? NEVER : IDLE);
	return 0;
}

static void connection_ready(void *data, uint32_t events);
static void listener_ready(void *data, uint32_t events);

/* While a request takes its time, nothing is read and nobody let in. */
static void stand_still(struct http *http)
{
	loop_unwatch(http->watch);
	http->watch = NULL;
	for (int i = 0; i < CONNECTIONS; i++) {
		struct connection *c = http->connection[i];

		if (c) {
			loop_unwatch(c->watch);
			c->watch = NULL;
		}
	}
}

static void go_on(struct http *http)
{
	struct loop *loop = http->vm->loop;

	for (int i = 0; i < CONNECTIONS; i++) {
		struct connection *c = http->connection[i];

		if (c && !c->watch)
			c->watch = loop_watch(loop, c->fd, c->events, connection_ready, c);
	}
	if (!http->watch && !http->again)
		http->watch = loop_watch(loop, http->fd, EPOLLIN, listener_ready, http);
}

/* Take the next request of c and decide what becomes of it. */
static void begin(struct http *http, struct connection *c)
{
	struct request *r = c->first;

	c->first = r->next;
	if (!c->first)
		c->last = &c->first;
	http->busy = c;
	http->request = r;
	http->api = (struct api_request){r->method, r->path, r->body, r->len};
	answer_begin(&http->answer, http->vm, &http->api);
}

static void answer(struct http *http, struct connection *c)
{
	bool fresh = http->vm->state == VM_NOT_STARTED;
	struct api_reply reply;

	answer_finish(&http->answer, &reply);
	if (fresh && http->vm->state != VM_NOT_STARTED)
		http->options.started(http->options.data);
	put_answer(c, 1, reply.status, reply.deprecated, reply.body, reply.body ? strlen(reply.body) : 0);
	free(reply.body);
	if (reply.exits) {
		drop_requests(c);
		loop_end(http->vm->loop, reply.exit_status);
	}
}

/* What was decided for the request that was begun. -1: its connection is to be closed. */
static int carry_out(struct http *http)
{
	struct connection *c = http->busy;
	int result = 0;

	switch (http->answer.outcome) {
	case DIES:
		flush(c); /* the answers to what came before it */
		kill(getpid(), SIGKILL);
		break;
	case DROPS:
		flush(c);
		result = -1;
		break;
	case HANGS:
		c->hung = true;
		drop_requests(c);
		break;
	case GOES_WELL:
	case FAILS:
		answer(http, c);
		break;
	}
	request_free(http->request);
	http->request = NULL;
	http->busy = NULL;
	return result;
}

static void request_due(void *data);

/* Until what c has sent is answered, or something takes its time. c may be gone afterwards. */
static void serve(struct http *http, struct connection *c)
{
	while (c->first) {
		begin(http, c);
		if (http->answer.latency > 0) {
			flush(c); /* earlier answers do not wait for this one; that c is gone shows later */
			stand_still(http);
			http->moment = loop_at(http->vm->loop, http->answer.began + http->answer.latency,
					       request_due, http);
			return;
		}
		if (carry_out(http) < 0) {
			close_connection(c);
			return;
		}
	}
	if (flush(c) < 0)
		close_connection(c);
}

static void request_due(void *data)
{
	struct http *http = data;
	struct connection *c = http->busy;

	http->moment = NULL;
	go_on(http);
	if (carry_out(http) < 0)
		close_connection(c);
	else
		serve(http, c);
}

/* A request that is none: those that came with it and have no answer yet get none. */
static void put_broken(struct connection *c)
{
	static const char before[] = "{ \"error\": \"";
	static const char after[] = "\nAll previous unanswered requests will be dropped.\" }";
	size_t why = c->parser.why_len, len = sizeof before - 1 + why + sizeof after - 1;
	char *body = x_malloc(len);

	memcpy(body, before, sizeof before - 1);
	memcpy(body + sizeof before - 1, c->parser.why, why);
	memcpy(body + sizeof before - 1 + why, after, sizeof after - 1);
	put_answer(c, 1, 400, false, body, len);
	free(body);
	drop_requests(c);
}

/* Read, once, and find the requests in it. -1: the connection is gone. */
static int receive(struct connection *c)
{
	size_t room;
	char *to = request_room(&c->parser, &room);
	ssize_t n = recv(c->fd, to, room, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	request_feed(&c->parser, (size_t)n);
	for (;;) {
		switch (request_next(&c->parser)) {
		case REQUEST_MORE:
			return 0;
		case REQUEST_CONTINUE:
			put_answer(c, c->parser.minor, 100, false, NULL, 0);
			break;
		case REQUEST_READY:
			*c->last = request_take(&c->parser);
			c->last = &(*c->last)->next;
			break;
		case REQUEST_BROKEN:
			put_broken(c);
			return 0;
		}
	}
}

static void connection_ready(void *data, uint32_t events)
{
	struct connection *c = data;
	bool gone = events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP); /* even if there is something to read */

	if (!gone && events & EPOLLIN)
		gone = receive(c) < 0;
	else if (!gone)
		gone = flush(c) < 0;
	if (gone)
		close_connection(c);
	else if (events & EPOLLIN)
		serve(c->http, c);
}

/* One too many. */
static void refuse(int fd)
{
	static const char full[] =
		"HTTP/1.1 503\r\nServer: Firecracker API\r\nConnection: close\r\nContent-Length: 40\r\n\r\n"
		"{ \"error\": \"Too many open connections\" }";

	send(fd, full, sizeof full - 1, MSG_NOSIGNAL);
	close(fd);
}

static void listen_again(void *data)
{
	struct http *http = data;

	http->again = NULL;
	if (!http->busy)
		go_on(http);
}

static void listener_ready(void *data, uint32_t events)
{
	struct http *http = data;
	int fd = accept4(http->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), free_one = 0;
	struct connection *c;

	(void)events;
	if (fd < 0) {
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
			return;
		loop_unwatch(http->watch);
		http->watch = NULL;
		http->again = loop_at(http->vm->loop, clock_now() + AGAIN, listen_again, http);
		return;
	}
	while (free_one < CONNECTIONS && http->connection[free_one])
		free_one++;
	if (free_one == CONNECTIONS) {
		refuse(fd);
		return;
	}
	c = x_calloc(1, sizeof *c);
	http->connection[free_one] = c;
	c->http = http;
	c->fd = fd;
	c->last = &c->first;
	request_begin(&c->parser, http->options.body_max, fcversion_at_least(&http->vm->version, 16));
	c->events = IDLE;
	c->watch = loop_watch(http->vm->loop, fd, c->events, connection_ready, c);
}

void http_start(struct http *http)
{
	go_on(http);
}

void http_free(struct http *http)
{
	if (!http)
		return;
	for (int i = 0; i < CONNECTIONS; i++) {
		if (http->connection[i])
			close_connection(http->connection[i]);
	}
	loop_forget(http->moment);
	loop_forget(http->again);
	request_free(http->request);
	loop_unwatch(http->watch);
	close(http->fd);
	free(http);
}
