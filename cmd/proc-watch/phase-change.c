#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "follow.h"
#include "loop.h"
#include "phases.h"
#include "rng.h"

#define REST 200000000LL /* ns for what it has written before its end */
#define PATIENCE 5000000000LL /* ns for the answer that an URL gives before the change */

struct change {
	int64_t number;
	int64_t began, ended; /* clock_now(): it was made in between */
	int64_t until;        /* at which it is given up */
};

static bool is_seen(const struct watch *w)
{
	return w->options->detect_restart ? w->held.ended != NULL : w->options->detect.seen;
}

static int hold(struct watch *w)
{
	const char *name = w->options->restart_name;
	const pid_t *pids;
	struct reading r;
	size_t n = tree_read(w->tree, false, &r) < 0 ? 0 : tree_pids(w->tree, &pids);
	ssize_t held = n ? held_take(&w->held, pids, n, name) : 0;

	if (held > 0)
		return STATUS_DONE;
	if (held < 0)
		watch_warn(w, "--detect restart: the %zu processes of %s: %s", n, w->name, strerror(errno));
	else if (name)
		watch_warn(w, "--detect restart:%s: %s has no such process", name, w->name);
	else
		watch_warn(w, "--detect restart: %s has no processes", w->name);
	return STATUS_TROUBLE;
}

static int arm(struct watch *w)
{
	struct probe *p = &w->options->detect;
	int64_t patience = w->options->detect_timeout;

	if (w->options->detect_restart)
		return hold(w);
	if (probe_arm(p, patience < PATIENCE ? patience : PATIENCE) < 0) {
		watch_warn(w, "--detect %s: %s", p->text, p->why);
		return STATUS_TROUBLE;
	}
	loop_add(w, p);
	return STATUS_DONE;
}

/* As touch(1) does, so that those are told too who watch for writing. */
static int touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0666), error;

	if (fd < 0) {
		/* A directory, or one's own file that may not be written. */
		error = errno;
		if (utimensat(AT_FDCWD, path, NULL, 0) == 0)
			return 0;
		errno = error;
		return -1;
	}
	error = futimens(fd, NULL) < 0 ? errno : 0;
	close(fd);
	errno = error;
	return error ? -1 : 0;
}

static int make_by_command(struct watch *w, struct change *c)
{
	char words[BESIDE_WORDS];
	int status = STATUS_DONE;

	if (beside_start(&w->beside, w->options->change, w->service.pid, c->number, &w->mask, &c->began) < 0) {
		watch_warn(w, "--change: %s", strerror(errno));
		return STATUS_TROUBLE;
	}
	c->until = c->began + w->options->detect_timeout;
	tree_leave_out(w->tree, w->beside.pid);
	while (!w->signal && !w->beside.ended && clock_now() < c->until)
		loop_turn(w, c->until);
	if (!w->beside.ended && !w->signal) {
		watch_warn(w, "--change: still runs after %s",
			   unit_text(UNIT_NS, (double)w->options->detect_timeout).s);
		status = STATUS_TROUBLE;
	}
	beside_kill(&w->beside, SIGKILL);
	while (!w->beside.ended)
		loop_turn(w, INT64_MAX);
	if (status == STATUS_DONE && w->beside.status != 0 && !w->signal) {
		watch_warn(w, "--change: %s", beside_words(&w->beside, words));
		status = STATUS_TROUBLE;
	}
	c->ended = w->beside.end;
	w->beside.pid = 0;
	tree_leave_out(w->tree, 0);
	return status;
}

static int make(struct watch *w, struct change *c)
{
	const struct options *o = w->options;

	if (o->change)
		return make_by_command(w, c);
	c->began = clock_now();
	c->until = c->began + o->detect_timeout;
	if (touch(o->touch) < 0) {
		watch_warn(w, "%s: %s", o->touch, strerror(errno));
		return STATUS_TROUBLE;
	}
	c->ended = clock_now();
	return STATUS_DONE;
}

static int await(struct watch *w, const struct change *c)
{
	const struct options *o = w->options;
	const struct probe *p = &o->detect;

	while (!w->signal && !is_seen(w) && !loop_gone(w) && (o->detect_restart || !p->failed) &&
	       clock_now() < c->until)
		loop_turn(w, c->until);
	if (loop_gone(w))
		drain_rest(&w->drain, REST);
	if (w->signal || is_seen(w))
		return STATUS_DONE;
	if (loop_gone(w))
		return phase_lost(w, "before it noticed a change");
	if (!o->detect_restart && p->failed) {
		watch_warn(w, "--detect %s: %s", p->text, p->why);
		return STATUS_TROUBLE;
	}
	watch_warn(w, "%s: change %lld was not noticed within %s%s%s", w->name, (long long)c->number + 1,
		   unit_text(UNIT_NS, (double)o->detect_timeout).s, o->detect_restart || !p->why[0] ? "" : ": ",
		   o->detect_restart ? "" : p->why);
	return STATUS_TROUBLE;
}

