#include <string.h>
#include <strings.h>

#include "clock.h"
#include "curl-engine.h"
#include "die.h"
#include "expectation.h"

/* A slot's handle, and its request from begin to end. */

#define REDIRECTS_MAX 10
#define MOCK "X-Benchpipe:"

static void set_closing(struct exchange *x, bool closing)
{
	if (x->closing != closing)
		curl_must(curl_easy_setopt(x->easy, CURLOPT_FORBID_REUSE, (long)closing));
	x->closing = closing;
}

/* --- what libcurl calls --- */

/* The connection's last request is on it now: whichever of those on it is over last has to close it. */
static void count_sent(struct exchange *x)
{
	const struct group *g = x->group;

	if (!g->state->limit || ++x->route->sent < g->state->limit)
		return;
	for (uint32_t i = 0; i < g->n; i++) {
		if (g->exchange[i].active && g->exchange[i].route == x->route)
			set_closing(&g->exchange[i], true);
	}
}

/* A connection is there, and the request is about to be sent: another time after a redirect, and where the connection
 * that was used again turns out to be closed. That is no answer to what is idempotent; the rest fails. */
static int on_send(void *data, char *there, char *here, int port_there, int port_here)
{
	struct exchange *x = data;
	long redirects = 0;

	(void)there, (void)here, (void)port_there, (void)port_here;
	x->slot->connecting = false;
	if (x->sends++ == 0) {
		if (!prior_is_right(x))
			return CURL_PREREQFUNC_ABORT;
		worker_counts(x->slot->worker)->queued += x->was_held || x->group->runs > x->at + 1;
		count_sent(x);
		return CURL_PREREQFUNC_OK;
	}
	curl_easy_getinfo(x->easy, CURLINFO_REDIRECT_COUNT, &redirects);
	if (x->sends - 1 - redirects <= x->resends)
		return CURL_PREREQFUNC_OK;
	x->resends++;
	if (!x->slot->request->idempotent)
		return CURL_PREREQFUNC_ABORT;
	worker_counts(x->slot->worker)->retries++;
	return prior_is_right(x) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static bool says_mock(const char *line, size_t len)
{
	size_t at = sizeof MOCK - 1;

	if (len <= at || strncasecmp(line, MOCK, at) != 0)
		return false;
	while (at < len && (line[at] == ' ' || line[at] == '\t'))
		at++;
	while (len > at && strchr(" \t\r\n", line[len - 1]))
		len--;
	return len - at == 4 && strncasecmp(line + at, "mock", 4) == 0;
}

/* A line of a head; of redirects and interim responses too. */
static size_t on_header(char *line, size_t size, size_t n, void *data)
{
	struct exchange *x = data;

	if (!x->first_byte)
		x->first_byte = clock_now();
	if (n && (line[0] == 'X' || line[0] == 'x') && says_mock(line, n))
		x->mock = true;
	return size * n;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *data)
{
	struct exchange *x = data;
	size_t room = x->kind->wanted - x->body.len;

	if (room)
		buffer_add(&x->body, bytes, n < room ? n : room);
	x->size += n;
	return size * n;
}

/* Now and then, and when the exchange is over: others may be handled before libcurl tells that it is. */
static int on_progress(void *data, curl_off_t down, curl_off_t down_now, curl_off_t up, curl_off_t up_now)
{
	struct exchange *x = data;

	(void)down, (void)down_now, (void)up, (void)up_now;
	x->end = clock_now();
	return 0;
}

/* --- the handle --- */

void exchange_open(struct exchange *x, struct group *g, struct slot *slot)
{
	const struct options *o = g->state->options;

	x->slot = slot;
	x->group = g;
	x->easy = handle_new(o);
	if (!x->easy)
		die("out of memory");
	watch_sockets(g->state, x->easy);
	curl_must(curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->error));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_SHARE, g->state->names));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, 0L));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_PREREQFUNCTION, on_send));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_PREREQDATA, x));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_XFERINFOFUNCTION, on_progress));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_XFERINFODATA, x));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_NOPROGRESS, 0L));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_PATH_AS_IS, 1L));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_PIPEWAIT, (long)g->state->shared));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, (long)o->follow));
	curl_must(curl_easy_setopt(x->easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX));
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_must(curl_easy_setopt(x->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https"));
#else
	curl_must(curl_easy_setopt(x->easy, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS)));
#endif
	if (o->compressed)
		curl_must(curl_easy_setopt(x->easy, CURLOPT_ACCEPT_ENCODING, ""));
	if (o->cookies)
		curl_must(curl_easy_setopt(x->easy, CURLOPT_COOKIEFILE, ""));
}

void exchange_close(struct exchange *x)
{
	if (x->easy)
		curl_easy_cleanup(x->easy);
	parts_free(&x->parts);
	buffer_free(&x->body);
}

