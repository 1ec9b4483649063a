#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "uuid.h"

static void identifiers_are_uuid_7(void **state)
{
	char first[UUID_TEXT], second[UUID_TEXT];
	unsigned long long ms = 0;
	(void)state;

	uuid_v7(first);
	uuid_v7(second);
	assert_int_equal(strlen(first), 36);
	assert_true(uuid_is(first));
	assert_string_not_equal(first, second);
	assert_int_equal(first[14], '7');
	assert_non_null(strchr("89ab", first[19]));
	for (int i = 8; i <= 23; i += 5)
		assert_int_equal(first[i], '-');
	memmove(second + 8, second + 9, 5);
	second[12] = '\0';
	assert_int_equal(sscanf(second, "%llx", &ms), 1);
	assert_true(llabs((long long)ms - clock_wall() / 1000000) < 5000);
}

static void only_uuids_are_uuids(void **state)
{
	static const char *const not[] = {
		"", "-", "0192f0a0-0000-7000-8000-00000000000", "0192f0a0-0000-7000-8000-0000000000000",
		"0192f0a0x0000-7000-8000-000000000000", "0192f0a000000-7000-8000-000000000000",
		"0192F0A0-0000-7000-8000-000000000000", "0192f0a0-0000-7000-8000-00000000000/",
	};
	(void)state;

	assert_true(uuid_is("0192f0a0-0000-7000-8000-000000000000"));
	for (size_t i = 0; i < sizeof not / sizeof not[0]; i++)
		assert_false(uuid_is(not[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_are_uuid_7),
		cmocka_unit_test(only_uuids_are_uuids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
