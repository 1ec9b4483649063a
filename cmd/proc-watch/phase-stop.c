#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "descendants.h"
#include "die.h"
#include "loop.h"
#include "phases.h"
#include "signal-name.h"

#define S 1000000000LL
#define AFTER_KILL (10 * S)  /* for the kernel to take it away */
#define ZOMBIE_LOOK 50000000LL /* ns between two readings: its parent may only be about to wait */

/* The readings of the phases may not have shown them. */
static void look_for_zombies(struct watch *w)
{
	struct reading r;

	for (int i = 0; i < 2 && !w->signal; i++) {
		if (w->zombies_told || tree_read(w->tree, false, &r) < 0)
			return;
		sampler_see_zombies(&w->sampler, &r);
		if (!r.zombies)
			return;
		if (!w->sampler.most_zombies)
			loop_until(w, clock_now() + ZOMBIE_LOOK);
	}
	loop_turn(w, 0);
}

/* Signal the service, and wait for its end until then. Nothing is written before, which would take time. true: it has
 * ended. */
static bool end_by(struct watch *w, int signal, int64_t until, bool patient)
{
	char name[SIGNAL_NAME_MAX];
	int64_t at = clock_now();
	bool sent = service_signal(&w->service, signal) == 0;

	while (!w->service.ended && clock_now() < until && (patient || !w->hurry))
		loop_turn(w, until);
	if (sent)
		records_event(&w->records, "signal", at, "{\"pid\":%ld,\"signal\":\"%s\"}", (long)w->service.pid,
			      signal_name(signal, name));
	return w->service.ended;
}

/* When the signal was sent, or -1: it did not end even by KILL. *killed: only by that. */
static int64_t end_service(struct watch *w, bool *killed)
{
	const struct options *o = w->options;
	char name[SIGNAL_NAME_MAX];
	int64_t begin;

	w->service.stopping = true;
	*killed = false;
	begin = w->service.asked = clock_now();
	if (end_by(w, o->stop_signal, begin + w->stop_timeout, false))
		return begin;
	*killed = true;
	if (!w->hurry && o->stop_signal != SIGKILL)
		watch_warn(w, "%s: did not end by %s within %s: killed", w->name, signal_name(o->stop_signal, name),
			   unit_text(UNIT_NS, (double)w->stop_timeout).s);
	if (end_by(w, SIGKILL, clock_now() + AFTER_KILL, true))
		return begin;
	watch_warn(w, "%s: process %ld does not end even by KILL", w->name, (long)w->service.pid);
	return -1;
}

/* What was run beside may have been killed only just now. */
static bool is_beside(const struct watch *w, pid_t pid)
{
	return w->beside.session && getsid(pid) == w->beside.session;
}

/* What its end has left behind, COMMAND itself aside, which only waits for it. */
static void tell_left(struct watch *w)
{
	const pid_t *pids;
	struct reading r;
	size_t n = tree_read(w->tree, false, &r) < 0 ? 0 : tree_pids(w->tree, &pids), left = 0;

	for (size_t i = 0; i < n; i++)
		left += pids[i] != w->service.command && !is_beside(w, pids[i]);
	if (!left)
		return;
	watch_warn(w, "%s: its end left %zu process%s of its own behind, ended now", w->name, left,
		   left == 1 ? "" : "es");
	records_event(&w->records, "left", clock_now(), "{\"processes\":%zu}", left);
}

/* All that is still below this process, which has until then to end by itself; and reaped. */
static int end_others(struct watch *w, int64_t until)
{
	if (loop_reap(w)) {
		tell_left(w);
		descendants_ask();
	}
	while (loop_reap(w) && clock_now() < until && !w->hurry)
		loop_turn(w, until);
	if (descendants_end(0) >= 0)
		return STATUS_DONE;
	watch_warn(w, "what %s has started could not be ended: %s", w->name, strerror(errno));
	return STATUS_TROUBLE;
}

static void tell(struct watch *w, int64_t begin, bool killed, int64_t seq)
{
	int64_t length = w->service.end - begin;

	records_timing(&w->records, &(struct timing){.part = "stop", .metric = "latency", .at = begin, .length = length,
						     .bound = -1, .seq = seq, .failed = killed});
	if (killed)
		w->report.killed++;
	else
		times_add(&w->report.stop, length);
}

int phase_stop(struct watch *w, bool told, int64_t seq)
{
	struct service *s = &w->service;
	int64_t begin = 0, until;
	bool killed = false;
	int status, lost = STATUS_DONE;

	watch_doing(w, "stopping");
	if (s->pid && !s->ended) {
		look_for_zombies(w);
		/* It may just have ended. */
		loop_turn(w, 0);
	}
	if (s->pid && s->ended && told && !w->signal) {
		lost = phase_lost(w, "before it was to be stopped");
	} else if (s->pid && !s->ended) {
		begin = end_service(w, &killed);
		if (begin >= 0)
			records_exit(&w->records, s, drain_last(&w->drain));
		if (begin >= 0 && told && !w->signal)
			tell(w, begin, killed, seq);
	}
	until = killed ? 0 : clock_now() + w->stop_timeout;
	if (begin && begin + w->stop_timeout < until)
		until = begin + w->stop_timeout;
	status = end_others(w, until);
	drain_rest(&w->drain, S);
	drain_close(&w->drain);
	loop_drop_all(w);
	return begin < 0 ? STATUS_TROUBLE : lost != STATUS_DONE ? lost : status;
}

int phase_restarts(struct watch *w)
{
	for (int64_t i = 0; i < w->options->restarts && !w->signal; i++) {
		struct timing t = {.part = "restart", .seq = i};
		int64_t end, ready;
		int status;

		status = phase_stop(w, true, i);
		end = w->service.end;
		if (status == STATUS_DONE && !w->signal)
			status = phase_start(w, i + 1);
		if (status != STATUS_DONE || w->signal)
			return status;
		ready = phase_ready_at(w, w->service.started, &t.bound);
		if (t.bound > w->report.restart_bound)
			w->report.restart_bound = t.bound;
		t.metric = "latency";
		t.at = end;
		t.length = ready - end;
		records_timing(&w->records, &t);
		times_add(&w->report.restart, t.length);
		t.metric = "total";
		t.at = w->service.asked;
		t.length = ready - w->service.asked;
		records_timing(&w->records, &t);
		times_add(&w->report.total, t.length);
		records_event(&w->records, "restart", ready, "{\"pid\":%ld}", (long)w->service.pid);
	}
	return STATUS_DONE;
}
