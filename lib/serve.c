#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "listener.h"
#include "nofile.h"
#include "wake.h"

#define MS 1000000LL
#define SECOND 1000000000LL
#define CONNECTION_MEMORY (16 * 1024) /* of libmicrohttpd, for the head and reads of a body; cleared at each request */
#define OTHER_FILES 64                /* descriptors that are no connections */
#define CONNECTIONS_MAX 1000000
#define PIECE (64 * 1024)             /* of a body that is made piece by piece */

/* One request, from its head to the end of its answer. */
struct exchange {
	struct serve *serve;
	struct MHD_Connection *connection;
	struct MHD_Response *response; /* waits to be sent */
	unsigned status;
	int64_t due;
	struct serve_request request;
	char *body;
	size_t len, size;
};

struct serve {
	struct serve_options options;
	struct listener listener;
	struct MHD_Daemon *daemon;
	pthread_t starter;         /* the thread that starts it: what libmicrohttpd complains of in it goes to error */
	char *error;               /* NULL: nowhere */
	atomic_uint threads;       /* those that have a number already */
	atomic_uint_fast64_t requests, answers, open, accepted;
	atomic_int_fast64_t busy;  /* exchanges on their way */
	atomic_bool stopping;
	struct wake *wake;         /* of answers whose time has not come */
};

/* --- what a handler asks --- */

const char *serve_header(const struct serve_request *r, const char *name)
{
	const struct exchange *e = r->handle;

	return MHD_lookup_connection_value(e->connection, MHD_HEADER_KIND, name);
}

const char *serve_query(const struct serve_request *r, const char *name)
{
	const struct exchange *e = r->handle;

	return MHD_lookup_connection_value(e->connection, MHD_GET_ARGUMENT_KIND, name);
}

void serve_peer(const struct serve_request *r, char text[SERVE_PEER_MAX])
{
	const struct exchange *e = r->handle;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(e->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;
	const char *done = NULL;

	if (address && address->sa_family == AF_INET)
		done = inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text, SERVE_PEER_MAX);
	else if (address && address->sa_family == AF_INET6)
		done = inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text,
				 SERVE_PEER_MAX);
	if (!done)
		strcpy(text, "unix");
}

void serve_add(struct serve_reply *reply, const char *name, const char *format, ...)
{
	char *value = reply->text + reply->used;
	size_t left = sizeof reply->text - reply->used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(value, left, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= left || reply->headers == SERVE_HEADERS)
		return;
	reply->used += (size_t)n + 1;
	reply->header[reply->headers].name = name;
	reply->header[reply->headers++].value = value;
}

/* --- bodies that are made --- */

struct making {
	void *body;
	ssize_t (*make)(void *body, uint64_t at, char *out, size_t max);
};

