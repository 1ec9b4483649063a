#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../cmd/http-load/find-max.h"
#include "rng.h"

/* A server that is known. */
struct server {
	double knee;       /* the highest rate that holds */
	double width;      /* of the doubt around it, as a share: a logistic curve */
	double spoilt;     /* share of the tries that break whatever the rate is */
	double generator;  /* rate from which it is the generator that breaks; 0: none */
	unsigned stop_at;  /* try at which it is given up; 0: never */
	struct rng rng;
	unsigned tries;
	double lowest, highest; /* that were tried */
};

static enum find_max_answer try_server(void *data, double rate, enum find_max_phase phase)
{
	struct server *s = data;
	double hold = s->width > 0 ? 1 / (1 + exp((rate / s->knee - 1) / s->width)) : rate <= s->knee;

	(void)phase;
	if (++s->tries == s->stop_at)
		return FIND_STOP;
	if (!(s->lowest <= rate))
		s->lowest = rate;
	if (!(s->highest >= rate))
		s->highest = rate;
	if (s->generator > 0 && rate >= s->generator)
		return FIND_INVALID;
	if (rng_uniform(&s->rng) < s->spoilt)
		return FIND_BREAKS;
	return rng_uniform(&s->rng) < hold ? FIND_HOLDS : FIND_BREAKS;
}

static struct server new_server(double knee, uint64_t seed)
{
	struct server s = {.knee = knee, .lowest = NAN, .highest = NAN};

	rng_seed(&s.rng, seed, 0);
	return s;
}

static struct find_max new_search(double from)
{
	return (struct find_max){.from = from, .lowest = 2, .highest = 1e8, .precision = 0.02};
}

/* From wherever it begins, a knee is found from below, as near as was asked for. */
static void sharp_knees_are_found(void **state)
{
	static const double knees[] = {3.3, 47, 1000, 1024, 98765, 2e6}, from[] = {2, 90, 1000, 5e6};

	(void)state;
	for (size_t k = 0; k < sizeof knees / sizeof knees[0]; k++) {
		for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
			struct server s = new_server(knees[k], 1);
			struct find_max f = new_search(from[i]);

			assert_int_equal(find_max(&f, try_server, &s), FIND_FOUND);
			assert_true(f.rate <= knees[k] && f.rate > knees[k] * 0.97);
			assert_true(f.above > knees[k] && f.above < knees[k] * 1.03);
			assert_int_equal(f.steps, s.tries);
			assert_true(f.steps <= 40);
		}
	}
}

static void precision_is_kept(void **state)
{
	static const double precisions[] = {0.1, 0.005, 0.001};

	(void)state;
	for (size_t i = 0; i < sizeof precisions / sizeof precisions[0]; i++) {
		struct server s = new_server(7654.3, 1);
		struct find_max f = new_search(100);

		f.precision = precisions[i];
		assert_int_equal(find_max(&f, try_server, &s), FIND_FOUND);
		assert_true(f.rate <= s.knee && f.above > s.knee);
		assert_true(f.above / f.rate - 1 <= precisions[i] * 1.5);
	}
}

/* Around the knee it is a matter of chance whether a rate holds. */
static void soft_knees_are_found(void **state)
{
	double worst = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 500; seed++) {
		struct server s = new_server(1000, seed);
		struct find_max f = new_search(seed % 2 ? 40 : 30000);
		enum find_max_end end;

		s.width = 0.003;
		end = find_max(&f, try_server, &s);
		assert_true(end == FIND_FOUND);
		assert_true(f.steps <= FIND_MAX_STEPS);
		worst = fmax(worst, fabs(f.rate / 1000 - 1));
	}
	assert_true(worst < 0.03);
}

/* One try in twenty is spoilt by something else: that must not end the search far below. */
static void spoilt_tries_are_noticed(void **state)
{
	unsigned near = 0, all = 400;

	(void)state;
	for (uint64_t seed = 1; seed <= all; seed++) {
		struct server s = new_server(5000, seed);
		struct find_max f = new_search(100);
		enum find_max_end end;

		s.spoilt = 0.05;
		end = find_max(&f, try_server, &s);
		assert_true(end == FIND_FOUND || end == FIND_UNSTABLE);
		assert_true(f.steps <= FIND_MAX_STEPS);
		assert_true(f.rate <= s.knee);
		near += f.rate > 0.97 * s.knee;
	}
	/* Where the same rate is spoilt twice, it is taken for broken. */
	assert_true(near >= all * 95 / 100);
}

static void what_never_holds_ends(void **state)
{
	struct server s = new_server(0.5, 1);
	struct find_max f = new_search(100000);

	(void)state;
	assert_int_equal(find_max(&f, try_server, &s), FIND_NEVER);
	assert_true(f.rate == 0 && f.above == 2 && s.lowest == 2);
	assert_true(f.steps <= 20);
}

static void what_always_holds_ends(void **state)
{
	struct server s = new_server(1e12, 1);
	struct find_max f = new_search(100);

	(void)state;
	assert_int_equal(find_max(&f, try_server, &s), FIND_ALWAYS);
	assert_true(f.rate == 1e8 && f.above == 0 && s.highest == 1e8);
	assert_true(f.steps <= 25);
}

/* Held once each, never twice: nothing can be confirmed. */
static void chance_alone_ends(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct server s = new_server(1000, seed);
		struct find_max f = new_search(1000);

		s.width = 1e9;
		find_max(&f, try_server, &s);
		assert_true(f.steps <= FIND_MAX_STEPS);
	}
}

static void the_generator_is_told_from_the_server(void **state)
{
	struct server s = new_server(1e9, 1);
	struct find_max f = new_search(100);

	(void)state;
	s.generator = 20000;
	assert_int_equal(find_max(&f, try_server, &s), FIND_LIMITED);
	assert_true(f.rate < 20000 && f.rate > 20000 * 0.97);

	s = new_server(300, 1);
	s.generator = 20000;
	f = new_search(100000);
	assert_int_equal(find_max(&f, try_server, &s), FIND_FOUND);
	assert_true(f.rate <= 300 && f.rate > 291);

	s = new_server(1e9, 1);
	s.generator = 1;
	f = new_search(100);
	assert_int_equal(find_max(&f, try_server, &s), FIND_NEVER_VALID);
	assert_true(f.rate == 0);
}

static void it_can_be_stopped(void **state)
{
	(void)state;
	for (unsigned at = 1; at < 12; at++) {
		struct server s = new_server(1000, 1);
		struct find_max f = new_search(100);

		s.stop_at = at;
		assert_int_equal(find_max(&f, try_server, &s), FIND_STOPPED);
		assert_int_equal(s.tries, at);
	}
}

/* No rate is tried that is not between the bounds. */
static void bounds_are_kept(void **state)
{
	struct server s = new_server(1000, 1);
	struct find_max f = new_search(500);

	(void)state;
	f.lowest = 400;
	f.highest = 600;
	assert_int_equal(find_max(&f, try_server, &s), FIND_ALWAYS);
	assert_true(f.rate == 600 && s.lowest >= 400 && s.highest <= 600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sharp_knees_are_found),
		cmocka_unit_test(precision_is_kept),
		cmocka_unit_test(soft_knees_are_found),
		cmocka_unit_test(spoilt_tries_are_noticed),
		cmocka_unit_test(what_never_holds_ends),
		cmocka_unit_test(what_always_holds_ends),
		cmocka_unit_test(chance_alone_ends),
		cmocka_unit_test(the_generator_is_told_from_the_server),
		cmocka_unit_test(it_can_be_stopped),
		cmocka_unit_test(bounds_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
