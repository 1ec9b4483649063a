#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli.h"
#include "die.h"

/* A sanitizer is to refuse what cannot be allocated, as malloc does, and not to end the test. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* What a child that does action() printed on stderr, and how it ended (as of waitpid). */
struct outcome {
	char error[512];
	int status;
};

static struct outcome child(void (*action)(void))
{
	struct outcome outcome = {0};
	int fd[2];
	size_t n = 0;
	ssize_t got;

	fflush(NULL);
	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char name[] = "/usr/bin/tool", *argv[] = {name, NULL};
		dup2(fd[1], STDERR_FILENO);
		close(fd[0]);
		close(fd[1]);
		/* A stream of cmocka's may hold text: it must not be written twice. */
		stdout = fdopen(STDOUT_FILENO, "w");
		die_init(argv);
		action();
		_exit(99);
	}
	close(fd[1]);
	while ((got = read(fd[0], outcome.error + n, sizeof outcome.error - 1 - n)) > 0)
		n += (size_t)got;
	close(fd[0]);
	assert_true(waitpid(pid, &outcome.status, 0) == pid);
	return outcome;
}

static void expect(void (*action)(void), int status, const char *error)
{
	struct outcome outcome = child(action);

	if (!WIFEXITED(outcome.status) || WEXITSTATUS(outcome.status) != status)
		fail_msg("ended with %#x: %s", (unsigned)outcome.status, outcome.error);
	assert_string_equal(outcome.error, error);
}

static void say_why(void)
{
	errno = ENOENT;
	die("%s:", "file");
}

static void say_plainly(void)
{
	errno = ENOENT;
	die("%d things", 3);
}

static void wrong_usage(void)
{
	die_usage("what '%s'", "x");
}

static void go_on(void)
{
	warn("careful");
	exit(finish(STATUS_UNSURE));
}

static void messages(void **state)
{
	(void)state;
	expect(say_why, 1, "tool: file: No such file or directory\n");
	expect(say_plainly, 1, "tool: 3 things\n");
	expect(wrong_usage, 1, "tool: what 'x'\ntool: try 'tool --help'\n");
	expect(go_on, 3, "tool: careful\n");
}

static void to_full(const char *text, int times)
{
	int full = open("/dev/full", O_WRONLY);

	dup2(full, STDOUT_FILENO);
	for (int i = 0; i < times; i++)
		fputs(text, stdout);
	exit(finish(STATUS_DONE));
}

static void a_little_to_full(void)
{
	to_full("x", 1);
}

static void much_to_full(void)
{
	to_full("0123456789", 100000);
}

static void closed_stdout(void)
{
	char name[] = "tool", *argv[] = {name, NULL};

	close(STDOUT_FILENO);
	die_init(argv);
	/* Nothing that is opened now may become stdout. */
	if (open("/dev/null", O_WRONLY) <= STDERR_FILENO)
		_exit(98);
	fputs("lost", stdout);
	exit(finish(STATUS_DONE));
}

static void closed_but_unused(void)
{
	char name[] = "tool", *argv[] = {name, NULL};

	close(STDOUT_FILENO);
	die_init(argv);
	exit(finish(STATUS_BAD));
}

static void closed_stdin(void)
{
	char name[] = "tool", *argv[] = {name, NULL}, byte;

	close(STDIN_FILENO);
	die_init(argv);
	if (read(STDIN_FILENO, &byte, 1) != -1)
		_exit(98);
	exit(finish(STATUS_DONE));
}

static void lost_output_is_trouble(void **state)
{
	(void)state;
	expect(a_little_to_full, 1, "tool: standard output: No space left on device\n");
	struct outcome outcome = child(much_to_full);
	assert_true(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 1);
	assert_non_null(strstr(outcome.error, "tool: standard output: "));
	expect(closed_stdout, 1, "tool: standard output: Bad file descriptor\n");
	expect(closed_but_unused, 2, "");
	expect(closed_stdin, 0, "");
}

