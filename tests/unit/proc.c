#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "proc.h"

#define MS 1000000

static char sh[] = "/bin/sh", dash_c[] = "-c";

/* Start `sh -c script` with its output going to out (-1: inherited). */
static pid_t shell(const char *script, bool own_group, int out)
{
	char copy[256];
	char *argv[] = { sh, dash_c, copy, NULL };
	struct proc_spec spec = { .path = sh, .argv = argv, .envp = environ, .fd = { -1, out, -1 }, .own_group = own_group };

	snprintf(copy, sizeof(copy), "%s", script);
	return proc_spawn(&spec, NULL);
}

static void finds_programs_as_a_shell_does(void **state)
{
	char path[PATH_MAX], dir[] = "/tmp/proc-test-XXXXXX", file[64];
	(void)state;

	assert_int_equal(proc_find("/bin/sh", path), 0);
	assert_string_equal(path, "/bin/sh");
	assert_int_equal(proc_find("sh", path), 0);
	assert_non_null(strstr(path, "/sh"));
	assert_int_equal(proc_find("no-such-program-here", path), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(proc_find("", path), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(proc_find("/etc", path), -1);
	assert_int_equal(errno, EACCES);

	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/plain", dir);
	assert_int_equal(close(open(file, O_CREAT | O_WRONLY, 0600)), 0);
	setenv("PATH", dir, 1);
	assert_int_equal(proc_find("plain", path), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(chmod(file, 0700), 0);
	assert_int_equal(proc_find("plain", path), 0);
	assert_string_equal(path, file);
	setenv("PATH", "/usr/bin:/bin", 1);
	unlink(file);
	rmdir(dir);
}

static void tells_status_and_usage(void **state)
{
	struct proc_usage usage;
	pid_t pid = shell("exit 7", false, -1);
	(void)state;

	assert_true(pid > 0);
	assert_int_equal(proc_wait(pid, -1, &usage), 1);
	assert_int_equal(proc_exit_status(usage.status), 7);
	assert_true(usage.max_rss > 0 && usage.minor > 0);
	pid = shell("kill -KILL $$", false, -1);
	assert_int_equal(proc_wait(pid, 10000LL * MS, &usage), 1);
	assert_int_equal(proc_exit_status(usage.status), 128 + SIGKILL);
}

static void tells_why_exec_failed(void **state)
{
	char name[] = "/nonexistent/program";
	char *argv[] = { name, NULL };
	struct proc_spec spec = { .path = name, .argv = argv, .envp = environ, .fd = { -1, -1, -1 } };
	int64_t started = 0, before = clock_now();
	(void)state;

	assert_int_equal(proc_spawn(&spec, &started), -1);
	assert_int_equal(errno, ENOENT);
	assert_true(started >= before && started <= clock_now());
	spec.path = "/etc/passwd";
	assert_int_equal(proc_spawn(&spec, NULL), -1);
	assert_int_equal(errno, EACCES);
	/* No zombie stays behind. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void waits_within_bounds(void **state)
{
	struct proc_usage usage;
	int64_t before = clock_now();
	pid_t pid = shell("sleep 30", true, -1);
	(void)state;

	assert_int_equal(proc_wait(pid, 20LL * MS, &usage), 0);
	assert_true(clock_now() - before >= 20LL * MS);
	assert_int_equal(proc_reap(pid, WNOHANG, &usage), 0);
	assert_int_equal(proc_stop(pid, 1000LL * MS, &usage), 0);
	assert_int_equal(proc_exit_status(usage.status), 128 + SIGTERM);
}

static void stops_whole_groups(void **state)
{
	struct proc_usage usage;
	int out[2];
	char byte;
	pid_t pid;
	(void)state;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid = shell("trap '' TERM; sleep 30 & echo; sleep 30; sleep 30", true, out[1]);
	close(out[1]);
	assert_int_equal(read(out[0], &byte, 1), 1);
	assert_int_equal(proc_stop(pid, 50LL * MS, &usage), 0);
	assert_int_equal(proc_exit_status(usage.status), 128 + SIGKILL);
	/* The end of the pipe: nothing of the group is left to hold it open. */
	assert_int_equal(read(out[0], &byte, 1), 0);
	close(out[0]);
}

static void keeps_the_groups_apart(void **state)
{
	pid_t pid = shell("sleep 30", true, -1);
	struct proc_usage usage;
	(void)state;

	assert_int_equal(getpgid(pid), pid);
	assert_int_equal(proc_stop(pid, 1000LL * MS, &usage), 0);
	pid = shell("sleep 30", false, -1);
	assert_int_equal(getpgid(pid), getpgid(0));
	kill(pid, SIGKILL);
	assert_int_equal(proc_wait(pid, -1, &usage), 1);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void gives_signals_back(void **state)
{
	char script[] = "kill -USR1 $$; exit 3";
	char *argv[] = { sh, dash_c, script, NULL };
	struct proc_spec spec = { .path = sh, .argv = argv, .envp = environ, .fd = { -1, -1, -1 } };
	struct proc_usage usage;
	sigset_t set, empty, now;
	(void)state;

	sigemptyset(&empty);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	assert_int_equal(proc_wait(proc_spawn(&spec, NULL), -1, &usage), 1);
	assert_int_equal(proc_exit_status(usage.status), 3);
	spec.mask = &empty;
	signal(SIGUSR1, on_signal);
	spec.reset = &set;
	assert_int_equal(proc_wait(proc_spawn(&spec, NULL), -1, &usage), 1);
	assert_int_equal(proc_exit_status(usage.status), 128 + SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &set, &now);
	assert_true(sigismember(&now, SIGUSR1));
	assert_false(sigismember(&now, SIGTERM));
}

/* One descriptor more, under another number, under its own, and where standard output came from; and a directory. */
static void gives_a_directory_and_a_descriptor(void **state)
{
	char script[] = "read line <&7 && test \"$line\" = hello && test \"$(pwd)\" = /", *argv[] = { sh, dash_c, script, NULL };
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)state;

	assert_true(null > 2 && root > 2);
	for (int round = 0; round < 3; round++) {
		struct proc_spec spec = { .path = sh, .argv = argv, .envp = environ, .fd = { -1, null, -1 }, .directory = root,
					  .also_to = 7 };
		struct proc_usage usage;
		int ends[2];
		pid_t pid;

		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
		assert_int_equal(write(ends[1], "hello\n", 6), 6);
		close(ends[1]);
		spec.also_from = ends[0];
		if (round == 1)
			spec.also_from = dup3(ends[0], 7, O_CLOEXEC);
		if (round == 2)
			spec.fd[1] = dup3(null, 7, O_CLOEXEC);
		pid = proc_spawn(&spec, NULL);
		assert_true(pid > 0);
		assert_int_equal(proc_wait(pid, 10000LL * MS, &usage), 1);
		assert_int_equal(proc_exit_status(usage.status), 0);
		close(ends[0]);
		if (round)
			close(7);
	}
	close(root);
	close(null);
}

static void reads_memory(void **state)
{
	struct proc_memory memory;
	char *block = malloc(8 << 20);
	(void)state;

	assert_non_null(block);
	for (size_t i = 0; i < 8 << 20; i += 4096)
		((volatile char *)block)[i] = 1;
	assert_int_equal(proc_memory(getpid(), &memory), 0);
	assert_true(memory.rss >= 8 << 20);
	assert_true(memory.peak >= memory.rss);
	free(block);
	assert_int_equal(proc_memory(-1, &memory), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_programs_as_a_shell_does), cmocka_unit_test(tells_status_and_usage),
		cmocka_unit_test(tells_why_exec_failed),	  cmocka_unit_test(waits_within_bounds),
		cmocka_unit_test(stops_whole_groups),		  cmocka_unit_test(keeps_the_groups_apart),
		cmocka_unit_test(gives_signals_back),		  cmocka_unit_test(gives_a_directory_and_a_descriptor),
		cmocka_unit_test(reads_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
