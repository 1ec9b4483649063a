/* tcp:[HOST:]PORT: seen when a connection is taken. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "probe-kind.h"
#include "tries.h"

#define HANGS 20000000LL /* after so many ns without an answer another connect is sent */

struct tcp {
	struct addresses to;
	struct tries tries;
};

/* "[::1]" or "host", up to end; empty: this machine. The caller frees. */
static char *host_of(const char *text, const char *end)
{
	if (end > text + 1 && *text == '[' && end[-1] == ']') {
		text++;
		end--;
	}
	return end > text ? x_asprintf("%.*s", (int)(end - text), text) : x_strdup("localhost");
}

static int parse(struct probe *p, const char *rest)
{
	struct tcp *t = x_calloc(1, sizeof *t);
	const char *colon = strrchr(rest, ':'), *why;
	unsigned port;

	p->own->state = t;
	tries_init(&t->tries, &t->to, p->own->interval, HANGS);
	if (address_port(colon ? colon + 1 : rest, &port) != 0)
		return probe_expected(p, "a port of 1 to 65535 in tcp:[HOST:]PORT");
	char *host = host_of(rest, colon ? colon : rest);
	int found = address_find(&t->to, host, port, &why);
	if (found != 0)
		probe_expected(p, "a host with an address (%s: %s)", host, why);
	free(host);
	return found;
}

static void look_later(struct probe *p, struct tcp *t)
{
	p->fd = tries_fd(&t->tries);
	p->events = POLLIN;
	p->due = tries_due(&t->tries);
}

static int arm(struct probe *p, int64_t patience)
{
	struct tcp *t = p->own->state;
	struct try *y;
	(void)patience;

	if (tries_open(&t->tries, clock_now()) != 0)
		return probe_refuse(p, "epoll: %s", strerror(errno));
	y = tries_next(&t->tries, INT64_MAX, p->why);
	if (y && p->use == PROBE_READY)
		p->early = true;
	if (y)
		tries_again(&t->tries, y);
	look_later(p, t);
	return 0;
}

static void step(struct probe *p, int64_t now)
{
	struct tcp *t = p->own->state;
	struct try *y = tries_next(&t->tries, now, p->why);
	int64_t when = clock_now();

	if (y)
		probe_see(p, when, when - y->before);
	else
		look_later(p, t);
}

static void disarm(struct probe *p)
{
	struct tcp *t = p->own->state;

	tries_close(&t->tries);
}

static void end(struct probe *p)
{
	free(p->own->state);
}

const struct probe_method probe_tcp = {
	.name = "tcp",
	.wants = "[HOST:]PORT",
	.parse = parse,
	.arm = arm,
	.step = step,
	.disarm = disarm,
	.end = end,
};
