#include "leases.h"

#include <pthread.h>
#include <sys/file.h>
#include <sys/resource.h>

/* Opening, adding and closing; what becomes of dead runs is in reclaim.c. */

static void has_a_directory_of_its_own(void **state)
{
	struct lease_reclaimed reclaimed = {9, 9, 9};
	struct lease *a = opened(&reclaimed), *b = opened(NULL);
	struct stat st;
	(void)state;

	assert_int_equal(reclaimed.runs + reclaimed.processes + reclaimed.paths, 0);
	assert_string_not_equal(lease_path(a), lease_path(b));
	assert_int_equal(strncmp(lease_path(a), in(shared(), PROGRAM "-"), strlen(shared()) + sizeof PROGRAM + 1), 0);
	assert_true(uuid_is(lease_path(a) + strlen(lease_path(a)) - (UUID_TEXT - 1)));
	assert_int_equal(stat(lease_path(a), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(shared(), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	put(in(lease_path(a), "f"), "x", 1);
	assert_int_equal(mkdir(in(lease_path(a), "d"), 0700), 0);
	put(in(lease_path(a), "d/f"), "x", 1);
	assert_int_equal(lease_close(a), 0);
	assert_true(there(lease_path(b)));
	assert_int_equal(lease_close(b), 0);
	assert_int_equal(entries(root), 0);
	assert_int_equal(lease_close(NULL), 0);
}

static void takes_what_was_added_along(void **state)
{
	struct lease *lease = opened(NULL);
	const char *file = in(root, "file"), *tree = in(root, "tree"), *never = in(root, "never made/at all");
	char odd[PATH_MAX];
	(void)state;

	snprintf(odd, sizeof odd, "%s/a\nb \t\"\\\xff", root);
	assert_int_equal(lease_add_path(lease, file), 0);
	assert_int_equal(lease_add_path(lease, file), 0);
	assert_int_equal(lease_add_path(lease, tree), 0);
	assert_int_equal(lease_add_path(lease, never), 0);
	assert_int_equal(lease_add_path(lease, odd), 0);
	put(file, "x", 1);
	put(odd, "x", 1);
	put(in(root, "file2"), "x", 1);
	assert_int_equal(mkdir(tree, 0700), 0);
	assert_int_equal(symlink(in(root, "file2"), in(tree, "link")), 0);
	assert_int_equal(lease_close(lease), 0);
	assert_true(there(in(root, "file2")));
	assert_int_equal(entries(root), 1);
}

static void only_plain_absolute_paths(void **state)
{
	static const char *const bad[] = {"", "x", "./x", "/", "//", "/..", "/a/../b", "/a/..", "../x"};
	struct lease *lease = opened(NULL);
	char longest[PATH_MAX + 1];
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		errno = 0;
		assert_int_equal(lease_add_path(lease, bad[i]), -1);
		assert_int_equal(errno, EINVAL);
	}
	memset(longest, 'x', PATH_MAX);
	longest[0] = '/';
	longest[PATH_MAX] = '\0';
	assert_int_equal(lease_add_path(lease, longest), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(lease_add_path(lease, in(root, "..x")), 0);
	assert_int_equal(lease_add_path(lease, in(root, "x..")), 0);
	assert_int_equal(lease_close(lease), 0);
}

static void a_dead_process_is_not_added(void **state)
{
	struct lease *lease = opened(NULL);
	pid_t pid = fork();
	siginfo_t info;
	(void)state;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(lease_add_process(lease, pid), -1);
	assert_int_equal(errno, ESRCH);
	assert_true(waitpid(pid, NULL, 0) == pid);
	assert_int_equal(lease_add_process(lease, pid), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(lease_close(lease), 0);
}

static void processes_are_left_to_the_caller(void **state)
{
	struct lease *lease = opened(NULL);
	pid_t pid = start_program();
	(void)state;

	assert_true(pid > 0);
	assert_int_equal(lease_add_process(lease, pid), 0);
	assert_int_equal(lease_close(lease), 0);
	assert_lives(pid);
	kill(pid, SIGKILL);
	assert_killed(pid);
}

/* ---- Where ---- */

static void assert_below(const struct lease *lease, const char *directory)
{
	size_t len = strlen(directory);

	if (strncmp(lease_path(lease), directory, len) != 0 || strncmp(lease_path(lease) + len, "/benchpipe-", 11) != 0)
		fail_msg("%s is not below %s", lease_path(lease), directory);
}

static void tmpdir_says_where(void **state)
{
	struct lease_reclaimed reclaimed;
	char error[LEASE_ERROR], longest[200];
	struct lease *lease;
	(void)state;

	setenv("TMPDIR", in(root, "//"), 1);
	lease = opened(NULL);
	assert_below(lease, root);
	assert_int_equal(lease_close(lease), 0);

	unsetenv("TMPDIR");
	lease = opened(NULL);
	assert_below(lease, "/tmp");
	assert_int_equal(lease_close(lease), 0);

	setenv("TMPDIR", "", 1);
	lease = opened(NULL);
	assert_below(lease, "/tmp");
	assert_int_equal(lease_close(lease), 0);

	/* Relative: as seen from where it is opened, also later on. */
	assert_int_equal(mkdir("sub", 0700), 0);
	setenv("TMPDIR", "sub/", 1);
	lease = opened(NULL);
	assert_below(lease, in(root, "sub"));
	assert_int_equal(lease_add_path(lease, in(root, "x")), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(lease_close(lease), 0);
	assert_int_equal(entries(in(root, "sub")), 0);

	/* Too long for what is wanted, and only for that. */
	snprintf(longest, sizeof longest, "%s/%0100d", root, 0);
	assert_int_equal(mkdir(longest, 0700), 0);
	setenv("TMPDIR", longest, 1);
	lease = lease_open(NULL, PROGRAM, 90, &reclaimed, error);
	assert_non_null(lease);
	assert_below(lease, "/tmp");
	assert_int_equal(lease_close(lease), 0);
	lease = opened(NULL);
	assert_below(lease, longest);
	assert_int_equal(lease_close(lease), 0);

	setenv("TMPDIR", in(root, "none"), 1);
	assert_null(lease_open(NULL, PROGRAM, 0, &reclaimed, error));
	assert_non_null(strstr(error, "none: No such file or directory"));
}

static void a_path_has_its_bound(void **state)
{
	struct lease_reclaimed reclaimed;
	char error[LEASE_ERROR], deep[PATH_MAX];
	struct lease *lease = opened(NULL);
	size_t len = strlen(lease_path(lease));
	(void)state;

	assert_int_equal(lease_close(lease), 0);
	lease = lease_open(root, PROGRAM, len, &reclaimed, error);
	assert_non_null(lease);
	assert_int_equal(strlen(lease_path(lease)), len);
	assert_int_equal(lease_close(lease), 0);
	assert_null(lease_open(root, PROGRAM, len - 1, &reclaimed, error));
	assert_non_null(strstr(error, root));
	assert_non_null(strstr(error, "too long"));
	assert_int_equal(entries(root), 0);
	/* What no path can be is told, too. */
	memset(deep, 'x', sizeof deep);
	deep[0] = '/';
	deep[sizeof deep - 1] = '\0';
	assert_null(lease_open(deep, PROGRAM, 0, &reclaimed, error));
	assert_non_null(strstr(error, "too long"));
	assert_null(lease_open("", PROGRAM, 0, &reclaimed, error));
	assert_true(*error);
}

static void refused(const char *why)
{
	struct lease_reclaimed reclaimed;
	char error[LEASE_ERROR];
	struct lease *lease = lease_open(NULL, PROGRAM, 0, &reclaimed, error);

	assert_null(lease);
	if (!strstr(error, why) || !strstr(error, root))
		fail_msg("'%s' does not say '%s'", error, why);
}

static void a_strange_place_is_refused(void **state)
{
	struct lease *lease;
	(void)state;

	put(shared(), "x", 1);
	refused("Not a directory");
	assert_int_equal(unlink(shared()), 0);

	assert_int_equal(mkdir("elsewhere", 0700), 0);
	assert_int_equal(symlink("elsewhere", shared()), 0);
	refused("Not a directory");
	assert_int_equal(unlink(shared()), 0);

	assert_int_equal(mkdir(shared(), 0700), 0);
	assert_int_equal(chmod(shared(), 0770), 0);
	refused("others may write to it (mode 0770)");
	assert_int_equal(chmod(shared(), 0755), 0);
	lease = opened(NULL);
	assert_int_equal(lease_close(lease), 0);

	assert_int_equal(chmod(root, 0777), 0);
	refused("no sticky bit");
	assert_int_equal(chmod(root, 01777), 0);
	lease = opened(NULL);
	assert_int_equal(lease_close(lease), 0);
	assert_int_equal(entries(root), 1);
}

static void somebody_elses_is_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(shared(), 0700), 0);
	assert_int_equal(chown(shared(), 12345, (gid_t)-1), 0);
	refused("somebody else's (user 12345)");
}

static void where_nothing_can_be_made(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip();
	assert_int_equal(chmod(root, 0500), 0);
	refused("Permission denied");
}

/* ---- Descriptors, threads, signals, room ---- */

static void programs_inherit_nothing(void **state)
{
	struct lease *lease;
	bool before[64];
	(void)state;

	for (int fd = 0; fd < 64; fd++)
		before[fd] = fcntl(fd, F_GETFD) != -1;
	lease = opened(NULL);
	for (int fd = 0; fd < 64; fd++)
		if (!before[fd] && fcntl(fd, F_GETFD) != -1)
			assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(lease_close(lease), 0);
	for (int fd = 0; fd < 64; fd++)
		assert_int_equal(before[fd], fcntl(fd, F_GETFD) != -1);
}

enum { THREADS = 8, EACH = 200 };

struct adder {
	struct lease *lease;
	int number;
};

static void *add_many(void *arg)
{
	struct adder *adder = arg;
	char path[PATH_MAX];

	for (int i = 0; i < EACH; i++) {
		snprintf(path, sizeof path, "%s/%d-%d", root, adder->number, i);
		if (lease_add_path(adder->lease, path) != 0)
			return adder;
		close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	}
	return NULL;
}

static void threads_add_at_once(void **state)
{
	struct lease *lease = opened(NULL);
	struct adder adders[THREADS];
	pthread_t threads[THREADS];
	void *result;
	(void)state;

	for (int i = 0; i < THREADS; i++) {
		adders[i] = (struct adder){lease, i};
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, &adders[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_null(result);
	}
	assert_int_equal(entries(root), THREADS * EACH + 1);
	assert_int_equal(lease_close(lease), 0);
	assert_int_equal(entries(root), 0);
}

static void it_can_be_given_up_while_it_waits(void **state)
{
	struct lease_reclaimed reclaimed;
	char error[LEASE_ERROR];
	sigset_t set, old;
	int fd, number;
	(void)state;

	assert_int_equal(mkdir(shared(), 0700), 0);
	fd = open(shared(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, &old), 0);
	raise(SIGTERM);
	assert_null(lease_open(NULL, PROGRAM, 0, &reclaimed, error));
	assert_non_null(strstr(error, "Interrupted"));
	assert_int_equal(sigwait(&set, &number), 0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	close(fd);
	assert_int_equal(entries(shared()), 0);
}

/* As a full disk: what comes after the part that still fitted is told apart from it. */
static void a_record_that_is_full(void **state)
{
	struct lease *lease = opened(NULL);
	struct rlimit old, limit;
	const char *first = in(root, "first"), *cut = in(root, "cut"), *last = in(root, "last");
	struct stat st;
	(void)state;

	assert_int_equal(lease_add_path(lease, first), 0);
	put(first, "x", 1);
	put(in(root, "c"), "x", 1);
	assert_int_equal(stat(in(lease_path(lease), ".record"), &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = (rlim_t)st.st_size + 20 + strlen(in(root, "c"));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	errno = 0;
	int result = lease_add_path(lease, cut), error = errno;
	int again = lease_add_path(lease, cut);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(result, -1);
	assert_int_equal(error, EFBIG);
	assert_int_equal(again, -1);
	assert_int_equal(lease_add_path(lease, last), 0);
	put(last, "x", 1);
	assert_int_equal(lease_close(lease), 0);
	assert_false(there(first) || there(last));
	assert_true(there(in(root, "c")));
}

static void what_is_there_is_somebodys(void **state)
{
	struct lease *lease = opened(NULL);
	(void)state;

	put(in(root, "mine"), "x", 1);
	assert_int_equal(lease_add_path(lease, in(root, "mine")), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(lease_close(lease), 0);
	assert_true(there(in(root, "mine")));
}

static void what_stays_is_told(void **state)
{
	struct lease *lease = opened(NULL);
	char path[PATH_MAX], said[1024] = "", stays[40];
	int fd[2], saved = dup(STDERR_FILENO), later = dup(STDERR_FILENO), result;
	(void)state;

	/* Nobody can remove a descriptor's name; and it is not there yet. */
	snprintf(stays, sizeof stays, "/proc/self/fd/%d", later);
	close(later);
	snprintf(path, sizeof path, "%s", lease_path(lease));
	assert_int_equal(lease_add_path(lease, stays), 0);
	dup2(STDERR_FILENO, later);
	assert_int_equal(lease_add_path(lease, in(root, "goes")), 0);
	put(in(root, "goes"), "x", 1);
	assert_int_equal(pipe(fd), 0);
	dup2(fd[1], STDERR_FILENO);
	result = lease_close(lease);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd[1]);
	assert_true(read(fd[0], said, sizeof said - 1) >= 0);
	close(fd[0]);
	assert_int_equal(result, -1);
	assert_non_null(strstr(said, stays));
	assert_false(there(in(root, "goes")));
	assert_true(there(in(path, ".record"))); /* for the next run to try again */
}

int main(void)
{
#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(has_a_directory_of_its_own),
		IN_A_DIRECTORY(takes_what_was_added_along),
		IN_A_DIRECTORY(only_plain_absolute_paths),
		IN_A_DIRECTORY(a_dead_process_is_not_added),
		IN_A_DIRECTORY(processes_are_left_to_the_caller),
		IN_A_DIRECTORY(tmpdir_says_where),
		IN_A_DIRECTORY(a_path_has_its_bound),
		IN_A_DIRECTORY(a_strange_place_is_refused),
		IN_A_DIRECTORY(somebody_elses_is_refused),
		IN_A_DIRECTORY(where_nothing_can_be_made),
		IN_A_DIRECTORY(programs_inherit_nothing),
		IN_A_DIRECTORY(threads_add_at_once),
		IN_A_DIRECTORY(it_can_be_given_up_while_it_waits),
		IN_A_DIRECTORY(a_record_that_is_full),
		IN_A_DIRECTORY(what_is_there_is_somebodys),
		IN_A_DIRECTORY(what_stays_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
