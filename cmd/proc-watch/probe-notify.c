/* notify: sd_notify(3), on a datagram socket that all probes of this kind share, since a service has but one. */

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "probe-kind.h"

#define DESCRIPTORS 253 /* in one message: SCM_MAX_FD of the kernel */
#define MESSAGES 64     /* that are taken at a time: who sends without end is not read without end */
#define LEFT_OVER 10000 /* the same of what was sent before probe_arm() */

struct notified {
	struct probe *probe;
	struct notified *next;
	bool listens; /* from probe_arm() to probe_disarm() */
};

static struct {
	int fd; /* -1: not open */
	char env[64]; /* empty until it is needed; then the same for ever: it is what services were given */
	struct notified *all;
} socket_of_all = {.fd = -1};

#define ENV "NOTIFY_SOCKET=@"

/* A name that nobody guesses. 0, or -1 with errno. */
static int choose_name(void)
{
	unsigned char random[16];
	size_t at = (size_t)snprintf(socket_of_all.env, sizeof socket_of_all.env, "%sproc-watch/", ENV);

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
		socket_of_all.env[0] = '\0';
		return -1;
	}
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(socket_of_all.env + at + 2 * i, 3, "%02x", random[i]);
	return 0;
}

/* 0, or -1 with errno. */
static int open_socket(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const char *name = socket_of_all.env + sizeof ENV - 1;
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	memcpy(at.sun_path + 1, name, len);
	if (bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	socket_of_all.fd = fd;
	return 0;
}

static int parse(struct probe *p, const char *rest)
{
	if (rest)
		return probe_expected(p, "notify alone, without ':'");
	if (!socket_of_all.env[0] && choose_name() != 0)
		return probe_refuse(p, "random bytes: %s", strerror(errno));
	struct notified *n = x_malloc(sizeof *n);

	*n = (struct notified){.probe = p, .next = socket_of_all.all};
	socket_of_all.all = n;
	p->own->state = n;
	p->give_env = socket_of_all.env;
	return 0;
}

/* What one datagram says; lines that mean nothing here are passed over. */
struct said {
	bool ready, reloading, stopping;
	int64_t main_pid;
	char status[128];
};

static bool is(const char *line, size_t len, const char *text)
{
	return len == strlen(text) && memcmp(line, text, len) == 0;
}

/* What stands behind "NAME=", its length in *n; NULL where the line is another. */
static const char *value(const char *line, size_t len, const char *name, size_t *n)
{
	size_t before = strlen(name);

	if (len < before || memcmp(line, name, before) != 0)
		return NULL;
	*n = len - before;
	return line + before;
}

static int64_t number(const char *text, size_t len)
{
	int64_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || n > INT32_MAX / 10)
			return 0;
		n = n * 10 + (text[i] - '0');
	}
	return n <= INT32_MAX ? n : 0;
}

/* A service's words go to a terminal. */
static void note(struct said *s, const char *text, size_t len)
{
	snprintf(s->status, sizeof s->status, "it says: %.*s", (int)(len < 100 ? len : 100), text);
	for (char *c = s->status; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
}

static void take_line(struct said *s, const char *line, size_t len)
{
	const char *v;
	size_t n;

	if (is(line, len, "READY=1")) {
		s->ready = true;
	} else if (is(line, len, "RELOADING=1")) {
		s->reloading = true;
	} else if (is(line, len, "STOPPING=1")) {
		s->stopping = true;
	} else if ((v = value(line, len, "MAINPID=", &n))) {
		s->main_pid = number(v, n);
	} else if ((v = value(line, len, "STATUS=", &n))) {
		note(s, v, n);
	} else if ((v = value(line, len, "ERRNO=", &n))) {
		int64_t e = number(v, n);

		snprintf(s->status, sizeof s->status, "it says: error %d, %s", (int)e, strerror((int)e));
	}
}

static void take(const char *text, size_t len, int64_t when)
{
	struct said s = {0};

	while (len > 0) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) : len;

		take_line(&s, text, n);
		n += newline != NULL;
		text += n;
		len -= n;
	}
	for (struct notified *n = socket_of_all.all; n; n = n->next) {
		struct probe *p = n->probe;

		if (!n->listens)
			continue;
		if (s.main_pid)
			p->main_pid = s.main_pid;
		if (!p->own->armed)
			continue;
		if (s.status[0])
			probe_why(p, "%s", s.status);
		else if (s.stopping)
			probe_why(p, "it says that it stops");
		else if (s.reloading)
			probe_why(p, "it says that it reloads, and not yet READY=1");
		if (s.ready)
			probe_see(p, when, 0);
	}
}

/* Descriptors come with BARRIER=1 and FDSTORE=1: the one is waiting for it to be closed, the other is not kept here. */
static void close_all(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; at + sizeof(int) <= c->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + at, sizeof fd);
			close(fd);
		}
	}
}

/* Of a message that is longer than there is room for, the last line is not whole. One NUL at its end is none of it. */
static size_t whole(const char *text, size_t len, bool cut)
{
	const char *newline = cut ? memrchr(text, '\n', len) : NULL;

	if (cut)
		return newline ? (size_t)(newline - text) : 0;
	return len > 0 && text[len - 1] == '\0' ? len - 1 : len;
}

static void receive(int most)
{
	static char text[64 << 10];
	static union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
	} control;

	for (int i = 0; i < most; i++) {
		struct iovec part = {.iov_base = text, .iov_len = sizeof text};
		struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
					 .msg_controllen = sizeof control};
		ssize_t n = recvmsg(socket_of_all.fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

		if (n < 0 && errno != EINTR)
			return;
		if (n < 0)
			continue;
		close_all(&message);
		take(text, whole(text, (size_t)n, message.msg_flags & MSG_TRUNC), clock_now());
	}
}

static void step(struct probe *p, int64_t now)
{
	(void)p;
	(void)now;
	receive(MESSAGES);
}

/* What was told before does not count. */
static int arm(struct probe *p, int64_t patience)
{
	struct notified *n = p->own->state;
	(void)patience;

	if (socket_of_all.fd < 0 && open_socket() != 0)
		return probe_refuse(p, "a socket to be told on: %s", strerror(errno));
	n->listens = true;
	p->own->armed = false;
	receive(LEFT_OVER);
	p->own->armed = true;
	if (p->use == PROBE_READY)
		p->main_pid = 0;
	p->fd = socket_of_all.fd;
	p->events = POLLIN;
	probe_why(p, "no READY=1");
	return 0;
}

/* Where nobody reads there must be no socket: sending to it is refused then and does not hang. */
static void disarm(struct probe *p)
{
	struct notified *mine = p->own->state;

	mine->listens = false;
	for (const struct notified *n = socket_of_all.all; n; n = n->next) {
		if (n->listens)
			return;
	}
	if (socket_of_all.fd >= 0)
		close(socket_of_all.fd);
	socket_of_all.fd = -1;
}

static void end(struct probe *p)
{
	struct notified *mine = p->own->state;

	for (struct notified **at = &socket_of_all.all; mine && *at; at = &(*at)->next) {
		if (*at == mine) {
			*at = mine->next;
			break;
		}
	}
	free(mine);
}

const struct probe_method probe_notify = {
	.name = "notify",
	.bare = true,
	.wants = "nothing",
	.parse = parse,
	.arm = arm,
	.step = step,
	.disarm = disarm,
	.end = end,
	.stays = true,
};
