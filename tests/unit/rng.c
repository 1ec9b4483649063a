#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rng.h"

/* The first outputs of Vigna's splitmix64.c from state 0. */
static void seeds_through_splitmix64(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 0, 0);
	assert_true(rng.s[0] == UINT64_C(0xe220a8397b1dcdaf));
	assert_true(rng.s[1] == UINT64_C(0x6e789e6aa1b965f4));
	assert_true(rng.s[2] == UINT64_C(0x06c45d188009454f));
	assert_true(rng.s[3] == UINT64_C(0xf88bb8a8724c81ec));
	assert_true(isnan(rng.spare));
}

/* The outputs of Vigna's xoshiro256starstar.c from state 1, 2, 3, 4. */
static void gives_the_published_numbers(void **state)
{
	static const uint64_t expected[] = { UINT64_C(11520),
					     UINT64_C(0),
					     UINT64_C(1509978240),
					     UINT64_C(1215971899390074240),
					     UINT64_C(1216172134540287360),
					     UINT64_C(607988272756665600),
					     UINT64_C(16172922978634559625),
					     UINT64_C(8476171486693032832),
					     UINT64_C(10595114339597558777),
					     UINT64_C(2904607092377533576) };
	struct rng rng = { .s = { 1, 2, 3, 4 }, .spare = NAN };

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		assert_true(rng_next(&rng) == expected[i]);
}

static void repeats_a_seed_and_parts_the_streams(void **state)
{
	struct rng a, b, other_stream, other_seed;
	int same_stream = 0, same_seed = 0;

	(void)state;
	rng_seed(&a, 42, 7);
	rng_seed(&b, 42, 7);
	rng_seed(&other_stream, 42, 8);
	rng_seed(&other_seed, 43, 7);
	for (int i = 0; i < 1000; i++) {
		uint64_t v = rng_next(&a);

		assert_true(v == rng_next(&b));
		same_stream += v == rng_next(&other_stream);
		same_seed += v == rng_next(&other_seed);
	}
	assert_int_equal(same_stream, 0);
	assert_int_equal(same_seed, 0);
}

static void uniform_is_flat(void **state)
{
	enum { CELLS = 16, N = 160000 };
	int count[CELLS] = { 0 };
	double chi = 0, expected = (double)N / CELLS;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < N; i++) {
		double u = rng_uniform(&rng);

		assert_true(u >= 0 && u < 1);
		count[(int)(u * CELLS)]++;
	}
	for (int i = 0; i < CELLS; i++)
		chi += (count[i] - expected) * (count[i] - expected) / expected;
	assert_true(chi < 37.7); /* the 0.999 quantile of chi-squared, 15 degrees of freedom */
	assert_true(chi > 3.5);  /* the 0.001 quantile: not too even either */
}

static void normal_has_its_moments(void **state)
{
	enum { N = 400000 };
	double sum = 0, squares = 0, fourths = 0, products = 0, last = 0;
	int beyond = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 2, 0);
	for (int i = 0; i < N; i++) {
		double z = rng_normal(&rng);

		sum += z;
		squares += z * z;
		fourths += z * z * z * z;
		products += z * last;
		last = z;
		beyond += fabs(z) > 1.959963984540054;
	}
	/* each within 4 standard errors */
	assert_true(fabs(sum / N) < 4 / sqrt(N));
	assert_true(fabs(squares / N - 1) < 4 * sqrt(2.0 / N));
	assert_true(fabs(fourths / N - 3) < 4 * sqrt(96.0 / N));
	assert_true(fabs(products / N) < 4 / sqrt(N));
	assert_true(fabs(beyond / (double)N - 0.05) < 4 * sqrt(0.05 * 0.95 / N));
}

/* How many standard deviations chi-squared of the counts lies over what chance gives; the seeds are fixed. */
static double surprise(const unsigned *count, const double *expected, size_t cells)
{
	double chi = 0, freedom = (double)cells - 1;

	for (size_t i = 0; i < cells; i++)
		chi += (count[i] - expected[i]) * (count[i] - expected[i]) / expected[i];
	return (chi - freedom) / sqrt(2 * freedom);
}

static double surprise_if_even(const unsigned *count, size_t cells)
{
	double chi = 0, sum = 0, freedom = (double)cells - 1;

	for (size_t i = 0; i < cells; i++)
		sum += count[i];
	for (size_t i = 0; i < cells; i++)
		chi += (count[i] - sum / (double)cells) * (count[i] - sum / (double)cells) / (sum / (double)cells);
	return (chi - freedom) / sqrt(2 * freedom);
}

#define assert_by_chance(z) assert_true(fabs(z) < 4)

