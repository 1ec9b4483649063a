#include "live.h"

#include <inttypes.h>

#include "units.h"

#define SPAN 900000000 /* ns over which the rate is told at least */

void live_start(struct live *live, struct progress *progress, const struct step *step, size_t n, size_t requests,
		unsigned shards, const char *what)
{
	*live = (struct live){.progress = progress, .step = step, .n = n, .requests = requests, .shards = shards,
			      .what = what};
}

static double seconds_of(const struct live *live)
{
	double all = 0;

	for (size_t i = 0; i < live->n; i++)
		all += (double)live->step[i].duration / 1e9;
	return all;
}

/* The successes a second of late, those of all until the first second is over. */
static void take_rate(struct live *live, const struct sight *sight)
{
	int64_t from = live->last.now ? live->last.now : sight->begin;
	double done = (double)(sight->done - live->last.done), seconds = (double)(sight->now - from) / 1e9;

	if (!live->last.now || sight->now - from >= SPAN)
		live->rate = seconds > 0 ? done / seconds : 0;
	if (sight->now - from >= SPAN)
		live->last = *sight;
}

/* ", p50 1.2 ms, p99 3.4 ms" of the last interval; "" where there is none yet. */
static void format_latency(char *text, size_t size, const struct live *live, const struct sight *sight)
{
	struct hist *all = hist_new();
	char p50[UNIT_TEXT_MAX], p99[UNIT_TEXT_MAX];

	*text = '\0';
	for (size_t i = 0; all && i < live->requests; i++) {
		struct hist *h = timeline_peek(sight->timeline, series_of(i, SERIES_LATENCY), sight->now);

		if (h && hist_merge(all, h) < 0)
			i = live->requests;
		hist_free(h);
	}
	if (all && hist_count(all)) {
		unit_format(p50, UNIT_NS, hist_quantile(all, 0.5));
		unit_format(p99, UNIT_NS, hist_quantile(all, 0.99));
		snprintf(text, size, ", p50 %s, p99 %s", p50, p99);
	}
	hist_free(all);
}

void live_watch(void *data, const struct sight *sight)
{
	struct live *live = data;
	const struct step *step = &live->step[sight->step < live->n ? sight->step : live->n - 1];
	double seconds = (double)(sight->now - sight->begin) / 1e9, all = seconds_of(live);
	char rate[UNIT_TEXT_MAX], asked[UNIT_TEXT_MAX], until[48] = "", latency[96];

	if (live->progress->style == PROGRESS_NONE || sight->now < live->progress->next)
		return;
	take_rate(live, sight);
	unit_format(rate, UNIT_PER_SECOND, live->rate);
	unit_format(asked, UNIT_PER_SECOND, step->rate / live->shards);
	if (step->count)
		snprintf(until, sizeof until, ", %.0f %%",
			 100.0 * (double)(sight->done + sight->failed) * live->shards / (double)step->count);
	else if (seconds <= all)
		snprintf(until, sizeof until, " of %.0f s", all);
	format_latency(latency, sizeof latency, live, sight);
	progress_update(live->progress, "%s%s%.0f%s: %" PRIu64 " done, %s%s%s%s, %" PRIu64 " failed, %" PRIu64 " in flight%s",
			live->what, step->warmup ? "warming up " : "", seconds, until, sight->done, rate,
			step->rate > 0 ? " of " : "", step->rate > 0 ? asked : "", latency, sight->failed, sight->in_flight,
			seconds > all && all > 0 ? ", draining" : "");
}
