#include "search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "find-max.h"
#include "jsonout.h"
#include "judge.h"
#include "live.h"
#include "report.h"
#include "table.h"
#include "totals.h"

#define SETTLE 500000000LL          /* ns between two steps at most, for queues to empty; no longer than one of them */
#define ESTIMATE 2000000000LL       /* ns of a closed loop, to know where to begin */
#define ARRIVALS 10                 /* that a step has at least */
#define HIGHEST 1e8                 /* a second */
#define RATE_HOLDS ",rate>=99%"     /* what is asked for has to be served, whatever else has to hold */

struct search {
	struct session *session;
	struct slo slo;
	struct report report; /* of which nothing but what the tables need */
	struct table *table;
	unsigned steps;
	enum mode mode;       /* of all responses so far */
	uint64_t done;
	int signal;
};

/* Warm up, if that was asked for, and measure. */
static int go(struct search *s, double rate, int64_t duration, const char *what, struct step steps[2],
	      struct step_result results[2], size_t *n)
{
	const struct options *o = s->session->options;
	struct live live;
	int64_t at = 0;
	int signal;

	*n = 0;
	if (o->warmup)
		steps[(*n)++] = (struct step){.rate = rate, .duration = o->warmup, .warmup = true};
	steps[(*n)++] = (struct step){.rate = rate, .duration = duration};
	live_start(&live, s->session->progress, steps, *n, s->session->mix->n, 1, what);
	if (s->steps)
		at = clock_now() + (o->duration < SETTLE ? o->duration : SETTLE);
	signal = load_go(s->session->load, steps, *n, at, results, live_watch, &live);
	progress_clear(s->session->progress);
	s->steps++;
	return signal;
}

static void free_results(struct step_result *results, size_t n)
{
	for (size_t i = 0; i < n; i++)
		step_result_free(&results[i]);
}

/* What became of a rate: records, and a line of the table. */
static void tell_step(struct search *s, const struct step_result *r, enum find_max_phase phase,
		      enum find_max_answer answer, unsigned causes, const struct slo_term *broken,
		      const struct slo_verdict *v)
{
	const struct session *session = s->session;
	char *text = broken ? judge_text(broken, v) : x_strdup("");
	char *note = answer == FIND_HOLDS
			     ? x_asprintf("%s: holds", find_max_phase_name(phase))
		     : causes ? x_asprintf("%s: does not hold, generator %s, %s", find_max_phase_name(phase),
					   saturation_word(causes), text)
			      : x_asprintf("%s: does not hold, %s", find_max_phase_name(phase), text);

	records_step(&session->records, r);
	records_tried(&session->records, r, phase, answer, text);
	for (size_t i = 0; phase == FIND_CONFIRM && answer == FIND_HOLDS && i < s->slo.n; i++) {
		struct slo_verdict verdict = judge_term(&s->slo.term[i], r, session->options, session->mix);

		records_verdict(&session->records, r, &s->slo.term[i], &verdict);
	}
	report_add_step(s->table, &s->report, r, note);
	free(note);
	free(text);
}

/* One step. Where it broke but the generator was to blame, causes says for what. */
static enum find_max_answer try_once(struct search *s, double rate, enum find_max_phase phase, unsigned *causes)
{
	const struct session *session = s->session;
	char what[32];
	struct step steps[2];
	struct step_result results[2];
	const struct step_result *r;
	const struct slo_term *broken;
	struct slo_verdict verdict = {.holds = true};
	enum find_max_answer answer;
	size_t n;

	snprintf(what, sizeof what, "%s, step %u: ", find_max_phase_name(phase), s->steps + 1);
	s->signal = go(s, rate, session->options->duration, what, steps, results, &n);
	if (s->signal) {
		free_results(results, n);
		return FIND_STOP;
	}
	r = &results[n - 1];
	broken = judge_step(&s->slo, r, session->options, session->mix, &verdict);
	/* What the server refused it refused, whatever became of the times. */
	*causes = broken && broken->kind != SLO_ERRORS ? saturation_of(r, session->mix).causes : 0;
	answer = !broken ? FIND_HOLDS : *causes ? FIND_INVALID : FIND_BREAKS;
	s->done += r->total.done;
	s->mode = mode_join(s->mode, totals_mode(&r->total, session->options->common.mode));
	tell_step(s, r, phase, answer, *causes, broken, &verdict);
	free_results(results, n);
	/* Nobody takes what there is to tell: why it is so is told at the end. */
	return session->records.writer->error ? FIND_STOP : answer;
}

