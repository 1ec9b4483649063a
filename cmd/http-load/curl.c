#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "curl-engine.h"
#include "die.h"
#include "precise-wait.h"

#define EVENTS 64

/* --- groups --- */

static void group_open(struct engine_state *s, struct group *g, uint32_t first, uint32_t n)
{
	long pool = (long)(s->shared ? 1 : n) * (long)s->mix->norigins;
	struct slot *slot = worker_slots(s->worker, &s->nslots);

	g->state = s;
	g->exchange = &s->exchange[first];
	g->n = n;
	g->multi = curl_multi_init();
	if (!g->multi)
		die("out of memory");
	watch_group(g);
	curl_multi_setopt(g->multi, CURLMOPT_PIPELINING, (long)(s->shared ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING));
	/* Those that redirects lead to come on top. */
	curl_multi_setopt(g->multi, CURLMOPT_MAXCONNECTS, s->options->follow ? 4 * pool : pool);
	if (s->shared) {
		curl_multi_setopt(g->multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
		curl_multi_setopt(g->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)n);
	}
	g->route = x_calloc(s->mix->norigins, sizeof *g->route);
	for (size_t i = 0; i < s->mix->norigins; i++)
		g->route[i].held_end = &g->route[i].held;
	for (uint32_t i = 0; i < n; i++)
		exchange_open(&g->exchange[i], g, &slot[first + i]);
}

static void group_close(struct group *g)
{
	for (uint32_t i = 0; i < g->n; i++) {
		struct exchange *x = &g->exchange[i];

		if (x->active && !x->is_held)
			curl_multi_remove_handle(g->multi, x->easy);
		exchange_close(x);
	}
	curl_multi_cleanup(g->multi);
	free(g->route);
}

/* --- requests --- */

static void begin(struct exchange *x)
{
	struct engine_state *s = x->group->state;
	struct route *route = x->route;

	route->in_flight++;
	if (route->in_flight > route->most && (route->most == 0 || !s->shared))
		route->most = route->in_flight;
	route->begun++;
	exchange_begin(x);
}

static void hold(struct exchange *x)
{
	x->is_held = x->was_held = true;
	x->next_held = NULL;
	*x->route->held_end = x;
	x->route->held_end = &x->next_held;
}

static void unhold(struct exchange *x)
{
	struct exchange **at = &x->route->held;

	while (*at != x)
		at = &(*at)->next_held;
	*at = x->next_held;
	if (!*at)
		x->route->held_end = at;
	x->is_held = false;
}

/* One request less on the way. Where it was the last of its connection, those that wait for another one have it. */
static void leave(struct exchange *x)
{
	struct engine_state *s = x->group->state;
	struct route *route = x->route;

	x->active = false;
	route->in_flight--;
	if (!s->limit || route->begun < s->limit || route->in_flight)
		return;
	if (route->sent >= s->limit)
		route->sent = 0;
	route->begun = route->sent;
	while (route->held && route->begun < s->limit) {
		struct exchange *next = route->held;

		unhold(next);
		begin(next);
	}
}

static void collect(struct group *g)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(g->multi, &left))) {
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		struct exchange *x;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &x);
		curl_multi_remove_handle(g->multi, easy);
		if (prior_again(x)) {
			exchange_begin(x);
			continue;
		}
		leave(x);
		exchange_finish(x, code);
	}
}

static void act(struct group *g, curl_socket_t fd, int what)
{
	int running;
	CURLMcode code;

	g->runs++;
	code = curl_multi_socket_action(g->multi, fd, what, &running);
	if (code)
		die("libcurl: %s", curl_multi_strerror(code));
	g->state->now = clock_now();
	collect(g);
}

/* --- the engine --- */

static void engine_close(struct engine_state *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; i < s->ngroups; i++)
		group_close(&s->group[i]);
	curl_share_cleanup(s->names);
	for (size_t i = 0; i < s->mix->n; i++)
		kind_free(&s->kind[i]);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->event >= 0)
		close(s->event);
	free(s->kind);
	free(s->group);
	free(s->exchange);
	free(s->watch);
	free(s);
}

/* Whether this libcurl can do what is asked for; a complaint where not. */
static bool is_able(const struct options *o)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

	if (o->version == HTTP_2 && !(info->features & CURL_VERSION_HTTP2))
		warn("--http2: this libcurl (%s) has no HTTP/2", info->version);
	else if (o->version == HTTP_3 && !(info->features & CURL_VERSION_HTTP3))
		warn("--http3: this libcurl (%s) has no HTTP/3", info->version);
	else
		return true;
	return false;
}