static void below_is_even_and_inside(void **state)
{
	unsigned count[7] = { 0 }, thirds[3] = { 0 }, residues[3] = { 0 };
	const uint64_t large = UINT64_C(3) << 62; /* a remainder alone favours the first third, a product residue 0 */
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3, 0);
	for (int i = 0; i < 70000; i++) {
		uint64_t v = rng_below(&rng, 7), w = rng_below(&rng, large);

		assert_true(v < 7 && w < large);
		count[v]++;
		thirds[w >> 62]++;
		residues[w % 3]++;
		assert_true(rng_below(&rng, 1) == 0);
		assert_true(rng_below(&rng, UINT64_MAX) < UINT64_MAX);
	}
	assert_by_chance(surprise_if_even(count, 7));
	assert_by_chance(surprise_if_even(thirds, 3));
	assert_by_chance(surprise_if_even(residues, 3));
}

static void exponential_has_its_distribution(void **state)
{
	enum { CELLS = 20, N = 200000 };
	unsigned count[CELLS] = { 0 };
	double sum = 0, squares = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 4, 0);
	for (int i = 0; i < N; i++) {
		double x = rng_exponential(&rng);

		assert_true(x >= 0 && isfinite(x));
		sum += x;
		squares += x * x;
		count[(int)(exp(-x) * CELLS * (1 - 1e-15))]++;
	}
	assert_by_chance(surprise_if_even(count, CELLS));
	assert_true(fabs(sum / N - 1) < 4 / sqrt(N));
	assert_true(fabs(squares / N - 2) < 4 * sqrt(20.0 / N));
}

static void zipf_has_its_probabilities(void **state)
{
	static const double exponents[] = { 0.1, 0.5, 0.99, 1, 1 + 1e-12, 1.1, 2 };
	static const unsigned sizes[] = { 2, 3, 10, 100 };
	enum { N = 100000 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5, 0);
	for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++) {
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			unsigned count[100] = { 0 };
			double expected[100], sum = 0;
			struct rng_zipf zipf;

			rng_zipf_init(&zipf, sizes[k], exponents[e]);
			for (unsigned i = 0; i < sizes[k]; i++)
				sum += expected[i] = pow(i + 1, -exponents[e]);
			for (unsigned i = 0; i < sizes[k]; i++)
				expected[i] *= N / sum;
			for (int i = 0; i < N; i++) {
				uint64_t rank = rng_zipf(&zipf, &rng);

				assert_true(rank >= 1 && rank <= sizes[k]);
				count[rank - 1]++;
			}
			assert_by_chance(surprise(count, expected, sizes[k]));
		}
	}
}

/* The sum of k^-s for k = 1..n, by Euler and Maclaurin behind its first terms. */
static double harmonic(double n, double s)
{
	double sum = 0, a = 1000;

	for (double k = 1; k < a; k++)
		sum += pow(k, -s);
	return sum + (s == 1 ? log(n / a) : (pow(n, 1 - s) - pow(a, 1 - s)) / (1 - s)) +
	       (pow(a, -s) + pow(n, -s)) / 2 + s * (pow(a, -s - 1) - pow(n, -s - 1)) / 12;
}

static void zipf_of_a_billion(void **state)
{
	static const double exponents[] = { 0.5, 0.99, 1, 1.1, 2 };
	enum { N = 200000 };
	struct rng rng;

	(void)state;
	rng_seed(&rng, 6, 0);
	for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++) {
		double expected[2] = { 0 }, all = harmonic(1e9, exponents[e]), million = harmonic(1e6, exponents[e]);
		unsigned count[2] = { 0 }, first = 0;
		struct rng_zipf zipf;

		rng_zipf_init(&zipf, 1000000000, exponents[e]);
		for (int i = 0; i < N; i++) {
			uint64_t rank = rng_zipf(&zipf, &rng);

			assert_true(rank >= 1 && rank <= 1000000000);
			count[rank > 1000000]++;
			first += rank == 1;
		}
		expected[0] = N * million / all;
		expected[1] = N - expected[0];
		assert_true(fabs(count[0] - expected[0]) < 4 * sqrt(expected[0] * expected[1] / N) + 1);
		assert_true(fabs(first - N / all) < 4 * sqrt(N / all) + 1);
	}
}

static void zipf_at_its_ends(void **state)
{
	static const double exponents[] = { 1e-300, 1e-9, 1, 20, 1000 };
	struct rng_zipf zipf;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++) {
		rng_zipf_init(&zipf, 1, exponents[e]);
		for (int i = 0; i < 1000; i++)
			assert_true(rng_zipf(&zipf, &rng) == 1);
		rng_zipf_init(&zipf, UINT64_MAX, exponents[e]);
		for (int i = 0; i < 1000; i++) {
			uint64_t rank = rng_zipf(&zipf, &rng);

			assert_true(rank >= 1 && (exponents[e] < 20 || rank <= 3));
		}
	}
}

