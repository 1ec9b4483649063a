#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "descendants.h"

#define SECOND INT64_C(1000000000)

static pid_t *pids;
static size_t room;

static bool among(pid_t pid, ssize_t n)
{
	for (ssize_t i = 0; i < n; i++) {
		if (pids[i] == pid)
			return true;
	}
	return false;
}

/* A child with a child of its own; the grandchild's pid once it is there. deaf: both ignore SIGTERM. orphan: the child
 * ends at once. */
static pid_t family(bool deaf, bool orphan, pid_t *child)
{
	int ends[2];
	pid_t grandchild;

	assert_int_equal(pipe(ends), 0);
	*child = fork();
	assert_true(*child >= 0);
	if (*child == 0) {
		if (deaf)
			signal(SIGTERM, SIG_IGN);
		grandchild = fork();
		if (grandchild == 0) {
			close(ends[0]);
			close(ends[1]);
			for (;;)
				pause();
		}
		if (write(ends[1], &grandchild, sizeof grandchild) != sizeof grandchild)
			_exit(1);
		close(ends[1]);
		while (!orphan)
			pause();
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &grandchild, sizeof grandchild), sizeof grandchild);
	close(ends[0]);
	return grandchild;
}

static void lists_all_below(void **state)
{
	pid_t child, grandchild = family(false, false, &child);
	ssize_t n = descendants_list(getpid(), &pids, &room);
	(void)state;

	assert_int_equal(n, 2);
	assert_int_equal(pids[0], child);
	assert_int_equal(pids[1], grandchild);
	assert_int_equal(descendants_list(child, &pids, &room), 1);
	assert_int_equal(pids[0], grandchild);
	assert_int_equal(descendants_list(grandchild, &pids, &room), 0);
	assert_int_equal(descendants_end(SECOND * 30), 2);
	assert_int_equal(kill(grandchild, 0), -1);
	assert_int_equal(descendants_list(getpid(), &pids, &room), 0);
	assert_int_equal(descendants_list(child, &pids, &room), -1);
	assert_int_equal(errno, ESRCH);
}

static void ends_what_is_deaf_to_term(void **state)
{
	pid_t child, grandchild = family(true, false, &child);
	int64_t begin = clock_now();
	(void)state;

	assert_int_equal(descendants_end(SECOND / 20), 2);
	assert_true(clock_now() - begin >= SECOND / 20);
	assert_int_equal(kill(grandchild, 0), -1);
	assert_int_equal(kill(child, 0), -1);
}

static void ends_at_once_without_grace(void **state)
{
	pid_t child, grandchild = family(true, false, &child);
	(void)state;

	assert_int_equal(descendants_end(0), 2);
	assert_int_equal(kill(grandchild, 0), -1);
}

static void adopts_orphans(void **state)
{
	pid_t child, grandchild = family(false, true, &child);
	(void)state;

	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(descendants_list(getpid(), &pids, &room), 1);
	assert_int_equal(pids[0], grandchild);
	assert_int_equal(descendants_end(0), 1);
	assert_int_equal(kill(grandchild, 0), -1);
}

static void ends_what_is_stopped(void **state)
{
	pid_t child, grandchild = family(false, false, &child);
	(void)state;

	kill(grandchild, SIGSTOP);
	kill(child, SIGSTOP);
	assert_int_equal(descendants_end(SECOND * 30), 2);
	assert_int_equal(kill(grandchild, 0), -1);
}

static void reaps_zombies(void **state)
{
	siginfo_t info;
	pid_t child = fork();
	(void)state;

	if (child == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(descendants_list(getpid(), &pids, &room), 1);
	assert_true(among(child, 1));
	assert_int_equal(descendants_end(SECOND), 0);
	assert_int_equal(waitpid(child, NULL, 0), -1);
	assert_int_equal(errno, ECHILD);
}

static void has_nothing_to_do(void **state)
{
	(void)state;
	assert_int_equal(descendants_end(SECOND), 0);
}

static int adopt(void **state)
{
	(void)state;
	return descendants_adopt();
}

static int forget(void **state)
{
	(void)state;
	free(pids);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_all_below), cmocka_unit_test(ends_what_is_deaf_to_term),
		cmocka_unit_test(ends_at_once_without_grace), cmocka_unit_test(adopts_orphans),
		cmocka_unit_test(ends_what_is_stopped), cmocka_unit_test(reaps_zombies),
		cmocka_unit_test(has_nothing_to_do),
	};

	return cmocka_run_group_tests_name("descendants", tests, adopt, forget);
}
