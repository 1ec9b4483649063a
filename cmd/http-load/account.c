#include "account.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "slots.h"

void account_put(struct worker *w, uint32_t step, size_t series, int64_t now, int64_t value)
{
	struct part *part = &w->part[step];
	int64_t end = w->go->end[step];

	if (part->open)
		recorder_put(&part->recorder, series, now < end ? now : end - 1, value > 0 ? value : 0);
}

static void keep_early(struct worker *w, int64_t connect, int64_t tls)
{
	if (w->nearly == w->nslots * w->go->mix->norigins)
		return;
	w->early[w->nearly][0] = connect;
	w->early[w->nearly++][1] = tls;
}

void worker_measured_connect(struct worker *w, int64_t connect, int64_t tls)
{
	int64_t now;

	if (!w->part) {
		keep_early(w, connect, tls);
		return;
	}
	now = clock_now();
	if (connect >= 0)
		account_put(w, w->step, SERIES_CONNECT, now, connect);
	if (tls >= 0)
		account_put(w, w->step, SERIES_TLS, now, tls);
}

/* The connections that were there from the beginning belong to the first step that counts. */
static void put_early(struct worker *w)
{
	for (size_t i = 0; i < w->nearly; i++)
		worker_measured_connect(w, w->early[i][0], w->early[i][1]);
	w->counts_before.connects -= w->nearly;
	w->nearly = 0;
}

static struct use use_so_far(const struct worker *w)
{
	struct rusage usage;
	struct use use = {0};
	char text[64] = "";
	long long run, delay;

	getrusage(RUSAGE_THREAD, &usage);
	use.user = clock_timeval(usage.ru_utime);
	use.system = clock_timeval(usage.ru_stime);
	if (w->schedstat >= 0 && pread(w->schedstat, text, sizeof text - 1, 0) > 0 &&
	    sscanf(text, "%lld %lld", &run, &delay) == 2)
		use.delay = delay;
	return use;
}

void account_close(struct part *part)
{
	if (!part->open)
		return;
	recorder_close(&part->recorder);
	part->open = false;
}

static void count_failure(struct tally *t, const struct outcome *o)
{
	if (!t->error[0])
		snprintf(t->error, sizeof t->error, "%s", o->why ? o->why : failure_name(o->failure));
	t->failed[o->failure]++;
}

static void count_response(struct tally *t, const struct outcome *o)
{
	t->sent += o->sent;
	t->received += o->received;
	if (!o->status)
		return;
	t->status[o->status >= 100 && o->status < 600 ? o->status / 100 : 0]++;
	if (o->mock)
		t->mock++;
	else
		t->real++;
}

static void put_success(struct worker *w, const struct slot *slot, const struct outcome *o)
{
	size_t request = (size_t)(slot->request - w->go->mix->request);
	bool paced = w->go->step[slot->step].rate > 0;

	account_put(w, slot->step, series_of(request, SERIES_LATENCY), o->end, o->end - slot->intended);
	if (paced)
		account_put(w, slot->step, series_of(request, SERIES_SERVICE), o->end, o->end - slot->started);
	else
		account_put(w, slot->step, SERIES_LAG, o->end, o->end - w->woke);
	if (o->first_byte)
		account_put(w, slot->step, series_of(request, SERIES_FIRST_BYTE), o->end, o->first_byte - slot->started);
}

/* It ended after its step: what was achieved in the time of the next one, if that goes on. */
static void put_drained(struct worker *w, const struct slot *slot, const struct outcome *o, struct tally *t)
{
	size_t request = (size_t)(slot->request - w->go->mix->request);

	t->drained++;
	if (slot->step == w->step || o->end >= w->go->end[w->step])
		return;
	w->part[w->step].tally[request].carried++;
	account_put(w, w->step, series_of(request, SERIES_CARRIED), o->end, 0);
}

void account_settle(struct worker *w, struct slot *slot, const struct outcome *o)
{
	struct part *part = &w->part[slot->step];
	struct tally *t = &part->tally[slot->request - w->go->mix->request];
	struct seen *seen = &w->seen;

	count_response(t, o);
	if (o->failure == FAILURE_NONE) {
		put_success(w, slot, o);
		t->done++;
		if (o->end >= w->go->end[slot->step])
			put_drained(w, slot, o, t);
		atomic_store_explicit(&seen->done, atomic_load_explicit(&seen->done, memory_order_relaxed) + 1,
				      memory_order_relaxed);
	} else {
		count_failure(t, o);
		atomic_store_explicit(&seen->failed, atomic_load_explicit(&seen->failed, memory_order_relaxed) + 1,
				      memory_order_relaxed);
	}
	part->last = o->end;
	part->in_flight--;
	if (!part->end && o->end >= w->go->end[slot->step])
		part->over++;
	if (part->in_flight == 0 && slot->step < w->step)
		account_close(part);
	slots_take(slot);
	slot->request = NULL;
	slot->free_since = o->end;
}

void account_begin(struct worker *w)
{
	const struct go *go = w->go;
	struct part *part = &w->part[w->step];

	part->tally = x_calloc(go->mix->n, sizeof *part->tally);
	recorder_open(&part->recorder, go->timeline[w->step]);
	part->open = true;
	w->counts_before = w->counts;
	w->use_before = use_so_far(w);
	if (!go->step[w->step].warmup && w->nearly)
		put_early(w);
}

static void subtract_counts(struct engine_counts *to, const struct engine_counts *a, const struct engine_counts *b)
{
	to->connects = a->connects - b->connects;
	to->reconnects = a->reconnects - b->reconnects;
	to->retries = a->retries - b->retries;
	to->queued = a->queued - b->queued;
	for (size_t i = 0; i < sizeof to->version / sizeof to->version[0]; i++)
		to->version[i] = a->version[i] - b->version[i];
}

void account_end(struct worker *w, int64_t end)
{
	struct part *part = &w->part[w->step];
	struct use use = use_so_far(w);

	part->at_end = part->in_flight + part->over;
	subtract_counts(&part->counts, &w->counts, &w->counts_before);
	part->use = (struct use){use.user - w->use_before.user, use.system - w->use_before.system,
				 use.delay - w->use_before.delay};
	part->end = end;
}

void account_drained(struct worker *w)
{
	subtract_counts(&w->part[w->step].counts, &w->counts, &w->counts_before);
}
