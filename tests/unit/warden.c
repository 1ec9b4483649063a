#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "descendants.h"
#include "die.h"
#include "warden.h"

static char directory[] = "/tmp/warden-test.XXXXXX";

struct told { /* by the worker */
	pid_t worker, below;
};

/* What the worker does once it has told. */
enum then { THEN_END, THEN_WAIT, THEN_CRASH };

static bool alive(pid_t pid)
{
	return kill(pid, 0) == 0;
}

/* Until it has gone: what is killed goes on for a moment. */
static bool goes(pid_t pid)
{
	for (int i = 0; i < 5000 && alive(pid); i++)
		clock_sleep_until(clock_now() + 1000000);
	return !alive(pid);
}

/* The same of one that comes here when its parent goes first. */
static bool reaped(pid_t pid)
{
	for (int i = 0; i < 5000 && alive(pid); i++) {
		waitpid(pid, NULL, WNOHANG);
		clock_sleep_until(clock_now() + 1000000);
	}
	return !alive(pid);
}

static void handled(int sig)
{
	(void)sig;
	_exit(42);
}

/* A program with a warden, in a process of its own: the front's pid. It has something running below it, and keeps
 * `directory`/kept. */
static pid_t program(enum then then, struct told *told)
{
	char kept[64];
	int ends[2];
	pid_t front;

	snprintf(kept, sizeof kept, "%s/kept", directory);
	assert_int_equal(mkdir(kept, 0700), 0);
	assert_int_equal(pipe(ends), 0);
	front = fork();
	assert_true(front >= 0);
	if (front == 0) {
		struct told mine;

		close(ends[0]);
		if (warden_begin() < 0 || warden_keep(kept) < 0)
			_exit(99);
		signal(SIGTERM, handled);
		signal(SIGINT, handled);
		mine = (struct told){.worker = getpid(), .below = fork()};
		if (mine.below == 0) {
			close(ends[1]);
			for (;;)
				pause();
		}
		if (write(ends[1], &mine, sizeof mine) != sizeof mine)
			_exit(99);
		close(ends[1]);
		if (then == THEN_CRASH) {
			signal(SIGABRT, SIG_DFL);
			raise(SIGABRT);
		}
		while (then == THEN_WAIT)
			pause();
		descendants_end(0);
		rmdir(kept);
		_exit(7);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], told, sizeof *told), sizeof *told);
	close(ends[0]);
	return front;
}

static void assert_nothing_left(const struct told *told)
{
	char kept[64];

	snprintf(kept, sizeof kept, "%s/kept", directory);
	assert_true(goes(told->worker));
	assert_true(goes(told->below));
	assert_int_equal(access(kept, F_OK), -1);
}

static int end_of(pid_t front)
{
	int status;

	assert_int_equal(waitpid(front, &status, 0), front);
	return status;
}

static void ends_as_the_worker_does(void **state)
{
	struct told told;
	int status = end_of(program(THEN_END, &told));
	(void)state;

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	assert_nothing_left(&told);
}

static void hands_signals_on(void **state)
{
	const int signals[] = {SIGTERM, SIGINT};
	(void)state;

	for (int i = 0; i < 2; i++) {
		struct told told;
		pid_t front = program(THEN_WAIT, &told);
		int status;

		kill(front, signals[i]);
		status = end_of(front);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
		assert_nothing_left(&told);
	}
}

/* The terminal's SIGQUIT comes to both at once, and the worker has nothing against it. */
static void cleans_up_behind_a_quit_of_both(void **state)
{
	struct told told;
	pid_t front = program(THEN_WAIT, &told);
	int status;
	(void)state;

	kill(told.worker, SIGQUIT);
	kill(front, SIGQUIT);
	status = end_of(front);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT);
	assert_nothing_left(&told);
}

static void ends_a_stopped_worker(void **state)
{
	struct told told;
	pid_t front = program(THEN_WAIT, &told);
	int status;
	(void)state;

	kill(told.worker, SIGSTOP);
	kill(front, SIGTERM);
	status = end_of(front);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	assert_nothing_left(&told);
}

