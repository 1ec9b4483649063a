#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../cmd/http-load/when.h"

static void times_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t wall;
	} all[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-20T18:00:00Z", 1795197600000000000},
		{"2026-11-20t18:00:00z", 1795197600000000000},
		{"2026-11-20 18:00:00Z", 1795197600000000000},
		{"2026-11-20T18:00:00.5Z", 1795197600500000000},
		{"2026-11-20T18:00:00.123456789123Z", 1795197600123456789},
		{"2026-11-20T19:30:00+01:30", 1795197600000000000},
		{"2026-11-20T12:00:00-06:00", 1795197600000000000},
		{"2028-02-29T00:00:00Z", 1835395200000000000},
		{"@0", 0},
		{"@1795197600", 1795197600000000000},
		{"@1795197600.25", 1795197600250000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		int64_t wall = -1;

		assert_int_equal(when_parse(all[i].text, &wall), 0);
		assert_true(wall == all[i].wall);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const all[] = {
		"", "@", "@x", "@1.", "@-1", "@1x", "@99999999999999999999", "2026-11-20", "2026-11-20T18:00:00",
		"2026-11-20T18:00:00.Z", "2026-13-20T18:00:00Z", "2026-00-20T18:00:00Z", "2026-04-31T18:00:00Z",
		"2027-02-29T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T18:60:00Z", "2026-11-20T18:00:00+1:00",
		"2026-11-20T18:00:00+01", "2026-11-20T18:00:00Zx", "26-11-20T18:00:00Z", "9999-01-01T00:00:00Z", "now",
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		int64_t wall;

		if (when_parse(all[i], &wall) != -1)
			fail_msg("%s", all[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
