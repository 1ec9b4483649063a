#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "clock.h"
#include "die.h"
#include "loop.h"
#include "phases.h"
#include "proc.h"

#define LEAVE 1000000000LL /* ns that a command beside has to end */

/* Of a COMMAND that has ended it is known exactly how much CPU time it took in all. */
static bool knows_all_cpu(const struct watch *w)
{
	const struct service *s = &w->service;

	return w->options->run && !w->options->readies && s->ours && s->ended && s->pid == s->command &&
	       s->command_ended;
}

static void end_sampling(struct watch *w)
{
	struct sampled *d = sampler_end(&w->sampler);

	if (knows_all_cpu(w) && w->service.end > w->service.started)
		d->cpu = (double)w->service.command_cpu / (double)(w->service.end - w->service.started);
	if (!d->ticks)
		records_skip(&w->records, d->name, "rss", "there was no time for two readings; see --interval");
	records_sampled(&w->records, d);
	if (d->ticks || isfinite(d->cpu))
		report_phase(&w->report, d);
}

int phase_idle(struct watch *w)
{
	watch_doing(w, "idle");
	sampler_begin(&w->sampler, &w->records, "idle");
	loop_until(w, w->sampler.sampled.began + w->options->idle);
	end_sampling(w);
	return loop_gone(w) && !w->signal ? phase_lost(w, "while it was idle") : STATUS_DONE;
}

/* A signal or the end of the watched leave it behind. */
static void leave_beside(struct watch *w)
{
	int64_t until = clock_now() + LEAVE;

	beside_kill(&w->beside, SIGTERM);
	while (!w->beside.ended && clock_now() < until)
		loop_turn(w, until);
	beside_kill(&w->beside, SIGKILL);
	while (!w->beside.ended)
		loop_turn(w, INT64_MAX);
}

int phase_busy(struct watch *w)
{
	char words[BESIDE_WORDS];
	int status = STATUS_DONE;
	int64_t began;

	watch_doing(w, "busy");
	if (beside_start(&w->beside, w->options->during, w->service.pid, 0, &w->mask, &began) < 0) {
		watch_warn(w, "--while: %s", strerror(errno));
		return STATUS_TROUBLE;
	}
	tree_leave_out(w->tree, w->beside.pid);
	sampler_begin(&w->sampler, &w->records, "busy");
	while (!w->signal && !loop_gone(w) && !w->beside.ended)
		loop_turn(w, INT64_MAX);
	end_sampling(w);
	if (loop_gone(w) && !w->signal) {
		status = phase_lost(w, "while it was busy");
	} else if (w->beside.ended && w->beside.status != 0) {
		watch_warn(w, "--while: %s", beside_words(&w->beside, words));
		status = STATUS_TROUBLE;
	}
	leave_beside(w);
	w->beside.pid = 0;
	tree_leave_out(w->tree, 0);
	return status;
}

int phase_run(struct watch *w)
{
	const struct options *o = w->options;
	struct service *s = &w->service;
	char words[SERVICE_WORDS];
	const char *last;

	watch_doing(w, "running");
	sampler_begin(&w->sampler, &w->records, "run");
	loop_until(w, o->duration == INT64_MAX ? INT64_MAX : w->sampler.sampled.began + o->duration);
	end_sampling(w);
	if (w->signal || !loop_gone(w))
		return STATUS_DONE;
	drain_rest(&w->drain, LEAVE);
	last = drain_last(&w->drain);
	if (!s->pid) {
		snprintf(w->report.ended, sizeof w->report.ended, "its last process has ended");
		return STATUS_DONE;
	}
	records_exit(&w->records, s, last);
	snprintf(w->report.ended, sizeof w->report.ended, "it %s", service_words(s, words));
	if (s->status > 0)
		watch_warn(w, "%s: %s%s%s", w->name, words, *last ? ": " : "", last);
	/* As a wrapper does. */
	return s->status > 0 ? proc_exit_status(s->status) : STATUS_DONE;
}