static void open_groups(struct engine_state *s)
{
	const struct options *o = s->options;
	uint32_t size = s->shared ? (uint32_t)o->streams : o->requests_per_conn ? 1 : s->nslots;

	s->limit = o->requests_per_conn ? (uint64_t)o->requests_per_conn : s->shared && !o->keepalive ? 1 : 0;
	s->group = x_calloc((s->nslots + size - 1) / size, sizeof *s->group);
	for (uint32_t first = 0; first < s->nslots; first += size)
		group_open(s, &s->group[s->ngroups++], first, s->nslots - first < size ? s->nslots - first : size);
}

static struct engine_state *engine_open(struct worker *w)
{
	const struct options *o = worker_options(w);
	struct epoll_event event = {.events = EPOLLIN};
	struct engine_state *s;

	if (!is_able(o))
		return NULL;
	s = x_calloc(1, sizeof *s);
	s->worker = w;
	s->options = o;
	s->mix = worker_mix(w);
	s->earliest = INT64_MAX;
	s->due_end = &s->due;
	s->shared = o->version == HTTP_2 || o->version == HTTP_3;
	s->prior_once = prior_is_needed(o);
	worker_slots(w, &s->nslots);
	s->exchange = x_calloc(s->nslots, sizeof *s->exchange);
	s->kind = x_calloc(s->mix->n, sizeof *s->kind);
	for (size_t i = 0; i < s->mix->n; i++)
		kind_init(&s->kind[i], s->mix, &s->mix->request[i], o);
	s->names = curl_share_init();
	if (!s->names || curl_share_setopt(s->names, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS))
		die("out of memory");
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	event.data.fd = s->event;
	if (s->epoll < 0 || s->event < 0 || epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->event, &event) < 0)
		die("epoll:");
	open_groups(s);
	return s;
}

/* There is nothing to do: libcurl connects for a request only. */
static void engine_connect(struct engine_state *s, struct slot *slot)
{
	(void)slot;
	s->connecting++;
}

static bool tell_connected(struct engine_state *s)
{
	bool any = s->connecting;

	for (; s->connecting; s->connecting--)
		worker_connected(s->worker, FAILURE_NONE, NULL);
	return any;
}

static void engine_start(struct engine_state *s, struct slot *slot)
{
	struct exchange *x = &s->exchange[slot->index];

	x->route = &x->group->route[slot->request->origin];
	x->active = true;
	x->was_held = false;
	slot->connecting = true;
	if (s->limit && x->route->begun >= s->limit)
		hold(x);
	else
		begin(x);
}

static void engine_cancel(struct engine_state *s, struct slot *slot)
{
	struct exchange *x = &s->exchange[slot->index];

	if (!x->active)
		return;
	slot->connecting = false;
	if (x->is_held) {
		unhold(x);
		x->active = false;
		return;
	}
	curl_multi_remove_handle(x->group->multi, x->easy);
	leave(x);
}

/* What becomes due meanwhile is for the next time. */
static void run_due(struct engine_state *s)
{
	struct group *g = s->due, *next;

	s->due = NULL;
	s->due_end = &s->due;
	for (; g; g = next) {
		next = g->next_due;
		g->due = false;
		if (g->deadline > s->now)
			continue;
		g->deadline = INT64_MAX;
		act(g, CURL_SOCKET_TIMEOUT, 0);
	}
}

static int what_of(uint32_t events)
{
	int what = 0;

	if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		what |= CURL_CSELECT_IN;
	if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
		what |= CURL_CSELECT_OUT;
	return what;
}

static void handle(struct engine_state *s, const struct epoll_event *event)
{
	struct group *g;
	uint64_t count;

	if (event->data.fd == s->event) {
		(void)!read(s->event, &count, sizeof count);
		return;
	}
	g = watch_wanted(s, event->data.fd);
	if (g)
		act(g, event->data.fd, what_of(event->events));
}

static void engine_poll(struct engine_state *s, int64_t until)
{
	struct epoll_event events[EVENTS];
	bool told = tell_connected(s);
	int n;

	s->now = clock_now();
	worker_woke(s->worker, s->now);
	run_due(s);
	if (told || s->due)
		until = 0;
	else if (s->earliest < until)
		until = s->earliest;
	n = precise_wait(s->epoll, events, EVENTS, until - s->now);
	s->now = clock_now();
	worker_woke(s->worker, s->now);
	for (int i = 0; i < n; i++)
		handle(s, &events[i]);
	watch_expire(s);
	run_due(s);
}

static void engine_wake(struct engine_state *s)
{
	uint64_t one = 1;

	(void)!write(s->event, &one, sizeof one);
}

const struct engine engine_curl = {
	.name = "curl",
	.open = engine_open,
	.connect = engine_connect,
	.start = engine_start,
	.poll = engine_poll,
	.cancel = engine_cancel,
	.wake = engine_wake,
	.close = engine_close,
};
