#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "wire.h"

/* The request waits no longer; or there was none, and the worker waits for connections to all origins. */
static void opened(struct engine_state *s, struct conn *c)
{
	struct engine_counts *counts = worker_counts(s->worker);

	counts->connects++;
	counts->reconnects += c->before;
	c->before = true;
	c->state = CONN_IDLE;
	c->served = 0;
	c->slot->connecting = false;
	if (c->pending)
		wire_begin(s, c);
	else if (c->slot->request)
		return;
	else if (c->origin + 1 < s->mix->norigins)
		wire_open(s, c + 1);
	else
		worker_connected(s->worker, FAILURE_NONE, NULL);
}

/* No connection: what failed is to be told later, in poll(). */
static void not_opened(struct engine_state *s, struct conn *c, enum failure failure, const char *why)
{
	wire_close(s, c);
	if (c->pending)
		wire_fail(s, c, failure, why);
	else if (!c->slot->request)
		worker_connected(s->worker, failure, why);
}

int wire_watch(struct engine_state *s, struct conn *c, int operation)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};

	return epoll_ctl(s->epoll, operation, c->fd, &event);
}

/* A socket of our own to the address that libcurl has found before. 0, or -1 with errno. */
static int open_socket(struct engine_state *s, struct conn *c, const struct address *address)
{
	int one = 1;

	c->fd = socket(address->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return -1;
	if (address->address.ss_family != AF_UNIX)
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	c->batch = s->batch;
	c->since = clock_now();
	if (connect(c->fd, (const struct sockaddr *)&address->address, address->len) < 0 && errno != EINPROGRESS)
		return -1;
	c->state = CONN_CONNECTING;
	return wire_watch(s, c, EPOLL_CTL_ADD);
}

void wire_open(struct engine_state *s, struct conn *c)
{
	const struct address *address = &s->address[c->origin];

	if (address->len) {
		if (open_socket(s, c, address) < 0) {
			const char *why = errno == EAGAIN ? "the server's queue of connections is full" : strerror(errno);

			wire_close(s, c);
			wire_fail(s, c, FAILURE_CONNECT, why);
		}
		return;
	}
	if (c->pending)
		connector_rush(s->connector);
	c->state = CONN_LINE;
	c->line = connector_start(s->connector, &s->mix->origin[c->origin], c);
	if (!c->line) {
		c->state = CONN_CLOSED;
		wire_fail(s, c, FAILURE_CONNECT, "out of memory");
	}
}

void wire_opened(struct engine_state *s, struct conn *c)
{
	socklen_t len = sizeof(int);
	int error = 0;

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error) {
		not_opened(s, c, FAILURE_CONNECT, strerror(error));
		return;
	}
	worker_measured_connect(s->worker, clock_now() - c->since, -1);
	opened(s, c);
}

/* Take the socket from libcurl, and next time connect to where it leads without libcurl. */
static void release(struct engine_state *s, struct conn *c)
{
	struct address *address = &s->address[c->origin];

	c->fd = line_release(c->line);
	c->line = NULL;
	address->len = sizeof address->address;
	if (getpeername(c->fd, (struct sockaddr *)&address->address, &address->len) < 0 ||
	    address->len > sizeof address->address)
		address->len = 0;
}

void wire_line(void *data, void *cookie, struct line *line, const struct connected *result)
{
	struct engine_state *s = data;
	struct conn *c = cookie;

	c->line = line;
	if (result->failure != FAILURE_NONE) {
		not_opened(s, c, result->failure, result->why);
		return;
	}
	c->fd = result->fd;
	if (connector_plain(s->connector, &s->mix->origin[c->origin]))
		release(s, c);
	if (c->fd < 0 || wire_watch(s, c, EPOLL_CTL_ADD) < 0) {
		not_opened(s, c, FAILURE_CONNECT, strerror(errno));
		return;
	}
	worker_measured_connect(s->worker, result->connect, result->tls);
	opened(s, c);
}

void wire_close(struct engine_state *s, struct conn *c)
{
	if (c->line) {
		if (c->fd >= 0)
			epoll_ctl(s->epoll, EPOLL_CTL_DEL, c->fd, NULL);
		line_close(c->line);
	} else if (c->fd >= 0) {
		close(c->fd);
	}
	c->line = NULL;
	c->fd = -1;
	c->state = CONN_CLOSED;
}