static ssize_t make_piece(void *data, uint64_t at, char *out, size_t max)
{
	struct making *m = data;
	ssize_t n = m->make(m->body, at, out, max);

	return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void made(void *data)
{
	struct making *m = data;

	free(m->body);
	free(m);
}

static struct MHD_Response *response_made(const struct serve_reply *reply)
{
	struct making *m = malloc(sizeof *m);
	struct MHD_Response *response = NULL;

	if (m) {
		*m = (struct making){reply->body, reply->make};
		response = MHD_create_response_from_callback(reply->len, PIECE, make_piece, m, made);
	}
	if (!response) {
		free(reply->body);
		free(m);
	}
	return response;
}

/* NULL where there is no memory for it; what the reply owned is then freed. */
static struct MHD_Response *response_of(const struct serve_reply *reply)
{
	struct MHD_Response *response;

	if (reply->kind == SERVE_MADE)
		response = response_made(reply);
	else
		response = MHD_create_response_from_buffer(reply->len, reply->body,
							   reply->kind == SERVE_OWNED ? MHD_RESPMEM_MUST_FREE
										      : MHD_RESPMEM_PERSISTENT);
	if (!response && reply->kind == SERVE_OWNED)
		free(reply->body);
	if (response && reply->type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
	for (unsigned i = 0; response && i < reply->headers; i++)
		MHD_add_response_header(response, reply->header[i].name, reply->header[i].value);
	return response;
}

/* --- answers that wait for their time --- */

static void lay_down(void *item)
{
	struct exchange *e = item;

	MHD_suspend_connection(e->connection);
}

static void wake(void *item)
{
	struct exchange *e = item;

	MHD_resume_connection(e->connection);
}

/* --- requests --- */

/* Sleep while everything stands still. */
static void stand_still(struct serve *s)
{
	int64_t now, until;

	if (!s->options.hold)
		return;
	while (!atomic_load_explicit(&s->stopping, memory_order_relaxed)) {
		now = clock_now();
		until = s->options.hold(s->options.data, now);
		if (until <= now)
			return;
		clock_sleep_until(until < now + 50 * MS ? until : now + 50 * MS);
	}
}

/* The number of the calling thread: they belong to one server for all their life. */
static unsigned thread_number(struct serve *s)
{
	static _Thread_local unsigned number;

	if (!number)
		number = 1 + atomic_fetch_add(&s->threads, 1);
	return number - 1;
}

static struct exchange *begin(struct serve *s, struct MHD_Connection *connection, const char *url, const char *method)
{
	struct exchange *e = calloc(1, sizeof *e);

	if (!e)
		return NULL;
	e->serve = s;
	e->connection = connection;
	e->request = (struct serve_request){.serve = s, .method = method, .path = url, .body = "", .handle = e};
	e->request.thread = thread_number(s);
	e->request.number = atomic_fetch_add_explicit(&s->requests, 1, memory_order_relaxed);
	e->request.arrived = clock_now();
	atomic_fetch_add_explicit(&s->busy, 1, memory_order_relaxed);
	return e;
}

static enum MHD_Result take_body(struct exchange *e, const char *data, size_t len)
{
	size_t max = e->serve->options.body_max;

	if (e->request.too_large || len > max - e->len) {
		e->request.too_large = true;
		return MHD_YES;
	}
	if (e->len + len >= e->size) {
		size_t size = e->size ? 2 * e->size : 4096;
		char *body;

		if (size < e->len + len + 1)
			size = e->len + len + 1;
		if (size > max + 1)
			size = max + 1;
		body = realloc(e->body, size);
		if (!body)
			return MHD_NO; /* closes the connection */
		e->body = body;
		e->size = size;
	}
	memcpy(e->body + e->len, data, len);
	e->len += len;
	e->body[e->len] = '\0';
	return MHD_YES;
}

static enum MHD_Result answer(struct exchange *e)
{
	enum MHD_Result result = MHD_queue_response(e->connection, e->status, e->response);

	MHD_destroy_response(e->response);
	e->response = NULL;
	return result;
}

static enum MHD_Result handle(struct serve *s, struct exchange *e)
{
	struct serve_reply reply;

	/* Its text need not be cleared. */
	memset(&reply, 0, offsetof(struct serve_reply, text));
	reply.used = 0;
	reply.status = MHD_HTTP_OK;
	if (e->len && !e->request.too_large) {
		e->request.body = e->body;
		e->request.len = e->len;
	}
	s->options.handle(s->options.data, &e->request, &reply);
	free(e->body);
	e->body = NULL;
	e->response = response_of(&reply);
	e->status = reply.status;
	e->due = reply.due;
	if (!e->response)
		return MHD_NO;
	stand_still(s);
	if (e->due > clock_now() && wake_later(s->wake, e->due, e))
		return MHD_YES;
	return answer(e);
}

/* libmicrohttpd calls this for the head, for each piece of the body, at its end, and when the connection was
 * resumed. */
static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *upload, size_t *len, void **state)
{
	struct serve *s = data;
	struct exchange *e = *state;
	enum MHD_Result result;

	(void)version;
	if (!e) {
		stand_still(s);
		*state = begin(s, connection, url, method);
		return *state ? MHD_YES : MHD_NO;
	}
	if (*len) {
		result = take_body(e, upload, *len);
		*len = 0;
		return result;
	}
	if (!e->response)
		return handle(s, e);
	wake_came(s->wake, e->due);
	return answer(e);
}

static void on_end(void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	struct serve *s = data;
	struct exchange *e = *state;

	(void)connection;
	if (!e)
		return;
	if (e->response)
		MHD_destroy_response(e->response);
	free(e->body);
	free(e);
	*state = NULL;
	if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK) {
		uint64_t count = 1 + atomic_fetch_add_explicit(&s->answers, 1, memory_order_relaxed);

		if (s->options.answered)
			s->options.answered(s->options.data, count);
	}
	atomic_fetch_sub(&s->busy, 1);
}

