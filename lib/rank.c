#include "rank.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "diffs.h"

/* Up to this many pooled values the null distribution is counted exactly; C(60, 30) and
 * all partial counts fit 64 bits. */
#define EXACT_MAX 60
#define EXACT_PRODUCT_MAX (EXACT_MAX * EXACT_MAX / 4)

static uint64_t choose(unsigned n, unsigned k)
{
	uint64_t c = 1;

	for (unsigned i = 0; i < k; i++)
		c = c * (n - i) / (i + 1);
	return c;
}

/* --- The distribution of U without ties --- */

/* ways[u] = how many of the C(nx + ny, nx) divisions give U = u, for u up to last: the
 * coefficients of the Gaussian binomial, the product over i of
 * (1 - q^(ny + i)) / (1 - q^i) (Andrews, The Theory of Partitions, 3.2). */
static void count_u(size_t nx, size_t ny, size_t last, uint64_t *ways)
{
	size_t few = nx < ny ? nx : ny, many = nx < ny ? ny : nx;

	memset(ways, 0, (last + 1) * sizeof(*ways));
	ways[0] = 1;
	for (size_t i = 1; i <= few; i++) {
		for (size_t u = last; u >= many + i; u--)
			ways[u] -= ways[u - many - i];
		for (size_t u = i; u <= last; u++)
			ways[u] += ways[u - i];
	}
}

/* P(U <= u) for u up to its mean. */
static double u_cdf(size_t nx, size_t ny, size_t u)
{
	uint64_t ways[EXACT_PRODUCT_MAX / 2 + 1], sum = 0;

	count_u(nx, ny, u, ways);
	for (size_t i = 0; i <= u; i++)
		sum += ways[i];
	return (double)sum / (double)choose((unsigned)(nx + ny), (unsigned)nx);
}

/* The largest c for which the c-th smallest and c-th largest difference enclose the
 * shift with the confidence wanted: P(U <= c - 1) <= (1 - confidence) / 2. 0 where
 * there is none. */
static uint64_t interval_rank(size_t nx, size_t ny, double confidence)
{
	double tail = stat_tail(confidence), pairs = (double)nx * (double)ny, c;

	if (nx + ny <= EXACT_MAX) {
		uint64_t ways[EXACT_PRODUCT_MAX / 2 + 1], sum = 0;
		double limit = tail * (double)choose((unsigned)(nx + ny), (unsigned)nx);
		size_t last = nx * ny / 2, u = 0;

		count_u(nx, ny, last, ways);
		for (; u <= last; u++) {
			sum += ways[u];
			if ((double)sum > limit)
				break;
		}
		return u;
	}
	c = pairs / 2 + 0.5 + stat_normal_quantile(tail) * sqrt(pairs * ((double)nx + (double)ny + 1) / 12);
	return c >= 1 ? (uint64_t)c : 0;
}

/* --- Mann-Whitney --- */

struct pooled {
	double rank_sum; /* of x, midranks */
	double ties;     /* sum of t^3 - t over the groups of t equal values */
	bool tied;
	unsigned rank[EXACT_MAX]; /* ascending, doubled so that midranks are whole; only where they fit */
};

static size_t run_of(const double *v, size_t i, size_t n, double value)
{
	size_t from = i;

	while (i < n && v[i] == value)
		i++;
	return i - from;
}

static struct pooled pool(const double *x, size_t nx, const double *y, size_t ny)
{
	struct pooled pooled = { .tied = false };
	size_t i = 0, j = 0;

	while (i < nx || j < ny) {
		double value = j == ny || (i < nx && x[i] < y[j]) ? x[i] : y[j];
		size_t from_x = run_of(x, i, nx, value), group = from_x + run_of(y, j, ny, value);
		size_t doubled = 2 * (i + j) + group + 1;
		double t = (double)group;

		for (size_t k = 0; k < group && i + j + k < EXACT_MAX; k++)
			pooled.rank[i + j + k] = (unsigned)doubled;
		pooled.rank_sum += (double)from_x * ((double)doubled / 2);
		pooled.ties += t * t * t - t;
		pooled.tied = pooled.tied || group > 1;
		i += from_x;
		j += group - from_x;
	}
	return pooled;
}

static double two_sided(double lower, double upper)
{
	return fmin(1, 2 * fmin(lower, upper));
}

/* Both tails of the sum of k of the n ascending doubled ranks at w, by counting the
 * choices of k for each sum up to w. ways[k][s] takes one value after the other; since
 * they ascend, a sum that the values still to come must carry beyond w is left out. */
static int exact_tied(const unsigned *rank, size_t n, size_t k, size_t w, double *p)
{
	size_t width = w + 1;
	uint64_t *ways = calloc((k + 1) * width, sizeof(*ways)), total = choose((unsigned)n, (unsigned)k), sum = 0;

	if (!ways)
		return -1;
	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		size_t r = rank[i];

		for (size_t taken = i + 1 < k ? i + 1 : k; taken >= 1 && taken + n - i > k; taken--) {
			size_t rest = (k - taken + 1) * r;
			const uint64_t *without = ways + (taken - 1) * width;
			uint64_t *with = ways + taken * width + r;

			for (size_t s = 0; s + rest <= w; s++)
				with[s] += without[s];
		}
	}
	for (size_t s = 0; s <= w; s++)
		sum += ways[k * width + s];
	*p = two_sided((double)sum / (double)total, (double)(total - sum + ways[k * width + w]) / (double)total);
	free(ways);
	return 0;
}

