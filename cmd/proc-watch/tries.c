#include "tries.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "listeners.h"

#define SPACING_MAX 8000000000LL
#define UNASKED 50000000LL /* ns after which a connect is tried though nobody listens: it may be redirected */

void tries_init(struct tries *t, const struct addresses *to, int64_t interval, int64_t slowest)
{
	*t = (struct tries){.to = to, .interval = interval, .slowest = slowest > interval ? slowest : interval};
	t->epoll = t->listeners = -1;
	for (unsigned i = 0; i < ADDRESSES_MAX; i++)
		t->lanes[i].spare = -1;
}

int tries_open(struct tries *t, int64_t now)
{
	tries_close(t);
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->epoll < 0)
		return -1;
	for (unsigned i = 0; i < t->to->count; i++) {
		bool known = listeners_know(&t->to->list[i]);

		if (known && t->listeners < 0)
			t->listeners = listeners_open();
		t->lanes[i] = (struct lane){.spare = -1, .known = known && t->listeners >= 0, .last = now,
					    .failed = now, .connect = now, .next = now, .spacing = t->slowest};
	}
	return 0;
}

static void discard(struct tries *t, struct try *y)
{
	close(y->fd);
	y->state = TRY_FREE;
	t->flying--;
}

void tries_close(struct tries *t)
{
	for (unsigned i = 0; i < TRIES_MAX; i++) {
		if (t->list[i].state != TRY_FREE)
			discard(t, &t->list[i]);
	}
	for (unsigned i = 0; i < ADDRESSES_MAX; i++) {
		if (t->lanes[i].spare >= 0)
			close(t->lanes[i].spare);
		t->lanes[i].spare = -1;
	}
	if (t->epoll >= 0)
		close(t->epoll);
	if (t->listeners >= 0)
		close(t->listeners);
	t->epoll = t->listeners = -1;
}

/* Of one address, those that wait for the other end. */
static unsigned hanging(const struct tries *t, unsigned lane)
{
	const struct try *y = &t->list[lane * TRIES_EACH];
	unsigned n = 0;

	for (unsigned i = 0; i < TRIES_EACH; i++)
		n += y[i].state != TRY_FREE && y[i].state != TRY_IDLE;
	return n;
}

static void plan(struct tries *t, unsigned lane)
{
	struct lane *l = &t->lanes[lane];

	l->next = l->last + (hanging(t, lane) ? l->spacing : t->interval);
}

static void failed(struct tries *t, unsigned lane, int64_t begun)
{
	struct lane *l = &t->lanes[lane];

	l->failed = begun > l->failed ? begun : l->failed;
}

void tries_drop(struct tries *t, struct try *y)
{
	failed(t, y->lane, y->begun);
	discard(t, y);
	plan(t, y->lane);
}

void tries_keep(struct tries *t, struct try *y)
{
	failed(t, y->lane, y->begun);
	y->state = TRY_IDLE;
	plan(t, y->lane);
}

void tries_again(struct tries *t, struct try *y)
{
	discard(t, y);
	t->lanes[y->lane].next = y->begun;
}

void tries_only(struct tries *t, const struct try *y)
{
	for (unsigned i = 0; i < t->to->count; i++)
		t->lanes[i].closed = i != y->lane;
	for (unsigned i = 0; i < TRIES_MAX; i++) {
		if (t->list[i].state != TRY_FREE && t->list[i].lane != y->lane)
			discard(t, &t->list[i]);
	}
}

int64_t tries_due(const struct tries *t)
{
	int64_t due = INT64_MAX;

	for (unsigned i = 0; t->epoll >= 0 && i < t->to->count; i++) {
		if (!t->lanes[i].closed && t->lanes[i].next < due)
			due = t->lanes[i].next;
	}
	return due;
}

static void tell(const struct tries *t, unsigned lane, const char *what, char why[TRIES_WHY])
{
	char text[ADDRESS_TEXT];

	address_text(&t->to->list[lane], text);
	snprintf(why, TRIES_WHY, "%s: %s", text, what);
}

/* A place for one more; the oldest is given up where there is none. */
static struct try *place(struct tries *t, unsigned lane)
{
	struct try *list = &t->list[lane * TRIES_EACH], *oldest = list;
	struct lane *l = &t->lanes[lane];

	for (unsigned i = 0; i < TRIES_EACH; i++) {
		if (list[i].state == TRY_FREE)
			return &list[i];
		if (list[i].begun < oldest->begun)
			oldest = &list[i];
	}
	/* One that is not answered though it was taken may be so by a server that is slow, and ready. */
	if (oldest->state == TRY_CONNECTING)
		failed(t, lane, oldest->begun);
	discard(t, oldest);
	l->spacing = l->spacing < SPACING_MAX / 2 ? 2 * l->spacing : SPACING_MAX;
	return oldest;
}

static struct try *kept(struct tries *t, unsigned lane)
{
	struct try *list = &t->list[lane * TRIES_EACH];

	for (unsigned i = 0; i < TRIES_EACH; i++) {
		if (list[i].state == TRY_IDLE)
			return &list[i];
	}
	return NULL;
}