static void on_connection(void *data, struct MHD_Connection *connection, void **state,
			  enum MHD_ConnectionNotificationCode code)
{
	struct serve *s = data;

	(void)connection;
	(void)state;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		atomic_fetch_add_explicit(&s->open, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&s->accepted, 1, memory_order_relaxed);
	} else {
		atomic_fetch_sub_explicit(&s->open, 1, memory_order_relaxed);
	}
}

/* --- the server --- */

static void on_complaint(void *data, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

static void on_complaint(void *data, const char *format, va_list args)
{
	struct serve *s = data;
	size_t len;

	if (!pthread_equal(s->starter, pthread_self()) || !s->error)
		return;
	vsnprintf(s->error, LISTENER_ERROR, format, args);
	len = strlen(s->error);
	if (len && s->error[len - 1] == '\n')
		s->error[len - 1] = '\0';
}

static unsigned raise_files(void)
{
	uint64_t files = nofile_raise(UINT64_MAX);

	if (files > CONNECTIONS_MAX)
		return CONNECTIONS_MAX;
	return files > 2 * OTHER_FILES ? (unsigned)files - OTHER_FILES : OTHER_FILES;
}

static struct MHD_Daemon *start_daemon(struct serve *s)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG |
			 (s->listener.ipv6 ? MHD_USE_IPv6 : 0);
	/* A pool of one is none. */
	struct MHD_OptionItem pool[] = {
		{s->options.threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)s->options.threads, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_complaint, s,
				MHD_OPTION_LISTEN_SOCKET, s->listener.fd, MHD_OPTION_CONNECTION_LIMIT, raise_files(),
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_NOTIFY_COMPLETED,
				on_end, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_ARRAY, pool,
				MHD_OPTION_END);
}

static struct wake *start_wake(struct serve *s)
{
	struct wake_calls calls = {.data = s->options.data, .hold = s->options.hold, .lay_down = lay_down, .wake = wake};

	return wake_start(&calls);
}

struct serve *serve_start(const struct serve_options *options, char error[SERVE_ERROR])
{
	struct serve *s = calloc(1, sizeof *s);
	char why[LISTENER_ERROR];

	if (!s) {
		snprintf(error, SERVE_ERROR, "out of memory");
		return NULL;
	}
	s->options = *options;
	s->starter = pthread_self();
	if (listener_open(&s->listener, options->listen, why) < 0) {
		snprintf(error, SERVE_ERROR, "%s", why);
		free(s);
		return NULL;
	}
	s->wake = start_wake(s);
	if (!s->wake) {
		snprintf(error, SERVE_ERROR, "out of memory or threads: %s", strerror(errno));
	} else {
		*why = '\0';
		s->error = why;
		errno = 0;
		s->daemon = start_daemon(s);
		s->error = NULL;
		if (s->daemon)
			return s;
		snprintf(error, SERVE_ERROR, "out of memory, threads or files: %.180s", *why ? why : strerror(errno));
		wake_end(s->wake);
	}
	listener_close(&s->listener, true);
	free(s);
	return NULL;
}

const char *serve_where(const struct serve *s)
{
	return s->listener.where;
}

uint64_t serve_connections(const struct serve *s)
{
	return atomic_load_explicit(&s->open, memory_order_relaxed);
}

uint64_t serve_accepted(const struct serve *s)
{
	return atomic_load_explicit(&s->accepted, memory_order_relaxed);
}

void serve_stop(struct serve *s)
{
	int64_t until;

	if (!s)
		return;
	atomic_store(&s->stopping, true);
	MHD_quiesce_daemon(s->daemon);
	wake_all(s->wake);
	until = clock_now() + SECOND;
	while (atomic_load(&s->busy) > 0 && clock_now() < until)
		clock_sleep_until(clock_now() + MS);
	MHD_stop_daemon(s->daemon);
	wake_end(s->wake);
	listener_close(&s->listener, true);
	free(s);
}
