/* http:URL: seen when the answer to a GET is 2xx, or another than at first. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "clock.h"
#include "die.h"
#include "http-url.h"
#include "httpresponse.h"
#include "probe-kind.h"
#include "sha256.h"
#include "tries.h"

#define HANGS 200000000LL      /* after so many ns without an answer another request is sent, on another connection */
#define BODY_MAX (1ULL << 20)  /* of an answer; what is longer is not read */
#define URL_MAX 8000

struct answer {
	int status; /* 0: none */
	unsigned char digest[SHA256_BYTES];
};

struct exchange { /* on one connection */
	struct response response;
	bool sent;
	struct sha256 body;
	uint64_t hashed;
};

struct http {
	struct addresses to;
	struct tries tries;
	struct exchange exchanges[TRIES_MAX]; /* those of tries.list */
	char *request;
	size_t len;
	bool hashing;
	struct answer last;  /* the one that came last */
	struct answer first; /* CHANGE: what is there before it; status 0: not asked for yet */
	char from[ADDRESS_TEXT];
};

static int parse(struct probe *p, const char *rest)
{
	struct http *h = x_calloc(1, sizeof *h);
	struct http_url url;
	const char *why;

	p->own->state = h;
	h->hashing = p->use == PROBE_CHANGE;
	tries_init(&h->tries, &h->to, p->own->interval, HANGS);
	if (strlen(rest) > URL_MAX)
		return probe_expected(p, "a URL of at most %d bytes", URL_MAX);
	if (http_url_parse(&url, rest, &why) != 0)
		return probe_expected(p, "%s", why);
	h->request = x_asprintf("GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: proc-watch/" BENCHPIPE_VERSION
				"\r\nAccept: */*\r\n\r\n", url.path, url.authority);
	h->len = strlen(h->request);
	int found = address_find(&h->to, url.host, url.port, &why);
	if (found != 0)
		probe_expected(p, "a host with an address (%s: %s)", url.host, why);
	http_url_free(&url);
	return found;
}

static struct exchange *exchange_of(struct http *h, const struct try *y)
{
	return &h->exchanges[y - h->tries.list];
}

static void hash(void *data, const char *bytes, size_t len)
{
	struct exchange *x = data;

	len = len < BODY_MAX - x->hashed ? len : BODY_MAX - x->hashed;
	sha256_add(&x->body, bytes, len);
	x->hashed += len;
}

static void start(struct http *h, struct try *y)
{
	struct exchange *x = exchange_of(h, y);

	response_begin(&x->response, false);
	response_free(&x->response);
	x->sent = false;
	x->hashed = 0;
	sha256_start(&x->body);
	y->state = TRY_TALKING;
}

enum outcome { WAITS, ANSWERED, BROKEN };

static enum outcome received(struct http *h, const struct try *y, struct exchange *x, const char **why)
{
	static char bytes[64 << 10];
	struct response *r = &x->response;

	while (r->state < RESPONSE_DONE && r->body < BODY_MAX) {
		ssize_t n = recv(y->fd, bytes, sizeof bytes, 0);

		if (n < 0 && errno == EAGAIN)
			return WAITS;
		if (n < 0) {
			*why = strerror(errno);
			return BROKEN;
		}
		if (n == 0)
			response_eof(r);
		else
			response_feed(r, bytes, (size_t)n, NULL, h->hashing ? hash : NULL, x);
	}
	*why = r->why;
	return r->state == RESPONSE_BROKEN ? BROKEN : ANSWERED;
}

static enum outcome went_on(struct http *h, const struct try *y, struct exchange *x, const char **why)
{
	/* A request of at most URL_MAX bytes and a few finds room on a connection where nothing is under way. */
	if (!x->sent && send(y->fd, h->request, h->len, MSG_NOSIGNAL) != (ssize_t)h->len) {
		*why = strerror(errno);
		return BROKEN;
	}
	x->sent = true;
	return received(h, y, x, why);
}

static void note(struct http *h, struct try *y, struct exchange *x)
{
	h->last.status = x->response.head.status;
	sha256_end(&x->body, h->last.digest);
	address_text(&h->to.list[y->lane], h->from);
}

