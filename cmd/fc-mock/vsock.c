#include "vsock.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"

#define CONNECTIONS 1023               /* Firecracker's limit */
#define BACKLOG     128
#define FIRST_PORT  (UINT32_C(1) << 30)
#define UNANSWERED  INT64_C(2000000000) /* ns after which a request may be dropped */
#define AGAIN       INT64_C(10000000)   /* ns, where there is no descriptor to accept with */
#define LINE_MIN    10                  /* "connect 0\n" */
#define LINE_ROOM   32

enum stage {
	STAGE_LINE,    /* what it wants to connect to has not been read */
	STAGE_WAITING, /* the guest has been asked: the answer waits for its time */
	STAGE_ANSWERED /* it is due */
};

struct request { /* a connection that is not the guest's yet */
	struct vsock *vsock;
	struct request *next, *previous;
	enum stage stage;
	int fd;
	struct watch *watch;
	struct moment *moment;
	unsigned port, host_port;
	enum outcome outcome;
	int64_t expires; /* after STAGE_LINE */
};

struct vsock {
	struct vm *vm;
	struct vsock_guest guest;
	char *path;
	int fd;
	struct watch *watch;
	struct moment *again;
	struct request *requests;
	unsigned connections; /* that the guest has, or was asked for */
	uint32_t last_port;
	bool active, paused;
};

static void note(const struct vsock *vsock, enum level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A line of Firecracker's log. */
static void note(const struct vsock *vsock, enum level level, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	journal_log(vsock->vm->journal, level, "main", "vsock: %s", text);
}

static void end_request(struct request *r, bool close_it)
{
	loop_unwatch(r->watch);
	loop_forget(r->moment);
	if (close_it)
		close(r->fd);
	if (r->stage != STAGE_LINE)
		r->vsock->connections--;
	if (r->previous)
		r->previous->next = r->next;
	else
		r->vsock->requests = r->next;
	if (r->next)
		r->next->previous = r->previous;
	free(r);
}

static void hung_up(void *data, uint32_t events)
{
	if (events & (EPOLLHUP | EPOLLERR))
		end_request(data, true);
}

/* The answer's time has come. */
static void answer(struct request *r)
{
	struct vsock *vsock = r->vsock;
	char text[24];
	int fd = r->fd, len = snprintf(text, sizeof text, "OK %u\n", r->host_port);

	if (r->outcome == DIES)
		kill(getpid(), SIGKILL);
	if (r->outcome != GOES_WELL || send(fd, text, (size_t)len, MSG_NOSIGNAL) != len) {
		end_request(r, true);
		return;
	}
	end_request(r, false);
	vsock->connections++;
	vsock->guest.accept(vsock->guest.data, fd);
}

static void answer_is_due(void *data)
{
	struct request *r = data;

	r->moment = NULL;
	r->stage = STAGE_ANSWERED;
	if (!r->vsock->paused)
		answer(r);
}

/* The guest is asked. */
static void ask(struct request *r)
{
	struct vsock *vsock = r->vsock;
	int64_t latency = 0;

	if (!vsock->guest.listens(vsock->guest.data, r->port)) {
		end_request(r, true);
		return;
	}
	r->outcome = faults_next(vsock->vm->faults, OP_VSOCK_CONNECT, &latency);
	if (r->outcome == HANGS)
		return;
	if (latency > 0)
		r->moment = loop_at(vsock->vm->loop, clock_now() + latency, answer_is_due, r);
	else
		answer(r);
}

/* As Firecracker does: those that have waited for too long go when another comes. */
static void drop_unanswered(struct vsock *vsock)
{
	struct request *next;

	for (struct request *r = vsock->requests; r; r = next) {
		next = r->next;
		if (r->stage != STAGE_LINE && r->expires <= clock_now())
			end_request(r, true);
	}
}

/* All of len bytes, at once. */
static bool read_exactly(int fd, char *bytes, size_t len, const char **why)
{
	ssize_t n = recv(fd, bytes, len, MSG_DONTWAIT);

	if (n == (ssize_t)len)
		return true;
	if (n >= 0) {
		size_t rest = len - (size_t)n;

		n = n > 0 ? recv(fd, bytes + n, rest, MSG_DONTWAIT) : 0;
		if (n == (ssize_t)rest)
			return true;
	}
	*why = n < 0 ? "UnixRead(Os { code: 11, kind: WouldBlock, message: \"Resource temporarily unavailable\" })" :
	       "UnixRead(Error { kind: UnexpectedEof, message: \"failed to fill whole buffer\" })";
	return false;
}

/* "CONNECT PORT", however that is written, and more words where there are any. */
static bool parse_line(char *line, unsigned *port)
{
	static const char blanks[] = " \t\n\v\f\r";
	char *rest, *word = strtok_r(line, blanks, &rest), *end = word;
	unsigned long long number;

	if (!word || strcasecmp(word, "connect") != 0)
		return false;
	word = strtok_r(NULL, blanks, &rest);
	if (!word)
		return false;
	word += *word == '+';
	number = *word >= '0' && *word <= '9' ? strtoull(word, &end, 10) : ULLONG_MAX;
	if (number > UINT32_MAX || *end)
		return false;
	*port = (unsigned)number;
	return true;
}

/* The line with which a connection begins has to be there whole. Nothing behind it is taken. */
static bool read_line(int fd, unsigned *port, const char **why)
{
	char line[LINE_ROOM + 1];
	size_t len = LINE_MIN;

	if (!read_exactly(fd, line, LINE_MIN, why))
		return false;
	while (line[len - 1] != '\n' && len < LINE_ROOM) {
		if (!read_exactly(fd, line + len, 1, why))
			return false;
		len++;
	}
	line[len] = '\0';
	*why = "InvalidPortRequest";
	return strlen(line) == len && parse_line(line, port);
}

static void line_came(void *data, uint32_t events);

/* Wait for what is next of the client. */
static void await(struct request *r)
{
	struct loop *loop = r->vsock->vm->loop;

	loop_unwatch(r->watch);
	r->watch = r->stage == STAGE_LINE ? loop_watch(loop, r->fd, EPOLLIN, line_came, r) :
		   loop_watch(loop, r->fd, 0, hung_up, r);
}

static void line_came(void *data, uint32_t events)
{
	struct request *r = data;
	struct vsock *vsock = r->vsock;
	const char *why;

	(void)events;
	if (!read_line(r->fd, &r->port, &why)) {
		note(vsock, LEVEL_INFO, "error adding local-init connection: %s", why);
		end_request(r, true);
		return;
	}
	drop_unanswered(vsock);
	if (vsock->connections >= CONNECTIONS) {
		note(vsock, LEVEL_INFO, "muxer connection limit reached (%d)", CONNECTIONS);
		end_request(r, true);
		return;
	}
	vsock->connections++;
	vsock->last_port = (vsock->last_port + 1 - FIRST_PORT) % FIRST_PORT + FIRST_PORT;
	r->host_port = vsock->last_port;
	r->expires = clock_now() + UNANSWERED;
	r->stage = STAGE_WAITING;
	await(r);
	ask(r);
}

static void accept_one(void *data, uint32_t events);

/* Wait for clients, where that is due. */
static void listen_on(void *data)
{
	struct vsock *vsock = data;

	vsock->again = NULL;
	if (vsock->active && !vsock->paused && !vsock->watch)
		vsock->watch = loop_watch(vsock->vm->loop, vsock->fd, EPOLLIN, accept_one, vsock);
}

static void listen_no_more(struct vsock *vsock)
{
	loop_unwatch(vsock->watch);
	vsock->watch = NULL;
}

static void accept_one(void *data, uint32_t events)
{
	struct vsock *vsock = data;
	struct request *r;
	int fd = accept4(vsock->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd < 0) {
		if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
			return;
		note(vsock, LEVEL_WARN, "unable to accept local connection: %s", strerror(errno));
		listen_no_more(vsock);
		vsock->again = loop_at(vsock->vm->loop, clock_now() + AGAIN, listen_on, vsock);
		return;
	}
	if (vsock->connections >= CONNECTIONS) {
		note(vsock, LEVEL_WARN, "connection limit reached; refusing new host connection");
		close(fd);
		return;
	}
	r = x_calloc(1, sizeof *r);
	r->vsock = vsock;
	r->fd = fd;
	r->next = vsock->requests;
	if (r->next)
		r->next->previous = r;
	vsock->requests = r;
	await(r);
}

/* A path as an address. 0, or -1 with errno. */
static int set_address(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address->sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address->sun_path, path, strlen(path));
	return 0;
}

