#include "watch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "clock.h"

#define TICK 100000000 /* ns between looks for a line that is rewritten */
#define REST 20000000  /* ns between looks where there is nothing to show: for signals */

static struct sight look(const struct run *run, int64_t now)
{
	struct sight s = {.at = now};

	for (size_t i = 0; i < run->clients; i++) {
		const struct seen *seen = &run->client[i].seen;

		s.done += atomic_load_explicit(&seen->done, memory_order_relaxed);
		s.failed += atomic_load_explicit(&seen->failed, memory_order_relaxed);
		s.skipped += atomic_load_explicit(&seen->skipped, memory_order_relaxed);
		s.sum += atomic_load_explicit(&seen->sum, memory_order_relaxed);
		s.squares += atomic_load_explicit(&seen->squares, memory_order_relaxed);
	}
	return s;
}

static void report_line(const struct run *run, const struct sight *from, const struct sight *to)
{
	double n = (double)(to->done - from->done), seconds = (double)(to->at - from->at) / 1e9;
	double mean = n > 0 ? (to->sum - from->sum) / n : 0;
	double variance = n > 0 ? (to->squares - from->squares) / n - mean * mean : 0;

	progress_clear(run->progress);
	fprintf(stderr, "progress: %.1f s, %.1f tps, lat %.3f ms stddev %.3f, %" PRIu64 " failed",
		(double)(to->at - run->shared->begin) / 1e9, n / seconds, mean / 1e6,
		variance > 0 ? sqrt(variance) / 1e6 : 0, to->failed - from->failed);
	if (run->shared->options->limit && run->shared->options->rate > 0)
		fprintf(stderr, ", %" PRIu64 " skipped", to->skipped - from->skipped);
	putc('\n', stderr);
}

static void show(const struct run *run, const struct sight *now, bool measured)
{
	const struct shared *s = run->shared;
	double seconds = (double)(now->at - s->begin) / 1e9;
	char until[64] = "";

	if (now->at <= s->begin)
		return;
	if (s->deadline != INT64_MAX)
		snprintf(until, sizeof until, " of %.0f s", (double)(s->deadline - s->begin) / 1e9);
	else
		snprintf(until, sizeof until, " s, %.0f %%",
			 100 * (double)(now->done + now->failed + now->skipped) /
				 ((double)s->count * (double)run->clients));
	progress_update(run->progress, "%s %.0f%s: %" PRIu64 " transactions, %.0f/s, %" PRIu64 " failed",
			measured ? "measuring" : "warming up", seconds, until, now->done,
			seconds > 0 ? (double)now->done / seconds : 0, now->failed);
}
void watch_start(struct watch *w, const struct run *run, bool measured)
{
	const struct options *o = run->shared->options;

	*w = (struct watch){.run = run, .measured = measured, .last = {.at = run->shared->begin}};
	w->line = measured && o->report_every ? run->shared->begin + o->report_every : INT64_MAX;
	w->next = run->shared->begin;
}

void watch_look(struct watch *w)
{
	const struct run *run = w->run;
	bool live = run->progress->style != PROGRESS_NONE;
	int64_t now = clock_now(), wait = live ? TICK : REST;
	struct sight sight;

	if (now >= w->line || live) {
		sight = look(run, now);
		if (now >= w->line) {
			report_line(run, &w->last, &sight);
			w->last = sight;
			w->line += run->shared->options->report_every;
		}
		if (live)
			show(run, &sight, w->measured);
	}
	w->next = now + wait < w->line ? now + wait : w->line;
}
