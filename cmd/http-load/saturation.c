#include "saturation.h"

#include <stdlib.h>

#include "die.h"
#include "totals.h"
#include "units.h"

#define SHORTEST 100000000  /* ns; in less time shares of a processor tell nothing */
#define BUSY 0.90           /* of a processor: from here on there is none to spare */
#define DELAYED 0.20        /* of the time, ready but not run */
#define LAG_P99 1e6         /* ns by which one start of a hundred may be late */
#define LAG_MEAN 1e5        /* and all on average */
#define LAG_SHARE 0.10      /* of the latency, which it is part of: less is not what the figures tell of */

/* An open loop promises starts at their time. In a closed loop nothing is due, but a response that waits for the
 * generator to look at it has a latency that is not the server's. */
static bool is_late(const struct saturation *s, const struct hist *latency)
{
	return (s->lag_p99 > LAG_P99 && s->lag_p99 > LAG_SHARE * hist_quantile(latency, 0.99)) ||
	       (s->lag_mean > LAG_MEAN && s->lag_mean > LAG_SHARE * hist_mean(latency));
}

struct saturation saturation_judge(bool paced, int64_t elapsed, double busiest, double delayed, const struct hist *lag,
				   const struct hist *latency)
{
	struct saturation s = {.busiest = busiest, .delayed = delayed, .lag_mean = hist_mean(lag),
			       .lag_p99 = hist_quantile(lag, 0.99)};

	if (elapsed >= SHORTEST) {
		if (busiest >= BUSY)
			s.causes |= SATURATION_BUSY;
		/* A closed loop takes what it can get; that it has to wait for its turn matters where it would take more. */
		if (delayed > DELAYED && (paced || busiest + delayed >= BUSY))
			s.causes |= SATURATION_DELAYED;
	}
	if (hist_count(lag) && is_late(&s, latency))
		s.causes |= SATURATION_LATE;
	return s;
}

struct saturation saturation_of(const struct step_result *r, const struct mix *mix)
{
	struct hist *lag = timeline_total(r->timeline, SERIES_LAG), *latency = totals_hist(r, mix, SERIES_LATENCY);
	struct saturation s = saturation_judge(r->step->rate > 0, r->end - r->begin, r->busiest, r->delayed, lag, latency);

	hist_free(lag);
	hist_free(latency);
	return s;
}

const char *saturation_word(unsigned causes)
{
	return causes & SATURATION_BUSY ? "saturated" : "held up";
}

char *saturation_text(const struct saturation *s)
{
	char lag[UNIT_TEXT_MAX], mean[UNIT_TEXT_MAX];
	char *busy, *delayed, *late, *text;

	unit_format(lag, UNIT_NS, s->lag_p99);
	unit_format(mean, UNIT_NS, s->lag_mean);
	busy = s->causes & SATURATION_BUSY ? x_asprintf(", a thread used %.0f %% of a processor", 100 * s->busiest)
					   : x_strdup("");
	delayed = s->causes & SATURATION_DELAYED
			  ? x_asprintf(", a thread waited for a processor %.0f %% of the time", 100 * s->delayed)
			  : x_strdup("");
	late = s->causes & SATURATION_LATE
		       ? x_asprintf(", what was due was handled late, %s on average, p99 %s", mean, lag)
		       : x_strdup("");
	text = x_asprintf("%s%s%s", busy, delayed, late);
	free(busy);
	free(delayed);
	free(late);
	if (*text) { /* without the first ", " */
		char *rest = x_strdup(text + 2);

		free(text);
		return rest;
	}
	return text;
}
