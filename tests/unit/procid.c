#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "procid.h"

static pid_t child(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_true(waitpid(pid, NULL, 0) == pid);
}

static void a_start_is_the_processes_own(void **state)
{
	unsigned long long mine, again, first, others;
	pid_t pid = child();
	(void)state;

	assert_int_equal(procid_started(getpid(), &mine), 0);
	assert_int_equal(procid_started(getpid(), &again), 0);
	assert_true(mine == again);
	assert_int_equal(procid_started(pid, &others), 0);
	assert_true(others >= mine);
	/* It is what the kernel says since boot, in ticks: before now, and not long ago. */
	FILE *f = fopen("/proc/uptime", "r");
	double uptime = 0;
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lf", &uptime), 1);
	fclose(f);
	assert_true((double)others / (double)sysconf(_SC_CLK_TCK) <= uptime + 0.05);
	if (procid_started(1, &first) == 0)
		assert_true(first <= mine);
	end(pid);
}

static void names_of_programs_confuse_nothing(void **state)
{
	static const char *const names[] = {") Z 1 2 3 4", ") S 1 (", "a b c", "\n", "))))))) 0 0"};
	unsigned long long before, start;
	char old[32];
	(void)state;

	assert_int_equal(procid_started(getpid(), &before), 0);
	assert_int_equal(prctl(PR_GET_NAME, old), 0);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(prctl(PR_SET_NAME, names[i]), 0);
		assert_int_equal(procid_started(getpid(), &start), 0);
		assert_true(start == before);
	}
	prctl(PR_SET_NAME, old);
}

static void the_dead_have_no_start(void **state)
{
	unsigned long long start;
	siginfo_t info;
	pid_t pid = child();
	(void)state;

	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	errno = 0;
	assert_int_equal(procid_started(pid, &start), -1);
	assert_int_equal(errno, ESRCH);
	assert_true(waitpid(pid, NULL, 0) == pid);
	errno = 0;
	assert_int_equal(procid_started(pid, &start), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(procid_started(-5, &start), -1);
}

static void only_that_one_is_killed(void **state)
{
	unsigned long long start;
	int status;
	pid_t pid = child();
	(void)state;

	assert_int_equal(procid_started(pid, &start), 0);
	assert_int_equal(procid_kill(pid, start + 1), 0);
	assert_int_equal(procid_kill(pid, start - 1), 0);
	assert_int_equal(procid_kill(pid, 0), 0);
	assert_int_equal(waitpid(pid, &status, WNOHANG), 0);
	assert_int_equal(procid_await(pid, start + 1, 0), 0);
	assert_int_equal(procid_await(pid, start, 0), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(procid_kill(pid, start), 1);
	assert_int_equal(procid_await(pid, start, 60000), 0);
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(procid_kill(pid, start), 0);
	assert_int_equal(procid_await(pid, start, 0), 0);
}

static void a_pid_that_is_none(void **state)
{
	(void)state;
	assert_int_equal(procid_kill(INT_MAX, 1), 0);
	assert_int_equal(procid_kill(-1, 1), 0);
	assert_int_equal(procid_kill(0, 1), 0);
	assert_int_equal(procid_await(INT_MAX, 1, 0), 0);
}

static void where_is_the_same_for_a_child(void **state)
{
	char mine[PROCID_WHERE], theirs[PROCID_WHERE] = "";
	int fd[2];
	pid_t pid;
	(void)state;

	procid_where(mine);
	assert_true(strlen(mine) > 2 && !strchr(mine, '\n'));
	assert_int_equal(pipe(fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		procid_where(theirs);
		_exit(write(fd[1], theirs, sizeof theirs) != sizeof theirs);
	}
	assert_int_equal(read(fd[0], theirs, sizeof theirs), sizeof theirs);
	assert_true(waitpid(pid, NULL, 0) == pid);
	close(fd[0]);
	close(fd[1]);
	assert_string_equal(mine, theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_is_the_processes_own),
		cmocka_unit_test(names_of_programs_confuse_nothing),
		cmocka_unit_test(the_dead_have_no_start),
		cmocka_unit_test(only_that_one_is_killed),
		cmocka_unit_test(a_pid_that_is_none),
		cmocka_unit_test(where_is_the_same_for_a_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
