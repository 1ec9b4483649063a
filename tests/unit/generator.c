#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/db-seed/fake.h"
#include "generating.h"

#define SECOND INT64_C(1000000000)
#define FROM   (INT64_C(1704067200) * SECOND) /* 2024-01-01 */
#define TO     (INT64_C(1767225600) * SECOND) /* 2026-01-01 */

static struct generator *choice(size_t n, const double *cumulative)
{
	struct generator *g = new(GEN_CHOICE);

	g->choice = calloc(n, sizeof(*g->choice));
	assert_non_null(g->choice);
	for (size_t i = 0; i < n; i++) {
		char name[] = "choice 0";

		name[7] = (char)('0' + i);
		g->choice[i].type = VALUE_TEXT;
		g->choice[i].bytes = copy(name);
		g->choice[i].len = strlen(name);
	}
	g->nchoices = g->pick.n = n;
	if (cumulative) {
		g->cumulative = calloc(n, sizeof(*cumulative));
		assert_non_null(g->cumulative);
		memcpy(g->cumulative, cumulative, n * sizeof(*cumulative));
	}
	return g;
}

static void sequences(void **state)
{
	struct generator *g = new(GEN_SEQUENCE);

	(void)state;
	g->start = -5;
	g->step = 3;
	assert_int_equal(integer_at(g, 0), -5);
	assert_int_equal(integer_at(g, 1000000000), 2999999995);
	check_fails(g, UINT64_C(1) << 62, "a sequence beyond 64 bits");
	g->step = -1;
	g->start = INT64_MAX;
	assert_true(integer_at(g, INT64_MAX) == 0);
	g->start = -2;
	check_fails(g, INT64_MAX, "a sequence beyond 64 bits");
	generator_free(g);
}

static void integers(void **state)
{
	struct generator *g = new(GEN_INTEGER);
	char wanted[32];
	int below = 0;

	(void)state;
	g->start = -50;
	g->pick.n = 101;
	for (uint64_t row = 0; row < 20000; row++) {
		int64_t n = integer_at(g, row);

		assert_true(n >= -50 && n <= 50);
		below += n < 0;
	}
	assert_true(abs(below - 9901) < 300);
	g->start = INT64_MIN; /* all of them */
	g->pick.n = 0;
	below = 0;
	for (uint64_t row = 0; row < 10000; row++)
		below += integer_at(g, row) < 0;
	assert_true(abs(below - 5000) < 250);
	g->start = INT64_MAX - 2;
	g->pick.n = 3;
	for (uint64_t row = 0; row < 100; row++)
		assert_true(integer_at(g, row) >= INT64_MAX - 2);
	snprintf(wanted, sizeof(wanted), "%lld", (long long)integer_at(g, 0));
	g->as_text = true;
	assert_string_equal(text_at(g, 0), wanted);
	generator_free(g);
}

static void reals(void **state)
{
	struct generator *g = new(GEN_REAL);
	double sum = 0, squares = 0;

	(void)state;
	g->lo = 2;
	g->hi = 3;
	for (uint64_t row = 0; row < 20000; row++) {
		double x = real_at(g, row);

		assert_true(x >= 2 && x < 3);
		sum += x;
	}
	assert_true(fabs(sum / 20000 - 2.5) < 0.01);
	g->decimals = 1;
	g->lo = 2.04;
	for (uint64_t row = 0; row < 1000; row++) {
		double x = real_at(g, row);

		assert_true(x >= 2.1 && x <= 2.9 && fabs(x * 10 - rint(x * 10)) < 1e-9);
	}
	g->hi = 2.05; /* no such number: as it comes */
	assert_true(real_at(g, 1) >= 2.04 && real_at(g, 1) < 2.05);
	g->decimals = -1;
	g->lo = -DBL_MAX;
	g->hi = DBL_MAX;
	for (uint64_t row = 0; row < 1000; row++)
		assert_true(isfinite(real_at(g, row)));
	g->lo = g->hi = 7;
	assert_true(real_at(g, 0) == 7);

	g->lo = g->hi = 0;
	g->mean = 10;
	g->deviation = 2;
	sum = 0;
	for (uint64_t row = 0; row < 20000; row++) {
		sum += real_at(g, row);
		squares += real_at(g, row) * real_at(g, row);
	}
	assert_true(fabs(sum / 20000 - 10) < 0.06);
	assert_true(fabs(sqrt(squares / 20000 - sum / 20000 * sum / 20000) - 2) < 0.05);
	g->lo = 11;
	g->hi = 12;
	g->decimals = 2;
	g->as_text = true;
	for (uint64_t row = 0; row < 1000; row++) {
		const char *text = text_at(g, row);

		assert_int_equal(strlen(text), 5);
		assert_true(strcmp(text, "11.00") >= 0 && strcmp(text, "12.00") <= 0);
	}
	generator_free(g);
}

