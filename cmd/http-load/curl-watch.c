#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "curl-engine.h"
#include "die.h"

/* Sockets and times at which libcurl wants to be called. */

/* --- sockets --- */

static struct watch *watch_of(struct engine_state *s, int fd)
{
	size_t n = s->nwatch ? s->nwatch : 64;

	if ((size_t)fd < s->nwatch)
		return &s->watch[fd];
	while ((size_t)fd >= n)
		n *= 2;
	s->watch = x_reallocarray(s->watch, n, sizeof *s->watch);
	memset(s->watch + s->nwatch, 0, (n - s->nwatch) * sizeof *s->watch);
	s->nwatch = n;
	return &s->watch[fd];
}

static void register_events(struct engine_state *s, int fd, struct watch *w, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};
	int op = !events ? EPOLL_CTL_DEL : w->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (w->events == events)
		return;
	if (epoll_ctl(s->epoll, op, fd, &event) < 0) {
		/* A descriptor of the resolver's, which was closed without a word, and its number used again. */
		if (op == EPOLL_CTL_MOD && errno == ENOENT)
			op = EPOLL_CTL_ADD;
		else if (op == EPOLL_CTL_ADD && errno == EEXIST)
			op = EPOLL_CTL_MOD;
		if (op != EPOLL_CTL_DEL && epoll_ctl(s->epoll, op, fd, &event) < 0)
			die("epoll_ctl:");
	}
	w->events = events;
}

/* A connection that is idle stays as it is: most often it is wanted again at once. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	struct group *g = data;
	struct watch *w = watch_of(g->state, fd);
	uint32_t events = 0;

	(void)easy, (void)socket_data;
	w->group = g;
	w->wanted = what != CURL_POLL_REMOVE;
	if (!w->wanted && w->ours && w->events == EPOLLIN)
		return 0;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EPOLLOUT;
	register_events(g->state, fd, w, events);
	return 0;
}

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct engine_state *s = data;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

	(void)purpose;
	if (fd < 0)
		return CURL_SOCKET_BAD;
	*watch_of(s, fd) = (struct watch){.ours = true};
	return fd;
}

static int on_close(void *data, curl_socket_t fd)
{
	struct engine_state *s = data;

	*watch_of(s, fd) = (struct watch){.group = NULL}; /* closing takes it off epoll */
	return close(fd);
}

void watch_sockets(struct engine_state *s, CURL *easy)
{
	curl_must(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open));
	curl_must(curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, s));
	curl_must(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close));
	curl_must(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, s));
}

struct group *watch_wanted(struct engine_state *s, int fd)
{
	struct watch *w = watch_of(s, fd);

	if (w->wanted)
		return w->group;
	register_events(s, fd, w, 0);
	return NULL;
}

/* --- times --- */

static void make_due(struct engine_state *s, struct group *g)
{
	if (g->due)
		return;
	g->due = true;
	g->next_due = NULL;
	*s->due_end = g;
	s->due_end = &g->next_due;
}

static int on_timer(CURLM *multi, long ms, void *data)
{
	struct group *g = data;
	struct engine_state *s = g->state;

	(void)multi;
	g->deadline = ms < 0 ? INT64_MAX : ms == 0 ? 0 : clock_now() + ms * 1000000;
	if (ms == 0)
		make_due(s, g);
	else if (g->deadline < s->earliest)
		s->earliest = g->deadline;
	return 0;
}

void watch_expire(struct engine_state *s)
{
	if (s->now < s->earliest)
		return;
	s->earliest = INT64_MAX;
	for (uint32_t i = 0; i < s->ngroups; i++) {
		struct group *g = &s->group[i];

		if (g->deadline <= s->now)
			make_due(s, g);
		else if (g->deadline < s->earliest)
			s->earliest = g->deadline;
	}
}

void watch_group(struct group *g)
{
	g->deadline = INT64_MAX;
	curl_multi_setopt(g->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(g->multi, CURLMOPT_SOCKETDATA, g);
	curl_multi_setopt(g->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(g->multi, CURLMOPT_TIMERDATA, g);
}
