#include "stat.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const struct interval unbounded = { -INFINITY, INFINITY };

double stat_tail(double confidence)
{
	return (1 - confidence) / 2 * (1 + 1e-12);
}

/* --- Sorting --- */

#define RADIX_MIN 256 /* under this the digit counts cost more than they save */
#define INSERTION_MAX 32
#define DIGITS 8      /* of 8 bits */

static bool is_sorted(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (x[i] < x[i - 1])
			return false;
	}
	return true;
}

static void insertion_sort(double *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		double v = x[i];
		size_t j = i;

		for (; j > 0 && x[j - 1] > v; j--)
			x[j] = x[j - 1];
		x[j] = v;
	}
}

static void sift_down(double *x, size_t at, size_t n)
{
	double v = x[at];

	for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
		if (child + 1 < n && x[child + 1] > x[child])
			child++;
		if (x[child] <= v)
			break;
		x[at] = x[child];
		at = child;
	}
	x[at] = v;
}

static void heap_sort(double *x, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(x, i, n);
	for (size_t end = n; end-- > 1;) {
		double largest = x[0];

		x[0] = x[end];
		x[end] = largest;
		sift_down(x, 0, end);
	}
}

static unsigned digit(double x, int d)
{
	return stat_key(x) >> (8 * d) & 0xff;
}

