#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/fc-probe/manifest.h"

#define RUN "{\"type\":\"run\",\"schema\":1,\"run\":\"x\",\"tool\":\"disk-gen\"}\n"
#define IMAGE(path) "{\"type\":\"event\",\"run\":\"x\",\"bench\":\"disk/small\",\"name\":\"image\",\"t\":1,\"data\":{\"path\":\"" path \
		    "\",\"bytes\":10485760,\"sha256\":\"00\",\"os\":\"alpine\",\"format\":\"raw\"}}\n"
#define SAMPLE "{\"type\":\"sample\",\"bench\":\"disk/small\",\"params\":{},\"metric\":\"latency\",\"unit\":\"ns\",\"value\":1}\n"

static FILE *complaints;
static int saved; /* stderr */

/* What the function says on stderr. */
static int catch_complaints(void **state)
{
	(void)state;
	complaints = tmpfile();
	saved = dup(STDERR_FILENO);
	return !complaints || saved < 0 || dup2(fileno(complaints), STDERR_FILENO) < 0;
}

static int let_complaints_go(void **state)
{
	(void)state;
	dup2(saved, STDERR_FILENO);
	close(saved);
	return fclose(complaints);
}

static int read_text(struct manifest *m, const char *text, size_t len)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, len ? len : 1, "r");
	int result;

	assert_non_null(in);
	if (!len)
		getc(in);
	result = manifest_read(m, in, "list");
	fclose(in);
	return result;
}

static void taken(const char *text, size_t n, const char *first, const char *last)
{
	struct manifest m;

	if (read_text(&m, text, strlen(text)) != 0)
		fail_msg("was not taken: %s", text);
	assert_int_equal(m.n, n);
	assert_string_equal(m.path[0], first);
	assert_string_equal(m.path[n - 1], last);
	manifest_free(&m);
	assert_int_equal(m.n, 0);
	manifest_free(&m);
}

static void refused(const char *text, size_t len, const char *wanted)
{
	struct manifest m;
	char said[512];
	ssize_t n;

	assert_int_equal(ftruncate(fileno(complaints), 0), 0);
	lseek(fileno(complaints), 0, SEEK_SET);
	if (read_text(&m, text, len) != -1)
		fail_msg("was taken: %s", text);
	assert_int_equal(m.n, 0);
	n = pread(fileno(complaints), said, sizeof said - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	if (!strstr(said, wanted) || strchr(said, '\n') != said + n - 1)
		fail_msg("'%s', wanted '%s'", said, wanted);
}

static void test_images(void **state)
{
	(void)state;
	taken(IMAGE("/tmp/a.img"), 1, "/tmp/a.img", "/tmp/a.img");
	taken(RUN IMAGE("a") SAMPLE IMAGE("b") "\n  \r\n" IMAGE("c") SAMPLE, 3, "a", "c");
	taken(IMAGE("a") IMAGE("a"), 2, "a", "a");
	taken(IMAGE("with \\\"quotes\\\" and \\u00e9 \\\\"), 1, "with \"quotes\" and \xc3\xa9 \\", "with \"quotes\" and \xc3\xa9 \\");
	taken("{\"name\":\"image\",\"data\":{\"path\":\"x\"},\"type\":\"event\"}", 1, "x", "x"); /* no newline at the end */
	taken("{\"type\":\"event\",\"name\":\"image\",\"data\":{\"path\":\"x\",\"more\":{\"path\":\"y\"}}}\r\n", 1, "x", "x");
}

/* Other records, even such as look like an image's. */
static void test_others(void **state)
{
	(void)state;
	taken("{}\n{\"type\":1}\n{\"type\":\"event\"}\n{\"type\":\"event\",\"name\":\"images\",\"data\":3}\n"
	      "{\"type\":\"sample\",\"name\":\"image\",\"data\":{\"path\":7,\"format\":\"qcow2\"}}\n" IMAGE("a"), 1, "a", "a");
}

static void test_many(void **state)
{
	size_t len = 0, room = 4000000;
	char *text = malloc(room);
	struct manifest m;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 20000; i++)
		len += (size_t)snprintf(text + len, room - len, IMAGE("/tmp/%d"), i);
	assert_true(len < room);
	assert_int_equal(read_text(&m, text, len), 0);
	assert_int_equal(m.n, 20000);
	assert_string_equal(m.path[19999], "/tmp/19999");
	manifest_free(&m);
	free(text);
}

static void test_no_image(void **state)
{
	(void)state;
	refused("", 0, "list: expected at least one image");
	refused(RUN SAMPLE, strlen(RUN SAMPLE), "list: expected at least one image");
}

static void test_broken(void **state)
{
	static const struct {
		const char *text, *wanted;
	} bad[] = {
		{"x", "list:1: expected "},
		{RUN "{\"type\":", "list:2: expected "},
		{RUN "\n[]\n", "list:3: expected "},
		{IMAGE("a") "{} {}\n" IMAGE("b"), "list:2: expected "},
		{"{\"type\":\"event\",\"name\":\"image\"}", "list:1: data: expected an object"},
		{"{\"type\":\"event\",\"name\":\"image\",\"data\":[1]}", "list:1: data: expected an object"},
		{"{\"type\":\"event\",\"name\":\"image\",\"data\":{}}", "list:1: data.path: expected "},
		{"{\"type\":\"event\",\"name\":\"image\",\"data\":{\"path\":1}}", "list:1: data.path: expected "},
		{"{\"type\":\"event\",\"name\":\"image\",\"data\":{\"path\":\"\"}}", "list:1: data.path: expected "},
		{"{\"type\":\"event\",\"name\":\"image\",\"data\":{\"path\":\"a\\u0000b\"}}", "list:1: data.path: expected "},
		{IMAGE("a") "{\"type\":\"event\",\"name\":\"image\",\"data\":{\"path\":\"b\",\"format\":\"qcow2\"}}",
		 "list:2: data.format: expected \"raw\""},
		{"{\"type\":\"event\",\"name\":\"image\",\"data\":{\"path\":\"b\",\"format\":null}}", "data.format"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused(bad[i].text, strlen(bad[i].text), bad[i].wanted);
	refused("{}\n\0{}\n", 7, "list:2: expected ");
}

static void test_long_lines(void **state)
{
	size_t len = 1 << 20;
	char *text = malloc(len + 1);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len + 1);
	memcpy(text, "{}", 2);
	refused(text, len, "list: expected at least one image");
	refused(text, len + 1, "list:1: expected a line of at most 1 MiB");
	free(text);
}

static void test_what_cannot_be_read(void **state)
{
	struct manifest m;
	FILE *in = fopen("/", "r");
	char said[200] = "";

	(void)state;
	assert_non_null(in);
	assert_int_equal(manifest_read(&m, in, "list"), -1);
	fclose(in);
	assert_true(pread(fileno(complaints), said, sizeof said - 1, 0) > 0);
	assert_non_null(strstr(said, "list: Is a directory"));
}

#define caught(test) cmocka_unit_test_setup_teardown(test, catch_complaints, let_complaints_go)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_many),
		caught(test_no_image),
		caught(test_broken),
		caught(test_long_lines),
		caught(test_what_cannot_be_read),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
