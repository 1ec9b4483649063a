/* fd[:N]: the service writes a newline on descriptor N (3), as s6 has it. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "clock.h"
#include "die.h"
#include "probe-kind.h"

#define READS 16 /* at a time: who writes without end is not read without end */

struct pipe_end {
	int number; /* in the service */
	int ours;   /* -1: none */
};

static int parse(struct probe *p, const char *rest)
{
	struct pipe_end *e = x_calloc(1, sizeof *e);
	unsigned number = 3;

	p->own->state = e;
	e->ours = -1;
	if (rest && (address_port(rest, &number) != 0 || number < 3))
		return probe_expected(p, "a descriptor of 3 to 65535 behind fd:");
	if (p->use == PROBE_CHANGE)
		return probe_expected(p, "another method than fd, which tells of a start alone");
	e->number = (int)number;
	return 0;
}

static int arm(struct probe *p, int64_t patience)
{
	struct pipe_end *e = p->own->state;
	int ends[2];
	(void)patience;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return probe_refuse(p, "pipe: %s", strerror(errno));
	fcntl(ends[0], F_SETFL, O_NONBLOCK); /* only this end: the service's may wait */
	e->ours = p->fd = ends[0];
	p->events = POLLIN;
	p->give_fd = ends[1];
	p->give_number = e->number;
	probe_why(p, "no newline on descriptor %d", e->number);
	return 0;
}

static void given(struct probe *p)
{
	if (p->give_fd)
		close(p->give_fd);
	p->give_fd = 0;
}

static void step(struct probe *p, int64_t now)
{
	struct pipe_end *e = p->own->state;
	char bytes[4096];
	ssize_t n = -1;
	(void)now;

	for (int i = 0; i < READS && (n = read(e->ours, bytes, sizeof bytes)) > 0; i++) {
		if (memchr(bytes, '\n', (size_t)n)) {
			probe_see(p, clock_now(), 0);
			return;
		}
	}
	if (n == 0)
		probe_fail(p, "it closed descriptor %d without a newline", e->number);
}

static void disarm(struct probe *p)
{
	struct pipe_end *e = p->own->state;

	given(p);
	if (e->ours >= 0)
		close(e->ours);
	e->ours = -1;
}

static void end(struct probe *p)
{
	free(p->own->state);
}

const struct probe_method probe_fd = {
	.name = "fd",
	.bare = true,
	.wants = "a descriptor's number",
	.parse = parse,
	.arm = arm,
	.given = given,
	.step = step,
	.disarm = disarm,
	.end = end,
};
