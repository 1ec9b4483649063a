#include <float.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/digits.h"
#include "jsonout.h"
#include "rng.h"

#define check(len, got, wanted)                                   \
	do {                                                      \
		size_t n_ = (len);                                \
		assert_int_equal(n_, strlen(wanted));             \
		assert_memory_equal(got, wanted, strlen(wanted)); \
	} while (0)

static void check_integer(int64_t n)
{
	char wanted[64], got[64];

	snprintf(wanted, sizeof(wanted), "%" PRId64, n);
	check(digits_put_signed(got, n), got, wanted);
	snprintf(wanted, sizeof(wanted), "%" PRIu64, (uint64_t)n);
	check(digits_put(got, (uint64_t)n), got, wanted);
	for (int width = 0; width < 30; width++) {
		snprintf(wanted, sizeof(wanted), "%0*" PRId64, n < 0 ? width + 1 : width, n);
		check(digits_put_padded(got, n, (unsigned)width), got, wanted);
	}
}

static void integers_as_printf_has_them(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 5000; i++)
		check_integer((int64_t)rng_at(1, i) >> i % 64);
	for (int64_t n = -1200; n < 1200; n++)
		check_integer(n);
	check_integer(INT64_MIN);
	check_integer(INT64_MAX);
}

static void check_real(double value)
{
	char wanted[JSON_NUMBER_MAX], got[DIGITS_REAL_MAX];

	json_format_number(wanted, value);
	check(digits_put_real(got, value), got, wanted);
}

static void reals_are_the_shortest(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		double x = (double)(int64_t)rng_at(2, i) * 0x1p-60;

		check_real(x);
		check_real((double)((int64_t)rng_at(3, i) >> i % 64) / 100);
		check_real((double)(int64_t)(x * 1e6) / 1e6);
		check_real((double)(int64_t)(x * 1e9) / 1e9);
	}
	check_real(0.1);
	check_real(-0.5);
	check_real(1e15);
	check_real(999999999999999.0);
	check_real(1e300);
	check_real(DBL_MIN);
	check_real(-DBL_MAX);
	check_real(4.9e-324);
}

static void check_fixed(double value, int decimals)
{
	char wanted[DIGITS_REAL_MAX], got[DIGITS_REAL_MAX];

	snprintf(wanted, sizeof(wanted), "%.*f", decimals, value);
	check(digits_put_fixed(got, value, decimals), got, wanted);
}

static void decimals_as_many_as_asked(void **state)
{
	(void)state;
	for (int64_t i = -3000; i < 3000; i++) {
		check_fixed((double)i, 0);
		check_fixed((double)i / 100, 2);
		check_fixed((double)i / 100, 4);
		check_fixed((double)(i * 1000 + 1) / 1e6, 6);
	}
	check_fixed(12345678.25, 15);
	check_fixed(-DBL_MAX, 15);
	check_fixed(1e22, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_as_printf_has_them),
		cmocka_unit_test(reals_are_the_shortest),
		cmocka_unit_test(decimals_as_many_as_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