/* The largest that the time may be less by: a change made by a command was made somewhere on its way. */
static int64_t bound_of(const struct watch *w, const struct change *c, int64_t when)
{
	int64_t bound = w->options->detect_restart ? 0 : w->options->detect.bound;

	if (w->options->change)
		bound += (c->ended < when ? c->ended : when) - c->began;
	/* Not before the change was begun. */
	return bound < when - c->began ? bound : when - c->began;
}

static int64_t tell(struct watch *w, const struct change *c)
{
	const struct options *o = w->options;
	struct report *r = &w->report;
	int64_t when = o->detect_restart ? w->held.when : o->detect.when;
	const struct timing t = {.part = "detect", .metric = "latency", .at = c->began, .length = when - c->began,
				 .bound = bound_of(w, c, when), .seq = c->number};
	char *name;

	records_event(&w->records, "change", c->began, "{\"number\":%lld,\"took\":%lld}", (long long)c->number,
		      (long long)(c->ended - c->began));
	if (o->detect_restart) {
		name = writer_quote(w->held.ended->name);
		records_event(&w->records, "detected", when, "{\"number\":%lld,\"pid\":%ld,\"name\":%s}",
			      (long long)c->number, (long)w->held.ended->pid, name);
		free(name);
		snprintf(r->detected, sizeof r->detected, "the end of %s", w->held.ended->name);
	} else {
		records_event(&w->records, "detected", when, "{\"number\":%lld}", (long long)c->number);
		snprintf(r->detected, sizeof r->detected, "%s", o->detect.text);
	}
	records_timing(&w->records, &t);
	times_add(&r->detect, t.length);
	if (t.bound > r->detect_bound)
		r->detect_bound = t.bound;
	return when;
}

/* Whoever was restarted is to be ready again. */
static int await_ready(struct watch *w, const struct change *c, int64_t since)
{
	struct timing t = {.part = "detect", .metric = "ready", .at = c->began, .seq = c->number};
	int status = phase_ready(w, since);

	if (status == STATUS_DONE && !w->signal) {
		t.length = phase_ready_at(w, c->began, &t.bound) - c->began;
		records_timing(&w->records, &t);
		times_add(&w->report.detect_ready, t.length);
		if (t.bound > w->report.detect_ready_bound)
			w->report.detect_ready_bound = t.bound;
	}
	return status;
}

/* That the service itself has ended may be told a moment later than that one of those held has. */
static void await_own_end(struct watch *w)
{
	while (w->held.ended && w->held.ended->pid == w->service.pid && !w->service.ended && !w->signal)
		loop_turn(w, INT64_MAX);
}

/* From the end of the old one on. What cannot be armed is told, and is missing then. */
static void arm_ready(struct watch *w)
{
	if (phase_arm(w) != STATUS_DONE)
		w->unarmed = true;
}

static int change_once(struct watch *w, int64_t number)
{
	const struct options *o = w->options;
	struct change c = {.number = number};
	int64_t when = 0;
	int status = arm(w);

	watch_doing(w, "change %lld of %lld", (long long)number + 1, (long long)o->changes);
	w->unarmed = false;
	w->on_end = o->detect_restart && o->readies ? arm_ready : NULL;
	if (status == STATUS_DONE)
		status = make(w, &c);
	if (status == STATUS_DONE)
		status = await(w, &c);
	if (status == STATUS_DONE && !w->signal)
		when = tell(w, &c);
	await_own_end(w);
	held_drop(&w->held);
	w->on_end = NULL;
	if (status == STATUS_DONE && !w->signal && o->detect_restart && w->service.ended)
		status = follow_restart(w, when + o->detect_timeout);
	if (status == STATUS_DONE && w->unarmed)
		status = STATUS_TROUBLE;
	if (status == STATUS_DONE && !w->signal && o->detect_restart && o->readies)
		status = await_ready(w, &c, when);
	loop_drop(w);
	return status;
}

int phase_changes(struct watch *w)
{
	const struct options *o = w->options;
	uint64_t key = rng_key(o->common.seed, "spread");
	int status = STATUS_DONE;

	for (int64_t i = 0; i < o->changes && status == STATUS_DONE && !w->signal; i++) {
		int64_t pause = (int64_t)rng_reduce(rng_at(key, (uint64_t)i), (uint64_t)o->spread + 1);

		watch_doing(w, "waiting before change %lld of %lld", (long long)i + 1, (long long)o->changes);
		loop_until(w, clock_now() + pause);
		if (loop_gone(w) && !w->signal)
			return phase_lost(w, "before a change was made");
		if (!w->signal)
			status = change_once(w, i);
	}
	return status;
}
