#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "loop.h"
#include "phases.h"

#define REST 200000000LL /* ns for what it has written before its end */

int phase_arm(struct watch *w)
{
	const struct options *o = w->options;

	for (size_t i = 0; i < o->readies; i++) {
		struct probe *p = &w->options->ready[i];

		if (probe_arm(p, o->ready_timeout) < 0) {
			watch_warn(w, "--ready %s: %s", p->text, p->why);
			return STATUS_TROUBLE;
		}
		loop_add(w, p);
	}
	return STATUS_DONE;
}

/* Is it the program's fault? */
static int status_of(int error)
{
	switch (error) {
	case ENOENT:
		return STATUS_NOT_FOUND;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EAGAIN:
		return STATUS_TROUBLE;
	default:
		return STATUS_CANNOT_RUN;
	}
}

static int start(struct watch *w)
{
	struct service *s = &w->service;
	char *path;

	if (service_start(s, w->options, &w->drain, &w->mask) < 0) {
		int error = errno;

		watch_warn(w, "%s: %s", s->path, strerror(error));
		return status_of(error);
	}
	path = writer_quote(s->path);
	records_event(&w->records, "spawn", s->started, "{\"pid\":%ld,\"path\":%s}", (long)s->pid, path);
	free(path);
	return STATUS_DONE;
}

int phase_lost(struct watch *w, const char *when)
{
	char words[SERVICE_WORDS];
	const char *last;

	drain_rest(&w->drain, REST);
	last = drain_last(&w->drain);
	if (w->service.pid) {
		records_exit(&w->records, &w->service, last);
		service_words(&w->service, words);
	} else {
		strcpy(words, "has no process any more");
	}
	watch_warn(w, "%s: %s %s%s%s", w->name, words, when, *last ? ": " : "", last);
	return STATUS_TROUBLE;
}

/* What answers before there is a COMMAND is another's. */
static int look_for_others(struct watch *w)
{
	for (size_t i = 0; i < w->probes; i++) {
		if (w->probe[i]->early) {
			watch_warn(w, "--ready %s: somebody answers there already, before %s is started",
				   w->probe[i]->text, w->name);
			return STATUS_TROUBLE;
		}
	}
	return STATUS_DONE;
}

/* Those that have not seen it. NULL: it is ready. */
static const struct probe *missing(const struct watch *w)
{
	for (size_t i = 0; i < w->probes; i++) {
		if (!w->probe[i]->seen)
			return w->probe[i];
	}
	return NULL;
}

static const struct probe *broken(const struct watch *w)
{
	for (size_t i = 0; i < w->probes; i++) {
		if (w->probe[i]->failed)
			return w->probe[i];
	}
	return NULL;
}

int phase_ready(struct watch *w, int64_t since)
{
	const struct options *o = w->options;
	int64_t until = since + o->ready_timeout;
	const struct probe *p;

	watch_doing(w, "getting ready");
	while (!w->signal && !loop_gone(w) && missing(w) && !broken(w) && clock_now() < until)
		loop_turn(w, until);
	/* What cannot be seen any more may be so because the service is about to end. */
	if (broken(w) && missing(w))
		loop_until(w, clock_now() + REST);
	if (loop_gone(w))
		drain_rest(&w->drain, REST);
	if (w->signal || !missing(w))
		return STATUS_DONE;
	if (loop_gone(w))
		return phase_lost(w, "before it was ready");
	p = broken(w);
	if (p) {
		watch_warn(w, "--ready %s: %s", p->text, p->why);
		return STATUS_TROUBLE;
	}
	p = missing(w);
	watch_warn(w, "%s: not ready after %s: %s%s%s", w->name, unit_text(UNIT_NS, (double)o->ready_timeout).s,
		   p->text, p->why[0] ? ": " : "", p->why);
	return STATUS_TROUBLE;
}

int64_t phase_ready_at(const struct watch *w, int64_t since, int64_t *bound)
{
	const struct options *o = w->options;
	int64_t last = since, earliest = since;

	for (size_t i = 0; i < o->readies; i++) {
		const struct probe *p = &o->ready[i];

		if (p->when > last)
			last = p->when;
		if (p->when - p->bound > earliest)
			earliest = p->when - p->bound;
	}
	*bound = last - earliest;
	return last;
}

static void tell_ready(struct watch *w, int64_t seq)
{
	struct options *o = w->options;
	int64_t started = w->service.started, bound, last = phase_ready_at(w, started, &bound);

	for (size_t i = 0; i < o->readies; i++) {
		struct probe *p = &o->ready[i];

		/* Not before it was started. */
		if (p->bound > p->when - started)
			p->bound = p->when - started;
		records_ready(&w->records, p, started, seq);
		times_add(&w->report.ready[i], p->when - started);
		if (p->bound > w->report.bound[i])
			w->report.bound[i] = p->bound;
	}
	if (o->readies)
		records_event(&w->records, "ready", last, "{\"after\":%lld}", (long long)(last - started));
}

int phase_start(struct watch *w, int64_t seq)
{
	int status = phase_arm(w);

	if (status == STATUS_DONE)
		status = look_for_others(w);
	if (status == STATUS_DONE)
		status = start(w);
	if (status == STATUS_DONE)
		status = phase_ready(w, w->service.started);
	if (status == STATUS_DONE && !w->signal)
		tell_ready(w, seq);
	loop_drop(w);
	return status;
}
