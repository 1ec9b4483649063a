#include "treeing.h"

#include <dirent.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>

static void test_nothing(void **state)
{
	struct tree *t = tree_new(getpid());
	struct reading r;
	const pid_t *pids;

	(void)state;
	errno = 0;
	assert_int_equal(tree_read(t, false, &r), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(r.processes + r.zombies + r.cpu + r.rss + r.fds, 0);
	assert_int_equal(tree_pids(t, &pids), 0);
	tree_free(t);
	tree_free(NULL);
}

static void start_threads(int n)
{
	pthread_t started;

	for (int i = 0; i < n; i++) {
		if (pthread_create(&started, NULL, sleeper, NULL) != 0)
			_exit(1);
	}
}

static char *use(int64_t bytes)
{
	char *memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		_exit(1);
	memset(memory, 1, (size_t)bytes);
	return memory;
}

/* 32 MiB after a peak of 96, 3 threads, 20 descriptors more. */
static void heavy(struct actor *test)
{
	DIR *directory;
	int64_t n = 0;

	munmap(use(64 * MIB), (size_t)(64 * MIB));
	use(32 * MIB);
	start_threads(2);
	for (int i = 0; i < 20; i++) {
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			_exit(1);
	}
	directory = opendir("/proc/self/fd");
	while (directory && readdir(directory))
		n++;
	closedir(directory);
	say(test->say, n - 3); /* ".", "..", and the directory itself */
	hear(test->hear);
	for (int i = 3; i < 256; i++) {
		if (i != test->say && i != test->hear)
			close(i);
	}
	say(test->say, 5);
}

static void test_figures(void **state)
{
	struct actor a = enter(heavy);
	struct tree *t = tree_new(a.pid);
	int64_t fds = hear(a.hear);
	struct reading r;

	(void)state;
	assert_int_equal(tree_read(t, true, &r), 0);
	is_near(r.rss, 32 * MIB, 0, 24 * MIB); /* sanitizers have memory of their own */
	assert_true(r.peak >= 64 * MIB && r.peak >= r.rss);
	assert_true(r.pss == -1 || (r.pss >= 32 * MIB && r.pss <= r.rss + MIB));
	assert_int_equal(r.threads, 3);
	assert_int_equal(r.processes, 1);
	assert_int_equal(r.zombies, 0);
	assert_int_equal(r.fds, fds);
	assert_true(r.cpu > 0 && r.switches > 0);
	assert_int_equal(tree_read(t, false, &r), 0);
	assert_int_equal(r.pss, -1);
	say(a.say, 0);
	assert_int_equal(hear(a.hear), 5);
	assert_int_equal(read_settled(t).fds, 5);
	leave(&a);
	assert_int_equal(tree_read(t, false, &r), -1);
	tree_free(t);
}

/* Goes on as a grandchild, in a session of its own, whose parent ends. */
static void daemonizing(struct actor *test)
{
	if (fork() != 0)
		_exit(0);
	setsid();
	say(test->say, getpid());
	burn(50 * MS);
}

static void test_forked_away(void **state)
{
	struct tree *t;
	struct actor a;
	struct reading r;
	const pid_t *pids;
	pid_t pid;

	(void)state;
	t = tree_new(getpid());
	a = enter(daemonizing);
	pid = (pid_t)hear(a.hear);
	assert_int_equal(waitpid(a.pid, NULL, 0), a.pid);
	r = read_now(t);
	assert_int_equal(r.processes, 1);
	assert_int_equal(tree_pids(t, &pids), 1);
	assert_int_equal(pids[0], pid);
	kill(pid, SIGKILL);
	r = await(t, 0, 1, -1);
	assert_int_equal(r.zombie, pid);
	assert_int_equal(r.rss + r.fds + r.threads, 0);
	assert_int_equal(tree_read(t, false, &r), -1); /* zombies aside */
	a.pid = pid;
	leave(&a);
	assert_int_equal(tree_read(t, false, &r), -1);
	assert_int_equal(r.zombies, 0);
	tree_free(t);
}

static void leader_of_a_session(struct actor *test)
{
	setsid();
	if (fork_or_end() == 0) {
		if (fork_or_end() == 0)
			setsid(); /* below what is left out all the same */
		burn(20 * MS);
		say(test->say, 0);
		for (;;)
			pause();
	}
	burn(60 * MS);
}

static void test_left_out(void **state)
{
	struct tree *t = tree_new(getpid());
	struct actor kept = enter(nothing), out = enter(leader_of_a_session);
	struct reading before, r;
	const pid_t *pids;

	(void)state;
	hear(out.hear);
	hear(out.hear);
	before = await(t, 4, 0, 4);
	tree_leave_out(t, out.pid);
	r = read_now(t);
	assert_int_equal(r.processes, 1); /* though one of the others has left the session */
	assert_true(r.cpu >= before.cpu);
	leave(&out);
	await(t, 1, 0, 1);
	out = enter(leader_of_a_session);
	tree_leave_out(t, out.pid);
	hear(out.hear);
	hear(out.hear);
	r = await(t, 1, 0, 1);
	assert_int_equal(tree_pids(t, &pids), 1);
	assert_int_equal(pids[0], kept.pid);
	assert_int_equal(r.fds, read_now(t).fds);
	tree_leave_out(t, 0);
	leave(&out);
	leave(&kept);
	tree_free(t);
}

static void *ender(void *unused)
{
	return unused;
}

/* The first thread ends before the others. */
static void *survivor(void *context)
{
	const struct actor *test = context;

	hear(test->hear);
	say(test->say, 0);
	hear(test->hear);
	_exit(0);
}

static void headless(struct actor *test)
{
	pthread_t started;

	use(32 * MIB);
	for (int i = 0; i < 50; i++) {
		if (pthread_create(&started, NULL, ender, NULL) != 0)
			_exit(1);
		pthread_join(started, NULL);
	}
	start_threads(4);
	if (pthread_create(&started, NULL, survivor, test) != 0)
		_exit(1);
	say(test->say, 0);
	pthread_exit(NULL);
}

static void test_without_its_first_thread(void **state)
{
	struct actor a = enter(headless);
	struct tree *t = tree_new(a.pid);
	struct reading r;

	(void)state;
	hear(a.hear);
	say(a.say, 0);
	hear(a.hear);
	r = await(t, 1, 0, 6);
	for (int i = 0; i < 100 && r.rss < 32 * MIB; i++) /* while it was about to end */
		r = read_now(t);
	assert_true(r.rss >= 32 * MIB && r.peak >= 32 * MIB);
	assert_true(r.fds >= 2);
	assert_true(r.switches > 0);
	leave(&a);
	tree_free(t);
}

/* Threads have children too. */
static void *forking(void *unused)
{
	if (fork_or_end() == 0)
		sleeper(NULL);
	return sleeper(unused);
}

static void parent_by_thread(struct actor *test)
{
	pthread_t started;

	for (int i = 0; i < 5; i++) {
		if (pthread_create(&started, NULL, forking, NULL) != 0)
			_exit(1);
	}
	say(test->say, 0);
}

static void test_children_of_threads(void **state)
{
	struct actor a = enter(parent_by_thread);
	struct tree *t = tree_new(a.pid);

	(void)state;
	hear(a.hear);
	await(t, 6, 0, 11);
	leave(&a);
	tree_free(t);
}

static void test_of_somebody_else(void **state)
{
	struct stat st;
	int status;
	pid_t pid;

	(void)state;
	if (getuid() != 0 && (stat("/proc/1", &st) != 0 || st.st_uid == getuid())) {
		print_message("no process of somebody else here\n");
		skip();
	}
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct reading r;

		if (getuid() == 0 && setuid(65534) != 0)
			_exit(3); /* of a name space without others */
		if (tree_read(tree_new(1), true, &r) != 0)
			_exit(errno == ESRCH ? 3 : 4);
		if (r.read != -1 || r.written != -1 || r.pss != -1)
			_exit(5);
		_exit(r.processes >= 1 && r.cpu > 0 ? 0 : 6);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 3) {
		print_message("process 1 is hidden here, or there is no other user\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* With hardly a descriptor to spare the figures are the same. */
static void test_few_descriptors(void **state)
{
	struct actor a = enter(parent_by_thread);
	const rlim_t hard[] = {140, 128};
	int status;

	(void)state;
	hear(a.hear);
	for (size_t i = 0; i <= 2; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			struct rlimit limit;
			struct reading r;
			struct tree *t;

			getrlimit(RLIMIT_NOFILE, &limit);
			limit.rlim_cur = 140;
			if (i < 2)
				limit.rlim_cur = limit.rlim_max = hard[i];
			if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
				_exit(1);
			t = tree_new(a.pid);
			for (int j = 0; j < 5; j++)
				await(t, 6, 0, 11);
			r = read_now(t);
			if (r.fds <= 0 || r.rss <= 0 || r.switches <= 0)
				_exit(2);
			getrlimit(RLIMIT_NOFILE, &limit);
			tree_free(t);
			status = open("/dev/null", O_RDONLY | O_CLOEXEC); /* all were given back */
			_exit(limit.rlim_cur != (i < 2 ? hard[i] : 140) || status > 32 ? 3 : 0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	leave(&a);
}

/* A pid that another process has by now. */
static void test_pid_used_again(void **state)
{
	struct actor a = enter(nothing);
	struct tree *t = tree_new(a.pid);
	struct clone_args args = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&a.pid, .set_tid_size = 1};
	struct reading r;
	pid_t pid;

	(void)state;
	read_now(t);
	leave(&a);
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
	if (pid == 0) {
		burn(50 * MS);
		for (;;)
			pause();
	}
	if (pid < 0) {
		print_message("pids cannot be chosen here\n");
		tree_free(t);
		skip();
	}
	assert_int_equal(pid, a.pid);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(tree_read(t, false, &r), -1);
		assert_int_equal(r.processes, 0);
		assert_true(r.cpu < 50 * MS);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	tree_free(t);
}

/* Where the kernel keeps no lists of children: here they are hidden from this program, those of the others are not
 * asked for then. */
static void test_no_lists_of_children(void **state)
{
	struct actor a;
	int status;
	pid_t pid;

	(void)state;
	a = enter(parent_by_thread);
	hear(a.hear);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char path[64];
		struct tree *t;

		snprintf(path, sizeof path, "/proc/%d/task", (int)getpid());
		if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		    mount("none", path, "tmpfs", 0, NULL) != 0)
			_exit(3);
		t = tree_new(a.pid);
		for (int i = 0; i < 3; i++)
			await(t, 6, 0, 11);
		tree_free(t);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	leave(&a);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 3) {
		print_message("nothing can be mounted here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_nothing, end_all),
		cmocka_unit_test_teardown(test_figures, end_all),
		cmocka_unit_test_teardown(test_forked_away, end_all),
		cmocka_unit_test_teardown(test_left_out, end_all),
		cmocka_unit_test_teardown(test_without_its_first_thread, end_all),
		cmocka_unit_test_teardown(test_children_of_threads, end_all),
		cmocka_unit_test_teardown(test_of_somebody_else, end_all),
		cmocka_unit_test_teardown(test_few_descriptors, end_all),
		cmocka_unit_test_teardown(test_pid_used_again, end_all),
		cmocka_unit_test_teardown(test_no_lists_of_children, end_all),
	};

	return cmocka_run_group_tests_name("tree", tests, adopt, NULL);
}
