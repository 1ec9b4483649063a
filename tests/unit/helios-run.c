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
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "removal.h"

#include "../../cmd/helios-time/run.h"
#include "../../cmd/helios-time/said.h"
#include "entries.h"

#define MS INT64_C(1000000)
#define S (1000 * MS)
#define PATIENCE (60 * S) /* for what ends by itself */

#define LEAVES_ITS_GROUP "leave" /* what this program does where it is told so */

static char directory[] = "/tmp/helios-run-XXXXXX";
static struct run_output output;
static struct cost cost;
static char why[RUN_WHY];

static enum run_failure run_path(const struct runner *runner, const char *path, const char *script, int at)
{
	const char *const argv[] = {path, "-c", script, NULL};

	*why = '\0';
	return run(runner, path, argv, environ, at, &cost, &output, why);
}

static enum run_failure shell_within(const char *script, int64_t timeout)
{
	const struct runner runner = {NULL, timeout};

	return run_path(&runner, "/bin/sh", script, 0);
}

static enum run_failure shell(const char *script)
{
	return shell_within(script, PATIENCE);
}

static void works(const char *script)
{
	if (shell(script) != RUN_FINE)
		fail_msg("%s: %s", script, why);
}

static void fails(const char *script, const char *wanted)
{
	assert_int_equal(shell(script), RUN_FAILED);
	assert_string_equal(why, wanted);
}

static void no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void keeps_output_and_counts_lines(void **state)
{
	(void)state;

	works("printf 'a\\nb\\nc'; echo said >&2");
	assert_string_equal(output.out, "a\nb\nc");
	assert_int_equal(output.len, 5);
	assert_int_equal(output.lines, 2);
	assert_string_equal(output.words, "said");
	assert_int_equal(output.status, 0);
	assert_string_equal(why, "");

	works("printf 'x\\000y'");
	assert_int_equal(output.len, 3);
	assert_memory_equal(output.out, "x\0y", 4);
	assert_string_equal(output.words, "");

	works("exec >&- 2>&-");
	assert_int_equal(output.len, 0);
	assert_string_equal(output.out, "");
}

static void keeps_the_beginning_of_long_output(void **state)
{
	(void)state;

	works("i=0; while [ $i -lt 20000 ]; do echo 123456789; i=$((i + 1)); done");
	assert_int_equal(output.len, RUN_OUTPUT);
	assert_int_equal(strlen(output.out), RUN_OUTPUT);
	assert_int_equal(output.lines, 20000);
	assert_memory_equal(output.out, "123456789\n123456789\n", 20);
}

static void tells_what_happened(void **state)
{
	(void)state;

	fails("exit 3", "exit status 3");
	assert_int_equal(output.status, 3 << 8);
	fails("echo 'log: a line' >&2; echo 'pebble: broken' >&2; exit 1", "exit status 1: pebble: broken");
	fails("echo 'LOCK: resource temporarily unavailable' >&2; exit 1",
	      "the store is locked: LOCK: resource temporarily unavailable");
	fails("printf 'fatal: Unable to create index.lock: File exists.\\n\\nAnother process\\nmay run' >&2; exit 128",
	      "the store is locked: fatal: Unable to create index.lock: File exists.");
	fails("echo 'the clock is wrong: a block of /tmp/lock/x' >&2; exit 1",
	      "exit status 1: the clock is wrong: a block of /tmp/lock/x");
	fails("echo 'On branch main'; echo 'nothing to commit'; exit 1", "exit status 1: nothing to commit");
	fails("printf 'panic: nil map\\n\\ngoroutine 1 [running]:\\nmain.main()\\n' >&2; exit 2",
	      "exit status 2: panic: nil map");
	fails("kill -SEGV $$", "ended by signal 11 (Segmentation fault)");
	assert_true(WIFSIGNALED(output.status));
	fails("echo last words >&2; kill -KILL $$", "ended by signal 9 (Killed): last words");
	assert_string_equal(output.words, "last words");
	fails("printf 'a\\033[31m\\tb\\377\\302\\205\\303\\244\\r\\n \\t \\n' >&2; exit 1",
	      "exit status 1: a?[31m b???\303\244");
	no_child_is_left();
}