void exchange_begin(struct exchange *x)
{
	struct engine_state *s = x->group->state;
	const struct request *r = x->slot->request;
	const struct kind *kind = &s->kind[r - s->mix->request];
	CURLMcode code;

	if (x->kind != kind)
		kind_set(kind, x->easy, s->options, s->mix->origin[r->origin].tls);
	x->kind = kind;
	prior_begin(x);
	kind_fill(kind, s->mix, x->slot->seq, &x->parts, x->easy);
	set_closing(x, !s->options->keepalive && !s->limit);
	x->at = x->group->runs;
	x->sends = x->resends = 0;
	x->body.len = 0;
	x->size = 0;
	x->first_byte = x->end = 0;
	x->mock = false;
	x->error[0] = '\0';
	code = curl_multi_add_handle(x->group->multi, x->easy);
	if (code)
		die("libcurl: %s", curl_multi_strerror(code));
}

/* --- the end --- */

static long number(const struct exchange *x, CURLINFO what)
{
	long value = 0;

	curl_easy_getinfo(x->easy, what, &value);
	return value;
}

static int64_t large(const struct exchange *x, CURLINFO what)
{
	curl_off_t value = 0;

	curl_easy_getinfo(x->easy, what, &value);
	return value;
}

/* ns from one of libcurl's times to another, which are in us. */
static int64_t between(int64_t from, int64_t to)
{
	return to > from ? (to - from) * 1000 : 0;
}

static void count_connections(struct exchange *x)
{
	struct engine_counts *counts = worker_counts(x->slot->worker);
	struct route *route = x->route;
	long made = number(x, CURLINFO_NUM_CONNECTS);
	uint64_t replaced;

	if (made <= 0 || !x->sends) /* as long as nothing was sent, it was none to use */
		return;
	counts->connects += (uint64_t)made;
	if (made == 1) {
		int64_t connected = large(x, CURLINFO_CONNECT_TIME_T), tls = large(x, CURLINFO_APPCONNECT_TIME_T);

		worker_measured_connect(x->slot->worker, between(large(x, CURLINFO_NAMELOOKUP_TIME_T), connected),
					tls ? between(connected, tls) : -1);
	}
	if (number(x, CURLINFO_REDIRECT_COUNT))
		return; /* there may be another server behind it */
	route->made += (uint64_t)made;
	if (x->group->n == 1 && !x->closing)
		route->begun = route->sent = 1;
	replaced = route->made > route->most ? route->made - route->most : 0;
	if (replaced > route->replaced) {
		counts->reconnects += replaced - route->replaced;
		route->replaced = replaced;
	}
}

/* 0: HTTP/1.0, 1: HTTP/1.1, 2, 3 */
static int spoken(const struct exchange *x)
{
	switch (number(x, CURLINFO_HTTP_VERSION)) {
	case CURL_HTTP_VERSION_1_0:
		return 0;
	case CURL_HTTP_VERSION_2_0:
		return 2;
	case CURL_HTTP_VERSION_3:
		return 3;
	}
	return 1;
}

static bool is_other_version(const struct exchange *x, int version)
{
	enum http_version wanted = x->group->state->options->version;

	return ((wanted == HTTP_2 && version != 2) || (wanted == HTTP_3 && version != 3)) &&
	       !number(x, CURLINFO_REDIRECT_COUNT);
}

static void judge(struct exchange *x, CURLcode code, struct outcome *o, char why[FAILURE_TEXT])
{
	int version = spoken(x);

	if (o->status)
		worker_counts(x->slot->worker)->version[version]++;
	o->why = why;
	if (code == CURLE_ABORTED_BY_CALLBACK) {
		o->failure = FAILURE_RESET;
		o->why = "connection closed without a response";
	} else if (code) {
		o->why = x->error[0] ? x->error : curl_easy_strerror(code);
		/* A head that libcurl finds too long is one it could not receive. */
		o->failure = code == CURLE_RECV_ERROR && strstr(o->why, "header") ? FAILURE_PROTOCOL : handle_failure(code);
	} else if (is_other_version(x, version)) {
		o->failure = FAILURE_PROTOCOL;
		o->why = "the server speaks another version of HTTP";
	} else {
		if (x->body.len) {
			buffer_add(&x->body, "", 1); /* sanitizers want the end of a string */
			x->body.len--;
		}
		o->failure = expectation_check(x->slot->request->expect, o->status, x->body.bytes, x->body.len, x->size,
					       why);
	}
}

void exchange_finish(struct exchange *x, CURLcode code)
{
	char why[FAILURE_TEXT] = "";
	int64_t upload = large(x, CURLINFO_SIZE_UPLOAD_T);
	struct outcome o = {
		.status = (int)number(x, CURLINFO_RESPONSE_CODE),
		.mock = x->mock,
		.first_byte = x->first_byte,
		.end = x->end > x->first_byte ? x->end : x->group->state->now,
		.sent = (uint64_t)number(x, CURLINFO_REQUEST_SIZE),
		.received = (uint64_t)(number(x, CURLINFO_HEADER_SIZE) + large(x, CURLINFO_SIZE_DOWNLOAD_T)),
	};

	/* The size of the request has its body in it only where both were sent at once. */
	if (o.sent < (uint64_t)upload)
		o.sent += (uint64_t)upload;
	count_connections(x);
	judge(x, code, &o, why);
	x->slot->connecting = false;
	worker_done(x->slot->worker, x->slot, &o);
}
