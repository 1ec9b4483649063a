#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fcversion.h"

static void versions_are_taken_apart(void **state)
{
	static const struct {
		const char *text;
		struct fcversion version;
	} cases[] = {
		{"1.16.0", {1, 16, 0, false}},
		{"1.0.0", {1, 0, 0, false}},
		{"0.25.2", {0, 25, 2, false}},
		{"10.200.999", {10, 200, 999, false}},
		{"1.17.0-dev", {1, 17, 0, false}},
		{"1.16.0-mock", {1, 16, 0, true}},
		{"1.17.0-dev-mock", {1, 17, 0, true}},
		{"1.16.0-mock-dev", {1, 16, 0, false}},
		{"1.16.0-mockery", {1, 16, 0, false}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fcversion v = {99, 99, 99, false};

		assert_int_equal(fcversion_parse(cases[i].text, &v), 0);
		assert_int_equal(v.major, cases[i].version.major);
		assert_int_equal(v.minor, cases[i].version.minor);
		assert_int_equal(v.patch, cases[i].version.patch);
		assert_int_equal(v.mock, cases[i].version.mock);
	}
}

static void others_are_none(void **state)
{
	static const char *const texts[] = {
		"", "1", "1.16", "1.16.", "v1.16.0", "Firecracker v1.16.0", " 1.16.0", "1.16.0 ", "1.16.0\n",
		"1.16.0.1", "1.16.0mock", "1.16.0+mock", "1..16.0", "1.16.-3", "1.16.+3", "1.16. 3", "100.-2.3",
		"1.16.1234", "-mock", "1.16.0-0123456789012345678901234567890123456789",
	};
	(void)state;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct fcversion v = {99, 98, 97, true};

		if (fcversion_parse(texts[i], &v) != -1)
			fail_msg("'%s' is taken for a version", texts[i]);
		assert_int_equal(v.major, 99); /* left alone */
	}
}

static void newer_is_told_from_older(void **state)
{
	struct fcversion v;
	(void)state;

	assert_int_equal(fcversion_parse("1.13.1", &v), 0);
	assert_true(fcversion_at_least(&v, 0));
	assert_true(fcversion_at_least(&v, 13));
	assert_false(fcversion_at_least(&v, 14));
	assert_int_equal(fcversion_parse("2.0.0", &v), 0);
	assert_true(fcversion_at_least(&v, 17));
	assert_int_equal(fcversion_parse("0.25.0", &v), 0);
	assert_false(fcversion_at_least(&v, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_taken_apart),
		cmocka_unit_test(others_are_none),
		cmocka_unit_test(newer_is_told_from_older),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
