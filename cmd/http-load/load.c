#include "load.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "gather.h"
#include "handle.h"
#include "nofile.h"
#include "worker.h"

#define LEAD 2000000           /* ns between the making of the threads and the common start */
#define TICK 100               /* ms between looks */
#define STACK (256 << 10)      /* bytes, of a thread */
#define SLOTS_OF_ALL 3000      /* histograms of a timeline, at most; there are 10 intervals at least */
#define DESCRIPTORS 32         /* beside connections, and 8 a thread */

struct load {
	struct go go;
	struct worker *worker;
	size_t opened;         /* workers with an engine's state */
	struct signals *signals;
	int done;              /* eventfd */
	void (*watch)(void *data, const struct sight *sight); /* NULL: nobody does */
	void *watch_data;
	struct sight sight;
};

const char *load_engine(const struct load *load)
{
	return load->go.engine->name;
}

size_t load_threads(const struct load *load)
{
	return load->go.threads;
}

static const struct engine *choose_engine(const struct options *o)
{
	if (o->engine == ENGINE_AUTO)
		return o->version == HTTP_2 || o->version == HTTP_3 || o->follow || o->compressed || o->cookies
			       ? &engine_curl : &engine_wire;
	return o->engine == ENGINE_CURL ? &engine_curl : &engine_wire;
}

/* Clients of each connection. */
static uint64_t streams_of(const struct options *o, const struct engine *engine)
{
	return engine == &engine_curl ? (uint64_t)o->streams : 1;
}

/* As many descriptors as the connections take; where libcurl has a loop of its own for each, two more. 0, or -1 after
 * a complaint. */
static int allow_descriptors(const struct options *o, const struct mix *mix, const struct engine *engine)
{
	bool loops = engine == &engine_curl && (o->version == HTTP_2 || o->version == HTTP_3 || o->requests_per_conn);
	uint64_t wanted = (uint64_t)o->connections * (mix->norigins + (loops ? 2 : 0)) + DESCRIPTORS + 8 * (uint64_t)o->threads;
	uint64_t allowed = nofile_raise(wanted);

	if (allowed < wanted) {
		warn("%llu connections take %llu descriptors, but this process may have %llu (ulimit -Hn)",
		     (unsigned long long)o->connections * mix->norigins, (unsigned long long)wanted,
		     (unsigned long long)allowed);
		return -1;
	}
	return 0;
}

/* --- threads --- */

static size_t start_threads(struct load *load, void *(*work)(void *))
{
	pthread_attr_t attr;
	size_t started = 0;
	int error = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	for (; started < load->go.threads && !error; started++) {
		error = pthread_create(&load->worker[started].thread, &attr, work, &load->worker[started]);
		if (error)
			break;
	}
	pthread_attr_destroy(&attr);
	if (error) {
		warn("thread %zu of %u cannot be started: %s", started + 1, load->go.threads, strerror(error));
		atomic_store(&load->go.stop, true);
	}
	return started;
}

static void stop(struct load *load)
{
	atomic_store(&load->go.stop, true);
	for (size_t i = 0; i < load->opened; i++)
		load->go.engine->wake(load->worker[i].state);
}

static void look(const struct load *load, struct sight *sight)
{
	uint64_t started = 0;

	sight->done = sight->failed = sight->in_flight = 0;
	for (size_t i = 0; i < load->go.threads; i++) {
		const struct seen *seen = &load->worker[i].seen;

		sight->done += atomic_load_explicit(&seen->done, memory_order_relaxed);
		sight->failed += atomic_load_explicit(&seen->failed, memory_order_relaxed);
		started += atomic_load_explicit(&seen->started, memory_order_relaxed);
		sight->step = (uint32_t)atomic_load_explicit(&seen->step, memory_order_relaxed);
	}
	sight->in_flight = started > sight->done + sight->failed ? started - sight->done - sight->failed : 0;
	if (sight->step >= load->go.n)
		sight->step = 0;
	sight->timeline = load->go.timeline[sight->step];
	sight->now = clock_now();
}

/* What there is to do beside the load. */
static void look_around(void *data)
{
	struct load *load = data;

	if (!atomic_load(&load->go.stop) && signals_caught(load->signals))
		stop(load);
	if (!load->watch)
		return;
	look(load, &load->sight);
	if (load->sight.now >= load->sight.begin)
		load->watch(load->watch_data, &load->sight);
}

/* Until n threads are done. */
static void supervise(struct load *load, size_t n)
{
	struct pollfd fds[2] = {{.fd = load->done, .events = POLLIN}, {.fd = load->signals->fd, .events = POLLIN}};
	uint64_t count;

	for (uint64_t ended = 0; ended < n;) {
		poll(fds, atomic_load(&load->go.stop) ? 1 : 2, TICK);
		if (read(load->done, &count, sizeof count) == (ssize_t)sizeof count)
			ended += count;
		if (ended < n)
			look_around(load);
	}
}

static int run_threads(struct load *load, void *(*work)(void *))
{
	size_t n = start_threads(load, work);

	if (n < load->go.threads)
		stop(load);
	supervise(load, n);
	for (size_t i = 0; i < n; i++)
		pthread_join(load->worker[i].thread, NULL);
	return n < load->go.threads ? -1 : 0;
}

/* Have all workers do it: one in this thread, since in a process without another one each system call is cheaper,
 * several in threads of their own. The signal that came, or -1 after a complaint. */
