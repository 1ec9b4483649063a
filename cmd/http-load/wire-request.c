#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "expectation.h"
#include "wire.h"

#define READS_MAX 64 /* of one connection in a row */

/* --- failing --- */

void wire_fail(struct engine_state *s, struct conn *c, enum failure failure, const char *why)
{
	if (c->failing)
		return;
	c->failing = true;
	c->failure = failure;
	free(c->why);
	c->why = why ? x_strdup(why) : NULL;
	c->next_failing = s->failing;
	s->failing = c;
}

void wire_forget_failure(struct engine_state *s, struct conn *c)
{
	struct conn **at = &s->failing;

	if (!c->failing)
		return;
	while (*at != c)
		at = &(*at)->next_failing;
	*at = c->next_failing;
	c->failing = false;
	free(c->why);
	c->why = NULL;
}

static void tell(struct engine_state *s, struct conn *c, enum failure failure, const char *why, int64_t now)
{
	struct outcome o = {.failure = failure, .why = why, .first_byte = c->first_byte, .end = now, .sent = c->out_at,
			    .received = c->received};

	c->pending = false;
	c->slot->connecting = false;
	if (c->response.state != RESPONSE_HEAD && c->response.state != RESPONSE_BROKEN) {
		o.status = c->response.head.status;
		o.mock = c->response.head.mock;
	}
	worker_done(s->worker, c->slot, &o);
}

void wire_fail_all(struct engine_state *s)
{
	struct conn *list = s->failing, *c;
	int64_t now;

	if (!list)
		return;
	/* What starts and fails at once from here on is for the next time. */
	s->failing = NULL;
	now = clock_now();
	while ((c = list)) {
		char *why = c->why;

		list = c->next_failing;
		c->failing = false;
		c->why = NULL;
		if (c->pending)
			tell(s, c, c->failure, why ? why : failure_name(c->failure), now);
		else if (!c->slot->request)
			worker_connected(s->worker, c->failure, why ? why : failure_name(c->failure));
		free(why);
	}
}

/* The connection broke before the response was complete. One that was idle before may have been closed while the
 * request was on its way, which is no answer to it: it is made again on a new one. */
static void broken(struct engine_state *s, struct conn *c, enum failure failure, const char *why)
{
	bool again = failure == FAILURE_RESET && !c->response.begun && c->served > 0 && c->slot->request->idempotent;

	wire_close(s, c);
	if (!again) {
		wire_fail(s, c, failure, why);
		return;
	}
	worker_counts(s->worker)->retries++;
	c->slot->connecting = true;
	wire_open(s, c);
}

/* --- sending --- */