static void broken_pipe(void)
{
	int fd[2];

	if (pipe(fd) != 0)
		_exit(98);
	close(fd[0]);
	dup2(fd[1], STDOUT_FILENO);
	fputs("x", stdout);
	exit(finish(STATUS_DONE));
}

static void a_closed_pipe_ends_quietly(void **state)
{
	struct outcome outcome;

	(void)state;
	signal(SIGPIPE, SIG_IGN); /* as some parents hand it down */
	outcome = child(broken_pipe);
	signal(SIGPIPE, SIG_DFL);
	assert_true(WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGPIPE);
	assert_string_equal(outcome.error, "");
}

static void too_much_memory(void)
{
	x_reallocarray(NULL, SIZE_MAX / 2, 3);
}

static void memory(void **state)
{
	(void)state;
	expect(too_much_memory, 1, "tool: out of memory\n");
	char *s = x_asprintf("%d-%s", 5, "x");
	assert_string_equal(s, "5-x");
	free(s);
	free(x_malloc(0));
	free(x_calloc(0, 0));
	s = x_strdup("abc");
	s = x_reallocarray(s, 8, 1);
	assert_string_equal(s, "abc");
	free(s);
}

static void bad_format(void)
{
	cli_format("tex", "auto|text");
}

static void format_not_allowed(void)
{
	cli_format("sarif", "auto|text");
}

static void two_formats(void)
{
	cli_format("auto|text", "auto|text");
}

static void no_format(void)
{
	cli_format("", "auto|text");
}

static void bad_when(void)
{
	cli_when("sometimes");
}

static void bad_duration(void)
{
	cli_duration("--timeout", "-1s");
}

static void bad_count(void)
{
	cli_count("--runs", "0", 1);
}

static void bad_share(void)
{
	cli_share("--threshold", "-5%");
}

static void shared_options(void **state)
{
#define TRY "tool: try 'tool --help'\n"
	(void)state;
	expect(bad_format, 1, "tool: format 'tex': expected auto|text\n" TRY);
	expect(format_not_allowed, 1, "tool: format 'sarif': expected auto|text\n" TRY);
	expect(two_formats, 1, "tool: format 'auto|text': expected auto|text\n" TRY);
	expect(no_format, 1, "tool: format '': expected auto|text\n" TRY);
	expect(bad_when, 1, "tool: 'sometimes': expected auto, always or never\n" TRY);
	expect(bad_duration, 1, "tool: --timeout '-1s': expected a duration such as 250ms, 10s or 2m\n" TRY);
	expect(bad_count, 1, "tool: --runs '0': expected a count of 1 or more\n" TRY);
	expect(bad_share, 1, "tool: --threshold '-5%': expected a share such as 5% or 0.05\n" TRY);
	assert_int_equal(cli_format("ndjson", "auto|text|ndjson"), FORMAT_NDJSON);
	assert_int_equal(cli_when("never"), WHEN_NEVER);
	assert_true(cli_duration("--x", "2m") == 120000000000);
	assert_true(cli_count("--x", "10k", 1) == 10000);
	assert_true(cli_share("--x", "5%") == 0.05);
}

static void growing_lists(void **state)
{
	const char **list = NULL;
	char items[100][8];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(items[i], sizeof items[i], "%d", i);
		list = cli_append(list, items[i]);
	}
	for (int i = 0; i < 100; i++)
		assert_ptr_equal(list[i], items[i]);
	assert_null(list[100]);
	free(list);
}

static void colour(void **state)
{
	FILE *f = fopen("/dev/null", "w");

	(void)state;
	assert_false(cli_colour(f)); /* no terminal */
	fclose(f);
	assert_int_equal(cli_format_resolve(FORMAT_MARKDOWN), FORMAT_MARKDOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(lost_output_is_trouble),
		cmocka_unit_test(a_closed_pipe_ends_quietly),
		cmocka_unit_test(memory),
		cmocka_unit_test(shared_options),
		cmocka_unit_test(growing_lists),
		cmocka_unit_test(colour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