static void tells_what_cannot_be_run(void **state)
{
	const struct runner runner = {NULL, PATIENCE};
	char plain[64];
	int fds = descriptors();
	(void)state;

	cost = (struct cost){.runs = 0};
	assert_int_equal(run_path(&runner, "/nonexistent/cli", "", 0), RUN_FAILED);
	assert_string_equal(why, "/nonexistent/cli: No such file or directory");
	assert_int_equal(run_path(&runner, "/etc/passwd", "", 0), RUN_FAILED);
	assert_string_equal(why, "/etc/passwd: Permission denied");
	snprintf(plain, sizeof plain, "%s/plain", directory);
	assert_int_equal(close(open(plain, O_CREAT | O_WRONLY, 0700)), 0);
	assert_int_equal(run_path(&runner, plain, "", 0), RUN_FAILED);
	assert_non_null(strstr(why, "Exec format error"));
	assert_int_equal(cost.runs, 0);
	assert_int_equal(descriptors(), fds);
	no_child_is_left();
}

static void ends_what_hangs_with_all_it_started(void **state)
{
	int fds = descriptors();
	pid_t child;
	(void)state;

	/* The name of its child, which would live for long; it ignores what it can. */
	assert_int_equal(shell_within("trap '' TERM INT HUP; sleep 1000 & echo $!; wait", 300 * MS), RUN_HANGS);
	assert_string_equal(why, "no end within 300.0 ms");
	child = (pid_t)strtol(output.out, NULL, 10);
	if (child > 0) { /* or the machine was too slow for that much */
		assert_int_equal(kill(child, 0), -1);
		assert_int_equal(errno, ESRCH);
	}
	assert_true(cost.latency >= 300 * MS);
	assert_int_equal(shell_within("exec >&- 2>&-; kill -STOP $$", S), RUN_HANGS);
	assert_string_equal(why, "no end within 1 s");
	assert_int_equal(descriptors(), fds);
	no_child_is_left();
}

static void ends_what_a_finished_one_left(void **state)
{
	pid_t child;
	(void)state;

	/* It holds the pipes open, which must not be waited for. */
	works("sleep 1000 & echo $!; echo done");
	child = (pid_t)strtol(output.out, NULL, 10);
	assert_true(child > 1);
	assert_int_equal(kill(child, 0), -1);
	assert_int_equal(errno, ESRCH);

	/* Nor does a session of its own help it, or that its parent has ended. */
	works("setsid sh -c 'trap \"\" TERM HUP; sleep 1000 & echo $!'");
	child = (pid_t)strtol(output.out, NULL, 10);
	assert_true(child > 1);
	assert_int_equal(kill(child, 0), -1);
	assert_int_equal(errno, ESRCH);
	no_child_is_left();
}

static void ends_what_has_left_its_group(void **state)
{
	const char *const argv[] = {"leaves", LEAVES_ITS_GROUP, NULL};
	const struct runner runner = {NULL, 300 * MS};
	(void)state;

	assert_int_equal(run(&runner, "/proc/self/exe", argv, environ, 0, &cost, &output, why), RUN_HANGS);
	no_child_is_left();
}

static void ends_a_flood(void **state)
{
	(void)state;

	assert_int_equal(shell("while :; do echo 123456789012345678901234567890123456789012345678901234567890; done"),
			 RUN_FLOODS);
	assert_string_equal(why, "more than 16 MiB of output");
	assert_int_equal(shell("head -c 17000000 /dev/zero >&2; echo '{}'"), RUN_FLOODS);
	assert_int_equal(shell("head -c 16000000 /dev/zero >&2; echo; echo >&2; echo end >&2"), RUN_FINE);
	assert_string_equal(output.words, "end");
	no_child_is_left();
}

static void ends_at_a_signal(void **state)
{
	struct signals signals;
	const struct runner runner = {&signals, PATIENCE};
	(void)state;

	assert_int_equal(signals_hold(&signals), 0);
	assert_int_equal(run_path(&runner, "/bin/sh", "exit 0", 0), RUN_FINE);
	cost = (struct cost){.runs = 0};
	assert_int_equal(run_path(&runner, "/bin/sh", "kill -TERM $PPID; sleep 1000", 0), RUN_CANCELLED);
	assert_string_equal(why, "cancelled");
	assert_int_equal(signals_caught(&signals), SIGTERM);
	assert_int_equal(cost.runs, 1);
	/* After it nothing is begun. */
	assert_int_equal(run_path(&runner, "/bin/sh", "exit 0", 0), RUN_CANCELLED);
	assert_int_equal(cost.runs, 1);
	close(signals.fd);
	no_child_is_left();
}

