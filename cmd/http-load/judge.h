#ifndef HTTP_LOAD_JUDGE_H
#define HTTP_LOAD_JUDGE_H

#include "load.h"
#include "slo.h"

/* One term of the SLO on what a step measured. */
struct slo_verdict judge_term(const struct slo_term *term, const struct step_result *r, const struct options *o,
			      const struct mix *mix);

/* Is there anything to judge? A shard may have no request in a step, which then tells nothing. */
bool judge_applies(const struct step_result *r, const struct options *o);

/* The first term that does not hold, with its verdict; NULL: all do. */
const struct slo_term *judge_step(const struct slo *slo, const struct step_result *r, const struct options *o,
				  const struct mix *mix, struct slo_verdict *verdict);

/* "p99 61.2 ms", "p99 not known: ..."; caller frees; or dies. */
char *judge_text(const struct slo_term *term, const struct slo_verdict *v);

#endif
