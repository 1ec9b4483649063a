#ifndef BENCHPIPE_HIST_H
#define BENCHPIPE_HIST_H

#include <stddef.h>
#include <stdint.h>

/* A log-linear histogram of non-negative integers (ns, bytes): 128 steps to the
 * octave, values under 256 exact, so a value is known within 1/128 (0.8 %).
 * All histograms share the one scale, so they merge exactly. count, min and max are
 * exact, and so is sum up to 2^53 (104 days in ns); beyond, it is as good as a double. Memory: 1 KiB for each octave that holds anything. */

struct hist;

/* NULL with ENOMEM. The caller frees with hist_free(), for which NULL is fine. */
struct hist *hist_new(void);
void hist_free(struct hist *h);

/* Count value n more times. 0, or -1 with EINVAL (value negative), ENOMEM, or
 * ERANGE where a count would overflow; the histogram is then unchanged. */
int hist_record(struct hist *h, int64_t value, uint64_t n);

/* Add what a serialized histogram holds: n buckets counting the values up to
 * upper[i], ascending, each a bound of the scale. min and max must lie in the
 * first and last bucket. 0, or -1 with EINVAL, ERANGE, ENOMEM. */
int hist_add(struct hist *h, const int64_t *upper, const uint64_t *count, size_t n, int64_t min, int64_t max,
	     double sum);

/* Add all of from to h. 0, or -1 with ENOMEM or ERANGE. */
int hist_merge(struct hist *h, const struct hist *from);

uint64_t hist_count(const struct hist *h);
double hist_sum(const struct hist *h);
int64_t hist_min(const struct hist *h); /* 0 when empty */
int64_t hist_max(const struct hist *h);
double hist_mean(const struct hist *h);
double hist_stddev(const struct hist *h); /* from bucket midpoints; 0 under 2 values */

/* The q-quantile (q in 0..1): the value below which a share q of the counted values
 * lies, interpolated between the values of the two ranks around it (Hyndman and Fan's type 7,
 * as of samples), which are known within their buckets and kept within min..max. 0 when empty. */
double hist_quantile(const struct hist *h, double q);

/* Walk the filled buckets: start with *at = 0; 1 and the next upper bound and count,
 * or 0 at the end. */
int hist_next(const struct hist *h, size_t *at, int64_t *upper, uint64_t *count);

/* The upper bound of value's bucket: the largest value counted together with it. */
int64_t hist_upper(int64_t value);

#endif
