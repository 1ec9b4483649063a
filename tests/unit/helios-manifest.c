#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "helios-trees.h"
#include "sha256.h"
#include "signals.h"

#include "../../cmd/helios-time/manifest.h"
#include "../../cmd/helios-time/printable.h"

static char why[VERIFY_WHY];

static void expect(struct manifest *m, const char *path, const void *bytes, size_t len)
{
	struct manifest_file *f = manifest_add(m, path);
	struct sha256 s;

	sha256_start(&s);
	sha256_add(&s, bytes, len);
	sha256_end(&s, f->digest);
	f->size = (int64_t)len;
}

/* A file that is there and in the manifest. */
static void have(struct manifest *m, const char *path, const char *text)
{
	write_text(path, text);
	expect(m, path + strlen("out/"), text, strlen(text));
}

/* out/a, out/d/b, out/d/c */
static void make(struct manifest *m)
{
	*m = (struct manifest){0};
	assert_int_equal(mkdir("out", 0755), 0);
	assert_int_equal(mkdir("out/d", 0755), 0);
	have(m, "out/d/c", "");
	have(m, "out/d/b", "some bytes");
	have(m, "out/a", "x");
	manifest_sort(m);
}

static void same(const struct manifest *m)
{
	*why = '\0';
	if (manifest_verify(m, "out", NULL, why) != 0)
		fail_msg("%s", why);
}

static void differs(const struct manifest *m, const char *words)
{
	*why = '\0';
	errno = EIO;
	assert_int_equal(manifest_verify(m, "out", NULL, why), -1);
	assert_int_equal(errno, 0);
	assert_string_equal(why, words);
}

static void cannot(const struct manifest *m, int error, const char *words)
{
	*why = '\0';
	assert_int_equal(manifest_verify(m, "out", NULL, why), -1);
	assert_int_equal(errno, error);
	assert_string_equal(why, words);
}

static void a_signal_ends_it(void **state)
{
	struct signals signals;
	struct manifest m;
	(void)state;

	make(&m);
	assert_int_equal(signals_hold(&signals), 0);
	assert_int_equal(manifest_verify(&m, "out", &signals, why), 0);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(manifest_verify(&m, "out", &signals, why), -1);
	assert_int_equal(errno, ECANCELED);
	assert_int_equal(signals_caught(&signals), SIGTERM);
	close(signals.fd);
	manifest_free(&m);
}

static void a_copy_stays_as_it_was(void **state)
{
	struct manifest m, copy;
	(void)state;

	make(&m);
	copy = manifest_copy(&m);
	assert_int_equal(copy.bytes, m.bytes);
	same(&copy);
	m.file[0].digest[0] ^= 1;
	m.file[1].size++;
	same(&copy);
	manifest_free(&m);
	same(&copy);
	manifest_free(&copy);
}

static void in_order(void **state)
{
	struct manifest m = {0};
	char path[16];

	(void)state;
	manifest_sort(&m);
	assert_null(manifest_find(&m, "a"));
	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof path, "%d", i * 7919 % 1000);
		manifest_add(&m, path)->size = i * 7919 % 1000;
	}
	manifest_add(&m, "\xff");
	manifest_sort(&m);
	assert_int_equal(m.n, 1001);
	for (size_t i = 1; i < m.n; i++)
		assert_true(strcmp(m.file[i - 1].path, m.file[i].path) < 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof path, "%d", i);
		assert_non_null(manifest_find(&m, path));
		assert_int_equal(manifest_find(&m, path)->size, i);
	}
	assert_null(manifest_find(&m, ""));
	assert_null(manifest_find(&m, "1000"));
	assert_ptr_equal(manifest_find(&m, "\xff"), &m.file[1000]);
	manifest_free(&m);
	assert_int_equal(m.n, 0);
}

static void just_this(void **state)
{
	struct manifest m;

	(void)state;
	make(&m);
	same(&m);
	assert_int_equal(mkdir("out/empty", 0755), 0);
	assert_int_equal(mkdir("out/empty/too", 0755), 0);
	same(&m);
	manifest_free(&m);
}

static void nothing_at_all(void **state)
{
	struct manifest m = {0};

	(void)state;
	assert_int_equal(mkdir("out", 0755), 0);
	same(&m);
	write_text("out/x", "");
	differs(&m, "x: nothing like it was committed");
}