static int close_failed(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

static int bind_socket(const char *path)
{
	struct sockaddr_un address;
	int fd;

	if (set_address(&address, path) != 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, BACKLOG) != 0)
		return close_failed(fd);
	return fd;
}

struct vsock *vsock_new(struct vm *vm, const char *path, const struct vsock_guest *guest)
{
	struct vsock *vsock;
	int fd = bind_socket(path);

	if (fd < 0)
		return NULL;
	vsock = x_calloc(1, sizeof *vsock);
	vsock->vm = vm;
	vsock->guest = *guest;
	vsock->path = x_strdup(path);
	vsock->fd = fd;
	vsock->last_port = FIRST_PORT - 1;
	return vsock;
}

void vsock_free(struct vsock *vsock)
{
	if (!vsock)
		return;
	for (struct request *r = vsock->requests, *next; r; r = next) {
		next = r->next;
		end_request(r, true);
	}
	loop_unwatch(vsock->watch);
	loop_forget(vsock->again);
	close(vsock->fd);
	free(vsock->path);
	free(vsock);
}

const char *vsock_path(const struct vsock *vsock)
{
	return vsock->path;
}

void vsock_activate(struct vsock *vsock)
{
	vsock->active = true;
	if (!vsock->again)
		listen_on(vsock);
}

void vsock_pause(struct vsock *vsock, bool paused)
{
	struct request *next;

	vsock->paused = paused;
	if (paused)
		listen_no_more(vsock);
	else if (!vsock->again)
		listen_on(vsock);
	for (struct request *r = vsock->requests; r; r = next) {
		next = r->next;
		if (paused) {
			loop_unwatch(r->watch);
			r->watch = NULL;
		} else if (r->stage == STAGE_ANSWERED) {
			answer(r);
		} else if (!r->watch) {
			await(r);
		}
	}
}

void vsock_ended(struct vsock *vsock)
{
	vsock->connections--;
}

int vsock_call(const struct vsock *vsock, unsigned port)
{
	char *path = x_asprintf("%s_%u", vsock->path, port);
	struct sockaddr_un address;
	int fd = -1;

	if (set_address(&address, path) == 0)
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	free(path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		return close_failed(fd);
	return fd;
}