static bool same(const struct answer *a, const struct answer *b)
{
	return a->status == b->status && memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

/* An answer has come that is noted: is it what was waited for? */
static bool wanted(const struct probe *p, const struct http *h)
{
	if (p->use == PROBE_READY)
		return h->last.status / 100 == 2;
	return h->first.status && !same(&h->last, &h->first);
}

/* Go on with y as far as it goes. Whether an answer has come, which is noted; *before: since when at the latest. */
static bool advance(struct probe *p, struct try *y, int64_t *before)
{
	struct http *h = p->own->state;
	struct exchange *x = exchange_of(h, y);
	const char *why = NULL;

	if (y->state == TRY_CONNECTED)
		start(h, y);
	enum outcome outcome = went_on(h, y, x, &why);
	if (outcome == WAITS)
		return false;
	*before = y->before;
	if (outcome == BROKEN && y->used && !x->response.begun) {
		tries_again(&h->tries, y);
	} else if (outcome == BROKEN) {
		address_text(&h->to.list[y->lane], h->from);
		probe_why(p, "%s: %s", h->from, why);
		tries_drop(&h->tries, y);
	} else {
		note(h, y, x);
		if (p->use == PROBE_CHANGE)
			tries_only(&h->tries, y);
		if (response_reusable(&x->response))
			tries_keep(&h->tries, y);
		else
			tries_drop(&h->tries, y);
	}
	response_free(&x->response);
	return outcome == ANSWERED;
}

static void look_later(struct probe *p, struct http *h)
{
	p->fd = tries_fd(&h->tries);
	p->events = POLLIN;
	p->due = tries_due(&h->tries);
}

static void step(struct probe *p, int64_t now)
{
	struct http *h = p->own->state;
	struct try *y;
	int64_t before;

	while ((y = tries_next(&h->tries, now, p->why))) {
		if (!advance(p, y, &before))
			continue;
		if (wanted(p, h)) {
			int64_t when = clock_now();

			probe_see(p, when, when - before);
			return;
		}
		if (p->use == PROBE_READY)
			probe_why(p, "%s: status %d", h->from, h->last.status);
		else
			probe_why(p, "%s: the same answer, status %d", h->from, h->last.status);
	}
	look_later(p, h);
}

static int wait_for(const struct probe *p, int64_t until)
{
	struct pollfd fd = {.fd = p->fd, .events = p->events};
	int64_t left = (p->due < until ? p->due : until) - clock_now();
	struct timespec ts = {.tv_sec = left > 0 ? left / 1000000000 : 0, .tv_nsec = left > 0 ? left % 1000000000 : 0};

	return ppoll(&fd, 1, &ts, NULL) < 0 ? -1 : 0;
}

/* What is answered before the change: twice the same, since what always differs tells nothing. */
static int ask_first(struct probe *p, int64_t patience)
{
	struct http *h = p->own->state;
	struct answer one = {0};
	int64_t until = clock_now() + patience, before, now;
	bool differed = false;

	do {
		struct try *y = tries_next(&h->tries, clock_now(), p->why);

		if (!y) {
			look_later(p, h);
			if (wait_for(p, until) != 0)
				return probe_refuse(p, "interrupted");
		} else if (advance(p, y, &before)) {
			if (one.status && same(&one, &h->last))
				h->first = one;
			differed |= one.status && !h->first.status;
			one = h->last;
		}
		now = clock_now();
	} while (!h->first.status && now < until);
	if (h->first.status)
		return 0;
	if (differed)
		return probe_refuse(p, "%s: its answers differ from one request to the next", h->from);
	if (!p->why[0])
		probe_why(p, "no answer");
	return -1;
}

static int arm(struct probe *p, int64_t patience)
{
	struct http *h = p->own->state;
	struct try *y;

	h->first.status = 0;
	if (tries_open(&h->tries, clock_now()) != 0)
		return probe_refuse(p, "epoll: %s", strerror(errno));
	if (p->use == PROBE_CHANGE && ask_first(p, patience) != 0)
		return -1;
	if (p->use == PROBE_READY) {
		y = tries_next(&h->tries, INT64_MAX, p->why);
		p->early = y != NULL;
		if (y)
			tries_again(&h->tries, y);
	}
	look_later(p, h);
	return 0;
}

static void disarm(struct probe *p)
{
	struct http *h = p->own->state;

	tries_close(&h->tries);
	for (size_t i = 0; i < TRIES_MAX; i++)
		response_free(&h->exchanges[i].response);
}

static void end(struct probe *p)
{
	struct http *h = p->own->state;

	if (h)
		free(h->request);
	free(h);
}

const struct probe_method probe_http = {
	.name = "http",
	.wants = "http://HOST[:PORT][/PATH]",
	.parse = parse,
	.arm = arm,
	.step = step,
	.disarm = disarm,
	.end = end,
};
