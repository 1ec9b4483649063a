#include "hist.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define STEPS 128  /* to the octave */
#define STEP_BITS 7
#define BLOCKS 57  /* of STEPS buckets: 0..127, then one for each octave from 2^7 to 2^62 */

struct hist {
	uint64_t *block[BLOCKS];
	uint64_t count;
	double sum;
	int64_t min, max;
};

/* Bucket numbers: a value v in [2^k, 2^(k+1)), k >= 7, has its top 8 bits as the step. */
static size_t index_of(int64_t value)
{
	if (value < STEPS)
		return (size_t)value;
	int octave = 63 - __builtin_clzll((uint64_t)value);
	int shift = octave - STEP_BITS;
	return ((size_t)shift << STEP_BITS) + (size_t)(value >> shift);
}

static int64_t lower_of(size_t index)
{
	if (index < 2 * STEPS)
		return (int64_t)index;
	int shift = (int)(index >> STEP_BITS) - 1;
	return (int64_t)((index & (STEPS - 1)) + STEPS) << shift;
}

static int64_t upper_of(size_t index)
{
	if (index < 2 * STEPS)
		return (int64_t)index;
	int shift = (int)(index >> STEP_BITS) - 1;
	return lower_of(index) + (((int64_t)1 << shift) - 1);
}

struct hist *hist_new(void)
{
	return calloc(1, sizeof(struct hist));
}

void hist_free(struct hist *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < BLOCKS; i++)
		free(h->block[i]);
	free(h);
}

static uint64_t *bucket(struct hist *h, size_t index)
{
	uint64_t **block = &h->block[index >> STEP_BITS];

	if (!*block)
		*block = calloc(STEPS, sizeof **block);
	return *block ? *block + (index & (STEPS - 1)) : NULL;
}

static void widen(struct hist *h, int64_t min, int64_t max, uint64_t n, double sum)
{
	if (h->count == 0 || min < h->min)
		h->min = min;
	if (h->count == 0 || max > h->max)
		h->max = max;
	h->count += n;
	h->sum += sum;
}

int hist_record(struct hist *h, int64_t value, uint64_t n)
{
	uint64_t *slot;

	if (n == 0)
		return 0;
	if (value < 0) {
		errno = EINVAL;
		return -1;
	}
	if (h->count + n < n) {
		errno = ERANGE;
		return -1;
	}
	slot = bucket(h, index_of(value));
	if (!slot)
		return -1;
	*slot += n;
	widen(h, value, value, n, (double)value * (double)n);
	return 0;
}

int hist_add(struct hist *h, const int64_t *upper, const uint64_t *count, size_t n, int64_t min, int64_t max,
	     double sum)
{
	uint64_t total = 0;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (upper[i] < 0 || hist_upper(upper[i]) != upper[i] || (i > 0 && upper[i] <= upper[i - 1]) ||
		    count[i] == 0)
			goto invalid;
		if (total + count[i] < total || h->count + total + count[i] < h->count) {
			errno = ERANGE;
			return -1;
		}
		total += count[i];
	}
	if (min < 0 || max < min || hist_upper(min) != upper[0] || hist_upper(max) != upper[n - 1])
		goto invalid;
	/* All blocks first, so that a failure leaves the histogram as it was. */
	for (size_t i = 0; i < n; i++) {
		if (!bucket(h, index_of(upper[i])))
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		*bucket(h, index_of(upper[i])) += count[i];
	widen(h, min, max, total, sum);
	return 0;
invalid:
	errno = EINVAL;
	return -1;
}

int hist_merge(struct hist *h, const struct hist *from)
{
	if (from->count == 0)
		return 0;
	if (h->count + from->count < h->count) {
		errno = ERANGE;
		return -1;
	}
	for (size_t b = 0; b < BLOCKS; b++) {
		if (from->block[b] && !bucket(h, b << STEP_BITS))
			return -1;
	}
	for (size_t b = 0; b < BLOCKS; b++) {
		for (size_t i = 0; from->block[b] && i < STEPS; i++)
			h->block[b][i] += from->block[b][i];
	}
	widen(h, from->min, from->max, from->count, from->sum);
	return 0;
}

uint64_t hist_count(const struct hist *h)
{
	return h->count;
}

double hist_sum(const struct hist *h)
{
	return h->sum;
}

int64_t hist_min(const struct hist *h)
{
	return h->min;
}

int64_t hist_max(const struct hist *h)
{
	return h->max;
}

double hist_mean(const struct hist *h)
{
	return h->count ? h->sum / (double)h->count : 0;
}

int hist_next(const struct hist *h, size_t *at, int64_t *upper, uint64_t *count)
{
	for (size_t i = *at; i < (size_t)BLOCKS * STEPS; i++) {
		const uint64_t *block = h->block[i >> STEP_BITS];
		if (!block) {
			i |= STEPS - 1;
			continue;
		}
		if (block[i & (STEPS - 1)]) {
			*upper = upper_of(i);
			*count = block[i & (STEPS - 1)];
			*at = i + 1;
			return 1;
		}
	}
	*at = (size_t)BLOCKS * STEPS;
	return 0;
}

/* The part of [lower, upper] that can hold values, given what min and max are. */
static void clamp(const struct hist *h, int64_t upper, double *lo, double *hi)
{
	int64_t lower = lower_of(index_of(upper));

	*lo = (double)(lower < h->min ? h->min : lower);
	*hi = (double)(upper > h->max ? h->max : upper);
}

double hist_stddev(const struct hist *h)
{
	double mean = hist_mean(h), squares = 0, lo, hi;
	size_t at = 0;
	int64_t upper;
	uint64_t count;

	if (h->count < 2)
		return 0;
	while (hist_next(h, &at, &upper, &count)) {
		clamp(h, upper, &lo, &hi);
		double d = (lo + hi) / 2 - mean;
		squares += d * d * (double)count;
	}
	return sqrt(squares / (double)(h->count - 1));
}

/* The values of ranks k and k + 1, 0 the least: the first and the last are exact, the others of a
 * bucket are taken as evenly spread over it. */
static void neighbours(const struct hist *h, uint64_t k, double value[2])
{
	double lo = 0, hi = 0;
	uint64_t before = 0, count;
	size_t at = 0, found = 0;
	int64_t upper;

	while (found < 2 && hist_next(h, &at, &upper, &count)) {
		clamp(h, upper, &lo, &hi);
		for (; found < 2 && k + found < before + count; found++)
			value[found] = lo + (hi - lo) * ((double)(k + found - before) + 0.5) / (double)count;
		before += count;
	}
	if (k == 0)
		value[0] = (double)h->min;
	if (k + 2 >= h->count)
		value[1] = (double)h->max;
}

double hist_quantile(const struct hist *h, double q)
{
	double value[2] = {0, 0}, rank;
	uint64_t k;

	if (h->count == 0)
		return 0;
	if (q <= 0)
		return (double)h->min;
	/* As stat_quantile() does: between the values of the two ranks around it. */
	rank = q * (double)(h->count - 1);
	if (q >= 1 || rank >= (double)(h->count - 1))
		return (double)h->max;
	k = (uint64_t)rank;
	neighbours(h, k, value);
	return value[0] + (value[1] - value[0]) * (rank - (double)k);
}

int64_t hist_upper(int64_t value)
{
	return upper_of(index_of(value));
}
