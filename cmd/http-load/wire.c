#include "wire.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "precise-wait.h"

#define BEAT 20000000 /* ns */

/* What epoll tells besides connections. */
static char connector_event, wake_event, beat_event;

static int watch(struct engine_state *s, int fd, void *what)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void wire_free(struct engine_state *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nslots * s->mix->norigins; i++) {
		struct conn *c = &s->conn[i];

		wire_forget_failure(s, c);
		wire_close(s, c);
		response_free(&c->response);
		buffer_free(&c->rendered);
		buffer_free(&c->body);
	}
	connector_free(s->connector);
	buffer_free(&s->scratch);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->event >= 0)
		close(s->event);
	if (s->beat >= 0)
		close(s->beat);
	free(s->conn);
	free(s->address);
	free(s);
}

/* A timer for each wait would be set and cancelled with each response, which costs more than all else here, on virtual
 * machines above all. One that beats all the time ends those waits that need not end exactly. */
static int start_beat(struct engine_state *s)
{
	const struct itimerspec period = {.it_interval = {.tv_nsec = BEAT}, .it_value = {.tv_nsec = BEAT}};

	return timerfd_settime(s->beat, 0, &period, NULL) < 0 ? -1 : watch(s, s->beat, &beat_event);
}

static struct engine_state *wire_new(struct worker *w)
{
	struct engine_state *s = x_calloc(1, sizeof *s);
	struct slot *slot = worker_slots(w, &s->nslots);

	s->worker = w;
	s->options = worker_options(w);
	s->mix = worker_mix(w);
	s->address = x_calloc(s->mix->norigins, sizeof *s->address);
	s->conn = x_calloc(s->nslots * s->mix->norigins, sizeof *s->conn);
	for (size_t i = 0; i < s->nslots * s->mix->norigins; i++) {
		s->conn[i].slot = &slot[i / s->mix->norigins];
		s->conn[i].origin = (uint32_t)(i % s->mix->norigins);
		s->conn[i].fd = -1;
	}
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->beat = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	s->connector = connector_new(s->options, s->mix, wire_line, s);
	if (!s->connector) {
		wire_free(s);
		return NULL;
	}
	if (s->epoll < 0 || s->event < 0 || s->beat < 0 || watch(s, connector_fd(s->connector), &connector_event) < 0 ||
	    watch(s, s->event, &wake_event) < 0 || start_beat(s) < 0)
		die("epoll:");
	return s;
}

static void wire_connect(struct engine_state *s, struct slot *slot)
{
	wire_open(s, wire_conn(s, slot, 0)); /* the others follow, one after the other */
}

static void wire_start(struct engine_state *s, struct slot *slot)
{
	struct conn *c = wire_conn(s, slot, slot->request->origin);

	c->pending = true;
	if (c->state == CONN_IDLE) {
		wire_begin(s, c);
		return;
	}
	slot->connecting = true;
	/* What fails before it is sent is not to be told with what came before. */
	c->out_at = 0;
	c->received = 0;
	c->first_byte = 0;
	response_begin(&c->response, slot->request->head);
	if (c->state == CONN_CLOSED)
		wire_open(s, c);
}

static void wire_cancel(struct engine_state *s, struct slot *slot)
{
	for (size_t i = 0; i < s->mix->norigins; i++) {
		struct conn *c = wire_conn(s, slot, i);

		wire_forget_failure(s, c);
		c->pending = false;
		if (c->state != CONN_IDLE)
			wire_close(s, c);
	}
	slot->connecting = false;
}

static void wire_wake(struct engine_state *s)
{
	uint64_t one = 1;

	(void)!write(s->event, &one, sizeof one);
}

/* --- waiting --- */

/* until: clock_now() */
static int wait_for_events(struct engine_state *s, struct epoll_event *events, int64_t until)
{
	if (until - s->now > 2 * BEAT)
		return epoll_wait(s->epoll, events, WIRE_EVENTS, -1);
	return precise_wait(s->epoll, events, WIRE_EVENTS, until > s->now ? until - clock_now() : 0);
}

#define TO_RECEIVE (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)

static bool under_way(const struct conn *c)
{
	return c->state == CONN_SENDING || c->state == CONN_RECEIVING;
}

static void handle(struct engine_state *s, struct conn *c, uint32_t events)
{
	switch ((enum conn_state)c->state) {
	case CONN_CLOSED:
	case CONN_LINE: /* the event is of a connection before */
		break;
	case CONN_CONNECTING:
		/* Or is the event of a connection before, which was closed since the wait? */
		if (c->batch == s->batch)
			break;
		wire_opened(s, c);
		/* What the server says without being asked, or its end, may have come with it. */
		if (c->state >= CONN_IDLE && events & TO_RECEIVE)
			wire_receive(s, c, events);
		break;
	case CONN_SENDING:
		/* A server may answer before it has all of the request, and then take no more of it. */
		if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
			wire_receive(s, c, events);
		if (c->state == CONN_SENDING && events & EPOLLOUT)
			wire_send(s, c);
		if (under_way(c) && (events & TO_RECEIVE || c->line))
			wire_receive(s, c, events);
		break;
	case CONN_IDLE:
	case CONN_RECEIVING:
		/* libcurl may hold what the socket no longer has. */
		if (events & TO_RECEIVE || (c->line && c->state == CONN_RECEIVING))
			wire_receive(s, c, events);
		break;
	}
}

static void wire_poll(struct engine_state *s, int64_t until)
{
	struct epoll_event events[WIRE_EVENTS];
	int64_t deadline = connector_deadline(s->connector);
	bool run = false;
	uint64_t count;
	int n;

	n = wait_for_events(s, events, s->failing ? 0 : deadline < until ? deadline : until);
	s->now = clock_now();
	s->batch++;
	worker_woke(s->worker, s->now);
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == &connector_event)
			run = true;
		else if (events[i].data.ptr == &wake_event)
			(void)!read(s->event, &count, sizeof count);
		else if (events[i].data.ptr == &beat_event)
			(void)!read(s->beat, &count, sizeof count);
		else
			handle(s, events[i].data.ptr, events[i].events);
	}
	if (run || s->now >= deadline)
		connector_run(s->connector);
	wire_fail_all(s);
}

const struct engine engine_wire = {
	.name = "wire",
	.open = wire_new,
	.connect = wire_connect,
	.start = wire_start,
	.poll = wire_poll,
	.cancel = wire_cancel,
	.wake = wire_wake,
	.close = wire_free,
};
