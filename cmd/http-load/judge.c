#include "judge.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "die.h"
#include "totals.h"

struct slo_verdict judge_term(const struct slo_term *term, const struct step_result *r, const struct options *o,
			      const struct mix *mix)
{
	static const size_t series[SLO_SERIES] = {SERIES_LATENCY, SERIES_SERVICE, SERIES_FIRST_BYTE};
	struct slo_measures m = {.done = r->total.done, .failed = totals_failed(&r->total),
				 .timed_out = r->total.failed[FAILURE_TIMEOUT], .unfinished = r->unfinished,
				 .not_started = r->not_started, .asked = r->step->rate / o->shards,
				 .throughput = totals_throughput(r, &r->total)};
	struct hist *h = NULL;
	struct slo_verdict v;

	if (term->kind == SLO_TIME) {
		bool closed = term->series == SLO_SERVICE && !(r->step->rate > 0);

		/* In a closed loop both are the same. */
		h = totals_hist(r, mix, closed ? SERIES_LATENCY : series[term->series]);
		m.series[term->series] = h;
	}
	v = slo_judge(term, &m);
	hist_free(h);
	return v;
}

bool judge_applies(const struct step_result *r, const struct options *o)
{
	return o->shards == 1 || r->started || r->not_started;
}

const struct slo_term *judge_step(const struct slo *slo, const struct step_result *r, const struct options *o,
				  const struct mix *mix, struct slo_verdict *verdict)
{
	for (size_t i = 0; i < slo->n; i++) {
		*verdict = judge_term(&slo->term[i], r, o, mix);
		if (!verdict->holds)
			return &slo->term[i];
	}
	return NULL;
}

char *judge_text(const struct slo_term *term, const struct slo_verdict *v)
{
	char value[UNIT_TEXT_MAX], name[64];
	bool prefixed = term->kind == SLO_TIME && term->series != SLO_LATENCY;

	if (term->kind == SLO_TIME)
		snprintf(name, sizeof name, "%s%s%s", prefixed ? slo_metric(term) : "", prefixed ? "." : "", term->stat);
	else
		snprintf(name, sizeof name, "%s", slo_metric(term));
	if (isnan(v->value))
		return x_asprintf("%s not known: %s", name, v->reason);
	if (term->share)
		snprintf(value, sizeof value, "%.4g %%", 100 * v->value);
	else
		unit_format(value, v->unit, v->value);
	return x_asprintf("%s %s", name, value);
}
