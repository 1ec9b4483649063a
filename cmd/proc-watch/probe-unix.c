/* unix:PATH: seen when a connection is taken; "@NAME" is a name in the abstract name space. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "pathwatch.h"
#include "probe-kind.h"

#define DIRECT ((int)sizeof(((struct sockaddr_un *)0)->sun_path)) /* paths shorter than this fit into an address */

struct local {
	struct pathwatch watch;
	const char *path;
	char *directory; /* of a path that does not fit, and its last name; NULL: it fits */
	const char *name;
	int fd, type;    /* to connect with: one that was refused can be used again; -1: none */
	int64_t tried;   /* clock_now() before the last try */
	bool there;      /* the last try found a file */
};

static int parse(struct probe *p, const char *rest)
{
	struct local *l = x_calloc(1, sizeof *l);
	const char *slash = strrchr(rest, '/');

	p->own->state = l;
	l->path = rest;
	l->fd = -1;
	l->watch = (struct pathwatch){.path = rest, .fd = -1, .wd = -1};
	if (strlen(rest) < (size_t)DIRECT)
		return 0;
	l->name = slash ? slash + 1 : rest;
	if (*rest == '@' || !*l->name || strlen(l->name) > 80)
		return probe_expected(p, "a path whose last name has 1 to 80 bytes");
	l->directory = x_asprintf("%.*s", (int)(l->name - rest), rest);
	return 0;
}

/* A path that does not fit is reached through a descriptor of its directory, which *held becomes. */
static int address(const struct local *l, struct sockaddr_un *to, socklen_t *len, int *held)
{
	*held = -1;
	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (l->directory) {
		*held = open(*l->directory ? l->directory : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (*held < 0)
			return -1;
		snprintf(to->sun_path, sizeof to->sun_path, "/proc/self/fd/%d/%s", *held, l->name);
	} else {
		memcpy(to->sun_path, l->path, strlen(l->path) + 1);
	}
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(to->sun_path) + (*l->path != '@'));
	if (*l->path == '@')
		to->sun_path[0] = '\0';
	return 0;
}

static void hang_up(struct local *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

/* 0, or why it was not taken. */
static int try_type(struct local *l, int type)
{
	struct sockaddr_un to;
	socklen_t len;
	int held, error;

	if (address(l, &to, &len, &held) != 0)
		return errno;
	if (l->type != type)
		hang_up(l);
	if (l->fd < 0)
		l->fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	l->type = type;
	error = l->fd < 0 || connect(l->fd, (struct sockaddr *)&to, len) != 0 ? errno : 0;
	if (held >= 0)
		close(held);
	return error;
}

static int try(struct probe *p, struct local *l)
{
	static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
	int error = EPROTOTYPE;

	l->tried = clock_now();
	for (size_t i = 0; i < 3 && error == EPROTOTYPE; i++)
		error = try_type(l, types[i]);
	if (error == 0)
		hang_up(l);
	l->there = error != 0 && error != ENOENT && error != ENOTDIR;
	if (error == EAGAIN)
		probe_why(p, "its backlog is full");
	else if (error)
		probe_why(p, "%s", strerror(error));
	return error;
}

static void look_later(struct probe *p, const struct local *l)
{
	/* Between bind and listen, and while a dead one lies there, only trying tells. */
	p->fd = l->there ? -1 : l->watch.fd;
	p->events = POLLIN;
	p->due = l->there ? l->tried + p->own->interval : pathwatch_due(&l->watch, l->tried, p->own->interval);
}

static int arm(struct probe *p, int64_t patience)
{
	struct local *l = p->own->state;
	(void)patience;

	if (*l->path != '@')
		pathwatch_open(&l->watch, l->path);
	bool there = try(p, l) == 0;
	p->early = there && p->use == PROBE_READY;
	look_later(p, l);
	if (there)
		p->due = l->tried;
	return 0;
}

static void step(struct probe *p, int64_t now)
{
	struct local *l = p->own->state;
	enum pathwatch_news news = l->there ? PATHWATCH_NOTHING : pathwatch_take(&l->watch);
	int64_t before = l->tried;

	if (news == PATHWATCH_NOTHING) {
		if (now < p->due)
			return;
		if (!l->there && *l->path != '@')
			pathwatch_renew(&l->watch);
	}
	if (try(p, l) == 0) {
		int64_t when = clock_now();

		probe_see(p, when, news == PATHWATCH_NOTHING ? when - before : 0);
		return;
	}
	look_later(p, l);
}

static void disarm(struct probe *p)
{
	struct local *l = p->own->state;

	pathwatch_close(&l->watch);
	hang_up(l);
}

static void end(struct probe *p)
{
	struct local *l = p->own->state;

	if (l)
		free(l->directory);
	free(l);
}

const struct probe_method probe_unix = {
	.name = "unix",
	.wants = "a path",
	.parse = parse,
	.arm = arm,
	.step = step,
	.disarm = disarm,
	.end = end,
	.lingers = true,
};