static void each_difference(void **state)
{
	struct manifest m;

	(void)state;
	make(&m);
	write_text("out/d/b", "some Bytes");
	differs(&m, "d/b: its content is not what was committed");
	write_text("out/d/b", "some byte");
	differs(&m, "d/b: 9 bytes, 10 were committed");
	write_text("out/d/b", "some bytes.");
	differs(&m, "d/b: 11 bytes, 10 were committed");
	assert_int_equal(unlink("out/d/b"), 0);
	differs(&m, "d/b: it is missing");
	assert_int_equal(mkdir("out/d/b", 0755), 0);
	differs(&m, "d/b: it is no regular file");
	assert_int_equal(rmdir("out/d/b"), 0);
	assert_int_equal(mkfifo("out/d/b", 0644), 0);
	differs(&m, "d/b: it is no regular file");
	assert_int_equal(unlink("out/d/b"), 0);
	write_text("b", "some bytes");
	assert_int_equal(symlink("../../b", "out/d/b"), 0);
	differs(&m, "d/b: it is no regular file");
	assert_int_equal(unlink("out/d/b"), 0);
	write_text("out/d/b", "some bytes");
	same(&m);
	write_text("out/d/c", "x");
	differs(&m, "d/c: 1 byte, 0 were committed");
	write_text("out/d/c", "");
	assert_int_equal(symlink("a", "out/link"), 0);
	differs(&m, "link: nothing like it was committed");
	manifest_free(&m);
}

/* In order of path, whatever is found first. */
static void several(void **state)
{
	struct manifest m;

	(void)state;
	make(&m);
	write_text("out/zz", "");
	write_text("out/d/more", "");
	differs(&m, "d/more: nothing like it was committed; 1 more file differs");
	assert_int_equal(unlink("out/d/c"), 0);
	differs(&m, "d/c: it is missing; 2 more files differ");
	write_text("out/a", "y");
	differs(&m, "a: its content is not what was committed; 3 more files differ");
	assert_int_equal(unlink("out/a"), 0);
	differs(&m, "a: it is missing; 3 more files differ");
	manifest_free(&m);
}

/* What a link leads to is not what is there. */
static void a_linked_directory(void **state)
{
	struct manifest m;

	(void)state;
	make(&m);
	assert_int_equal(rename("out/d", "elsewhere"), 0);
	assert_int_equal(symlink("../elsewhere", "out/d"), 0);
	differs(&m, "d: nothing like it was committed; 2 more files differ");
	assert_int_equal(unlink("out/d"), 0);
	assert_int_equal(rename("elsewhere", "out/d"), 0);
	same(&m);
	assert_int_equal(rename("out", "there"), 0);
	assert_int_equal(symlink("there", "out"), 0);
	cannot(&m, ENOTDIR, "out: Not a directory");
	manifest_free(&m);
}

static void what_cannot_be_read(void **state)
{
	struct manifest m;

	(void)state;
	make(&m);
	assert_int_equal(chmod("out/d/b", 0), 0);
	if (!be_nobody()) {
		manifest_free(&m);
		skip();
	}
	cannot(&m, EACCES, "d/b: Permission denied");
	be_root_again();
	assert_int_equal(chmod("out/d/b", 0644), 0);
	assert_int_equal(chmod("out/d", 0), 0);
	assert_true(be_nobody());
	cannot(&m, EACCES, "d: Permission denied");
	be_root_again();
	assert_int_equal(chmod("out/d", 0755), 0);
	same(&m);
	assert_int_equal(rename("out", "gone"), 0);
	cannot(&m, ENOENT, "out: No such file or directory");
	write_text("out", "");
	cannot(&m, ENOTDIR, "out: Not a directory");
	manifest_free(&m);
}

