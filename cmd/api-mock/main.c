#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "database.h"
#include "die.h"
#include "options.h"
#include "outfile.h"
#include "router.h"
#include "signals.h"
#include "workcopy.h"

#define MS 1000000LL
#define BODY_MAX (10UL << 20) /* what the API takes */

/* The server, from the copy of the database to the end. */
struct mock {
	const struct options *options;
	struct workcopy copy;
	struct router router;
	unsigned opened;          /* stores */
	struct serve *serve;
	struct signals signals;
	int enough;               /* readable once so many requests were answered as were asked for */
	bool announced;           /* the ready file is there */
};

static int prepare_database(struct mock *m)
{
	const struct options *o = m->options;

	if (o->in_place) {
		if (access(o->database, R_OK | W_OK) < 0) {
			warn("%s:", o->database);
			return -1;
		}
		m->copy.path = x_strdup(o->database);
	} else if (workcopy_make(&m->copy, o->database, o->work_dir, "--work-dir") < 0) {
		return -1;
	}
	if ((!o->in_place || o->set_tokens) && database_set_tokens(m->copy.path) < 0)
		return -1;
	if (o->bundle_size && database_set_bundles(m->copy.path, o->bundle_size, o->fault.seed) < 0)
		return -1;
	return database_set_wal(m->copy.path);
}

static int open_stores(struct mock *m)
{
	struct router *r = &m->router;

	r->stores = x_calloc((size_t)m->options->threads, sizeof *r->stores);
	while (m->opened < (unsigned)m->options->threads) {
		struct store *store = &r->stores[m->opened++];

		if (store_open(store, m->copy.path, m->options->in_place) < 0) {
			warn("%s", sql_error(store->db));
			return -1;
		}
	}
	return 0;
}

static int64_t hold(void *data, int64_t now)
{
	const struct mock *m = data;

	return fault_stalled_until(&m->router.fault, now);
}

static void handle(void *data, const struct serve_request *request, struct serve_reply *reply)
{
	struct mock *m = data;

	router_handle(&m->router, request, reply);
}

static void answered(void *data, uint64_t count)
{
	static const uint64_t one = 1;
	const struct mock *m = data;

	if (count == (uint64_t)m->options->requests && write(m->enough, &one, sizeof one) < 0)
		warn("eventfd:");
}

static int start(struct mock *m)
{
	const struct options *o = m->options;
	struct serve_options options = {.listen = o->listen, .threads = (unsigned)o->threads, .body_max = BODY_MAX, .data = m};
	char error[SERVE_ERROR];

	options.handle = handle;
	options.hold = o->fault.every ? hold : NULL;
	options.answered = o->requests ? answered : NULL;
	m->router.fault.begin = clock_now();
	m->serve = serve_start(&options, error);
	if (m->serve)
		return 0;
	warn("%s", error);
	return -1;
}

static int write_ready_file(struct mock *m, const char *where)
{
	const char *path = m->options->ready_file;
	struct outfile *out = outfile_open(path);

	if (out && fprintf(outfile_stream(out), "%s\n", where) > 0) {
		if (outfile_commit(out) == 0) {
			m->announced = true;
			return 0;
		}
		out = NULL;
	}
	warn("--ready-file %s:", path);
	outfile_abort(out);
	return -1;
}

/* Where it listens, for scripts and people. What stdout does not take is told by finish(). */
static int announce(struct mock *m)
{
	const char *where = serve_where(m->serve);

	if (m->options->ready_file && write_ready_file(m, where) < 0)
		return -1;
	fprintf(stderr, "%s: listening on %s\n", program_name(), where);
	printf("%s\n", where);
	return fflush(stdout) == 0 ? 0 : -1;
}

/* Until a signal, the end of the time, or enough requests. */
static int wait_for_end(struct mock *m)
{
	struct pollfd fds[] = {{m->signals.fd, POLLIN, 0}, {m->enough, POLLIN, 0}};
	int64_t end = m->options->duration ? clock_now() + m->options->duration : INT64_MAX;

	for (;;) {
		int64_t left = end - clock_now();
		int timeout = end == INT64_MAX ? -1 : left > 3600000 * MS ? 3600000 : (int)((left + MS - 1) / MS);
		int n = left <= 0 ? 0 : poll(fds, 2, timeout), caught = signals_caught(&m->signals);

		if (caught)
			return STATUS_SIGNAL + caught;
		if ((n > 0 && fds[1].revents) || left <= 0)
			return STATUS_DONE;
	}
}

static int serve(struct mock *m)
{
	int status = STATUS_TROUBLE;

	if (signals_caught(&m->signals))
		return STATUS_SIGNAL + signals_caught(&m->signals);
	if (open_stores(m) == 0 && start(m) == 0 && announce(m) == 0)
		status = wait_for_end(m);
	serve_stop(m->serve);
	for (unsigned i = 0; i < m->opened; i++)
		store_close(&m->router.stores[i]);
	free(m->router.stores);
	if (m->announced)
		unlink(m->options->ready_file);
	return status;
}

/* Bundles come and go by the megabyte: given back to the kernel each time, their pages are what most of the time goes
 * into. */
static void keep_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 1); /* another one gives back more than it is told to */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

int main(int argc, char **argv)
{
	struct options options;
	struct mock mock = {.options = &options};
	int status = STATUS_TROUBLE;

	die_init(argv);
	keep_memory();
	options_parse(&options, argc, argv);
	mock.router.fault = options.fault;
	mock.router.metrics = router_metrics();
	mock.router.limits = options.rate_limits ? limits_new() : NULL;
	if (!mock.router.metrics || (options.rate_limits && !mock.router.limits))
		die("out of memory");
	mock.enough = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (mock.enough < 0)
		die("eventfd:");
	if (signals_hold(&mock.signals) < 0)
		die("signalfd:");
	signal(SIGPIPE, SIG_IGN);
	if (prepare_database(&mock) == 0)
		status = serve(&mock);
	workcopy_remove(&mock.copy);
	limits_free(mock.router.limits);
	metrics_free(mock.router.metrics);
	close(mock.signals.fd);
	close(mock.enough);
	signal(SIGPIPE, SIG_DFL);
	return finish(status);
}
