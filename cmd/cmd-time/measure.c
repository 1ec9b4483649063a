#include "measure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "allocs.h"
#include "clock.h"
#include "die.h"
#include "outcome.h"
#include "stat.h"
#include "units.h"

#define BUDGET 50000000 /* ns that a batch may go on: how often the main process gets its turn */
#define ALLOC_RUNS 10
#define CONFIDENCE 0.95

struct phase {
	bool warmup, allocs;
	int64_t done;       /* runs of both sides */
	int64_t began;      /* clock_now() */
	int64_t check_from; /* rounds from which the precision is looked at again */
	double precision;   /* reached so far */
};

static double counted(const struct result *result, enum metric metric)
{
	switch (metric) {
	case METRIC_CPU_USER:
		return (double)result->user;
	case METRIC_CPU_SYS:
		return (double)result->system;
	case METRIC_MAX_RSS:
		return (double)result->max_rss;
	case METRIC_PAGE_FAULTS:
		return (double)result->faults;
	case METRIC_SWITCHES:
		return (double)result->switches;
	case METRIC_INSTRUCTIONS:
		return result->counter[COUNTER_INSTRUCTIONS];
	case METRIC_CYCLES:
		return result->counter[COUNTER_CYCLES];
	case METRIC_ALLOCS:
		return (double)result->allocs;
	case METRIC_ALLOC_BYTES:
		return (double)result->alloc_bytes;
	default:
		return (double)result->wall;
	}
}

static void take(struct session *s, const struct plan *plan, struct gathered *g, enum metric metric,
		 const struct result *result, struct sample_info info)
{
	double value = counted(result, metric);

	session_sample(s, plan, (int)result->slot, metric, value, result, info);
	if (!s->keep || info.warmup)
		return;
	values_add(&g->values[metric], value);
	if (metric == METRIC_LATENCY)
		values_add(&g->seq, (double)info.seq);
}

static void take_timed(struct session *s, const struct plan *plan, struct gathered *g, const struct result *result,
		       struct sample_info info)
{
	const struct reply *reply = &s->runner.reply;
	int side = (int)result->slot;

	take(s, plan, g, METRIC_LATENCY, result, info);
	take(s, plan, g, METRIC_CPU_USER, result, info);
	take(s, plan, g, METRIC_CPU_SYS, result, info);
	if (result->max_rss > reply->floor)
		take(s, plan, g, METRIC_MAX_RSS, result, info);
	else
		session_skip(s, plan, side, g, METRIC_MAX_RSS,
			     "not above the %" PRId64 " KiB that every command inherits from the process that starts it",
			     reply->floor / 1024);
	if (s->options->counters) {
		take(s, plan, g, METRIC_PAGE_FAULTS, result, info);
		take(s, plan, g, METRIC_SWITCHES, result, info);
		for (int i = METRIC_INSTRUCTIONS; i <= METRIC_CYCLES; i++) {
			if (!isnan(counted(result, (enum metric)i)))
				take(s, plan, g, (enum metric)i, result, info);
			else
				session_skip(s, plan, side, g, (enum metric)i, "the kernel did not count during the run");
		}
	}
	if (!info.warmup) {
		g->runs++;
		g->sum += (double)result->wall;
	}
}

/* Take one result in. STATUS_DONE, or what to exit with. */
static int take_result(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT],
		       const struct phase *phase, const struct result *result)
{
	struct sample_info info = { .seq = (int64_t)result->number / plan->sides, .warmup = phase->warmup, .ok = true };
	struct gathered *side = &g[result->slot];
	int status;

	if (result->outcome == OUTCOME_ABORTED && s->runner.interrupted)
		return STATUS_SIGNAL + s->runner.interrupted;
	if (!outcome_failed(result, s->options->ignore_failure)) {
		if (!phase->allocs) {
			take_timed(s, plan, side, result, info);
		} else if (result->attached) {
			take(s, plan, side, METRIC_ALLOCS, result, info);
			take(s, plan, side, METRIC_ALLOC_BYTES, result, info);
		} else {
			session_skip(s, plan, (int)result->slot, side, METRIC_ALLOCS, "%s",
				     allocs_why_not(plan->path[result->slot]));
		}
		return STATUS_DONE;
	}
	if (phase->allocs && outcome_timed(result)) {
		session_skip(s, plan, (int)result->slot, side, METRIC_ALLOCS,
			     "the command fails with the counter preloaded: %s %d",
			     result->outcome == OUTCOME_EXIT ? "exit status" : "signal", result->code);
		return STATUS_DONE;
	}
	info.ok = false;
	if (outcome_timed(result))
		session_sample(s, plan, (int)result->slot, METRIC_LATENCY, (double)result->wall, result, info);
	if (result->outcome == OUTCOME_TIMEOUT && s->options->ignore_failure)
		return STATUS_DONE;
	progress_clear(&s->progress);
	status = outcome_complain(result, plan, s->options, info.warmup);
	return status;
}