/* Chi-square of five shares, 4 degrees of freedom: over 18.5 in one of a thousand seeds. */
static void choices_by_weight(void **state)
{
	static const double share[] = { 0.5, 0.25, 0.125, 0.1, 0.025 };
	static const double cumulative[] = { 0.5, 0.75, 0.875, 0.975, 1 };
	struct generator *g = choice(5, cumulative);
	unsigned count[5] = { 0 };
	double chi = 0;

	(void)state;
	for (uint64_t row = 0; row < 40000; row++)
		count[text_at(g, row)[7] - '0']++;
	for (int i = 0; i < 5; i++)
		chi += pow(count[i] - 40000 * share[i], 2) / (40000 * share[i]);
	assert_true(chi < 18.5);
	generator_free(g);

	g = choice(3, NULL);
	g->pick.kind = PICK_IN_ORDER;
	assert_string_equal(text_at(g, 5), "choice 2");
	generator_free(g);
	g = new(GEN_CHOICE);
	check_fails(g, 0, "nothing to choose from");
	generator_free(g);
}

/* Binomial with mean 6000 and deviation 64.8. The values that are left are those there would be without NULLs. */
static void null_share(void **state)
{
	struct generator *g = new(GEN_INTEGER), *whole = new(GEN_INTEGER);
	int nulls = 0;

	(void)state;
	g->pick.n = whole->pick.n = 1000;
	g->null_share = 0.3;
	for (uint64_t row = 0; row < 20000; row++) {
		struct value v = at(g, row);

		nulls += v.type == VALUE_NULL;
		assert_true(v.type == VALUE_NULL || v.integer == integer_at(whole, row));
	}
	assert_true(abs(nulls - 6000) < 4 * 65);
	g->null_share = 1;
	for (uint64_t row = 0; row < 1000; row++)
		assert_int_equal(at(g, row).type, VALUE_NULL);
	generator_free(g);
	generator_free(whole);
}

static void check_uuid(const char *text, char version)
{
	assert_int_equal(strlen(text), 36);
	for (int i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23)
			assert_int_equal(text[i], '-');
		else
			assert_non_null(strchr("0123456789abcdef", text[i]));
	}
	assert_int_equal(text[14], version);
	assert_non_null(strchr("89ab", text[19]));
}

static void uuids(void **state)
{
	struct generator *g = new(GEN_UUID);

	(void)state;
	g->uuid_version = 4;
	for (uint64_t row = 0; row < 1000; row++)
		check_uuid(text_at(g, row), '4');
	check_distinct(g, 20000);
	generator_free(g);
}

static int64_t millis_of(const char *uuid)
{
	char digits[13];

	memcpy(digits, uuid, 8);
	memcpy(digits + 8, uuid + 9, 4);
	digits[12] = '\0';
	return (int64_t)strtoull(digits, NULL, 16);
}

/* Strictly, with any number of rows in a millisecond, at the first rows and at the thousand-millionth. */
static void uuids_ascend(void **state)
{
	static const int64_t intervals[] = { 1, 2, 3, 7, 100, 244, 999, 10000, 999999, 1000000, 2 * SECOND, 0 };
	struct generator *g = new(GEN_UUID);

	(void)state;
	g->uuid_version = 7;
	g->from = FROM;
	for (size_t i = 0; i < sizeof(intervals) / sizeof(*intervals); i++) {
		for (uint64_t first = 0; first <= 1000000000; first += 1000000000) {
			char before[37] = "";

			g->interval = intervals[i];
			for (uint64_t row = first; row < first + 5000; row++) {
				const char *text = text_at(g, row);
				double ms = (double)FROM / 1e6 + (double)row * (double)(g->interval ? g->interval : 1000000) / 1e6;

				check_uuid(text, '7');
				assert_true(strcmp(text, before) > 0);
				assert_true((double)millis_of(text) >= floor(ms) - 1);
				assert_true((double)millis_of(text) <= ms + (double)g->interval / 1e6 + 1);
				memcpy(before, text, 37);
			}
			arena_reset(arena);
		}
	}
	g->interval = INT64_C(86400) * SECOND;
	check_fails(g, 1000000000, "a UUID's time past the year 2262: too many rows for its interval");
	g->from = -SECOND;
	g->interval = 1;
	check_fails(g, 0, "a UUID of version 7 cannot hold a time before 1970");
	generator_free(g);
}

