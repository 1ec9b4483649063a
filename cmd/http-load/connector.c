#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "connector.h"
#include "die.h"
#include "handle.h"
#include "transfer.h"

#define AT_ONCE 4              /* lines under way to begin with, and at least */
#define AT_ONCE_MAX 256        /* as long as lines are made */
#define STALL (50 * 1000000LL) /* ns without a line made, after which twice as many may be under way, without a limit */
#define EVENTS 64
#define WHY_MAX (CURL_ERROR_SIZE + 64)

enum line_state {
	LINE_WAITING, /* behind the line that looks up the name */
	LINE_QUEUED,  /* until fewer are under way */
	LINE_RUNNING, /* libcurl is at it */
	LINE_FAILED,  /* to be told */
	LINE_TOLD     /* made, or not */
};

struct line {
	struct connector *c;
	struct gate *gate;
	void *cookie;
	struct transfer *transfer; /* while RUNNING, and of one that was made */
	enum line_state state;
	enum failure failure;      /* of FAILED */
	struct line *prev, *next;
	int fd;
};

struct list {
	struct line *first, *last;
};

struct gate { /* the way to an origin */
	struct target target;
	bool tls, open;     /* open: the name is known */
	struct line *scout; /* looks it up */
	struct list waiting;
	int64_t quickest;   /* a line to it, ns; 0: none yet */
};

struct connector {
	const struct options *o;
	const struct mix *mix;
	connector_done *done;
	void *data;
	CURLM *multi;
	struct transfers transfers;
	int epoll;
	struct gate *gate;     /* of each origin */
	struct list queued, failed;
	size_t running, limit; /* lines under way; as many as may be */
	bool rush;
	int64_t progress;      /* when the last line was made, or the limit raised */
	int64_t timer;         /* when libcurl wants to be called */
	char why[WHY_MAX];     /* of the lines that failed with the one that looked up their name */
};

/* --- lists of lines --- */

static void list_add(struct list *list, struct line *line)
{
	line->prev = list->last;
	line->next = NULL;
	if (list->last)
		list->last->next = line;
	else
		list->first = line;
	list->last = line;
}

static void list_remove(struct list *list, struct line *line)
{
	if (line->prev)
		line->prev->next = line->next;
	else
		list->first = line->next;
	if (line->next)
		line->next->prev = line->prev;
	else
		list->last = line->prev;
	line->prev = line->next = NULL;
}

static struct list *list_of(struct line *line)
{
	switch (line->state) {
	case LINE_WAITING:
		return &line->gate->waiting;
	case LINE_QUEUED:
		return &line->c->queued;
	case LINE_FAILED:
		return &line->c->failed;
	default:
		return NULL;
	}
}

static void move(struct line *line, enum line_state state)
{
	struct list *list = list_of(line);

	if (list)
		list_remove(list, line);
	line->state = state;
	list = list_of(line);
	if (list)
		list_add(list, line);
}

static void fail(struct line *line, enum failure failure)
{
	line->failure = failure;
	move(line, LINE_FAILED);
}

static void gate_open(struct gate *gate)
{
	gate->open = true;
	gate->scout = NULL;
	while (gate->waiting.first)
		move(gate->waiting.first, LINE_QUEUED);
}

/* --- what libcurl calls --- */

static void resolved(void *owner)
{
	struct line *line = owner;

	if (!line->gate->open)
		gate_open(line->gate);
}

