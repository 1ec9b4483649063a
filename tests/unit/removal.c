#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "removal.h"

/* Each test has an empty current directory of its own. */
static int enter(void **state)
{
	char template[] = "/tmp/removal.XXXXXX";

	if (!mkdtemp(template) || chdir(template) != 0)
		return -1;
	*state = strdup(template);
	return *state ? 0 : -1;
}

static int leave(void **state)
{
	char command[PATH_MAX + 64];

	snprintf(command, sizeof command, "chmod -R u+rwx '%s'; rm -rf '%s'", (char *)*state, (char *)*state);
	free(*state);
	return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

static void touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static bool there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static int removed(const char *path)
{
	bool was_there = false;
	int error = removal_path(path, &was_there);

	assert_true(error || was_there);
	return error;
}

static void whatever_it_is(void **state)
{
	char path[PATH_MAX];

	touch("file");
	assert_int_equal(removed("file"), 0);
	assert_int_equal(mkdir("empty", 0700), 0);
	assert_int_equal(removed("empty///"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(removed("./fifo"), 0);
	assert_int_equal(mkdir("tree", 0700), 0);
	assert_int_equal(mkdir("tree/a", 0700), 0);
	assert_int_equal(mkdir("tree/a/b", 0700), 0);
	touch("tree/a/b/.hidden");
	touch("tree/a/b/\n");
	snprintf(path, sizeof path, "%s/tree", (char *)*state);
	assert_int_equal(removed(path), 0);
	assert_false(there("tree"));
}

static void nothing_is_nothing(void **state)
{
	bool was_there = true;

	(void)state;
	assert_int_equal(removal_path("none", &was_there), 0);
	assert_false(was_there);
	was_there = true;
	assert_int_equal(removal_path("none/below", &was_there), 0);
	assert_false(was_there);
}

static void only_names_are_removed(void **state)
{
	static const char *const paths[] = {"", "/", "///", ".", "..", "d/.", "d/..", "d/../", "/.."};
	bool was_there;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	touch("d/f");
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		assert_int_equal(removal_path(paths[i], &was_there), EINVAL);
	touch("f");
	assert_int_equal(removal_path("f/below", &was_there), ENOTDIR);
	assert_true(there("d/f") && there("f"));
}

static void links_are_not_followed(void **state)
{
	(void)state;
	assert_int_equal(mkdir("kept", 0700), 0);
	touch("kept/f");
	assert_int_equal(symlink("kept", "link"), 0);
	assert_int_equal(removed("link"), 0);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(symlink("../kept", "d/link"), 0);
	assert_int_equal(symlink("..", "d/up"), 0);
	assert_int_equal(symlink("nowhere", "d/broken"), 0);
	assert_int_equal(link("kept/f", "d/hard"), 0);
	assert_int_equal(removed("d"), 0);
	assert_true(there("kept/f"));
	assert_int_equal(symlink("kept", "link"), 0);
	assert_int_equal(removed("link/"), 0); /* the link, not what it leads to */
	assert_true(there("kept/f"));
}

static void thousands_of_them(void **state)
{
	char path[64];

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	for (int i = 0; i < 5000; i++) {
		snprintf(path, sizeof path, "d/%d", i);
		if (i % 50)
			touch(path);
		else
			assert_int_equal(mkdir(path, 0700), 0);
	}
	assert_int_equal(removed("d"), 0);
	assert_false(there("d"));
}

static void one_is_spared(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(mkdir("d/below", 0700), 0);
	touch("d/.record");
	touch("d/below/.record");
	assert_int_equal(removal_below(open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC), ".record"), 0);
	assert_true(there("d/.record"));
	assert_false(there("d/below"));
}

/* Its own directory is what somebody who is not root may not write to. */
static void what_stays_keeps_nothing_else(void **state)
{
	bool was_there;

	(void)state;
	if (geteuid() == 0)
		skip();
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(mkdir("d/closed", 0700), 0);
	touch("d/closed/f");
	touch("d/a");
	touch("d/z");
	assert_int_equal(chmod("d/closed", 0500), 0);
	assert_int_equal(removal_path("d", &was_there), EACCES);
	assert_false(was_there);
	assert_true(there("d/closed/f"));
	assert_false(there("d/a") || there("d/z"));
}

/* In a process with mounts of its own: 77 where it may have none. */
static int beside_mounts(void)
{
	bool was_there;
	int error;

	if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return 77;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return 77;
	if (mkdir("kept", 0700) != 0 || mkdir("d", 0700) != 0 || mkdir("d/bound", 0700) != 0 ||
	    mkdir("d/other", 0700) != 0)
		return 1;
	touch("kept/f");
	touch("d/f");
	if (mount("kept", "d/bound", NULL, MS_BIND, NULL) != 0 || mount("none", "d/other", "tmpfs", 0, NULL) != 0)
		return 77;
	error = removal_path("d", &was_there);
	if (error != EBUSY || was_there)
		return 2;
	if (!there("kept/f") || !there("d/bound/f") || !there("d/other"))
		return 3;
	if (there("d/f"))
		return 4;
	return removal_path("d/bound", &was_there) == EBUSY && there("kept/f") ? 0 : 5;
}

static void mounts_are_not_entered(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(beside_mounts());
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(whatever_it_is),
		IN_A_DIRECTORY(nothing_is_nothing),
		IN_A_DIRECTORY(only_names_are_removed),
		IN_A_DIRECTORY(links_are_not_followed),
		IN_A_DIRECTORY(thousands_of_them),
		IN_A_DIRECTORY(one_is_spared),
		IN_A_DIRECTORY(what_stays_keeps_nothing_else),
		IN_A_DIRECTORY(mounts_are_not_entered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