static void odd_names(void **state)
{
	static const char *const names[] = {"out/a\nb", "out/\xff\xfe", "out/ ", "out/-rf", "out/spa\xc3\x9f",
					    "out/\\", "out/\x1b[31m"};
	struct manifest m = {0};

	(void)state;
	assert_int_equal(mkdir("out", 0755), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		have(&m, names[i], "x");
	manifest_sort(&m);
	same(&m);
	assert_int_equal(unlink("out/a\nb"), 0);
	differs(&m, "a\\x0ab: it is missing");
	write_text("out/a\nb", "x");
	write_text("out/\xff\xfe", "y");
	differs(&m, "\\xff\\xfe: its content is not what was committed");
	write_text("out/\x1b[31m", "y");
	differs(&m, "\\x1b[31m: its content is not what was committed; 1 more file differs");
	manifest_free(&m);
}

/* However long its path, the message says what is wrong. */
static void long_names(void **state)
{
	char path[4 * 256] = "out";
	struct manifest m = {0};

	(void)state;
	assert_int_equal(mkdir("out", 0755), 0);
	for (int i = 0; i < 3; i++) {
		size_t len = strlen(path);

		path[len] = '/';
		memset(path + len + 1, 'a' + i, 255);
		path[len + 256] = '\0';
		if (i < 2)
			assert_int_equal(mkdir(path, 0755), 0);
	}
	have(&m, path, "x");
	same(&m);
	write_text(path, "yy");
	assert_int_equal(manifest_verify(&m, "out", NULL, why), -1);
	assert_memory_equal(why, "aaaa", 4);
	assert_non_null(strstr(why, "a...c"));
	assert_non_null(strstr(why, "c: 2 bytes, 1 were committed"));
	manifest_free(&m);
}

static void a_large_file(void **state)
{
	size_t len = (3 << 20) + 12345;
	char *bytes = calloc(1, len);
	struct manifest m = {0};

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(mkdir("out", 0755), 0);
	write_file("out/large", bytes, len);
	expect(&m, "large", bytes, len);
	same(&m);
	bytes[len - 1] = 1;
	write_file("out/large", bytes, len);
	differs(&m, "large: its content is not what was committed");
	manifest_free(&m);
	free(bytes);
}

static void deep_directories(void **state)
{
	struct manifest m = {0};
	char path[1024] = "";

	(void)state;
	assert_int_equal(mkdir("out", 0755), 0);
	assert_int_equal(chdir("out"), 0);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(mkdir("d", 0755), 0);
		assert_int_equal(chdir("d"), 0);
		snprintf(path + strlen(path), sizeof path - strlen(path), "d/");
	}
	write_text("f", "x");
	assert_int_equal(chdir(*state), 0);
	snprintf(path + strlen(path), sizeof path - strlen(path), "f");
	expect(&m, path, "x", 1);
	same(&m);
	manifest_free(&m);
}

static void names_for_people(void **state)
{
	static const char *const pairs[][2] = {
		{"", ""}, {"d000/f000001", "d000/f000001"}, {"a b", "a b"}, {"a\tb\x7f", "a\\x09b\\x7f"},
		{"a\\x0a", "a\\\\x0a"},
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"\xc3", "\\xc3"}, {"\xe2\x82", "\\xe2\\x82"}, {"\xc2\x85", "\\xc2\\x85"}, {"\xc0\x80", "\\xc0\\x80"},
	};
	char text[PRINTABLE], name[5000];

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		assert_string_equal(printable(text, pairs[i][0]), pairs[i][1]);
	for (size_t len = 0; len < sizeof name; len += 1 + len / 50) {
		static const char *const fillings[] = {"\xff", "\xe2\x82\xac", "a", "\\", "\xc3\xa4\xff"};

		for (size_t k = 0; k < sizeof fillings / sizeof *fillings; k++) {
			size_t of = strlen(fillings[k]);

			for (size_t i = 0; i < len; i++)
				name[i] = fillings[k][i % of];
			name[len] = '\0';
			printable(text, name);
			assert_true(strlen(text) < PRINTABLE);
			assert_int_equal(strlen(text) == 0, len == 0);
			if (of == 1 && *fillings[k] == 'a' && (len < PRINTABLE - 3 || len >= PRINTABLE))
				assert_int_equal(strstr(text, "...") != NULL, len >= PRINTABLE);
			for (const char *p = text; *p; p++)
				assert_true((unsigned char)*p >= ' ' && *p != 0x7f);
		}
	}
}

#define in_a_directory(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		in_a_directory(just_this),
		in_a_directory(nothing_at_all),
		in_a_directory(each_difference),
		in_a_directory(several),
		in_a_directory(a_linked_directory),
		in_a_directory(what_cannot_be_read),
		in_a_directory(odd_names),
		in_a_directory(long_names),
		in_a_directory(a_large_file),
		in_a_directory(deep_directories),
		in_a_directory(a_copy_stays_as_it_was),
		in_a_directory(a_signal_ends_it),
		cmocka_unit_test(names_for_people),
	};

	return cmocka_run_group_tests_name("helios-manifest", tests, NULL, NULL);
}
