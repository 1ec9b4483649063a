#include "headline.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "jsonout.h"
#include "judge.h"
#include "saturation.h"
#include "totals.h"

static void tell(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(FILE *out, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		die("out of memory");
	va_end(args);
	if (out)
		fprintf(out, "%s\n", text);
	else
		warn("%s", text);
	free(text);
}

/* " at 300/s" where there are several rates. */
static char *where(const struct report *p, const struct step_result *r)
{
	char rate[JSON_NUMBER_MAX];

	if (!p->options->rate.time)
		return x_strdup("");
	json_format_number(rate, r->step->rate);
	return x_asprintf(" at %s/s", rate);
}

static bool tell_saturation(FILE *out, const struct report *p)
{
	const struct step_result *first = NULL;
	struct saturation s;
	size_t n = 0;
	char *text, *at;
	const char *more;

	for (size_t i = 0; i < p->n; i++) {
		struct saturation one;

		if (!report_counts(&p->result[i]))
			continue;
		one = saturation_of(&p->result[i], p->mix);
		if (one.causes && !n++) {
			first = &p->result[i];
			s = one;
		}
	}
	if (!n)
		return false;
	text = saturation_text(&s);
	at = where(p, first);
	more = n > 1 ? " and at other rates" : "";
	if (!(s.causes & SATURATION_BUSY))
		tell(out, "the generator was held up on this machine%s%s, and the latencies are in part its own: %s", at, more,
		     text);
	else if (first->step->rate > 0)
		tell(out, "the generator was saturated%s%s, and this tells of it rather than of the server: %s", at, more, text);
	else
		tell(out, "the generator may have been the bottleneck: %s", text);
	free(text);
	free(at);
	return true;
}

static bool tell_interruption(FILE *out, const struct report *p)
{
	if (p->signal)
		tell(out, "interrupted by %s: this is what there was until then%s", strsignal(p->signal),
		     p->slo ? ", on which the SLO is not judged" : "");
	return p->signal;
}

static void tell_terms(FILE *out, const struct report *p, const struct step_result *r)
{
	char *at = where(p, r);

	for (size_t i = 0; i < p->slo->n; i++) {
		const struct slo_term *term = &p->slo->term[i];
		struct slo_verdict v = judge_term(term, r, p->options, p->mix);
		char *text = judge_text(term, &v);

		tell(out, "SLO %s %s%s: %s", term->text, v.holds ? "holds" : "BROKEN", at, text);
		free(text);
	}
	free(at);
}

static bool tell_slo(FILE *out, const struct report *p)
{
	const struct step_result *last = NULL;
	struct slo_verdict v;
	size_t n = 0;

	if (!p->slo || p->signal)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct step_result *r = &p->result[i];

		if (!report_counts(r) || !judge_applies(r, p->options))
			continue;
		n++;
		last = r;
		if (judge_step(p->slo, r, p->options, p->mix, &v)) {
			tell_terms(out, p, r);
			return true;
		}
	}
	if (n > 1)
		tell(out, "the SLO holds at all %zu rates", n);
	else if (n)
		tell_terms(out, p, last);
	return n > 0;
}

static bool tell_failures(FILE *out, const struct report *p)
{
	bool any = false;

	for (size_t k = 0; k < p->mix->n; k++) {
		struct tally sum = {.done = 0};
		const char *error = NULL, *bench, *prefix;
		uint64_t failed;
		char *classes;

		for (size_t i = 0; i < p->n; i++) {
			const struct tally *t = &p->result[i].tally[k];

			if (!report_counts(&p->result[i]))
				continue;
			sum.done += t->done;
			sum.mock += t->mock;
			sum.real += t->real;
			for (size_t f = 0; f < FAILURE_COUNT; f++)
				sum.failed[f] += t->failed[f];
			if (!error && t->error[0])
				error = t->error;
		}
		failed = totals_failed(&sum);
		if (!failed || !error)
			continue;
		classes = totals_classes(&sum);
		bench = p->mix->request[k].bench;
		prefix = mode_prefix(totals_mode(&sum, p->options->common.mode));
		if (sum.done)
			tell(out, "%s%s: %" PRIu64 " of %" PRIu64 " requests failed: %s; the first: %s", prefix, bench, failed,
			     sum.done + failed, classes, error);
		else
			tell(out, "%s%s: all %" PRIu64 " requests failed: %s; the first: %s", prefix, bench, failed, classes,
			     error);
		free(classes);
		any = true;
	}
	return any;
}

static bool tell_overload(FILE *out, const struct report *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct step_result *r = &p->result[i];
		char *at;

		if (!report_counts(r) || !r->not_started)
			continue;
		at = where(p, r);
		tell(out, "%" PRIu64 " of %" PRIu64 " arrivals%s found no free connection until the end: the server does not keep "
		     "up, or %" PRId64 " connections are too few", r->not_started, r->due, at, p->options->connections);
		free(at);
		return true;
	}
	return false;
}

/* Those that a signal cut off are no news. */
static bool tell_unfinished(FILE *out, const struct report *p)
{
	char drain[UNIT_TEXT_MAX];

	unit_format(drain, UNIT_NS, (double)p->options->drain);
	for (size_t i = 0; i < p->n && !p->signal; i++) {
		const struct step_result *r = &p->result[i];
		char *at;

		if (!report_counts(r) || !r->unfinished)
			continue;
		at = where(p, r);
		tell(out, "%" PRIu64 " of %" PRIu64 " requests%s were not answered until the end, nor in the %s of --drain "
		     "after it: how long they take is not known", r->unfinished, r->started, at, drain);
		free(at);
		return true;
	}
	return false;
}

static bool tell_incomplete(FILE *out, const struct report *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->result[i].incomplete) {
			tell(out, "out of memory: some latencies are missing");
			return true;
		}
	}
	return false;
}

bool headlines(FILE *out, const struct report *p)
{
	static bool (*const all[])(FILE *, const struct report *) = {
		tell_saturation, tell_interruption, tell_slo, tell_failures, tell_overload, tell_unfinished, tell_incomplete
	};
	bool any = false;

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (all[i](out, p))
			any = true;
	}
	return any;
}

/* text with one more; takes both over. */
static char *join(char *text, char *more)
{
	char *all = x_asprintf("%s%s%s", text, *text && *more ? "; " : "", more);

	free(text);
	free(more);
	return all;
}

char *headline_step(const struct report *p, const struct step_result *r)
{
	struct saturation s = saturation_of(r, p->mix);
	char *text = s.causes ? x_asprintf("generator %s", saturation_word(s.causes)) : x_strdup("");
	const struct slo_term *broken;
	struct slo_verdict v;

	if (p->slo && !p->signal && judge_applies(r, p->options) &&
	    (broken = judge_step(p->slo, r, p->options, p->mix, &v))) {
		char *value = judge_text(broken, &v);

		text = join(text, x_asprintf("SLO broken: %s", value));
		free(value);
	}
	if (r->not_started)
		text = join(text, x_asprintf("%" PRIu64 " arrivals not started", r->not_started));
	if (r->unfinished && !p->signal)
		text = join(text, x_asprintf("%" PRIu64 " requests unfinished", r->unfinished));
	return text;
}