/* Least significant digit first, leaving out the digits that all share. */
static void radix_sort(double *x, double *buffer, size_t n)
{
	size_t start[DIGITS][256] = { { 0 } };
	double *from = x, *to = buffer;

	for (size_t i = 0; i < n; i++) {
		uint64_t key = stat_key(x[i]);

		for (int d = 0; d < DIGITS; d++)
			start[d][key >> (8 * d) & 0xff]++;
	}
	for (int d = 0; d < DIGITS; d++) {
		size_t *at = start[d], sum = 0;
		double *swap = from;

		if (at[digit(x[0], d)] == n)
			continue;
		for (int value = 0; value < 256; value++) {
			size_t count = at[value];

			at[value] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			to[at[digit(from[i], d)]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != x)
		memcpy(x, from, n * sizeof(*x));
}

void stat_sort(double *x, size_t n)
{
	double *buffer;

	if (is_sorted(x, n))
		return;
	if (n <= INSERTION_MAX) {
		insertion_sort(x, n);
		return;
	}
	buffer = n < RADIX_MIN ? NULL : malloc(n * sizeof(*buffer));
	if (buffer)
		radix_sort(x, buffer, n);
	else
		heap_sort(x, n);
	free(buffer);
}

/* --- Moments and quantiles --- */

/* Sum of x[i] * scale, compensated (Neumaier, 1974); not finite where it overflows. */
static double sum_scaled(const double *x, size_t n, double scale)
{
	double sum = 0, lost = 0;

	for (size_t i = 0; i < n; i++) {
		double v = x[i] * scale, next = sum + v;

		lost += fabs(sum) >= fabs(v) ? (sum - next) + v : (v - next) + sum;
		sum = next;
	}
	return sum + lost;
}

double stat_mean(const double *x, size_t n)
{
	double sum;

	if (n == 0)
		return 0;
	sum = sum_scaled(x, n, 1);
	return isfinite(sum) ? sum / (double)n : sum_scaled(x, n, 1 / (double)n);
}

double stat_stddev(const double *x, size_t n)
{
	double mean, largest = 0, scale, squares = 0, residue = 0;
	int exponent;

	if (n < 2)
		return 0;
	for (size_t i = 1; i < n; i++)
		largest = fmax(largest, fabs(x[i] / 2 - x[0] / 2)); /* the difference itself may overflow */
	if (largest == 0)
		return 0;
	mean = stat_mean(x, n);
	/* Scaled by a power of two, so that the squares neither overflow nor vanish. */
	frexp(largest, &exponent);
	if (exponent < -1000)
		exponent = -1000;
	scale = ldexp(1, -exponent);
	for (size_t i = 0; i < n; i++) {
		double d = x[i] * scale - mean * scale;

		squares += d * d;
		residue += d;
	}
	/* residue corrects the mean's rounding (Chan, Golub and LeVeque, 1983) */
	squares = fmax(0, squares - residue * residue / (double)n);
	return fmin(DBL_MAX, sqrt(squares / (double)(n - 1)) / scale);
}

double stat_geomean(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += log(x[i]);
	return n == 0 ? 1 : exp(sum / (double)n);
}

double stat_quantile(const double *sorted, size_t n, double q)
{
	double position = fmin(1, fmax(0, q)) * (double)(n - 1);
	size_t i = (size_t)position;
	double share = position - (double)i, a, b;

	if (i + 1 >= n)
		return sorted[n - 1];
	a = sorted[i];
	b = sorted[i + 1];
	if (isinf(b - a))
		return (1 - share) * a + share * b;
	return fmin(b, a + share * (b - a));
}

struct interval stat_mean_interval(double mean, double stddev, size_t n, double confidence)
{
	double half;

	if (n < 2)
		return unbounded;
	half = -stat_t_quantile((1 - confidence) / 2, (double)(n - 1)) * stddev / sqrt((double)n);
	return (struct interval){ mean - half, mean + half };
}

/* The sum runs from the largest term down until the rest cannot matter. */
double stat_coin_cdf(size_t k, size_t n)
{
	double heads = (double)k, tosses = (double)n, term, sum;
	int sign;

	if (k >= n)
		return 1;
	if (k > n - k - 1) /* the upper tail, by symmetry */
		return 1 - stat_coin_cdf(n - k - 1, n);
	term = exp(lgamma_r(tosses + 1, &sign) - lgamma_r(heads + 1, &sign) - lgamma_r(tosses - heads + 1, &sign) -
		   tosses * M_LN2);
	sum = term;
	for (; heads > 0 && term > sum * DBL_EPSILON / 64; heads--) {
		term *= heads / (tosses - heads + 1);
		sum += term;
	}
	return fmin(1, sum);
}

struct interval stat_median_interval(const double *sorted, size_t n, double confidence)
{
	double tail = stat_tail(confidence);
	double guess = (double)n / 2 + stat_normal_quantile(tail) * sqrt((double)n) / 2;
	size_t below = guess > 0 ? (size_t)guess : 0; /* values under the lower end */

	if (n == 0 || stat_coin_cdf(0, n) > tail)
		return unbounded;
	while (below > 0 && stat_coin_cdf(below, n) > tail)
		below--;
	while (below + 1 < n / 2 && stat_coin_cdf(below + 1, n) <= tail)
		below++;
	return (struct interval){ sorted[below], sorted[n - 1 - below] };
}

/* --- Distributions --- */

double stat_normal_cdf(double z)
{
	return erfc(-z * M_SQRT1_2) / 2;
}

/* Coefficients from the highest power down. */
static double polynomial(const double *c, int n, double x)
{
	double sum = c[0];

	for (int i = 1; i < n; i++)
		sum = sum * x + c[i];
	return sum;
}

double stat_normal_quantile(double p)
{
	static const double a[] = { 2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
				    45921.953931549871457, 13731.693765509461125, 1971.5909503065514427,
				    133.14166789178437745, 3.387132872796366608 };
	static const double b[] = { 5226.495278852545925, 28729.085735721942674, 39307.89580009271061,
				    21213.794301586595867, 5394.1960214247511077, 687.1870074920579083,
				    42.313330701600911252, 1 };
	static const double c[] = { 7.7454501427834140764e-4, .0227238449892691845833, .24178072517745061177,
				    1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
				    4.6303378461565452959, 1.42343711074968357734 };
	static const double d[] = { 1.05075007164441684324e-9, 5.475938084995344946e-4, .0151986665636164571966,
				    .14810397642748007459, .68976733498510000455, 1.6763848301838038494,
				    2.05319162663775882187, 1 };
	static const double e[] = { 2.01033439929228813265e-7, 2.71155556874348757815e-5, .0012426609473880784386,
				    .026532189526576123093, .29656057182850489123, 1.7848265399172913358,
				    5.4637849111641143699, 6.6579046435011037772 };
	static const double f[] = { 2.04426310338993978564e-15, 1.4215117583164458887e-7,
				    1.8463183175100546818e-5, 7.868691311456132591e-4, .0148753612908506148525,
				    .13692988092273580531, .59983220655588793769, 1 };
	double q = p - 0.5, r, z;

	if (p <= 0)
		return -INFINITY;
	if (p >= 1)
		return INFINITY;
	if (fabs(q) <= 0.425) {
		r = 0.180625 - q * q;
		return q * polynomial(a, 8, r) / polynomial(b, 8, r);
	}
	r = sqrt(-log(fmin(p, 1 - p)));
	z = r <= 5 ? polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6)
		   : polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
	return q < 0 ? -z : z;
}

/* The continued fraction of the incomplete beta function, DLMF 8.17.22, by the
 * modified Lentz method; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 0, fraction = 1; /* f, C and D of Lentz */

	for (int i = 1; i < 20000; i++) {
		int half = i / 2;
		double m = half, even = a + 2 * m;
		double term = i % 2 ? -(a + m) * (a + b + m) * x / (even * (even + 1))
				    : m * (b - m) * x / ((even - 1) * even);

		d = 1 / (1 + term * d);
		c = 1 + term / c;
		fraction *= c * d;
		if (fabs(c * d - 1) < DBL_EPSILON)
			break;
	}
	return fraction;
}