static ssize_t put(struct conn *c, const char *bytes, size_t len)
{
	return c->line ? line_send(c->line, bytes, len) : send(c->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* No more can be sent. A server that has answered before it had all may have closed the connection with that: have what
 * is there to be received, an answer or the error, told as an event. */
static void unsendable(struct engine_state *s, struct conn *c, int error)
{
	c->state = CONN_SENDING;
	if (!c->unsendable && wire_watch(s, c, EPOLL_CTL_MOD) == 0)
		c->unsendable = true;
	else
		broken(s, c, FAILURE_RESET, error == EPIPE ? "connection closed before the request was sent" : strerror(error));
}

void wire_send(struct engine_state *s, struct conn *c)
{
	while (c->out_at < c->out_len) {
		ssize_t n = put(c, c->out + c->out_at, c->out_len - c->out_at);

		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			c->state = CONN_SENDING;
			return;
		}
		if (n < 0) {
			unsendable(s, c, errno);
			return;
		}
		c->out_at += (size_t)n;
	}
	c->state = CONN_RECEIVING;
}

void wire_begin(struct engine_state *s, struct conn *c)
{
	const struct request *r = c->slot->request;

	if (r->wire.len) {
		c->out = r->wire.bytes;
		c->out_len = r->wire.len;
	} else {
		request_render(s->mix, r, c->slot->seq, &c->rendered, &s->scratch);
		c->out = c->rendered.bytes;
		c->out_len = c->rendered.len;
	}
	c->out_at = 0;
	c->received = 0;
	c->first_byte = 0;
	c->unsendable = false;
	c->body.len = 0;
	response_begin(&c->response, r->head);
	wire_send(s, c);
}

/* --- receiving --- */

struct keeper { /* of the beginning of a body */
	struct buffer *body;
	size_t wanted;
};

static void keep_body(void *data, const char *bytes, size_t len)
{
	const struct keeper *k = data;
	size_t room = k->wanted - k->body->len;

	buffer_add(k->body, bytes, len < room ? len : room);
}

/* The response is there. */
static void complete(struct engine_state *s, struct conn *c, int64_t now, bool hung_up)
{
	const struct options *o = s->options;
	const struct request *r = c->slot->request;
	const struct response *response = &c->response;
	char why[FAILURE_TEXT];
	struct outcome outcome = {.status = response->head.status, .mock = response->head.mock, .first_byte = c->first_byte,
				  .end = now, .sent = c->out_at, .received = c->received};

	worker_counts(s->worker)->version[response->head.minor ? 1 : 0]++;
	if (c->body.len) { /* for those who look for the end of a text in spite of its length */
		buffer_add(&c->body, "", 1);
		c->body.len--;
	}
	if (r->expect || outcome.status >= 400 || outcome.status < 100) {
		outcome.failure = expectation_check(r->expect, outcome.status, c->body.bytes, c->body.len, response->body, why);
		outcome.why = why;
	}
	c->served++;
	c->pending = false;
	if (!hung_up && c->state == CONN_RECEIVING && response_reusable(response) && o->keepalive &&
	    !(o->requests_per_conn && c->served >= o->requests_per_conn))
		c->state = CONN_IDLE;
	else
		wire_close(s, c);
	worker_done(s->worker, c->slot, &outcome);
}

/* n bytes of the response have come. Whether there may be more to read. */
static bool take(struct engine_state *s, struct conn *c, size_t n, int64_t now, bool hung_up)
{
	const struct expectation *expect = c->slot->request->expect;
	struct keeper keeper = {.body = &c->body, .wanted = expect ? expectation_body(expect) : 0};
	size_t used;

	if (!c->first_byte)
		c->first_byte = now;
	c->received += n;
	used = response_feed(&c->response, s->buffer, n, &s->cache, keeper.wanted ? keep_body : NULL, &keeper);
	if (c->response.state == RESPONSE_BROKEN) {
		broken(s, c, FAILURE_PROTOCOL, c->response.why);
		return false;
	}
	if (c->response.state != RESPONSE_DONE)
		return true;
	if (used < n)
		broken(s, c, FAILURE_PROTOCOL, "bytes behind the response");
	else
		complete(s, c, now, hung_up);
	return false;
}

static void ended(struct engine_state *s, struct conn *c)
{
	response_eof(&c->response);
	if (c->response.state == RESPONSE_DONE)
		complete(s, c, clock_now(), true);
	else
		broken(s, c, FAILURE_RESET, c->response.begun ? "connection closed within the response"
							       : "connection closed without a response");
}

/* Nobody asked for it: the end, or bytes that belong to no request. */
static void unasked(struct engine_state *s, struct conn *c)
{
	char byte;
	ssize_t n = c->line ? line_recv(c->line, &byte, 1) : recv(c->fd, &byte, 1, MSG_DONTWAIT);

	if (n >= 0 || (errno != EAGAIN && errno != EINTR))
		wire_close(s, c);
}

/* How many bytes of a body nobody looks at can be taken at once without copying them (MSG_TRUNC, tcp(7)). */
static size_t unseen(const struct conn *c)
{
	const struct expectation *expect = c->slot->request->expect;
	uint64_t skippable = response_skippable(&c->response);

	if (c->line || skippable < WIRE_READ || (expect && c->body.len < expectation_body(expect)))
		return 0;
	return skippable < WIRE_BUFFER ? (size_t)skippable : WIRE_BUFFER;
}

void wire_receive(struct engine_state *s, struct conn *c, uint32_t events)
{
	bool hung_up = events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);

	if (c->state == CONN_IDLE) {
		unasked(s, c);
		return;
	}
	for (unsigned reads = 0;; reads++) {
		size_t skip = unseen(c), room = skip ? skip : c->response.state == RESPONSE_HEAD ? WIRE_READ : WIRE_BUFFER;
		ssize_t n = c->line ? line_recv(c->line, s->buffer, room)
				    : recv(c->fd, s->buffer, room, MSG_DONTWAIT | (skip ? MSG_TRUNC : 0));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			broken(s, c, FAILURE_RESET, strerror(errno));
			return;
		}
		if (n == 0) {
			ended(s, c);
			return;
		}
		if (skip) {
			c->received += (uint64_t)n;
			response_skipped(&c->response, (uint64_t)n);
			if (c->response.state == RESPONSE_DONE) {
				complete(s, c, clock_now(), hung_up);
				return;
			}
		} else if (!take(s, c, (size_t)n, clock_now(), hung_up)) {
			return;
		}
		/* It was drained: what comes later is an event of its own, and so was the end if it is there. */
		if ((size_t)n < room && !hung_up && !c->line)
			return;
		/* A server that sends faster than can be read is not to keep the others waiting. */
		if (reads == READS_MAX) {
			wire_watch(s, c, EPOLL_CTL_MOD);
			return;
		}
	}
}
