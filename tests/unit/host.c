#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "host.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define OTHER "89abcdef0123456789abcdef0123456789abcdef"

static char scratch[] = "/tmp/host-test-XXXXXX";

static void shell(const char *command)
{
	assert_int_equal(system(command), 0);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int enter_scratch(void **state)
{
	(void)state;
	unsetenv("GIT_DIR");
	return chdir(scratch) || system("rm -rf ./* ./.git") ? -1 : 0;
}

static void describes_the_machine(void **state)
{
	struct host a, b;
	int64_t before, took = INT64_MAX;
	(void)state;

	host_read(&a);
	assert_memory_equal(a.os, "Linux ", 6);
	assert_true(a.arch[0] && a.cores >= 1 && a.memory > 0);
	assert_int_equal(strlen(a.id), 16);
	assert_int_equal(strspn(a.id, "0123456789abcdef"), 16);
	for (int i = 0; i < 5; i++) {
		before = clock_now();
		host_read(&b);
		if (clock_now() - before < took)
			took = clock_now() - before;
		assert_memory_equal(&a, &b, sizeof(a));
	}
	print_message("# host_read: %lld us at best of 5\n", (long long)took / 1000);
}

static void knows_the_ci(void **state)
{
	static const char *const names[] = { "GITHUB_ACTIONS", "GITHUB_RUN_ID", "GITLAB_CI", "CI_JOB_ID", "BUILDKITE",
					     "CIRCLECI", "JENKINS_URL", "BUILD_TAG", "CI" };
	struct ci ci;
	(void)state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	host_ci(&ci);
	assert_string_equal(ci.provider, "");
	setenv("CI", "false", 1);
	host_ci(&ci);
	assert_string_equal(ci.provider, "");
	setenv("CI", "true", 1);
	host_ci(&ci);
	assert_string_equal(ci.provider, "unknown");
	setenv("JENKINS_URL", "https://ci.example/", 1);
	setenv("BUILD_TAG", "jenkins-a-7", 1);
	host_ci(&ci);
	assert_string_equal(ci.provider, "jenkins");
	assert_string_equal(ci.id, "jenkins-a-7");
	setenv("GITHUB_ACTIONS", "true", 1);
	setenv("GITHUB_RUN_ID", "42", 1);
	host_ci(&ci);
	assert_string_equal(ci.provider, "github");
	assert_string_equal(ci.id, "42");
}

static void no_checkout_no_commit(void **state)
{
	struct vcs vcs;
	(void)state;

	/* Bounded, since scratch may itself lie in a checkout: a broken .git ends the search. */
	write_file(".git", "nonsense\n");
	host_vcs(&vcs);
	assert_string_equal(vcs.commit, "");
	assert_string_equal(vcs.branch, "");
	assert_false(vcs.dirty);
}

static void reads_heads(void **state)
{
	struct vcs vcs;
	(void)state;

	shell("mkdir -p .git/refs/heads/topic sub/dir");
	write_file(".git/HEAD", "ref: refs/heads/topic/one\n");
	host_vcs(&vcs);
	assert_string_equal(vcs.branch, "topic/one");
	assert_string_equal(vcs.commit, "");

	write_file(".git/packed-refs",
		   "# pack-refs with: peeled\n" OTHER " refs/heads/topic/on\n" COMMIT " refs/heads/topic/one\n");
	assert_int_equal(chdir("sub/dir"), 0);
	host_vcs(&vcs);
	assert_string_equal(vcs.commit, COMMIT);
	assert_int_equal(chdir("../.."), 0);

	write_file(".git/refs/heads/topic/one", OTHER "\n");
	host_vcs(&vcs);
	assert_string_equal(vcs.commit, OTHER);

	write_file(".git/HEAD", COMMIT "\n");
	host_vcs(&vcs);
	assert_string_equal(vcs.commit, COMMIT);
	assert_string_equal(vcs.branch, "");

	write_file(".git/HEAD", "0123\n");
	host_vcs(&vcs);
	assert_string_equal(vcs.commit, "");
}

static void reads_worktrees(void **state)
{
	struct vcs vcs;
	char path[256];
	(void)state;

	shell("mkdir -p main.git/refs/heads main.git/worktrees/w tree");
	write_file("main.git/refs/heads/side", COMMIT "\n");
	write_file("main.git/worktrees/w/HEAD", "ref: refs/heads/side\n");
	write_file("main.git/worktrees/w/commondir", "../..\n");
	write_file("tree/.git", "gitdir: ../main.git/worktrees/w\n");
	assert_int_equal(chdir("tree"), 0);
	host_vcs(&vcs);
	assert_string_equal(vcs.branch, "side");
	assert_string_equal(vcs.commit, COMMIT);

	snprintf(path, sizeof(path), "%s/main.git/worktrees/w", scratch);
	setenv("GIT_DIR", path, 1);
	assert_int_equal(chdir("/"), 0);
	host_vcs(&vcs);
	assert_string_equal(vcs.commit, COMMIT);
}

static void asks_git_for_dirty(void **state)
{
	struct vcs vcs;
	(void)state;

	if (system("git --version >/dev/null 2>&1") != 0)
		skip();
	shell("git init -q -b trunk . && echo a >f && git add f && "
	      "git -c user.name=a -c user.email=a@b.example commit -q -m a");
	host_vcs(&vcs);
	assert_string_equal(vcs.branch, "trunk");
	assert_int_equal(strlen(vcs.commit), 40);
	assert_false(vcs.dirty);
	write_file("untracked", "b");
	host_vcs(&vcs);
	assert_false(vcs.dirty);
	write_file("f", "b\n");
	host_vcs(&vcs);
	assert_true(vcs.dirty);
}

static int leave_scratch(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", scratch);
	return chdir("/") || system(command) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(describes_the_machine),
		cmocka_unit_test(knows_the_ci),
		cmocka_unit_test_setup(no_checkout_no_commit, enter_scratch),
		cmocka_unit_test_setup(reads_heads, enter_scratch),
		cmocka_unit_test_setup(reads_worktrees, enter_scratch),
		cmocka_unit_test_setup(asks_git_for_dirty, enter_scratch),
	};

	if (!mkdtemp(scratch))
		return 1;
	return cmocka_run_group_tests(tests, NULL, leave_scratch);
}
