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

#endif
