#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "outfile.h"

/* Each test has an empty current directory of its own. */
static int enter(void **state)
{
	char template[] = "/tmp/outfile.XXXXXX";

	if (!mkdtemp(template) || chdir(template) != 0)
		return -1;
	*state = strdup(template);
	return *state ? 0 : -1;
}

static int leave(void **state)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
	free(*state);
	return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void check(const char *path, const char *wanted)
{
	char text[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	size_t n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	assert_string_equal(text, wanted);
}

static int files(void)
{
	FILE *list = popen("ls -A | wc -l", "r");
	int n = -1;

	assert_non_null(list);
	assert_int_equal(fscanf(list, "%d", &n), 1);
	pclose(list);
	return n;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void appears_whole(void **state)
{
	struct outfile *out = outfile_open("f");

	(void)state;
	assert_non_null(out);
	fputs("new", outfile_stream(out));
	fflush(outfile_stream(out));
	assert_int_equal(access("f", F_OK), -1);
	assert_int_equal(outfile_commit(out), 0);
	check("f", "new");
	assert_int_equal(files(), 1);
}

static void replaces(void **state)
{
	(void)state;
	put("f", "old");
	struct outfile *out = outfile_open("f");
	fputs("new", outfile_stream(out));
	fflush(outfile_stream(out));
	check("f", "old");
	assert_int_equal(outfile_commit(out), 0);
	check("f", "new");
	assert_int_equal(files(), 1);
}

static void aborts(void **state)
{
	(void)state;
	put("f", "old");
	struct outfile *out = outfile_open("f");
	fputs("new", outfile_stream(out));
	outfile_abort(out);
	outfile_abort(NULL);
	check("f", "old");
	out = outfile_open("g");
	outfile_abort(out);
	assert_int_equal(files(), 1);
}

static void keeps_permissions(void **state)
{
	mode_t mask = umask(027);

	(void)state;
	put("f", "old");
	assert_int_equal(chmod("f", 0604), 0);
	assert_int_equal(outfile_commit(outfile_open("f")), 0);
	assert_int_equal(mode_of("f"), 0604);
	check("f", "");
	assert_int_equal(outfile_commit(outfile_open("g")), 0);
	assert_int_equal(mode_of("g"), 0640);
	umask(mask);
}

static void keeps_the_owner(void **state)
{
	struct stat st;

	(void)state;
	if (geteuid() != 0)
		skip();
	put("f", "old");
	assert_int_equal(chown("f", 12345, 23456), 0);
	assert_int_equal(outfile_commit(outfile_open("f")), 0);
	assert_int_equal(stat("f", &st), 0);
	assert_true(st.st_uid == 12345 && st.st_gid == 23456);
}

static void follows_links(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	put("d/f", "old");
	assert_int_equal(symlink("d/f", "l"), 0);
	assert_int_equal(symlink("l", "m"), 0);
	struct outfile *out = outfile_open("m");
	fputs("new", outfile_stream(out));
	assert_int_equal(outfile_commit(out), 0);
	check("d/f", "new");
	assert_int_equal(lstat("m", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	/* Links to what is not there yet, from elsewhere. */
	assert_int_equal(symlink("../e", "d/dangling"), 0);
	assert_int_equal(symlink("d/dangling", "n"), 0);
	out = outfile_open("n");
	assert_non_null(out);
	fputs("made", outfile_stream(out));
	assert_int_equal(outfile_commit(out), 0);
	check("e", "made");
	assert_int_equal(lstat("n", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_null(outfile_open("loop"));
	assert_int_equal(errno, ELOOP);
}

static void writes_special_files_directly(void **state)
{
	(void)state;
	struct outfile *out = outfile_open("/dev/null");
	assert_non_null(out);
	fputs("x", outfile_stream(out));
	assert_int_equal(outfile_commit(out), 0);
	assert_int_equal(mkfifo("p", 0600), 0);
	int reader = open("p", O_RDONLY | O_NONBLOCK);
	out = outfile_open("p");
	fputs("through", outfile_stream(out));
	assert_int_equal(outfile_commit(out), 0);
	char text[16] = "";
	assert_int_equal(read(reader, text, sizeof text), 7);
	close(reader);
	assert_int_equal(files(), 1);
}

static void tells_a_full_device(void **state)
{
	(void)state;
	/* Whether the loss shows in the last flush or long before it. */
	for (int n = 1; n < 100000; n *= 50) {
		struct outfile *out = outfile_open("/dev/full");
		assert_non_null(out);
		for (int i = 0; i < n; i++)
			fputs("0123456789", outfile_stream(out));
		errno = 0;
		assert_int_equal(outfile_commit(out), -1);
		assert_int_equal(errno, ENOSPC);
	}
}

/* The disk fills up in the middle: the old file stays, and nothing else. */
static void keeps_the_old_file(void **state)
{
	struct rlimit old, small = {.rlim_cur = 10000};

	(void)state;
	put("f", "old");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	for (int n = 1500; n < 20000; n *= 3) {
		struct outfile *out = outfile_open("f");
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		for (int i = 0; i < n; i++)
			fputs("0123456789", outfile_stream(out));
		errno = 0;
		int result = outfile_commit(out);
		int error = errno;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(result, -1);
		assert_int_equal(error, EFBIG);
		check("f", "old");
		assert_int_equal(files(), 1);
	}
	signal(SIGXFSZ, SIG_DFL);
}

static void refuses(void **state)
{
	(void)state;
	errno = 0;
	assert_null(outfile_open("."));
	assert_int_equal(errno, EISDIR);
	assert_null(outfile_open("none/f"));
	assert_int_equal(errno, ENOENT);
	put("f", "old");
	assert_null(outfile_open("f/g"));
	assert_int_equal(errno, ENOTDIR);
	assert_null(outfile_open(""));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(files(), 1);
}

static void the_place_is_lost(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	struct outfile *out = outfile_open("d/f");
	fputs("x", outfile_stream(out));
	assert_int_equal(mkdir("d/f", 0700), 0);
	errno = 0;
	assert_int_equal(outfile_commit(out), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir("d/f"), 0);
	assert_int_equal(rmdir("d"), 0); /* nothing was left in it */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
	const struct CMUnitTest tests[] = {
		TEST(appears_whole),
		TEST(replaces),
		TEST(aborts),
		TEST(keeps_permissions),
		TEST(keeps_the_owner),
		TEST(follows_links),
		TEST(writes_special_files_directly),
		TEST(tells_a_full_device),
		TEST(keeps_the_old_file),
		TEST(refuses),
		TEST(the_place_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
