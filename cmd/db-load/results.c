#include "results.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "die.h"

#define DELAY_MAX 1000000 /* ns of p99 from which the generator's own delay is worth a word */

static int by_time(const void *a, const void *b)
{
	const struct checkpoint *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int64_t size_of(const char *path, const char *suffix)
{
	char *name = x_asprintf("%s%s", path, suffix);
	struct stat st;
	int64_t size = stat(name, &st) == 0 ? st.st_size : 0;

	free(name);
	return size;
}

static int64_t ns_of(struct timeval before, struct timeval after)
{
	return clock_timeval(after) - clock_timeval(before);
}

static void add_tally(struct tally *sum, const struct tally *more)
{
	if (!sum->failed)
		memcpy(sum->error, more->error, sizeof sum->error);
	sum->done += more->done;
	sum->failed += more->failed;
	sum->busy += more->busy;
	sum->late += more->late;
	sum->skipped += more->skipped;
}

static void add_client(struct results *r, const struct client *c, const struct works *w)
{
	const struct checkpoints *made = &c->checkpoints;

	for (size_t i = 0; i < w->n; i++) {
		add_tally(&r->of[i].tally, &c->tally[i]);
		add_tally(&r->tally, &c->tally[i]);
	}
	for (size_t i = 0; i < w->labels; i++) {
		r->work[i].fullscan += c->work[i].fullscan;
		r->work[i].sorts += c->work[i].sorts;
		r->work[i].autoindex += c->work[i].autoindex;
		r->work[i].steps += c->work[i].steps;
		r->work[i].runs += c->work[i].runs;
	}
	r->cache.hit += c->cache.hit;
	r->cache.miss += c->cache.miss;
	r->cache.write += c->cache.write;
	r->busy += c->busy.count;
	r->busy_wait += c->busy.waited;
	r->unstarted += c->unstarted;
	r->not_cold += c->not_cold;
	r->incomplete |= c->recorder.failed;
	r->checkpoints_more += made->more;
	if (made->n) {
		r->checkpoints = x_reallocarray(r->checkpoints, r->ncheckpoints + made->n, sizeof *r->checkpoints);
		memcpy(r->checkpoints + r->ncheckpoints, made->kept, made->n * sizeof *made->kept);
		r->ncheckpoints += made->n;
	}
}

void results_gather(struct results *r, const struct run *run)
{
	const struct shared *s = run->shared;
	const struct works *w = s->works;

	*r = (struct results){.elapsed = run->end - s->begin};
	r->of = x_calloc(w->n, sizeof *r->of);
	r->work = x_calloc(w->labels + 1, sizeof *r->work);
	for (size_t i = 0; i < run->clients; i++)
		add_client(r, &run->client[i], w);
	if (r->ncheckpoints)
		qsort(r->checkpoints, r->ncheckpoints, sizeof *r->checkpoints, by_time);
	for (size_t i = 0; i < w->n; i++) {
		const struct work *work = &w->work[i];

		r->of[i].latency = timeline_total(s->timeline, work->series + SERIES_LATENCY);
		r->of[i].service = timeline_total(s->timeline, work->series + SERIES_SERVICE);
		r->of[i].lag = timeline_total(s->timeline, work->series + SERIES_LAG);
		r->of[i].label = x_calloc(work->script->nlabels + 1, sizeof *r->of[i].label);
		for (size_t k = 0; k < work->script->nlabels; k++)
			r->of[i].label[k] = timeline_total(s->timeline, work->series + SERIES_LABELS + k);
	}
	r->checkpoint = timeline_total(s->timeline, w->checkpoint);
	r->delay = timeline_total(s->timeline, w->delay);
	r->db_bytes = size_of(s->path, "");
	r->wal_bytes = size_of(s->path, "-wal");
	r->cpu_user = ns_of(run->before.ru_utime, run->after.ru_utime);
	r->cpu_system = ns_of(run->before.ru_stime, run->after.ru_stime);
	r->max_rss = run->after.ru_maxrss * 1024;
}

void results_free(struct results *r, const struct works *w)
{
	for (size_t i = 0; r->of && i < w->n; i++) {
		for (size_t k = 0; k < w->work[i].script->nlabels; k++)
			hist_free(r->of[i].label[k]);
		hist_free(r->of[i].latency);
		hist_free(r->of[i].service);
		hist_free(r->of[i].lag);
		free(r->of[i].label);
		free(r->of[i].withheld);
	}
	hist_free(r->checkpoint);
	hist_free(r->delay);
	free(r->of);
	free(r->work);
	free(r->checkpoints);
}

bool results_overloaded(const struct results *r, size_t clients)
{
	uint64_t arrivals = r->tally.done + r->tally.failed + r->tally.skipped + r->unstarted;

	/* One or two to each client is the luck of the moment at which the time was over. */
	return r->unstarted > 2 * clients && r->unstarted > arrivals / 100;
}

bool results_delayed(const struct results *r)
{
	return hist_count(r->delay) && hist_quantile(r->delay, 0.99) > DELAY_MAX;
}