static int watch(CURL *easy, curl_socket_t fd, int what, void *data, void *watched)
{
	struct connector *c = data;
	struct epoll_event event = { .data.fd = fd };

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(c->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		event.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		event.events |= EPOLLOUT;
	if (epoll_ctl(c->epoll, watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) &&
	    (errno == EEXIST || errno == ENOENT))
		epoll_ctl(c->epoll, watched ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
	curl_multi_assign(c->multi, fd, c);
	return 0;
}

static int set_timer(CURLM *multi, long ms, void *data)
{
	struct connector *c = data;

	(void)multi;
	c->timer = ms < 0 ? INT64_MAX : clock_now() + ms * 1000000;
	return 0;
}

/* --- lines on their way --- */

static void begin(struct connector *c, struct line *line)
{
	move(line, LINE_RUNNING);
	line->transfer = transfer_begin(&c->transfers, &line->gate->target, line);
	if (line->transfer) {
		c->running++;
		return;
	}
	if (line->gate->scout == line)
		gate_open(line->gate);
	snprintf(c->why, sizeof(c->why), "out of memory");
	fail(line, FAILURE_CONNECT);
}

/* As many as may be under way. */
static void admit(struct connector *c)
{
	if (c->queued.first && c->running >= c->limit && clock_now() >= c->progress + STALL) {
		c->limit = c->limit < SIZE_MAX / 2 ? c->limit * 2 : SIZE_MAX;
		c->progress = clock_now();
	}
	while (c->queued.first && c->running < c->limit)
		begin(c, c->queued.first);
}

struct line *connector_start(struct connector *c, const struct origin *origin, void *cookie)
{
	struct gate *gate = &c->gate[origin - c->mix->origin];
	struct line *line = calloc(1, sizeof(*line));

	if (!line)
		return NULL;
	*line = (struct line){ .c = c, .gate = gate, .cookie = cookie, .state = LINE_TOLD, .fd = -1 };
	if (!gate->open && gate->scout) {
		move(line, LINE_WAITING);
		return line;
	}
	if (!gate->open)
		gate->scout = line;
	if (!c->queued.first)
		c->progress = clock_now();
	move(line, LINE_QUEUED);
	admit(c);
	return line;
}

static int64_t microseconds(const struct line *line, CURLINFO what)
{
	curl_off_t value = 0;

	curl_easy_getinfo(line->transfer->easy, what, &value);
	return value;
}

static int64_t ns_between(int64_t from, int64_t to)
{
	return to > from ? (to - from) * 1000 : 0;
}

/* The class of a failure to connect, whose words are in why. */
static enum failure explain(const struct line *line, CURLcode code, char why[WHY_MAX])
{
	const struct transfer *t = line->transfer;
	enum failure failure = handle_failure(code);
	long error = 0, tunnel = 0;
	int len = snprintf(why, WHY_MAX, "%s", *t->error ? t->error : curl_easy_strerror(code));

	while (len > 0 && why[len - 1] == '\n')
		why[--len] = '\0';
	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &error);
	curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (code == CURLE_COULDNT_CONNECT && error)
		snprintf(why + len, (size_t)(WHY_MAX - len), " (%s)", strerror((int)error));
	if (failure == FAILURE_TLS || failure == FAILURE_TIMEOUT)
		return failure;
	/* Where TCP stood, and the way through the proxy, it was in the handshake that it was closed, say. */
	return line->gate->tls && microseconds(line, CURLINFO_CONNECT_TIME_T) > 0 &&
	       (!line->c->o->proxy || tunnel / 100 == 2) ? FAILURE_TLS : FAILURE_CONNECT;
}

/* More lines at once, as long as each takes no longer for it; fewer, where they only wait for each other. Times of
 * connecting would tell of that queue. */
static void adapt(struct connector *c, struct gate *gate, int64_t took)
{
	if (!gate->quickest || took < gate->quickest)
		gate->quickest = took;
	if (took <= 2 * gate->quickest && c->limit < AT_ONCE_MAX)
		c->limit++;
	else if (took > 4 * gate->quickest && c->limit > AT_ONCE)
		c->limit--;
}

static void tell_made(struct connector *c, struct line *line)
{
	int64_t connected = microseconds(line, CURLINFO_CONNECT_TIME_T);
	struct connected result = {
		.connect = ns_between(microseconds(line, CURLINFO_NAMELOOKUP_TIME_T), connected),
		.tls = line->gate->tls ? ns_between(connected, microseconds(line, CURLINFO_APPCONNECT_TIME_T)) : -1,
	};
	curl_socket_t fd = CURL_SOCKET_BAD;

	curl_easy_getinfo(line->transfer->easy, CURLINFO_ACTIVESOCKET, &fd);
	result.fd = line->fd = fd;
	c->progress = clock_now();
	if (!c->rush)
		adapt(c, line->gate, result.connect + (result.tls > 0 ? result.tls : 0));
	c->done(c->data, line->cookie, line, &result);
}

static void tell_not_made(struct connector *c, struct line *line, CURLcode code)
{
	struct connected result = { .connect = -1, .tls = -1, .fd = -1 };
	struct gate *gate = line->gate;
	char why[WHY_MAX];

	result.failure = explain(line, code, why);
	result.why = why;
	transfer_end(line->transfer);
	line->transfer = NULL;
	if (gate->scout == line) {
		gate->scout = NULL;
		memcpy(c->why, why, sizeof(c->why));
		while (gate->waiting.first)
			fail(gate->waiting.first, result.failure);
	}
	c->done(c->data, line->cookie, line, &result);
}

/* What the callback adds to them comes next time. */
static void tell_failed(struct connector *c)
{
	size_t n = 0;

	for (const struct line *line = c->failed.first; line; line = line->next)
		n++;
	while (n-- && c->failed.first) {
		struct line *line = c->failed.first;
		const struct connected result = {
			.failure = line->failure, .why = c->why, .connect = -1, .tls = -1, .fd = -1
		};

		move(line, LINE_TOLD);
		c->done(c->data, line->cookie, line, &result);
	}
}

static void collect(struct connector *c)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(c->multi, &left))) {
		CURLcode code = msg->data.result;
		struct transfer *t;
		struct line *line;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		line = t->owner;
		line->state = LINE_TOLD;
		c->running--;
		if (code) {
			tell_not_made(c, line, code);
			continue;
		}
		if (!line->gate->open)
			gate_open(line->gate);
		tell_made(c, line);
	}
}

/* --- the connector --- */

int connector_fd(const struct connector *c)
{
	return c->epoll;
}

