#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "descendants.h"
#include "die.h"

#define NS 1000000000LL
#define SAME_SIGNAL 500000000LL /* ns in which a terminal's signal may come a second time */
#define ALONE 1000000000LL /* ns for COMMAND to end in where the process that was started here has been killed */

enum { FD_SIGNALS, FD_CHILDREN, FD_OUTPUT, FD_ERROR, FD_SERVICE, FD_HELD, FD_PROBES };

static struct pollfd entry(int fd, short events)
{
	return (struct pollfd){.fd = fd, .events = events};
}

/* How many descriptors there are to poll. */
static size_t gather(struct watch *w)
{
	size_t n = FD_PROBES + w->probes;
	struct pollfd *at;

	if (n > w->room) {
		w->fds = x_reallocarray(w->fds, n, sizeof *w->fds);
		w->room = n;
	}
	w->fds[FD_SIGNALS] = entry(w->signals.fd, POLLIN);
	w->fds[FD_CHILDREN] = entry(w->children, POLLIN);
	w->fds[FD_OUTPUT] = entry(w->drain.stream[0].fd, POLLIN);
	w->fds[FD_ERROR] = entry(w->drain.stream[1].fd, POLLIN);
	w->fds[FD_SERVICE] = entry(w->service.fd, POLLIN);
	w->fds[FD_HELD] = entry(w->held.ended ? -1 : w->held.fd, POLLIN);
	at = w->fds + FD_PROBES;
	for (size_t i = 0; i < w->probes; i++)
		*at++ = entry(w->probe[i]->fd, w->probe[i]->events);
	return n;
}

static int64_t next_due(const struct watch *w, int64_t until)
{
	if (w->sampler.next < until)
		until = w->sampler.next;
	for (size_t i = 0; i < w->probes; i++) {
		if (w->probe[i]->due < until)
			until = w->probe[i]->due;
	}
	if (w->progress.style != PROGRESS_NONE && w->progress.next < until)
		until = w->progress.next;
	return until;
}

static void wait_for(struct pollfd *fds, size_t n, int64_t until)
{
	int64_t left = until == INT64_MAX ? 0 : until - clock_now();
	struct timespec ts;

	if (left < 0)
		left = 0;
	ts = (struct timespec){.tv_sec = (time_t)(left / NS), .tv_nsec = (long)(left % NS)};
	if (ppoll(fds, n, until == INT64_MAX ? NULL : &ts, NULL) < 0) {
		if (errno != EINTR)
			die("poll:");
		for (size_t i = 0; i < n; i++)
			fds[i].revents = 0;
	}
}

bool loop_reap(struct watch *w)
{
	siginfo_t info = {.si_pid = 0};
	struct rusage used;
	int status;

	/* Before one is reaped its number is nobody else's. */
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
		pid_t pid = info.si_pid;

		if (pid == 0)
			return true;
		beside_ended(&w->beside, pid);
		if (wait4(pid, &status, WNOHANG, &used) != pid)
			return true;
		service_reaped(&w->service, pid, status, &used);
		beside_reaped(&w->beside, pid, status, clock_now());
		info.si_pid = 0;
	}
	return false;
}

static void take_signals(struct watch *w, int64_t now)
{
	struct signalfd_siginfo info;

	if (!w->signal) {
		w->signal = signals_caught(&w->signals);
		w->signal_at = now;
		if (getppid() != w->front && w->stop_timeout > ALONE)
			w->stop_timeout = ALONE;
		return;
	}
	while (read(w->signals.fd, &info, sizeof info) == (ssize_t)sizeof info)
		w->hurry |= now - w->signal_at > SAME_SIGNAL;
}

static void take_children(struct watch *w)
{
	struct signalfd_siginfo info;

	while (read(w->children, &info, sizeof info) == (ssize_t)sizeof info)
		;
	loop_reap(w);
}

static void take_output(struct watch *w)
{
	if (w->drain.show)
		progress_clear(&w->progress);
	drain_read(&w->drain);
	if (w->drain.most <= DRAIN_FLOOD || w->flooded)
		return;
	w->flooded = true;
	watch_warn(w, "%s: floods its output, over %s/s; reading that takes CPU time, which is told apart", w->name,
		   unit_text(UNIT_BYTES, DRAIN_FLOOD).s);
}

/* First those to which something came, then those that have to try. */
static void step_probes(struct watch *w, const struct pollfd *fds, int64_t now)
{
	for (size_t i = 0; i < w->probes; i++) {
		if (fds[i].revents)
			probe_step(w->probe[i], now);
	}
	for (size_t i = 0; i < w->probes; i++) {
		if (w->probe[i]->due <= now)
			probe_step(w->probe[i], now);
	}
}

