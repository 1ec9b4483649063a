#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeds_through_splitmix64),
		cmocka_unit_test(gives_the_published_numbers),
		cmocka_unit_test(repeats_a_seed_and_parts_the_streams),
		cmocka_unit_test(uniform_is_flat),
		cmocka_unit_test(normal_has_its_moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
