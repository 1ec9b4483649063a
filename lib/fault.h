#ifndef BENCHPIPE_FAULT_H
#define BENCHPIPE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* Seeded latency, failures and stalls for the stand-ins: what happens to request number n is a function of the seed
 * and n. */

enum fault_shape { FAULT_NONE, FAULT_CONSTANT, FAULT_NORMAL, FAULT_LOGNORMAL, FAULT_EXPONENTIAL };

struct fault {
	uint64_t seed;
	enum fault_shape shape;
	double location, spread;   /* ns: the mean (lognormal: the median) and, of normal, the standard deviation; of
				    * lognormal that of the logarithm */
	double fail;               /* share of requests that fail, 0..1 */
	int64_t stall, every;      /* ns: once in every `every`, for `stall`, everything stands still; 0: never */
	int64_t begin;             /* clock_now() from which stalls are reckoned; the first one begins `every` - `stall` later */
};

/* "10ms" or "constant:10ms", "normal:10ms,2ms", "lognormal:10ms,0.5", "exponential:10ms" into shape, location and
 * spread. 0, or -1: not that, or a spread of the logarithm over 10; *f is then as it was. */
int fault_parse_latency(struct fault *f, const char *text);

/* "200ms@2s": for 200 ms in every 2 s. 0, or -1: not that, or a stall as long as its period; *f is then as it was. */
int fault_parse_stall(struct fault *f, const char *text);

/* ns, 0 or more: what of a normal distribution lies below 0 counts as 0. */
int64_t fault_latency(const struct fault *f, uint64_t n);
bool fault_fails(const struct fault *f, uint64_t n);

/* Until when, in clock_now()'s ns, everything stands still at now; now itself where nothing does. */
int64_t fault_stalled_until(const struct fault *f, int64_t now);

#endif