static void keys_part_paths(void **state)
{
	static const char *const names[] = { "", "a", "b", "ab", "ba", "aa", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaab",
					     "nodes", "nodes.id", "nodes.name", "a\x80", "a\xff" };
	enum { NAMES = sizeof names / sizeof *names, PATHS = NAMES * (NAMES + 1), SEEDS = 3 };
	uint64_t keys[SEEDS * PATHS];
	size_t n = 0;

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		for (size_t i = 0; i < NAMES; i++) {
			keys[n++] = rng_key(seed, names[i]);
			for (size_t j = 0; j < NAMES; j++)
				keys[n++] = rng_key(rng_key(seed, names[i]), names[j]);
		}
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++)
			assert_true((uint32_t)keys[i] != (uint32_t)keys[j] && keys[i] >> 32 != keys[j] >> 32);
	}
	assert_true(rng_key(42, "nodes") == rng_key(42, "nodes"));
	assert_true(rng_key(rng_key(1, "ab"), "c") != rng_key(rng_key(1, "a"), "bc"));
}

/* What these give is in people's databases: it must not change. */
static void values_stay(void **state)
{
	struct rng rng;

	(void)state;
	assert_true(rng_key(42, "nodes") == UINT64_C(0xf3734ef0b4d25ba8));
	assert_true(rng_at(0, 0) == UINT64_C(0x48218226ff3cd4bf));
	assert_true(rng_at(42, 7) == UINT64_C(0xd56fd4491d82a4dd));
	rng_seed_at(&rng, 42, 7);
	assert_true(rng_next(&rng) == UINT64_C(0xfc5c6a120eb24898));
	assert_true(rng_permute(42, 7, 1000) == 365);
}

/* Consecutive indices under one key: each byte of the 64 bits even, and each pair of neighbours. */
static void at_is_even_over_indices(void **state)
{
	enum { N = 1 << 17 };
	static const uint64_t keys[] = { 0, 1, UINT64_MAX, UINT64_C(0x9e3779b97f4a7c15) };

	(void)state;
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
		for (int shift = 0; shift < 64; shift += 8) {
			unsigned bytes[256] = { 0 }, pairs[256] = { 0 };

			for (uint64_t i = 0; i < N; i++) {
				uint64_t v = rng_at(keys[k], i) >> shift;

				bytes[v & 255]++;
				pairs[(v & 15) << 4 | (rng_at(keys[k], i + 1) >> shift & 15)]++;
			}
			assert_by_chance(surprise_if_even(bytes, 256));
			assert_by_chance(surprise_if_even(pairs, 256));
		}
	}
}

/* Flipping a bit of the key or the index flips each bit of the result half of the time. */
static void at_avalanches(void **state)
{
	enum { N = 1 << 12 };

	(void)state;
	for (int flip = 0; flip < 128; flip++) {
		uint64_t key_flip = flip < 64 ? UINT64_C(1) << flip : 0;
		uint64_t index_flip = flip < 64 ? 0 : UINT64_C(1) << (flip - 64);
		unsigned flipped[64] = { 0 };

		for (uint64_t i = 0; i < N; i++) {
			uint64_t change = rng_at(i % 16, i) ^ rng_at(i % 16 ^ key_flip, i ^ index_flip);

			for (int bit = 0; bit < 64; bit++)
				flipped[bit] += change >> bit & 1;
		}
		for (int bit = 0; bit < 64; bit++)
			assert_true(fabs(flipped[bit] - N / 2.0) < 5.5 * sqrt(N / 4.0));
	}
}

/* Keys that differ little, or by the steps that generators make, share nothing. */
static void at_parts_related_keys(void **state)
{
	static const uint64_t steps[] = { 1, 2, UINT64_C(1) << 63, UINT64_C(0x9e3779b97f4a7c15) };
	enum { N = 1 << 16 };

	(void)state;
	for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
		unsigned joint[256] = { 0 }, shifted[256] = { 0 };

		for (uint64_t i = 0; i < N; i++) {
			uint64_t a = rng_at(1000, i), b = rng_at(1000 + steps[s], i);

			joint[(a & 15) << 4 | (b & 15)]++;
			shifted[(rng_at(1000, i + 1) >> 60) << 4 | b >> 60]++;
			assert_true(a != b && rng_at(1000, i + 1) != b);
		}
		assert_by_chance(surprise_if_even(joint, 256));
		assert_by_chance(surprise_if_even(shifted, 256));
	}
}

