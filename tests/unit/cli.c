#include "cli.h"
#include "dying.h"

static const char usage[] = "usage: tool [OPTION]...\n";

static void refused(void)
{
	cli_other('?', usage);
}

static void helped(void)
{
	cli_other('h', usage);
}

static void versed(void)
{
	cli_other('V', usage);
}

static void test_what_was_refused(void **state)
{
	(void)state;
	assert_dies(refused, "tool: try 'tool --help'\n");
}

static void test_help_and_version(void **state)
{
	(void)state;
	assert_ends(helped, STDOUT_FILENO, STATUS_DONE, usage);
	assert_ends(versed, STDOUT_FILENO, STATUS_DONE, "tool (benchpipe) " BENCHPIPE_VERSION "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_refused),
		cmocka_unit_test(test_help_and_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
