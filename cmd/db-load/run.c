#include "run.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "watch.h"

#define LEAD 2000000        /* ns between the making of the threads and the common start */
#define CLIENT_LEAD 20000   /* and for each client */
#define STOPPING 20         /* ms between looks whether all have stopped */
#define STACK (512 << 10)   /* bytes, of a thread */

struct worker { /* a thread and its clients: every step-th from first */
	pthread_t thread;
	struct run *run;
	size_t first, step;
	size_t n;            /* clients */
	int done;            /* eventfd: written to at the end */
	struct watch *watch; /* the only one, in the only thread: it looks for itself; else NULL */
	int64_t end;
};

/* With a rate the client whose arrival is next, otherwise each in its turn. NULL: all are done. */
static struct client *next_client(const struct worker *w, size_t *turn)
{
	struct run *run = w->run;
	struct client *best = NULL;
	bool paced = run->shared->options->rate > 0;

	for (size_t tried = 0; tried < w->n; tried++) {
		struct client *c = &run->client[w->first + *turn * w->step];

		*turn = *turn + 1 < w->n ? *turn + 1 : 0;
		if (c->finished)
			continue;
		if (!paced)
			return c;
		if (!best || c->scheduled < best->scheduled)
			best = c;
	}
	return best;
}

static void *work(void *data)
{
	struct worker *w = data;
	struct shared *s = w->run->shared;
	uint64_t one = 1;
	size_t turn = 0;
	int64_t now;

	w->n = (w->run->clients - w->first + w->step - 1) / w->step;
	/* Waits end when they are meant to, not 50 us later. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	while ((now = clock_now()) < s->begin)
		clock_sleep_until(s->begin);
	for (struct client *c; (c = next_client(w, &turn));) {
		client_turn(c, &now);
		if (w->watch && now >= w->watch->next) {
			stop_look(&s->stop);
			watch_look(w->watch);
		}
	}
	w->end = now;
	if (!w->watch)
		(void)!write(w->done, &one, sizeof one);
	return NULL;
}

/* Until n workers are done. */
static void supervise(struct run *run, struct watch *watch, int done, size_t n)
{
	struct pollfd fds[2] = {{.fd = done, .events = POLLIN}, {.fd = run->signals->fd, .events = POLLIN}};
	struct stop *stop = &run->shared->stop;

	for (uint64_t ended = 0, count; ended < n;) {
		int64_t wait = watch->next - clock_now();
		int timeout = wait > 0 ? (int)(wait / 1000000) + 1 : 0;

		poll(fds, stop_wanted(stop) ? 1 : 2, stop_wanted(stop) ? STOPPING : timeout);
		if (signals_caught(run->signals))
			atomic_store(&stop->now, true);
		if (read(done, &count, sizeof count) == (ssize_t)sizeof count)
			ended += count;
		watch_look(watch);
	}
}

static size_t start_workers(struct run *run, struct worker *worker, size_t n, int done)
{
	pthread_attr_t attr;
	size_t started = 0;
	int error = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	for (; started < n; started++) {
		worker[started] = (struct worker){.run = run, .first = started, .step = n, .done = done};
		error = pthread_create(&worker[started].thread, &attr, work, &worker[started]);
		if (error)
			break;
	}
	pthread_attr_destroy(&attr);
	if (started < n) {
		warn("thread %zu of %zu cannot be started: %s", started + 1, n, strerror(error));
		atomic_store(&run->shared->stop.now, true);
	}
	return started;
}

static void take_end(struct run *run, const struct worker *worker)
{
	if (worker->end > run->end)
		run->end = worker->end;
}

/* In threads of their own, while this one looks after them. 0, or -1 after a complaint. */
static int work_in_threads(struct run *run, struct watch *watch, size_t n)
{
	struct worker *worker = x_calloc(n, sizeof *worker);
	int done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	size_t started;

	if (done < 0)
		die("eventfd:");
	run->shared->stop.signals = NULL;
	started = start_workers(run, worker, n, done);
	supervise(run, watch, done, started);
	for (size_t i = 0; i < started; i++) {
		pthread_join(worker[i].thread, NULL);
		take_end(run, &worker[i]);
	}
	run->shared->stop.signals = run->signals;
	close(done);
	free(worker);
	return started == n ? 0 : -1;
}

/* In this thread: in a process that has but one, the C library and SQLite go shorter ways. */
static void work_here(struct run *run, struct watch *watch)
{
	struct worker worker = {.run = run, .step = 1, .done = -1, .watch = watch};

	work(&worker);
	take_end(run, &worker);
}

int run_phase(struct run *run, int64_t time, int64_t count, bool measured)
{
	struct shared *s = run->shared;
	size_t n = (size_t)s->options->threads;
	struct watch watch;
	int result = 0;

	timeline_free(s->timeline);
	s->timeline = timeline_new(s->works->series, s->options->interval, TIMELINE_SLOTS);
	atomic_store(&s->failures, 0);
	/* Making clients ready takes time, which is not to be missing from the schedule. */
	s->begin = clock_now() + LEAD + (int64_t)run->clients * CLIENT_LEAD;
	s->deadline = time ? s->begin + time : INT64_MAX;
	s->count = count ? count : INT64_MAX;
	timeline_start(s->timeline, s->begin);
	for (size_t i = 0; i < run->clients; i++)
		client_begin(&run->client[i]);
	watch_start(&watch, run, measured);
	run->end = s->begin;
	getrusage(RUSAGE_SELF, &run->before);
	if (n > 1)
		result = work_in_threads(run, &watch, n);
	else
		work_here(run, &watch);
	getrusage(RUSAGE_SELF, &run->after);
	progress_clear(run->progress);
	run->signal = signals_caught(run->signals);
	/* Where arrivals were sparse, the last one was early. */
	if (!stop_wanted(&s->stop) && s->deadline != INT64_MAX && s->deadline > run->end)
		run->end = s->deadline;
	for (size_t i = 0; i < run->clients; i++)
		client_end(&run->client[i]);
	timeline_end(s->timeline, run->end);
	return result;
}

int run_connect(struct run *run)
{
	for (size_t i = 0; i < run->clients; i++) {
		if (client_connect(&run->client[i], true) < 0)
			return -1;
		if ((run->signal = signals_caught(run->signals)))
			return -1;
	}
	return 0;
}