/* Reduce to the smaller sample, to its lower tail, and to ranks from 0: all of them
 * make the table smaller and leave p what it is. */
static int mann_whitney_tied(const struct pooled *pooled, size_t nx, size_t ny, double *p)
{
	size_t n = nx + ny, k = nx < ny ? nx : ny;
	size_t w = (size_t)(2 * pooled->rank_sum);
	unsigned rank[EXACT_MAX], top = (unsigned)(2 * (n + 1));

	if (nx > ny)
		w = n * (n + 1) - w;
	memcpy(rank, pooled->rank, sizeof(rank));
	if (w > k * (n + 1)) {
		for (size_t i = 0; i < n; i++)
			rank[i] = top - pooled->rank[n - 1 - i];
		w = k * top - w;
	}
	w -= k * rank[0];
	for (size_t i = n; i-- > 0;)
		rank[i] -= rank[0];
	return exact_tied(rank, n, k, w, p);
}

static double mann_whitney_normal(const struct pooled *pooled, double nx, double ny)
{
	double n = nx + ny, distance = fabs(pooled->rank_sum - nx * (n + 1) / 2);
	double variance = nx * ny / 12 * (n + 1 - pooled->ties / (n * (n - 1)));

	if (variance <= 0)
		return 1;
	return erfc(fmax(0, distance - 0.5) / sqrt(2 * variance));
}

int rank_mann_whitney(const double *x, size_t nx, const double *y, size_t ny, double *p)
{
	struct pooled pooled;
	size_t u, pairs;

	*p = 1;
	if (nx == 0 || ny == 0)
		return 0;
	pooled = pool(x, nx, y, ny);
	if (nx + ny > EXACT_MAX) {
		*p = mann_whitney_normal(&pooled, (double)nx, (double)ny);
		return 0;
	}
	if (pooled.tied)
		return mann_whitney_tied(&pooled, nx, ny, p);
	pairs = nx * ny;
	u = (size_t)pooled.rank_sum - nx * (nx + 1) / 2;
	if (u > pairs - u)
		u = pairs - u;
	*p = fmin(1, 2 * u_cdf(nx, ny, u));
	return 0;
}

double rank_mann_whitney_floor(size_t nx, size_t ny)
{
	size_t few = nx < ny ? nx : ny;
	double many = (double)(nx < ny ? ny : nx), divisions = 1;

	for (size_t i = 1; i <= few && divisions < DBL_MAX; i++)
		divisions *= (many + (double)i) / (double)i;
	return fmin(1, 2 / divisions);
}

/* --- Hodges-Lehmann --- */

static double within_range(double v)
{
	return fmin(DBL_MAX, fmax(-DBL_MAX, v));
}

int rank_hodges_lehmann(const double *x, size_t nx, const double *y, size_t ny, double confidence, double *shift,
			struct interval *interval)
{
	uint64_t pairs = (uint64_t)nx * ny, c;
	double v[4];

	*shift = 0;
	*interval = (struct interval){ -INFINITY, INFINITY };
	if (pairs == 0)
		return 0;
	c = interval_rank(nx, ny, confidence);
	if (diffs_select(x, nx, y, ny, (uint64_t[]){ (pairs - 1) / 2, pairs / 2, c - 1, pairs - c }, c ? 4 : 2, v))
		return -1;
	*shift = within_range(v[0]) / 2 + within_range(v[1]) / 2;
	if (c > 0)
		*interval = (struct interval){ v[2], v[3] };
	return 0;
}

/* --- Sign test --- */

double rank_sign_test(const double *d, size_t n)
{
	size_t above = 0, below = 0;

	for (size_t i = 0; i < n; i++) {
		above += d[i] > 0;
		below += d[i] < 0;
	}
	return fmin(1, 2 * stat_coin_cdf(above < below ? above : below, above + below));
}

double rank_sign_test_floor(size_t n)
{
	return n > 2000 ? 0 : fmin(1, ldexp(2, -(int)n));
}

/* --- Many comparisons --- */

/* How many of the n ascending values are at most v. */
static size_t count_through(const double *sorted, size_t n, double v)
{
	size_t from = 0;

	while (from < n) {
		size_t middle = from + (n - from) / 2;

		if (sorted[middle] <= v)
			from = middle + 1;
		else
			n = middle;
	}
	return from;
}

int rank_fdr(const double *p, double *q, size_t n)
{
	double *sorted, *adjusted, least = 1;

	if (n == 0)
		return 0;
	sorted = calloc(2 * n, sizeof(*sorted));
	if (!sorted)
		return -1;
	adjusted = sorted + n;
	memcpy(sorted, p, n * sizeof(*p));
	stat_sort(sorted, n);
	for (size_t i = n; i-- > 0;) {
		least = fmin(least, sorted[i] * ((double)n / (double)(i + 1)));
		adjusted[i] = least;
	}
	for (size_t i = 0; i < n; i++)
		q[i] = adjusted[count_through(sorted, n, p[i]) - 1];
	free(sorted);
	return 0;
}

size_t rank_needed(double sd, double delta, double alpha, double power)
{
	double z = -stat_normal_quantile(alpha / 2);
	double shift = fmax(0, z + stat_normal_quantile(power)) * sd / delta;
	double needed = ceil(2 * M_PI / 3 * shift * shift + z * z / 4);
	size_t n = 4;

	if (!(needed < (double)SIZE_MAX)) /* or not a number */
		return SIZE_MAX;
	while (rank_mann_whitney_floor(n, n) > alpha)
		n++;
	return needed > (double)n ? (size_t)needed : n;
}
