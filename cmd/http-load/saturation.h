#ifndef HTTP_LOAD_SATURATION_H
#define HTTP_LOAD_SATURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"
#include "load.h"

/* Whether it was the generator, rather than the server, that a figure tells of. */

enum saturation_cause { /* bits */
	SATURATION_BUSY = 1,    /* a thread had no processor time to spare */
	SATURATION_DELAYED = 2, /* a thread was ready to run, but something else had the processor */
	SATURATION_LATE = 4     /* what was due, or had arrived, was handled late */
};

struct saturation {
	unsigned causes;     /* 0: it kept up */
	double busiest, delayed; /* shares of the time, 0..1 */
	double lag_mean, lag_p99; /* ns */
};

/* lag and latency: of the whole step, in ns. */
struct saturation saturation_judge(bool paced, int64_t elapsed, double busiest, double delayed, const struct hist *lag,
				   const struct hist *latency);

struct saturation saturation_of(const struct step_result *r, const struct mix *mix);

/* "saturated", or "held up" where it had processor time to spare. */
const char *saturation_word(unsigned causes);

/* "a thread used 98 % of a processor, ..."; caller frees; or dies. */
char *saturation_text(const struct saturation *s);

#endif