/* --- who is the service? --- */

static bool is_below(pid_t pid)
{
	pid_t *pids = NULL;
	size_t room = 0;
	ssize_t n = descendants_list(getpid(), &pids, &room);
	bool found = false;

	for (ssize_t i = 0; i < n; i++)
		found |= pids[i] == pid;
	free(pids);
	return found;
}

static void follow_main_pid(struct watch *w, struct probe *p)
{
	struct service *s = &w->service;
	pid_t pid = (pid_t)p->main_pid;

	if (!p->main_pid || pid == s->pid || s->stopping)
		return;
	p->main_pid = 0;
	if (service_become(s, pid, is_below) < 0)
		watch_warn(w, "%s: said MAINPID=%ld, which is no process that it has started", w->name, (long)pid);
	else
		records_event(&w->records, "mainpid", clock_now(), "{\"pid\":%ld}", (long)pid);
}

/* Where COMMAND has ended well and left others, one of them is the service. */
static void follow_fork(struct watch *w)
{
	struct service *s = &w->service;
	const pid_t *pids;
	struct reading r;
	pid_t before = s->pid;

	if (!s->ours || !s->ended || s->stopping || s->status != 0)
		return;
	if (tree_read(w->tree, false, &r) < 0 || tree_pids(w->tree, &pids) == 0 || service_become(s, pids[0], is_below) < 0)
		return;
	watch_warn(w, "%s: process %ld has ended with status 0 and left others: the eldest, %ld, is watched now",
		   w->name, (long)before, (long)s->pid);
	records_event(&w->records, "forked", clock_now(), "{\"from\":%ld,\"pid\":%ld}", (long)before, (long)s->pid);
}

static void tell_zombies(struct watch *w)
{
	const struct sampler *s = &w->sampler;

	if (!s->most_zombies || w->zombies_told)
		return;
	w->zombies_told = true;
	watch_warn(w, "%s: %lld of its processes have ended and were not waited for (zombies), %ld among them", w->name,
		   (long long)s->most_zombies, (long)s->zombie);
	records_event(&w->records, "zombies", clock_now(), "{\"count\":%lld,\"pid\":%ld}", (long long)s->most_zombies,
		      (long)s->zombie);
}

/* --- */

void loop_turn(struct watch *w, int64_t until)
{
	size_t n = gather(w);
	struct pollfd *fds;
	int64_t now;
	bool ended;

	wait_for(w->fds, n, next_due(w, until));
	fds = w->fds;
	now = clock_now();
	ended = fds[FD_HELD].revents && held_look(&w->held, now);
	if (fds[FD_SERVICE].revents) {
		service_seen_end(&w->service, now);
		loop_reap(w);
	}
	step_probes(w, fds + FD_PROBES, now);
	if (ended && w->on_end)
		w->on_end(w);
	if (fds[FD_OUTPUT].revents || fds[FD_ERROR].revents)
		take_output(w);
	if (fds[FD_CHILDREN].revents)
		take_children(w);
	if (fds[FD_SIGNALS].revents)
		take_signals(w, now);
	for (size_t i = 0; i < w->probes; i++)
		follow_main_pid(w, w->probe[i]);
	follow_fork(w);
	sampler_step(&w->sampler, clock_now());
	tell_zombies(w);
	if (w->writer.error && !w->signal)
		w->signal = NO_RECORDS;
	if (w->progress.style != PROGRESS_NONE)
		progress_update(&w->progress, "%s: %s", w->name, w->doing);
}

bool loop_gone(const struct watch *w)
{
	return w->service.ended || (!w->service.pid && w->sampler.gone);
}

void loop_until(struct watch *w, int64_t until)
{
	while (!w->signal && !loop_gone(w) && clock_now() < until)
		loop_turn(w, until);
}

void loop_add(struct watch *w, struct probe *p)
{
	for (size_t i = 0; i < w->probes; i++) {
		if (w->probe[i] == p)
			return;
	}
	w->probe[w->probes++] = p;
}

void loop_drop(struct watch *w)
{
	size_t left = 0;

	for (size_t i = 0; i < w->probes; i++) {
		if (w->probe[i]->kind == PROBE_NOTIFY)
			w->probe[left++] = w->probe[i];
		else
			probe_disarm(w->probe[i]);
	}
	w->probes = left;
}

void loop_drop_all(struct watch *w)
{
	loop_drop(w);
	for (size_t i = 0; i < w->probes; i++)
		probe_disarm(w->probe[i]);
	w->probes = 0;
}