static void generators_by_index_are_apart(void **state)
{
	unsigned first[256] = { 0 }, second[256] = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 1 << 16; i++) {
		struct rng rng, next, other;
		uint64_t v;

		rng_seed_at(&rng, 9, i);
		rng_seed_at(&next, 9, i + 1);
		rng_seed_at(&other, 10, i);
		assert_true(isnan(rng.spare));
		v = rng_next(&rng);
		assert_true(v != rng_next(&other) && v != rng_at(9, i) && rng.s[0] != rng_at(9, i));
		first[(v & 15) << 4 | (rng_next(&next) & 15)]++;
		second[rng_next(&rng) >> 56]++;
	}
	assert_by_chance(surprise_if_even(first, 256));
	assert_by_chance(surprise_if_even(second, 256));
}

static void reduces_to_a_share(void **state)
{
	unsigned count[100] = { 0 };

	(void)state;
	assert_true(rng_reduce(0, 10) == 0);
	assert_true(rng_reduce(UINT64_MAX, 10) == 9);
	assert_true(rng_reduce(UINT64_C(1) << 63, 10) == 5);
	assert_true(rng_reduce(UINT64_MAX, UINT64_MAX) == UINT64_MAX - 1);
	assert_true(rng_reduce(UINT64_MAX, 1) == 0);
	for (uint64_t i = 0; i < 100000; i++)
		count[rng_reduce(rng_at(11, i), 100)]++;
	assert_by_chance(surprise_if_even(count, 100));
}

static void permutes_one_to_one(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 1000, (1 << 20) + 1 };

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		for (uint64_t key = 0; key < (sizes[s] > 1000 ? 1 : 20); key++) {
			unsigned char *seen = calloc(sizes[s], 1);

			assert_non_null(seen);
			for (uint64_t i = 0; i < sizes[s]; i++) {
				uint64_t at = rng_permute(key, i, sizes[s]);

				assert_true(at < sizes[s] && !seen[at]);
				seen[at] = 1;
			}
			free(seen);
		}
	}
	for (uint64_t i = 0; i < 1000; i++)
		assert_true(rng_permute(1, i, INT64_MAX) < INT64_MAX);
}

/* Over many keys every one of the n! orders is equally likely. */
static void permutes_in_every_order(void **state)
{
	(void)state;
	for (unsigned n = 2, orders = 2; n <= 6; n++, orders *= n) {
		unsigned count[720] = { 0 };

		for (uint64_t key = 0; key < 100 * orders; key++) {
			unsigned place[6], order = 0;

			for (unsigned i = 0; i < n; i++)
				place[i] = (unsigned)rng_permute(key, i, n);
			for (unsigned i = 0; i < n; i++) {
				unsigned smaller = 0;

				for (unsigned j = i + 1; j < n; j++)
					smaller += place[j] < place[i];
				order = order * (n - i) + smaller;
			}
			count[order]++;
		}
		assert_by_chance(surprise_if_even(count, orders));
	}
}

/* In one permutation: where a range goes, how far apart neighbours come, and whether rows keep their order. */
static void permutes_without_a_pattern(void **state)
{
	static const uint64_t sizes[] = { 1000000, 1 << 20, (1 << 20) + 1 };
	enum { TAKEN = 100000 };

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		uint64_t n = sizes[s], last = rng_permute(12, TAKEN, n);
		unsigned where[64] = { 0 }, low[64] = { 0 }, apart[64] = { 0 }, ascents = 0;

		for (uint64_t i = 0; i < TAKEN; i++) {
			uint64_t at = rng_permute(12, i, n);

			where[at * 64 / n]++;
			low[at % 64]++;
			apart[(at + n - last) % n * 64 / n]++;
			ascents += at > last;
			last = at;
		}
		assert_by_chance(surprise_if_even(where, 64));
		assert_by_chance(surprise_if_even(low, 64));
		assert_by_chance(surprise_if_even(apart, 64));
		assert_true(fabs(ascents - TAKEN / 2.0) < 4 * sqrt(TAKEN / 12.0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeds_through_splitmix64),
		cmocka_unit_test(gives_the_published_numbers),
		cmocka_unit_test(repeats_a_seed_and_parts_the_streams),
		cmocka_unit_test(uniform_is_flat),
		cmocka_unit_test(normal_has_its_moments),
		cmocka_unit_test(below_is_even_and_inside),
		cmocka_unit_test(exponential_has_its_distribution),
		cmocka_unit_test(zipf_has_its_probabilities),
		cmocka_unit_test(zipf_of_a_billion),
		cmocka_unit_test(zipf_at_its_ends),
		cmocka_unit_test(keys_part_paths),
		cmocka_unit_test(values_stay),
		cmocka_unit_test(at_is_even_over_indices),
		cmocka_unit_test(at_avalanches),
		cmocka_unit_test(at_parts_related_keys),
		cmocka_unit_test(generators_by_index_are_apart),
		cmocka_unit_test(reduces_to_a_share),
		cmocka_unit_test(permutes_one_to_one),
		cmocka_unit_test(permutes_in_every_order),
		cmocka_unit_test(permutes_without_a_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