int64_t connector_deadline(const struct connector *c)
{
	int64_t when = c->timer;

	if (c->failed.first || (c->queued.first && c->running < c->limit))
		return 0;
	if (c->queued.first && c->progress + STALL < when)
		when = c->progress + STALL;
	return when;
}

void connector_run(struct connector *c)
{
	struct epoll_event event[EVENTS];
	int running, n = epoll_wait(c->epoll, event, EVENTS, 0);

	for (int i = 0; i < n; i++) {
		int what = 0;

		if (event[i].events & (EPOLLIN | EPOLLHUP))
			what |= CURL_CSELECT_IN;
		if (event[i].events & EPOLLOUT)
			what |= CURL_CSELECT_OUT;
		if (event[i].events & EPOLLERR)
			what |= CURL_CSELECT_ERR;
		curl_multi_socket_action(c->multi, event[i].data.fd, what, &running);
	}
	if (c->timer != INT64_MAX && c->timer <= clock_now()) {
		c->timer = INT64_MAX;
		curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	collect(c);
	tell_failed(c);
	admit(c);
}

void connector_rush(struct connector *c)
{
	if (c->rush)
		return;
	c->rush = true;
	c->limit = SIZE_MAX;
	admit(c);
}

bool connector_plain(const struct connector *c, const struct origin *origin)
{
	return !origin->tls && !c->o->proxy;
}

static bool gates_make(struct connector *c)
{
	c->gate = calloc(c->mix->norigins + 1, sizeof(*c->gate));
	if (!c->gate)
		return false;
	for (size_t i = 0; i < c->mix->norigins; i++) {
		struct gate *gate = &c->gate[i];

		gate->tls = c->mix->origin[i].tls;
		gate->target.url = handle_base(c->o, &c->mix->origin[i], &gate->target.connect_to);
		if (!gate->target.url)
			return false;
	}
	return true;
}

static bool multi_make(struct connector *c)
{
	c->multi = curl_multi_init();
	c->transfers = (struct transfers){ .multi = c->multi, .o = c->o, .resolved = resolved };
	return c->multi && !curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, watch) &&
	       !curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c) &&
	       !curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, set_timer) &&
	       !curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
}

struct connector *connector_new(const struct options *o, const struct mix *mix, connector_done *done, void *data)
{
	struct connector *c = calloc(1, sizeof(*c));

	if (!c) {
		warn("out of memory");
		return NULL;
	}
	*c = (struct connector){
		.o = o, .mix = mix, .done = done, .data = data, .limit = AT_ONCE, .timer = INT64_MAX
	};
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0)
		warn("epoll_create1:");
	else if (!gates_make(c) || !multi_make(c))
		warn("out of memory");
	else
		return c;
	connector_free(c);
	return NULL;
}

void connector_free(struct connector *c)
{
	if (!c)
		return;
	transfers_free(&c->transfers);
	curl_multi_cleanup(c->multi);
	for (size_t i = 0; c->gate && i < c->mix->norigins; i++) {
		free(c->gate[i].target.url);
		curl_slist_free_all(c->gate[i].target.connect_to);
	}
	free(c->gate);
	if (c->epoll >= 0)
		close(c->epoll);
	free(c);
}

/* --- lines --- */

void line_close(struct line *line)
{
	struct connector *c = line->c;
	struct gate *gate = line->gate;
	bool scout = gate->scout == line;

	if (line->state == LINE_RUNNING)
		c->running--;
	move(line, LINE_TOLD);
	if (line->transfer)
		transfer_end(line->transfer);
	if (scout) { /* another one has to look up the name */
		gate->scout = gate->waiting.first;
		if (gate->scout)
			move(gate->scout, LINE_QUEUED);
	}
	free(line);
}

int line_release(struct line *line)
{
	int fd = line->fd;

	transfer_release(line->transfer, fd);
	free(line);
	return fd;
}

/* The errno(3) to make of libcurl's failure to receive or send. */
static int error_of(CURLcode code, int error, const char *words)
{
	if (code == CURLE_AGAIN)
		return EAGAIN;
	if (error == ECONNRESET || error == EPIPE || error == ETIMEDOUT)
		return ECONNRESET;
	/* The end without close_notify, as TLS libraries call it. */
	if (strstr(words, "unexpected eof") || strstr(words, "non-properly terminated") || strstr(words, "closed"))
		return ECONNRESET;
	return EPROTO;
}

ssize_t line_recv(struct line *line, void *bytes, size_t len)
{
	size_t n = 0;
	CURLcode code;

	errno = 0;
	code = curl_easy_recv(line->transfer->easy, bytes, len, &n);
	if (!code)
		return (ssize_t)n;
	errno = error_of(code, errno, line->transfer->error);
	return -1;
}

ssize_t line_send(struct line *line, const void *bytes, size_t len)
{
	size_t n = 0;
	CURLcode code;

	errno = 0;
	code = curl_easy_send(line->transfer->easy, bytes, len, &n);
	if (!code)
		return (ssize_t)n;
	errno = error_of(code, errno, line->transfer->error);
	return -1;
}
