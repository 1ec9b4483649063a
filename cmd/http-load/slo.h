#ifndef HTTP_LOAD_SLO_H
#define HTTP_LOAD_SLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hist.h"
#include "units.h"

/* Service level objectives: terms, all of which have to hold, separated by commas.
 *
 *   [service.|first-byte.]pNN[.N] | mean | max   OP  duration     p99<50ms, service.p50<=3ms
 *   errors                                       OP  share|count  errors<0.1%, errors<5
 *   rate                                         OP  share|rate   rate>=99% of --rate, rate>=500/s
 *   throughput                                   OP  rate         throughput>=1000/s
 *
 * OP is < <= > or >=. Blanks may stand between the parts. */

enum slo_kind { SLO_TIME, SLO_ERRORS, SLO_RATE, SLO_THROUGHPUT };
enum slo_op { SLO_LESS, SLO_AT_MOST, SLO_MORE, SLO_AT_LEAST };
enum slo_series { SLO_LATENCY, SLO_SERVICE, SLO_FIRST_BYTE, SLO_SERIES };

struct slo_term {
	char *text;            /* as written, without blanks around it */
	enum slo_kind kind;
	enum slo_op op;
	enum slo_series series; /* of a time */
	char stat[16];         /* "p99", "mean", "max"; "share" or "value" of what is no time */
	double quantile;       /* of a time; NaN for mean, 1 for max */
	bool share;            /* of errors or the rate: value is one */
	double value;          /* ns, a share, a count, a second */
};

struct slo {
	struct slo_term *term;
	size_t n;
};

struct slo_measures { /* what there is to judge */
	const struct hist *series[SLO_SERIES]; /* of what succeeded; NULL: not measured */
	uint64_t done, failed;
	uint64_t timed_out;    /* of those that failed */
	uint64_t unfinished;   /* requests without an end */
	uint64_t not_started;  /* arrivals that found no client until the end */
	double asked;          /* arrivals a second; 0: a closed loop */
	double throughput;     /* successes a second */
};

struct slo_verdict {
	bool holds;
	double value;          /* in the unit; NaN: unknown */
	enum unit unit;
	char reason[160];      /* why it does not hold though value does, or is not known; "" for none */
};

/* 0, or -1 with *why (caller frees): the term and what was expected. */
int slo_parse(struct slo *slo, const char *text, char **why);
void slo_free(struct slo *slo);

/* Does a term speak of the rate that is asked for? */
bool slo_wants_rate(const struct slo *slo);
bool slo_has(const struct slo *slo, enum slo_kind kind);

/* What was not measured does not hold. Requests that timed out or did not come to an end, and arrivals that were not
 * served, have a latency too, which is not known but long: a quantile that could be among them does not hold. */
struct slo_verdict slo_judge(const struct slo_term *term, const struct slo_measures *m);

const char *slo_op_name(enum slo_op op);
const char *slo_metric(const struct slo_term *term); /* "latency", "errors", ... */

#endif
