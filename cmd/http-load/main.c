#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "headline.h"
#include "judge.h"
#include "live.h"
#include "measuring.h"
#include "plan.h"
#include "ramp.h"
#include "report.h"
#include "search.h"
#include "session.h"
#include "start-at.h"
#include "totals.h"

#define CONNECT_BEFORE 10000000000LL /* ns before --start-at at which connections are made */
#define ALMOST 200000000LL           /* ns that a go waits itself, more precisely */

/* --- a load of one or several steps --- */

static bool judge(struct session *s, const struct step_result *result, size_t n)
{
	bool hold = true;

	for (size_t i = 0; i < n; i++) {
		if (!report_counts(&result[i]) || !judge_applies(&result[i], s->options))
			continue;
		for (size_t k = 0; k < s->slo.n; k++) {
			struct slo_verdict v = judge_term(&s->slo.term[k], &result[i], s->options, s->mix);

			records_verdict(&s->records, &result[i], &s->slo.term[k], &v);
			hold &= v.holds;
		}
	}
	return hold;
}

static void tell(struct session *s, const struct step_result *result, size_t n, int signal)
{
	struct report report = {.options = s->options, .mix = s->mix, .engine = load_engine(s->load),
				.threads = load_threads(s->load), .result = result, .n = n,
				.slo = s->slo.n ? &s->slo : NULL, .signal = signal};

	if (s->text)
		report_print(stdout, &report);
	else
		headlines(NULL, &report);
}

struct sum { /* of the steps that count */
	struct tally tally;
	uint64_t attempted; /* requests that were due, or started */
	uint64_t failed;
	bool incomplete;
};

static struct sum sum_up(const struct step_result *result, size_t n)
{
	struct sum sum = {.attempted = 0};

	for (size_t i = 0; i < n; i++) {
		sum.incomplete |= result[i].incomplete;
		if (!report_counts(&result[i]))
			continue;
		sum.tally.done += result[i].total.done;
		sum.tally.mock += result[i].total.mock;
		sum.tally.real += result[i].total.real;
		sum.failed += totals_failed(&result[i].total);
		sum.attempted += result[i].started + result[i].not_started;
	}
	return sum;
}

static int status_of(const struct session *s, const struct sum *sum, bool hold)
{
	if (sum->incomplete)
		return STATUS_TROUBLE;
	if (!sum->attempted) {
		warn("no request was due");
		/* Of few requests a shard may have none. */
		return s->options->shards > 1 ? STATUS_DONE : STATUS_TROUBLE;
	}
	if (!sum->tally.done && !sum->failed)
		warn("the time was over before any response was complete");
	if (!sum->tally.done)
		return STATUS_TROUBLE;
	return hold ? STATUS_DONE : STATUS_BAD;
}

static int conclude(struct session *s, const struct step_result *result, size_t n, int signal)
{
	const struct options *o = s->options;
	struct sum sum = sum_up(result, n);
	bool hold = true;

	s->told = true;
	s->records.interrupted = signal;
	for (size_t i = 0; i < n; i++)
		records_step(&s->records, &result[i]);
	if (signal)
		records_interrupted(&s->records, signal);
	else
		hold = judge(s, result, n);
	records_process(&s->records, o->rate.time ? 0 : o->rate.from, totals_mode(&sum.tally, o->common.mode));
	tell(s, result, n, signal);
	return signal ? STATUS_SIGNAL + signal : status_of(s, &sum, hold);
}

static int run_steps(struct session *s, int64_t at)
{
	struct step_result *result;
	struct step *step;
	struct live live;
	int status;
	size_t n;

	step = ramp_steps(s->options, &n);
	result = x_calloc(n, sizeof *result);
	live_start(&live, s->progress, step, n, s->mix->n, s->options->shards, "");
	status = load_go(s->load, step, n, at, result, live_watch, &live);
	progress_clear(s->progress);
	signal(SIGPIPE, SIG_DFL);
	status = conclude(s, result, n, status);
	for (size_t i = 0; i < n; i++)
		step_result_free(&result[i]);
	free(result);
	free(step);
	return status;
}

/* --- before it --- */

/* A signal came before there was anything to tell. */
static int interrupted(struct session *s)
{
	int signal = signals_caught(s->signals);

	if (!signal)
		return STATUS_TROUBLE;
	s->told = true;
	records_interrupted(&s->records, signal);
	return STATUS_SIGNAL + signal;
}

static int run(struct session *s)
{
	const struct options *o = s->options;
	int64_t at = 0;

	if (o->start_at && start_wait(o->start_at - CONNECT_BEFORE, s->signals, s->progress))
		return interrupted(s);
	s->load = load_open(o, s->mix, s->signals);
	if (!s->load)
		return interrupted(s);
	if (o->start_at && start_wait(o->start_at - ALMOST, s->signals, s->progress))
		return interrupted(s);
	if (o->start_at) {
		at = clock_now() + o->start_at - clock_wall();
		if (at < clock_now()) {
			warn("--start-at was over before all connections were made");
			return STATUS_TROUBLE;
		}
	}
	records_settings(&s->records, s->load);
	return o->find_max ? search_run(s) : run_steps(s, at);
}

static void take_slo(struct session *s)
{
	const struct options *o = s->options;
	char *why;

	if (!o->slo)
		return;
	if (slo_parse(&s->slo, o->slo, &why) < 0)
		die_usage("--slo: %s", why);
	if (slo_wants_rate(&s->slo) && !o->paced && !o->find_max)
		die_usage("--slo: rate is a share of --rate, which is not given");
}

static int run_options(const struct options *o, char **argv)
{
	struct progress progress;
	struct signals signals;
	struct writer writer;
	struct output out;
	struct mix mix;
	struct session s = {.options = o, .mix = &mix, .signals = &signals, .progress = &progress,
			    .records = {.writer = &writer, .options = o, .mix = &mix}};
	int status;

	take_slo(&s);
	mix_load(&mix, o);
	if (signals_hold(&signals) < 0)
		die("signalfd:");
	signal(SIGPIPE, SIG_IGN);
	output_open(&out, &o->common);
	output_begin(&out, &writer, argv);
	s.text = out.text;
	progress_start(&progress, stderr, o->common.progress == WHEN_ALWAYS, o->common.progress == WHEN_NEVER);
	if (o->common.progress != WHEN_NEVER)
		plan_print(stderr, o, &mix);
	status = run(&s);
	progress_clear(&progress);
	signal(SIGPIPE, SIG_DFL);
	status = output_close(&out, writer.error, s.told, status);
	load_close(s.load);
	slo_free(&s.slo);
	mix_free(&mix);
	close(signals.fd);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	die_init(argv);
	options_parse(&options, argc, argv);
	status = run_options(&options, argv);
	options_free(&options);
	return finish(status);
}