static int run(struct load *load, void *(*work)(void *), void (*watch)(void *, const struct sight *), void *data)
{
	load->watch = watch;
	load->watch_data = data;
	load->sight = (struct sight){.begin = load->go.begin ? load->go.begin[0] : 0};
	if (load->go.threads > 1) {
		if (run_threads(load, work) < 0)
			return -1;
	} else {
		load->go.look = look_around;
		load->go.look_data = load;
		work(&load->worker[0]);
	}
	return signals_caught(load->signals);
}

/* --- connecting --- */

static int open_workers(struct load *load)
{
	uint64_t streams = streams_of(load->go.options, load->go.engine), threads = load->go.threads;
	uint64_t connections = (uint64_t)load->go.options->connections;

	for (size_t i = 0; i < threads; i++) {
		uint32_t share = (uint32_t)((connections / threads + (i < connections % threads)) * streams);

		load->opened++;
		if (worker_open(&load->worker[i], &load->go, (unsigned)i, share) < 0)
			return -1;
		load->worker[i].done_fd = load->done;
	}
	return 0;
}

/* Where no connection could be made there is nothing to measure; where only some could, that is to be measured. */
static int connect_all(struct load *load)
{
	uint64_t connected = 0, wanted = 0;
	const struct worker *failed = NULL;
	int signal = run(load, worker_connect, NULL, NULL);

	for (size_t i = 0; i < load->go.threads; i++) {
		const struct worker *w = &load->worker[i];

		connected += w->connected;
		wanted += w->nslots;
		if (w->failure != FAILURE_NONE && !failed)
			failed = w;
	}
	if (signal)
		return -1;
	if (connected == wanted)
		return 0;
	if (!connected && load->go.mix->norigins == 1) {
		warn("%s: %s", load->go.mix->origin[0].base, failed->why);
		return -1;
	}
	if (!connected) {
		warn("%s", failed->why);
		return -1;
	}
	warn("only %llu of %llu connections could be made: %s", (unsigned long long)connected,
	     (unsigned long long)wanted, failed->why);
	return 0;
}

struct load *load_open(const struct options *o, const struct mix *mix, struct signals *signals)
{
	struct load *load;

	if (allow_descriptors(o, mix, choose_engine(o)) < 0)
		return NULL;
	handle_setup(o);
	load = x_calloc(1, sizeof *load);
	load->signals = signals;
	load->go.options = o;
	load->go.mix = mix;
	load->go.engine = choose_engine(o);
	load->go.threads = (unsigned)o->threads;
	load->worker = x_calloc(load->go.threads, sizeof *load->worker);
	load->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (load->done < 0)
		die("eventfd:");
	if (open_workers(load) < 0 || connect_all(load) < 0) {
		load_close(load);
		return NULL;
	}
	return load;
}

void load_close(struct load *load)
{
	if (!load)
		return;
	for (size_t i = 0; i < load->opened; i++)
		worker_close(&load->worker[i]);
	free(load->worker);
	close(load->done);
	free(load);
	handle_teardown();
}

/* --- goes --- */

static void plan(struct go *go, int64_t at)
{
	int64_t earliest = clock_now() + LEAD, begin = at > earliest ? at : earliest;
	size_t series = series_of(go->mix->n, 0);
	size_t slots = SLOTS_OF_ALL / series;

	if (slots > TIMELINE_SLOTS)
		slots = TIMELINE_SLOTS;
	for (size_t i = 0; i < go->n; i++) {
		go->begin[i] = begin;
		go->end[i] = begin = go->step[i].duration ? begin + go->step[i].duration : INT64_MAX;
		go->timeline[i] = timeline_new(series, go->options->interval, slots < 10 ? 10 : slots);
		timeline_start(go->timeline[i], go->begin[i]);
	}
}

/* This shard's part of a count. */
static uint64_t share_of(const struct options *o, uint64_t count)
{
	return count / o->shards + (o->shard < count % o->shards);
}

/* Numbers of requests go on where the last go left them. */
static void take_base(struct load *load)
{
	struct go *go = &load->go;
	uint64_t next = go->base + atomic_load(&go->claimed) * go->options->shards;

	for (size_t i = 0; i < go->threads; i++) {
		if (load->worker[i].seq > next)
			next = load->worker[i].seq;
	}
	/* The same on all shards as long as they do the same. */
	go->base = (next + go->options->shards - 1) / go->options->shards * go->options->shards;
	atomic_store(&go->claimed, 0);
	atomic_store(&go->quota, 0);
}

int load_go(struct load *load, const struct step *step, size_t n, int64_t at, struct step_result *results,
	    void (*watch)(void *data, const struct sight *sight), void *data)
{
	struct go *go = &load->go;
	int signal;

	go->step = step;
	go->n = n;
	go->begin = x_calloc(n, sizeof *go->begin);
	go->end = x_calloc(n, sizeof *go->end);
	go->timeline = x_calloc(n, sizeof *go->timeline);
	take_base(load);
	go->quota_limit = share_of(go->options, step[n - 1].count);
	plan(go, at);
	signal = run(load, worker_go, watch, data);
	if (signal < 0)
		exit(STATUS_TROUBLE);
	gather(results, go, load->worker);
	free(go->begin);
	free(go->end);
	free(go->timeline);
	go->begin = go->end = NULL;
	go->timeline = NULL;
	return signal;
}