static void show_progress(struct session *s, const struct plan *plan, const struct gathered *g,
			  const struct phase *phase)
{
	char mean[UNIT_TEXT_MAX] = "?", spent[UNIT_TEXT_MAX];

	if (g->runs)
		unit_format(mean, UNIT_NS, g->sum / (double)g->runs);
	unit_format(spent, UNIT_NS, (double)(clock_now() - phase->began));
	progress_update(&s->progress, "%s %s: %" PRId64 " runs in %s, mean %s", plan->bench,
			phase->warmup   ? "warm-up"
			: phase->allocs ? "allocations"
					: "timing",
			phase->done / plan->sides, spent, mean);
}

/* Run and take in up to `left` runs. STATUS_DONE, or what to exit with. */
static int batch(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT], struct phase *phase,
		 int64_t left)
{
	struct request request;
	const struct reply *reply = &s->runner.reply;

	if (runner_interrupted(&s->runner))
		return STATUS_SIGNAL + s->runner.interrupted;
	memset(&request, 0, sizeof(request));
	request.slot = SLOT_A;
	request.count = (uint32_t)(left < BATCH_MAX ? left : BATCH_MAX);
	request.first = (uint64_t)phase->done;
	request.budget = BUDGET;
	request.timeout = s->options->timeout;
	request.paired = plan->sides == 2;
	request.prepare = plan->prepare != NULL;
	request.keep_going = s->options->ignore_failure;
	request.counters = s->options->counters && !phase->allocs;
	request.allocs = phase->allocs;
	runner_run(&s->runner, request);
	for (uint32_t i = 0; i < reply->count; i++) {
		int status = take_result(s, plan, g, phase, &reply->result[i]);

		if (status != STATUS_DONE)
			return status;
		phase->done++;
	}
	show_progress(s, plan, &g[SIDE_A], phase);
	if (s->runner.interrupted)
		return STATUS_SIGNAL + s->runner.interrupted;
	if (!reply->count) {
		warn("%s: stopped from outside", plan->bench);
		return STATUS_TROUBLE;
	}
	return s->writer.error ? STATUS_TROUBLE : STATUS_DONE;
}

/* Half the width of the median's interval as a share of the median; the worse side's. */
static double precision(const struct gathered g[SIDE_COUNT], int sides)
{
	double worst = 0;

	for (int side = 0; side < sides; side++) {
		const struct values *values = &g[side].values[METRIC_LATENCY];
		struct interval interval;
		double *sorted, median;

		if (!values->n)
			return INFINITY;
		sorted = x_malloc(values->n * sizeof(*sorted));
		memcpy(sorted, values->v, values->n * sizeof(*sorted));
		stat_sort(sorted, values->n);
		interval = stat_median_interval(sorted, values->n, CONFIDENCE);
		median = stat_quantile(sorted, values->n, 0.5);
		free(sorted);
		worst = fmax(worst, median > 0 ? (interval.hi - interval.lo) / 2 / median : INFINITY);
	}
	return worst;
}

/* Runs that are still to be made; 0 when it is enough. A round is a run of each side. */
static int64_t runs_left(const struct session *s, const struct plan *plan, const struct gathered g[SIDE_COUNT],
			 struct phase *phase)
{
	const struct options *o = s->options;
	int64_t rounds = phase->done / plan->sides, spent = clock_now() - phase->began;
	int64_t most = o->max_runs - rounds;

	if (phase->done % plan->sides)
		return plan->sides - phase->done % plan->sides;
	if (most <= 0 || (rounds && spent >= o->max_time))
		return 0;
	if (rounds < o->min_runs)
		return (o->min_runs < o->max_runs ? o->min_runs - rounds : most) * plan->sides;
	if (o->precision > 0 && rounds >= phase->check_from) {
		phase->precision = precision(g, plan->sides);
		phase->check_from = rounds + rounds / 10 + 1;
	}
	if (spent >= o->min_time && (o->precision <= 0 || phase->precision <= o->precision))
		return 0;
	return most < BATCH_MAX ? most * plan->sides : BATCH_MAX;
}

static void tell_precision(struct session *s, const struct plan *plan, const struct gathered g[SIDE_COUNT])
{
	double reached = precision(g, plan->sides);
	char data[80];

	if (reached <= s->options->precision)
		return;
	progress_clear(&s->progress);
	if (isfinite(reached)) {
		warn("%s: the median is known within ±%.2g %% only, not ±%.2g %%: see --max-runs and --max-time",
		     plan->bench, 100 * reached, 100 * s->options->precision);
		snprintf(data, sizeof(data), "{\"wanted\":%.6g,\"reached\":%.6g}", s->options->precision, reached);
	} else {
		warn("%s: too few runs to bound the median: see --max-runs and --max-time", plan->bench);
		snprintf(data, sizeof(data), "{\"wanted\":%.6g}", s->options->precision);
	}
	session_event(s, plan, "precision-not-reached", data);
}

