#ifndef BENCHPIPE_RNG_H
#define BENCHPIPE_RNG_H

#include <stdint.h>

/* Seeded random numbers: the same seed and stream give the same numbers on
 * every machine (normals up to the last bit of libm's log). xoshiro256**
 * seeded through SplitMix64 (Blackman and Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", 2021). */

struct rng {
	uint64_t s[4];
	double spare; /* the second normal of a pair, NaN when there is none */
};

/* Streams of one seed are independent of each other; stream 0 is the published seeding. */
void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream);

uint64_t rng_next(struct rng *rng);

/* Uniform in [0, 1), 53 bits. */
double rng_uniform(struct rng *rng);

/* Standard normal, by the polar method (Marsaglia and Bray, 1964). */
double rng_normal(struct rng *rng);

/* Unbiased, in [0, n); n > 0 (Lemire, "Fast Random Integer Generation in an Interval", 2019). */
uint64_t rng_below(struct rng *rng, uint64_t n);

/* Exponential with mean 1. */
double rng_exponential(struct rng *rng);

/* Zipf: ranks 1..n, rank k with probability proportional to 1 / k^s, n >= 1, s > 0 (s = 1 too), in
 * constant time and memory (Hoermann and Derflinger, "Rejection-inversion to generate variates
 * from monotone discrete distributions", 1996). Ranks are doubles: not every one beyond 2^53 can come. */
struct rng_zipf {
	double n, s;
	double h_first, h_last, cut;
};

void rng_zipf_init(struct rng_zipf *zipf, uint64_t n, double s);
uint64_t rng_zipf(const struct rng_zipf *zipf, struct rng *rng);

/* Counter-based: a value is a function of a key and an index, whoever computes it and in whatever
 * order. A key stands for one use: a seed, a table, a column. */
uint64_t rng_key(uint64_t parent, const char *name);          /* the key of what is called name below parent */
uint64_t rng_at(uint64_t key, uint64_t index);                /* 64 well-mixed bits */
void rng_seed_at(struct rng *rng, uint64_t key, uint64_t index); /* where one index needs many numbers; cheap */

/* A share of [0, n) from 64 random bits; biased by less than n / 2^64. */
uint64_t rng_reduce(uint64_t bits, uint64_t n);

/* A permutation of [0, n) chosen by key: distinct indices give distinct results. index < n, n < 2^63. A
 * Feistel network over the next power of two, walked until it lands inside, on average in under two steps
 * (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). */
uint64_t rng_permute(uint64_t key, uint64_t index, uint64_t n);

#endif