static void gives_what_a_program_needs(void **state)
{
	const char *const argv[] = {"sh", "-c", "pwd; echo \"$MARK\"; cat", NULL};
	const struct runner runner = {NULL, PATIENCE};
	unsigned long long blocked, ignored;
	char mark[] = "MARK=here", path[] = "PATH=/usr/bin:/bin", wanted[128];
	char *const envp[] = {mark, path, NULL};
	int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)state;

	assert_true(at > 0);
	assert_int_equal(run(&runner, "/bin/sh", argv, envp, at, &cost, &output, why), RUN_FINE);
	snprintf(wanted, sizeof wanted, "%s\nhere\n", directory);
	assert_string_equal(output.out, wanted);
	close(at);

	/* No signal is blocked, none ignored that was not before; and a group of its own. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	works("read -r pid name state parent group rest </proc/$$/stat; [ $group -eq $$ ] &&"
	      " sed -n 's/^SigBlk://p; s/^SigIgn://p' /proc/self/status");
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(sscanf(output.out, "%llx %llx", &blocked, &ignored), 2);
	assert_int_equal(blocked, 0);
	assert_int_equal(ignored >> (SIGPIPE - 1) & 1, 0);
	assert_int_equal(ignored >> (SIGXFSZ - 1) & 1, 0);
}

static void adds_up_what_runs_take(void **state)
{
	int64_t before = clock_now();
	struct cost first;
	(void)state;

	cost = (struct cost){.runs = 0};
	works("sleep 0.05");
	assert_true(cost.latency >= 50 * MS);
	assert_true(cost.began >= before && cost.began + cost.latency <= clock_now());
	assert_int_equal(cost.runs, 1);
	first = cost;
	works("i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done");
	assert_int_equal(cost.runs, 2);
	assert_true(cost.began == first.began);
	assert_true(cost.latency > first.latency);
	assert_true(cost.user + cost.system > first.user + first.system);
	assert_true(cost.latency <= clock_now() - before);
	first = cost;
	assert_int_equal(shell("exit 1"), RUN_FAILED);
	assert_int_equal(cost.runs, 3);
	assert_true(cost.latency > first.latency);
}

/* What a program takes is told only where it is more than what this process had at its most, which it begins with. */
static void memory_is_the_programs_own(void **state)
{
	const size_t size = (size_t)48 << 20;
	char *much;
	(void)state;

	cost = (struct cost){.runs = 0};
	works("x=$(head -c 32000000 /dev/zero | tr '\\000' x); exit 0");
	assert_true(cost.max_rss > 32000000 && cost.max_rss < (int64_t)4 << 30);
	much = malloc(size);
	assert_non_null(much);
	for (size_t i = 0; i < size; i += 4096)
		((volatile char *)much)[i] = 1;
	cost = (struct cost){.runs = 0};
	works("exit 0");
	assert_int_equal(cost.max_rss, 0);
	free(much);
}

static void words_come_in_pieces(void **state)
{
	static const char text[] = "one\r\n\n  \nfatal: two \nerror: three\nfour";
	char long_line[1000];
	(void)state;

	for (size_t piece = 1; piece < sizeof text; piece++) {
		struct said said = {.len = 0};

		for (size_t at = 0; at < sizeof text - 1; at += piece)
			said_take(&said, text + at, at + piece < sizeof text ? piece : sizeof text - 1 - at);
		assert_string_equal(said_words(&said), "fatal: two");
		assert_string_equal(said.last, "four");
	}
	memset(long_line, 'x', sizeof long_line);
	struct said said = {.len = 0};
	said_take(&said, long_line, sizeof long_line);
	assert_int_equal(strlen(said_words(&said)), SAID_MAX - 1);
}

static int set_up(void **state)
{
	(void)state;
	/* As the program does: what is orphaned is its own. */
	return mkdtemp(directory) ? prctl(PR_SET_CHILD_SUBREAPER, 1) : -1;
}

static int tear_down(void **state)
{
	bool was_there;

	(void)state;
	return removal_path(directory, &was_there);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_output_and_counts_lines),
		cmocka_unit_test(keeps_the_beginning_of_long_output),
		cmocka_unit_test(tells_what_happened),
		cmocka_unit_test(tells_what_cannot_be_run),
		cmocka_unit_test(ends_what_hangs_with_all_it_started),
		cmocka_unit_test(ends_what_a_finished_one_left),
		cmocka_unit_test(ends_what_has_left_its_group),
		cmocka_unit_test(ends_a_flood),
		cmocka_unit_test(gives_what_a_program_needs),
		cmocka_unit_test(adds_up_what_runs_take),
		cmocka_unit_test(memory_is_the_programs_own),
		cmocka_unit_test(words_come_in_pieces),
		cmocka_unit_test(ends_at_a_signal),
	};

	if (argc == 2 && strcmp(argv[1], LEAVES_ITS_GROUP) == 0) {
		setpgid(0, getpgid(getppid()));
		for (;;)
			pause();
	}
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