static int timed(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT])
{
	struct phase phase = { .began = clock_now(), .precision = INFINITY };
	int64_t left;
	int status = STATUS_DONE;

	while (status == STATUS_DONE && (left = runs_left(s, plan, g, &phase)) > 0)
		status = batch(s, plan, g, &phase, left);
	if (status == STATUS_DONE && s->options->precision > 0)
		tell_precision(s, plan, g);
	return status;
}

static int fixed(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT], struct phase phase,
		 int64_t rounds)
{
	int status = STATUS_DONE;

	phase.began = clock_now();
	while (status == STATUS_DONE && phase.done < rounds * plan->sides)
		status = batch(s, plan, g, &phase, rounds * plan->sides - phase.done);
	return status;
}

static int count_allocs(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT])
{
	int64_t rounds = ALLOC_RUNS;
	char *why = allocs_open(&s->runner);

	if (why) {
		for (int side = 0; side < plan->sides; side++)
			session_skip(s, plan, side, &g[side], METRIC_ALLOCS, "%s", why);
		free(why);
		return STATUS_DONE;
	}
	for (int side = 0; side < plan->sides; side++) {
		if (g[side].runs < rounds)
			rounds = g[side].runs;
	}
	return fixed(s, plan, g, (struct phase){ .allocs = true }, rounds);
}

static void open_counters(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT])
{
	const struct reply *reply = &s->runner.reply;

	runner_ask(&s->runner, REQUEST_COUNTERS, NULL);
	for (int i = 0; i < COUNTER_COUNT; i++) {
		for (int side = 0; side < plan->sides && reply->counter_error[i]; side++)
			session_skip(s, plan, side, &g[side], (enum metric)(METRIC_INSTRUCTIONS + i),
				     "the kernel gives no such counter here: perf_event_open: %s",
				     strerror(reply->counter_error[i]));
	}
}

static int shell_load(struct session *s, enum slot slot, const char *command)
{
	char *copy = x_strdup(command);
	char shell[] = "/bin/sh", option[] = "-c";
	char *argv[] = { shell, option, copy, NULL };
	int error = runner_load(&s->runner, slot, shell, argv);

	free(copy);
	return error;
}

/* Run setup or cleanup. */
static int hook(struct session *s, const char *option, const char *command)
{
	const struct reply *reply = &s->runner.reply;
	struct request request;
	int error;

	if (!command)
		return STATUS_DONE;
	error = shell_load(s, SLOT_HOOK, command);
	memset(&request, 0, sizeof(request));
	request.slot = SLOT_HOOK;
	request.count = 1;
	if (!error)
		runner_run(&s->runner, request);
	if (!error && reply->count && !outcome_failed(&reply->result[0], false))
		return STATUS_DONE;
	progress_clear(&s->progress);
	if (error)
		warn("%s: %s", option, strerror(error));
	else if (s->runner.interrupted)
		return STATUS_SIGNAL + s->runner.interrupted;
	else if (reply->count)
		outcome_complain_hook(&reply->result[0], option);
	else
		warn("%s: stopped from outside", option);
	return STATUS_TROUBLE;
}

static int load(struct session *s, const struct plan *plan)
{
	int error = 0;

	for (int side = 0; side < plan->sides && !error; side++)
		error = runner_load(&s->runner, (enum slot)side, plan->path[side], plan->argv[side]);
	if (!error && plan->prepare)
		error = shell_load(s, SLOT_PREPARE, plan->prepare);
	if (error)
		warn("%s: %s", plan->bench, strerror(error));
	return error ? STATUS_TROUBLE : STATUS_DONE;
}

int measure(struct session *s, const struct plan *plan, struct gathered g[SIDE_COUNT])
{
	int status = load(s, plan), cleanup;

	if (status == STATUS_DONE)
		status = hook(s, "--setup", plan->setup);
	if (status != STATUS_DONE)
		return status;
	if (s->options->counters)
		open_counters(s, plan, g);
	status = fixed(s, plan, g, (struct phase){ .warmup = true }, s->options->warmup);
	if (status == STATUS_DONE)
		status = timed(s, plan, g);
	if (status == STATUS_DONE && s->options->allocs)
		status = count_allocs(s, plan, g);
	cleanup = hook(s, "--cleanup", plan->cleanup);
	progress_clear(&s->progress);
	return status != STATUS_DONE ? status : cleanup;
}