/* As a shell that has started something and becomes a program by exec. */
static void leaves_what_was_there_before(void **state)
{
	const int signals[] = {0, SIGTERM, SIGKILL};
	(void)state;

	assert_int_equal(descendants_adopt(), 0);
	for (int i = 0; i < 3; i++) {
		pid_t pids[3]; /* the first, the earlier child, the worker */
		int ends[2], status;

		assert_int_equal(pipe(ends), 0);
		pids[0] = fork();
		assert_true(pids[0] >= 0);
		if (pids[0] == 0) {
			pids[0] = getpid();
			pids[1] = fork();
			while (pids[1] == 0)
				pause();
			if (warden_begin() < 0)
				_exit(99);
			pids[2] = getpid();
			if (write(ends[1], pids, sizeof pids) != sizeof pids)
				_exit(99);
			while (signals[i])
				pause();
			_exit(7);
		}
		assert_int_equal(read(ends[0], pids, sizeof pids), sizeof pids);
		close(ends[0]);
		close(ends[1]);
		if (signals[i])
			kill(pids[0], signals[i]);
		status = end_of(pids[0]);
		if (signals[i])
			assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
		else
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
		assert_true(reaped(pids[2]));
		assert_int_equal(waitpid(pids[1], NULL, WNOHANG), 0); /* it has come here, and lives */
		kill(pids[1], SIGKILL);
		assert_int_equal(waitpid(pids[1], NULL, 0), pids[1]);
	}
}

static void cleans_up_behind_a_killed_worker(void **state)
{
	struct told told;
	pid_t front = program(THEN_WAIT, &told);
	int status;
	(void)state;

	kill(told.worker, SIGKILL);
	status = end_of(front);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_nothing_left(&told);
}

static void cleans_up_behind_a_crash(void **state)
{
	struct told told;
	int status = end_of(program(THEN_CRASH, &told));
	(void)state;

	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_nothing_left(&told);
}

static void tells_the_worker_that_the_front_was_killed(void **state)
{
	struct told told;
	char kept[64];
	pid_t front;
	int status;
	(void)state;

	/* Orphans come here, so that their end can be seen. */
	assert_int_equal(descendants_adopt(), 0);
	front = program(THEN_WAIT, &told);
	kill(front, SIGKILL);
	status = end_of(front);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(waitpid(told.worker, &status, 0), told.worker);
	/* Its own handler's: cleaning up is its business. */
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	kill(told.below, SIGKILL);
	assert_int_equal(waitpid(told.below, NULL, 0), told.below);
	snprintf(kept, sizeof kept, "%s/kept", directory);
	assert_int_equal(rmdir(kept), 0);
}

static void refuses_what_is_no_path(void **state)
{
	pid_t front = fork();
	int status;
	(void)state;

	if (front == 0) {
		if (warden_begin() < 0)
			_exit(1);
		if (warden_keep("relative") == 0 || errno != EINVAL)
			_exit(2);
		for (int i = 0; i < 8; i++) {
			if (warden_keep("/nonexistent/a") < 0)
				_exit(3);
		}
		_exit(warden_keep("/nonexistent/b") < 0 && errno == ENOSPC ? 0 : 4);
	}
	status = end_of(front);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(warden_keep("/nonexistent/c"), 0); /* nobody keeps anything here */
}

static int make_directory(void **state)
{
	char name[] = "/usr/bin/warden", *argv[] = {name, NULL};
	const struct rlimit none = {0, 0};
	(void)state;

	setrlimit(RLIMIT_CORE, &none);
	die_init(argv);
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_as_the_worker_does), cmocka_unit_test(hands_signals_on),
		cmocka_unit_test(cleans_up_behind_a_killed_worker), cmocka_unit_test(cleans_up_behind_a_crash),
		cmocka_unit_test(cleans_up_behind_a_quit_of_both), cmocka_unit_test(ends_a_stopped_worker),
		cmocka_unit_test(leaves_what_was_there_before),
		cmocka_unit_test(tells_the_worker_that_the_front_was_killed), cmocka_unit_test(refuses_what_is_no_path),
	};

	return cmocka_run_group_tests_name("warden", tests, make_directory, remove_directory);
}