/* A socket that leads to address; a refused one can be used again. */
static int made(struct tries *t, unsigned lane)
{
	const struct address *to = &t->to->list[lane];
	int fd = t->lanes[lane].spare;

	t->lanes[lane].spare = -1;
	if (fd >= 0)
		return fd;
	fd = socket(to->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		address_avoid(fd, to);
	return fd;
}

/* What became of a connect: 0, EALREADY, or why it failed. */
static int asked(const struct tries *t, unsigned lane, int fd)
{
	const struct address *to = &t->to->list[lane];
	int error = connect(fd, (const struct sockaddr *)&to->at, to->len) == 0 ? 0 : errno;

	if (error == EISCONN || error == 0)
		return address_own(fd) ? ECONNREFUSED : 0;
	return error == EINPROGRESS ? EALREADY : error;
}

static void reuse(struct tries *t, unsigned lane, int fd)
{
	struct linger none = {.l_onoff = 1};

	if (t->lanes[lane].spare >= 0 || address_own(fd)) {
		/* One that met itself must leave nothing behind: the port is the service's. */
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
		close(fd);
	} else {
		t->lanes[lane].spare = fd;
	}
}

/* Nobody listens, and it is not yet time to try it all the same. *before: when nothing was taken for the last time. */
static bool nobody(struct tries *t, unsigned lane, int64_t *before)
{
	struct lane *l = &t->lanes[lane];
	int there = l->known ? listeners_ask(t->listeners, &t->to->list[lane]) : -1;

	if (there == 0 && l->last - l->connect < UNASKED)
		return true;
	if (there == 0)
		*before = l->connect;
	l->connect = l->last;
	return false;
}

/* When nothing was taken for the last time. */
static int64_t last_failure(const struct tries *t, unsigned lane)
{
	const struct try *y = &t->list[lane * TRIES_EACH];
	int64_t last = t->lanes[lane].failed;

	for (unsigned i = 0; i < TRIES_EACH; i++) {
		if (y[i].state == TRY_CONNECTING && y[i].begun > last)
			last = y[i].begun;
	}
	return last;
}

/* On one machine the answer is there when connect(2) returns, so a second one asks for it. */
static struct try *begin(struct tries *t, unsigned lane, char *why)
{
	struct try *y = kept(t, lane);
	struct lane *l = &t->lanes[lane];
	int64_t before = last_failure(t, lane);
	int fd, error;

	l->last = clock_now();
	if (y) {
		y->state = TRY_CONNECTED;
		y->used = true;
		y->begun = l->last;
		y->before = before;
		plan(t, lane);
		return y;
	}
	if (nobody(t, lane, &before)) {
		tell(t, lane, strerror(ECONNREFUSED), why);
		failed(t, lane, l->last);
		plan(t, lane);
		return NULL;
	}
	fd = made(t, lane);
	error = fd < 0 ? errno : asked(t, lane, fd);
	if (fd >= 0 && error == EALREADY)
		error = asked(t, lane, fd);
	if (error && error != EALREADY) {
		tell(t, lane, strerror(error), why);
		if (fd >= 0)
			reuse(t, lane, fd);
		failed(t, lane, l->last);
		l->closed = error == EAFNOSUPPORT && t->to->count > 1;
		plan(t, lane);
		return NULL;
	}
	y = place(t, lane);
	*y = (struct try){.state = error ? TRY_CONNECTING : TRY_CONNECTED, .fd = fd, .lane = lane, .begun = l->last,
			  .before = before};
	t->flying++;
	plan(t, lane);
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (error ? EPOLLOUT : 0), .data.ptr = y};
	if (epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
		tell(t, lane, strerror(errno), why);
		tries_drop(t, y);
		return NULL;
	}
	if (error)
		tell(t, lane, "no answer to a connect", why);
	return error ? NULL : y;
}

/* Something happened to y: whether it is the caller's. */
static bool came(struct tries *t, struct try *y, char *why)
{
	int error;

	if (y->state == TRY_IDLE) { /* the server has closed it, or says what nobody asked for */
		discard(t, y);
		return false;
	}
	if (y->state != TRY_CONNECTING)
		return true;
	error = asked(t, y->lane, y->fd);
	if (error == EALREADY)
		return false;
	if (error) {
		tell(t, y->lane, strerror(error), why);
		failed(t, y->lane, y->begun);
		epoll_ctl(t->epoll, EPOLL_CTL_DEL, y->fd, NULL);
		reuse(t, y->lane, y->fd);
		y->state = TRY_FREE;
		t->flying--;
		plan(t, y->lane);
		return false;
	}
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = y};
	epoll_ctl(t->epoll, EPOLL_CTL_MOD, y->fd, &event);
	y->state = TRY_CONNECTED;
	return true;
}

struct try *tries_next(struct tries *t, int64_t now, char why[TRIES_WHY])
{
	struct epoll_event event;

	while (t->flying && epoll_wait(t->epoll, &event, 1, 0) == 1) {
		if (came(t, event.data.ptr, why))
			return event.data.ptr;
	}
	for (unsigned i = 0; t->epoll >= 0 && i < t->to->count; i++) {
		struct try *y = t->lanes[i].closed || t->lanes[i].next > now ? NULL : begin(t, i, why);

		if (y)
			return y;
	}
	return NULL;
}