/* log B(a, 1/2); large a by the expansion of DLMF 5.11.13, where lgamma would cancel. */
static double log_beta_half(double a)
{
	double square = a * a;
	int sign;

	if (a > 100)
		return log(M_PI / a) / 2 + 1 / (8 * a) - (1 / 3.0 - 1 / (10 * square)) / (64 * a * square);
	return lgamma_r(a, &sign) + lgamma_r(0.5, &sign) - lgamma_r(a + 0.5, &sign);
}

/* Newton's method on the logarithm of the upper tail against u = log t. The curve is
 * concave, so that from the second step on it comes down on the root from above. With
 * s = t^2/v the tail is I_{1/(1+s)}(v/2, 1/2) / 2 (DLMF 8.17.6), and t times the density
 * is the factor before the continued fraction. */
double stat_t_quantile(double p, double dof)
{
	double tail = fmin(p, 1 - p), a = dof / 2, z, u, log_beta;

	if (p <= 0 || p >= 1)
		return p <= 0 ? -INFINITY : INFINITY;
	if (tail == 0.5)
		return 0;
	/* The start, and all that is needed where dof is huge: Abramowitz and Stegun, 26.7.5. */
	z = -stat_normal_quantile(tail);
	z += (z * z + 1) * z / (4 * dof) + ((5 * z * z + 16) * z * z + 3) * z / (96 * dof * dof);
	u = log(z);
	log_beta = log_beta_half(a);
	for (int i = 0; i < 100 && dof < 1e7; i++) {
		double s = exp(2 * u) / dof;
		double log_front = -a * log1p(s) - log1p(1 / s) / 2 - log_beta;
		double step;

		if (a + 2.5 < (a + 1) * (1 + s)) {
			double ratio = 0.5 / (a * beta_fraction(a, 0.5, 1 / (1 + s)));

			step = (log(ratio) + log_front - log(tail)) * ratio;
		} else { /* what lies between 0 and t, and 1/2 less that */
			double front = exp(log_front), between = front / beta_fraction(0.5, a, 1 / (1 + 1 / s));

			step = log1p((0.5 - tail - between) / tail) * (0.5 - between) / front;
		}
		u = fmin(345, u + step); /* t^2 stays finite */
		if (fabs(step) < 1e-14)
			break;
	}
	return p < 0.5 ? -exp(u) : exp(u);
}

/* The incomplete beta function (DLMF 8.17.2 and 8.17.4); large a and b make it slow, not wrong. */
static double beta_share(double a, double b, double x)
{
	double front;
	int sign;

	if (x <= 0 || x >= 1)
		return x >= 1;
	front = exp(a * log(x) + b * log1p(-x) - lgamma_r(a, &sign) - lgamma_r(b, &sign) + lgamma_r(a + b, &sign));
	if (x < (a + 1) / (a + b + 2))
		return front / (a * beta_fraction(a, b, x));
	return 1 - front / (b * beta_fraction(b, a, 1 - x));
}

double stat_f_tail(double f, double dof1, double dof2)
{
	if (!(f > 0))
		return 1;
	return fmin(1, fmax(0, beta_share(dof2 / 2, dof1 / 2, 1 / (1 + dof1 / dof2 * f))));
}

double stat_minimum(double (*function)(double x, void *data), void *data, double lo, double hi, double tolerance)
{
	const double ratio = (sqrt(5) - 1) / 2;
	double left = hi - ratio * (hi - lo), right = lo + ratio * (hi - lo);
	double at_left = function(left, data), at_right = function(right, data);

	while (hi - lo > tolerance && left < right) {
		if (at_left < at_right) {
			hi = right;
			right = left;
			at_right = at_left;
			left = hi - ratio * (hi - lo);
			at_left = function(left, data);
		} else {
			lo = left;
			left = right;
			at_left = at_right;
			right = lo + ratio * (hi - lo);
			at_right = function(right, data);
		}
	}
	return (lo + hi) / 2;
}