static void dates(void **state)
{
	struct generator *g = new(GEN_DATE);
	double sum = 0;

	(void)state;
	g->from = FROM;
	g->to = TO;
	for (uint64_t row = 0; row < 5000; row++) {
		const char *text = text_at(g, row);

		assert_int_equal(strlen(text), 24);
		assert_true(strcmp(text, "2024-01-01T00:00:00.000Z") >= 0 && strcmp(text, "2026-01-01T00:00:00.000Z") < 0);
	}
	g->format = DATE_NANOS;
	for (uint64_t row = 0; row < 5000; row++) {
		assert_true(integer_at(g, row) >= FROM && integer_at(g, row) < TO);
		sum += (double)(integer_at(g, row) - FROM) / (double)(TO - FROM);
	}
	assert_true(fabs(sum / 5000 - 0.5) < 0.02);
	g->from = INT64_MIN;
	g->to = INT64_MAX;
	for (uint64_t row = 0; row < 1000; row++)
		at(g, row);
	g->from = g->to = -1;
	assert_int_equal(integer_at(g, 3), -1);
	g->format = DATE_SECONDS;
	assert_int_equal(integer_at(g, 3), -1);
	g->format = DATE_MICROS;
	assert_int_equal(integer_at(g, 3), -1);
	g->format = DATE_YEAR;
	assert_int_equal(integer_at(g, 3), 1969);
	g->as_text = true;
	assert_string_equal(text_at(g, 3), "1969");
	g->from = g->to = 1500 * SECOND / 1000;
	g->as_text = false;
	g->format = DATE_REAL;
	assert_true(real_at(g, 0) == 1.5);
	g->format = DATE_MILLIS;
	assert_int_equal(integer_at(g, 0), 1500);
	generator_free(g);
}

static void dates_ascend(void **state)
{
	struct generator *g = new(GEN_DATE);
	int64_t before = INT64_MIN;

	(void)state;
	g->from = FROM;
	g->interval = 60 * SECOND;
	g->format = DATE_NANOS;
	for (uint64_t row = 0; row < 5000; row++) {
		int64_t time = integer_at(g, row);

		assert_true(time > before && time >= FROM + (int64_t)row * g->interval);
		assert_true(time < FROM + (int64_t)(row + 1) * g->interval);
		before = time;
	}
	check_fails(g, UINT64_C(1) << 40, "a date past the year 2262: too many rows for its interval");
	generator_free(g);
}

static void same_key_same_values(void **state)
{
	static const enum generator_kind kinds[] = { GEN_INTEGER, GEN_UUID, GEN_DATE, GEN_FAKE };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct generator *a = new(kinds[i]), *b = new(kinds[i]), *other = generator_new(kinds[i], KEY + 1);
		int same = 0;

		a->pick.n = b->pick.n = other->pick.n = 1000000;
		a->as_text = b->as_text = other->as_text = true;
		a->from = b->from = other->from = FROM;
		a->to = b->to = other->to = TO;
		a->fake = b->fake = other->fake = FAKE_URL;
		for (uint64_t row = 500; row-- > 0;) {
			const char *text = text_at(a, row);

			for (uint64_t again = 0; again < 3; again++)
				assert_string_equal(text_at(b, row), text);
			same += strcmp(text_at(other, row), text) == 0;
		}
		assert_true(same <= 2);
		generator_free(a);
		generator_free(b);
		generator_free(other);
	}
}

/* Seen once and written down: whoever changes them changes every database made from a given number. */
static void bytes_are_as_ever(void **state)
{
	struct generator *g = new(GEN_INTEGER);

	(void)state;
	g->as_text = true;
	g->pick.n = 1000000000;
	assert_string_equal(text_at(g, 12345), "432020731");
	g->pick.kind = PICK_PERMUTED;
	assert_string_equal(text_at(g, 12345), "231806235");
	g->pick.kind = PICK_ZIPF;
	rng_zipf_init(&g->pick.zipf, g->pick.n, 0.5);
	assert_string_equal(text_at(g, 12345), "262473472");
	g->kind = GEN_REAL;
	g->hi = 1000;
	g->decimals = 6;
	assert_string_equal(text_at(g, 12345), "432.020732");
	g->kind = GEN_DATE;
	g->from = FROM;
	g->to = TO;
	assert_string_equal(text_at(g, 12345), "2024-11-11T19:22:18.179Z");
	g->kind = GEN_UUID;
	assert_string_equal(text_at(g, 12345), "6e98e921-c623-42f2-b8cb-1bf830aec598");
	g->uuid_version = 7;
	assert_string_equal(text_at(g, 12345), "018cc252-2439-76e9-a34b-1bf830aec598");
	g->kind = GEN_FAKE;
	g->pick.kind = PICK_UNIFORM;
	g->fake = FAKE_SLUG;
	assert_string_equal(text_at(g, 12345), "serve-again-rest-table");
	generator_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sequences, setup, teardown),
		cmocka_unit_test_setup_teardown(integers, setup, teardown),
		cmocka_unit_test_setup_teardown(reals, setup, teardown),
		cmocka_unit_test_setup_teardown(choices_by_weight, setup, teardown),
		cmocka_unit_test_setup_teardown(null_share, setup, teardown),
		cmocka_unit_test_setup_teardown(uuids, setup, teardown),
		cmocka_unit_test_setup_teardown(uuids_ascend, setup, teardown),
		cmocka_unit_test_setup_teardown(dates, setup, teardown),
		cmocka_unit_test_setup_teardown(dates_ascend, setup, teardown),
		cmocka_unit_test_setup_teardown(same_key_same_values, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_are_as_ever, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
