#include "rng.h"

#include <math.h>
#include <string.h>

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio: SplitMix64's step */

__extension__ typedef unsigned __int128 uint128;

static uint64_t mix(uint64_t z) /* SplitMix64's finalizer, a bijection with mix(0) = 0 */
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream)
{
	uint64_t state = seed ^ mix(stream);

	for (int i = 0; i < 4; i++) {
		state += GOLDEN;
		rng->s[i] = mix(state);
	}
	rng->spare = NAN;
}

uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

double rng_uniform(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

double rng_normal(struct rng *rng)
{
	double u, v, square, factor;

	if (!isnan(rng->spare)) {
		double spare = rng->spare;

		rng->spare = NAN;
		return spare;
	}
	do {
		u = 2 * rng_uniform(rng) - 1;
		v = 2 * rng_uniform(rng) - 1;
		square = u * u + v * v;
	} while (square >= 1 || square == 0);
	factor = sqrt(-2 * log(square) / square);
	rng->spare = v * factor;
	return u * factor;
}

uint64_t rng_reduce(uint64_t bits, uint64_t n)
{
	return (uint64_t)(((uint128)bits * n) >> 64);
}

uint64_t rng_below(struct rng *rng, uint64_t n)
{
	uint128 product = (uint128)rng_next(rng) * n;

	if ((uint64_t)product < n) {
		uint64_t surplus = (0 - n) % n; /* 2^64 mod n: the low words that would come once too often */

		while ((uint64_t)product < surplus)
			product = (uint128)rng_next(rng) * n;
	}
	return (uint64_t)(product >> 64);
}

double rng_exponential(struct rng *rng)
{
	return -log(1 - rng_uniform(rng)); /* 1 - u is exact and over 0 */
}

/* The integral of t^-s from 1 to x: (x^(1 - s) - 1) / (1 - s), or ln x where s = 1. */
static double zipf_integral(double x, double s)
{
	double t = (1 - s) * log(x);

	return t != 0 ? expm1(t) / (1 - s) : log(x);
}

static double zipf_inverse(double area, double s)
{
	double t = fmax((1 - s) * area, -1); /* below -1 by rounding alone */

	return exp(t != 0 ? log1p(t) / (1 - s) : area);
}

static double zipf_weight(double x, double s)
{
	return exp(-s * log(x));
}

void rng_zipf_init(struct rng_zipf *zipf, uint64_t n, double s)
{
	zipf->n = (double)n;
	if (n > UINT64_C(1) << 53)
		zipf->n = nextafter(zipf->n, 0); /* not above n, nor 2^64 */
	zipf->s = s;
	zipf->h_first = zipf_integral(1.5, s) - 1;
	zipf->h_last = zipf_integral(zipf->n + 0.5, s);
	zipf->cut = 2 - zipf_inverse(zipf_integral(2.5, s) - zipf_weight(2, s), s);
}

uint64_t rng_zipf(const struct rng_zipf *zipf, struct rng *rng)
{
	for (;;) {
		double area = zipf->h_first + rng_uniform(rng) * (zipf->h_last - zipf->h_first);
		double x = zipf_inverse(area, zipf->s);
		double rank = fmin(fmax(floor(x + 0.5), 1), zipf->n);

		/* the first is a shortcut for most of the second */
		if (rank - x <= zipf->cut ||
		    area >= zipf_integral(rank + 0.5, zipf->s) - zipf_weight(rank, zipf->s))
			return (uint64_t)rank;
	}
}

/* Names of up to 8 bytes and one length never collide below one parent, nor does one name below two. */
uint64_t rng_key(uint64_t parent, const char *name)
{
	size_t len = strlen(name);
	uint64_t key = mix(parent ^ UINT64_C(0x243f6a8885a308d3)); /* pi: apart from the other uses of mix() */

	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = 0;

		for (size_t j = 0; j < 8 && i + j < len; j++)
			word |= (uint64_t)(unsigned char)name[i + j] << 8 * j;
		key = mix(key ^ word);
	}
	return mix((key + GOLDEN) ^ len);
}

/* The inner mix() parts neighbouring indices before the key comes in: SplitMix64 itself, mix(key + index
 * * GOLDEN), would give keys a multiple of GOLDEN apart the same numbers, shifted. */
uint64_t rng_at(uint64_t key, uint64_t index)
{
	return mix(mix(index + GOLDEN) ^ key);
}

void rng_seed_at(struct rng *rng, uint64_t key, uint64_t index)
{
	uint64_t state = rng_at(key ^ UINT64_C(0x13198a2e03707344), index); /* nothing of what rng_at() gives */

	for (int i = 0; i < 4; i++) {
		state += GOLDEN;
		rng->s[i] = mix(state);
	}
	rng->spare = NAN;
}

/* 32 bits that depend on all bits of x and of the round's key. */
static uint64_t feistel(uint64_t x, uint64_t key)
{
	uint64_t z = (x ^ key) * UINT64_C(0xbf58476d1ce4e5b9);

	return ((z ^ (z >> 32)) * UINT64_C(0x94d049bb133111eb)) >> 32;
}

/* Even. Halves of a bit or two take many rounds until every permutation is equally likely. */
enum { FEISTEL_ROUNDS = 8, TINY_BITS = 4, TINY_ROUNDS = 32 };

uint64_t rng_permute(uint64_t key, uint64_t index, uint64_t n)
{
	uint64_t keys[TINY_ROUNDS];
	int bits, right_bits, rounds;

	if (n < 2)
		return 0;
	bits = 64 - __builtin_clzll(n - 1);
	right_bits = (bits + 1) / 2;
	rounds = bits > TINY_BITS ? FEISTEL_ROUNDS : TINY_ROUNDS;
	for (int i = 0; i < rounds; i++)
		keys[i] = rng_at(key, (uint64_t)i);

	uint64_t right_mask = (UINT64_C(1) << right_bits) - 1;
	uint64_t left_mask = right_mask >> (bits & 1);

	do {
		uint64_t right = index & right_mask;
		uint64_t left = index >> right_bits;

		for (int i = 0; i < rounds; i += 2) {
			left ^= feistel(right, keys[i]) & left_mask;
			right ^= feistel(left, keys[i + 1]) & right_mask;
		}
		index = left << right_bits | right;
	} while (index >= n);
	return index;
}