/* What another program disturbed may be better the next time; what took all of a processor will not. */
static enum find_max_answer try_rate(void *data, double rate, enum find_max_phase phase)
{
	unsigned causes;
	enum find_max_answer answer = try_once(data, rate, phase, &causes);

	if (answer == FIND_INVALID && !(causes & SATURATION_BUSY))
		answer = try_once(data, rate, phase, &causes);
	return answer;
}

/* Half of what a closed loop can do. 0: it cannot do anything, after a complaint, or a signal came. */
static double estimate(struct search *s)
{
	const struct options *o = s->session->options;
	struct step steps[2];
	struct step_result results[2];
	double throughput;
	size_t n;

	s->signal = go(s, 0, o->duration < ESTIMATE ? o->duration : ESTIMATE, "estimate: ", steps, results, &n);
	throughput = totals_throughput(&results[n - 1], &results[n - 1].total);
	if (!s->signal && throughput <= 0)
		warn("nothing succeeded without a rate either: %s", results[n - 1].total.error);
	free_results(results, n);
	return s->signal ? 0 : throughput / 2;
}

static void print_end(FILE *out, const struct session *session, const struct find_max *f, enum find_max_end end)
{
	char rate[JSON_NUMBER_MAX], above[JSON_NUMBER_MAX];
	const char *slo = session->options->slo;

	json_format_number(rate, f->rate);
	json_format_number(above, f->above);
	switch (end) {
	case FIND_FOUND:
		fprintf(out, "%s holds up to %s/s; at %s/s it does not\n", slo, rate, above);
		break;
	case FIND_LIMITED:
		fprintf(out, "the generator, not the server, was the limit: %s holds at %s/s, but at %s/s the generator was "
			"saturated or held up\n", slo, rate, above);
		break;
	case FIND_ALWAYS:
		fprintf(out, "%s holds at %s/s, the highest rate that is tried\n", slo, rate);
		break;
	case FIND_NEVER:
		fprintf(out, "%s does not hold, not even at %s/s\n", slo, above);
		break;
	case FIND_NEVER_VALID:
		fprintf(out, "the generator, not the server, was the limit: it was saturated or held up at %s/s already\n", above);
		break;
	case FIND_UNSTABLE:
		if (f->rate > 0)
			fprintf(out, "%s held twice at %s/s, and now and then above it\n", slo, rate);
		else
			fprintf(out, "no rate was found at which %s holds twice\n", slo);
		break;
	default:
		fputs("stopped before the highest rate was found\n", out);
		break;
	}
}

static int status_of(const struct search *s, const struct find_max *f, enum find_max_end end)
{
	if (end == FIND_STOPPED)
		return s->signal ? STATUS_SIGNAL + s->signal : STATUS_TROUBLE;
	if (end == FIND_NEVER_VALID || !s->done)
		return STATUS_TROUBLE;
	return f->rate > 0 ? STATUS_DONE : STATUS_BAD;
}

static int conclude(struct search *s, const struct find_max *f, enum find_max_end end)
{
	const struct session *session = s->session;
	enum mode mode = s->mode == MODE_NONE ? MODE_REAL : s->mode;

	records_max_rate(&session->records, f, end, mode);
	records_process(&session->records, 0, mode);
	if (s->signal)
		records_interrupted(&session->records, s->signal);
	print_end(session->text ? stdout : stderr, session, f, end);
	if (session->text) {
		putchar('\n');
		x_table_print(s->table, stdout, TABLE_TEXT, false);
	} else {
		table_free(s->table);
	}
	return status_of(s, f, end);
}

int search_run(struct session *session)
{
	const struct options *o = session->options;
	struct search s = {.session = session, .report = {.options = o, .mix = session->mix}, .table = report_steps()};
	struct find_max f = {.from = o->rate.from, .lowest = ceil(ARRIVALS * 1e9 / (double)o->duration), .highest = HIGHEST,
			     .precision = o->precision};
	char *why, *terms = x_asprintf("%s%s", o->slo, slo_has(&session->slo, SLO_RATE) ? "" : RATE_HOLDS);
	int status;

	if (slo_parse(&s.slo, terms, &why) < 0)
		die("%s", why);
	free(terms);
	if (!o->paced)
		f.from = estimate(&s);
	if (f.from > 0) {
		session->told = true;
		if (f.from < f.lowest)
			f.from = f.lowest;
		status = conclude(&s, &f, find_max(&f, try_rate, &s));
	} else {
		table_free(s.table);
		if (s.signal) {
			session->told = true;
			records_interrupted(&session->records, s.signal);
		}
		status = s.signal ? STATUS_SIGNAL + s.signal : STATUS_TROUBLE;
	}
	slo_free(&s.slo);
	return status;
}
