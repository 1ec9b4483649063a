#include "treeing.h"

/* What processes used is counted once, however they end and whoever waits for them. */

/* Children and theirs, short-lived and not, each waited for. */
static void waiting_parent(struct actor *test)
{
	for (int i = 0; i < 40; i++) {
		pid_t pid = fork_or_end();

		if (pid == 0) {
			if (i % 4 == 0) {
				pid = fork_or_end();
				if (pid == 0) {
					burn(12 * MS);
					_exit(0);
				}
				waitpid(pid, NULL, 0);
			}
			burn(i % 3 * 9 * MS);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	say(test->say, used());
}

static void test_waited_for(void **state)
{
	struct actor a = enter(waiting_parent);
	struct tree *t = tree_new(a.pid);
	int64_t last = 0, truth;
	struct reading r;

	(void)state;
	fcntl(a.hear, F_SETFL, O_NONBLOCK);
	while (read(a.hear, &truth, sizeof truth) < 0) {
		r = read_now(t);
		assert_true(r.cpu >= last);
		last = r.cpu;
	}
	r = read_settled(t);
	is_near(r.cpu, truth, rounding(), rounding());
	leave(&a);
	tree_free(t);
}

/* 100 ms of a child, which ends when told to, that is `reaped` or not. */
static void parent_of_one(struct actor *test, bool reaped)
{
	pid_t pid;

	if (!reaped)
		signal(SIGCHLD, SIG_IGN);
	pid = fork_or_end();
	if (pid == 0) {
		burn(100 * MS);
		say(test->say, used());
		hear(test->hear);
		_exit(0);
	}
	waitpid(pid, NULL, 0); /* without a child to wait for, it fails once there is none */
	say(test->say, reaped);
	while (hear(test->hear) == 2) {
		burn(200 * MS);
		say(test->say, 0);
	}
}

static void reaping(struct actor *test)
{
	parent_of_one(test, true);
}

static void ignoring(struct actor *test)
{
	parent_of_one(test, false);
}

/* What a child used is counted once, whoever is told of it. */
static void test_seen_and_ended(void **state)
{
	static void (*const parts[])(struct actor *) = {reaping, ignoring};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct actor a = enter(parts[i]);
		struct tree *t = tree_new(a.pid);
		int64_t child = hear(a.hear);
		struct reading before = read_settled(t), r;

		assert_int_equal(before.processes, 2);
		assert_true(child >= 100 * MS && before.cpu >= child);
		say(a.say, 1);
		hear(a.hear);
		r = read_settled(t);
		assert_int_equal(r.processes, 1);
		is_near(r.cpu, before.cpu, 0, 50 * MS);
		before = r;
		say(a.say, 2);
		hear(a.hear);
		/* 100 ms of those were burnt before. */
		is_near(read_settled(t).cpu, before.cpu + 200 * MS, 110 * MS, 50 * MS);
		leave(&a);
		tree_free(t);
	}
}

static void parent_of_zombies(struct actor *test)
{
	siginfo_t info;

	for (int i = 0; i < 3; i++) {
		pid_t pid = fork_or_end();

		if (pid == 0) {
			burn(30 * MS);
			_exit(0);
		}
		waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	}
	say(test->say, 0);
	hear(test->hear);
	while (wait(NULL) > 0)
		;
	say(test->say, used());
}

static void test_zombies(void **state)
{
	struct actor a = enter(parent_of_zombies);
	struct tree *t = tree_new(a.pid);
	struct reading r;
	int64_t truth;

	(void)state;
	hear(a.hear);
	r = read_settled(t);
	assert_int_equal(r.processes, 1);
	assert_int_equal(r.zombies, 3);
	assert_true(r.zombie > 0 && r.zombie != a.pid);
	assert_int_equal(r.threads, 1);
	assert_true(r.cpu >= 90 * MS);
	say(a.say, 0);
	truth = hear(a.hear);
	is_near(read_settled(t).cpu, truth, rounding(), rounding());
	assert_int_equal(read_now(t).zombies, 0);
	leave(&a);
	tree_free(t);
}

/* All below a process go at once, and it with them: nothing of it is lost or counted twice. */
static void burning_family(struct actor *test)
{
	if (fork_or_end() == 0) {
		if (fork_or_end() == 0)
			burn(90 * MS);
		else
			burn(60 * MS);
		say(test->say, used());
		for (;;)
			pause();
	}
	burn(30 * MS);
}

static void test_all_go(void **state)
{
	struct tree *t = tree_new(getpid());
	struct actor a = enter(burning_family);
	struct reading before, r;
	const pid_t *pids;
	size_t n;

	(void)state;
	hear(a.hear);
	hear(a.hear);
	await(t, 3, 0, 3);
	before = read_settled(t);
	assert_true(before.cpu >= 150 * MS);
	n = tree_pids(t, &pids);
	assert_int_equal(n, 3);
	assert_int_equal(pids[0], a.pid);
	leave(&a); /* which the others are told of */
	end_all(NULL);
	assert_int_equal(tree_read(t, false, &r), -1);
	is_near(r.cpu, before.cpu, 0, 60 * MS);
	tree_free(t);
}

/* A reaper in the tree gets the children of one that ends together with them. */
static void reaper(struct actor *test)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (fork_or_end() == 0) {
		pid_t pid = fork();

		if (pid == 0) {
			burn(150 * MS);
			say(test->say, getpid());
			sleeper(NULL);
		}
		for (;;)
			pause();
	}
	hear(test->hear);
	while (wait(NULL) > 0)
		;
	say(test->say, used());
}

static void test_reaper_in_the_tree(void **state)
{
	struct actor a = enter(reaper);
	struct tree *t = tree_new(a.pid);
	struct reading before;
	const pid_t *pids;
	int64_t truth;

	(void)state;
	hear(a.hear);
	before = read_settled(t);
	assert_int_equal(before.processes, 3);
	assert_true(before.cpu >= 150 * MS);
	assert_int_equal(tree_pids(t, &pids), 3);
	kill(pids[1], SIGKILL);
	kill(pids[2], SIGKILL);
	say(a.say, 0);
	truth = hear(a.hear);
	is_near(read_settled(t).cpu, truth, 2 * rounding(), 2 * rounding());
	is_near(read_now(t).cpu, before.cpu, 0, 60 * MS);
	leave(&a);
	tree_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_waited_for, end_all),
		cmocka_unit_test_teardown(test_seen_and_ended, end_all),
		cmocka_unit_test_teardown(test_zombies, end_all),
		cmocka_unit_test_teardown(test_all_go, end_all),
		cmocka_unit_test_teardown(test_reaper_in_the_tree, end_all),
	};

	return cmocka_run_group_tests_name("tree-cpu", tests, adopt, NULL);
}
