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

#include "lines.h"

#include "../../cmd/http-load/feed.h"
#include "dying.h"

static struct feed *try_len(const char *text, size_t len, char **why)
{
	struct lines *lines = lines_open_memory(text, len, FEED_LINE_MAX);
	struct feed *feed = feed_read_lines(lines, "f", why);

	lines_close(lines);
	return feed;
}

static struct feed *rows(const char *text)
{
	char *why = NULL;
	struct feed *feed = try_len(text, strlen(text), &why);

	if (!feed)
		fail_msg("%s", why);
	return feed;
}

static void assert_value(const struct feed *feed, uint64_t seq, const char *column, const char *wanted)
{
	size_t len;
	const char *value = feed_value(feed, seq, feed_column(feed, column), &len);

	if (len != strlen(wanted) || memcmp(value, wanted, len) != 0)
		fail_msg("%s of %llu is %.*s", column, (unsigned long long)seq, (int)len, value);
}

static void values_are_text(void **state)
{
	struct feed *feed = rows("{\"s\":\"text\",\"i\":42,\"f\":1.50,\"e\":-1e3,\"t\":true,\"u\":false,\"n\":null,"
				 "\"o\": {\"a\": [1, 2]} ,\"a\":[ ],\"q\":\"a\\\"b\\\\c\\n\\u00e9\\ud83d\\ude00\",\"\":\"\"}");

	(void)state;
	assert_int_equal(feed_rows(feed), 1);
	assert_int_equal(feed_columns(feed), 11);
	assert_string_equal(feed_column_name(feed, 1), "i");
	assert_value(feed, 0, "s", "text");
	assert_value(feed, 0, "i", "42");
	assert_value(feed, 0, "f", "1.50");
	assert_value(feed, 0, "e", "-1e3");
	assert_value(feed, 0, "t", "true");
	assert_value(feed, 0, "u", "false");
	assert_value(feed, 0, "n", "");
	assert_value(feed, 0, "o", "{\"a\": [1, 2]}");
	assert_value(feed, 0, "a", "[ ]");
	assert_value(feed, 0, "q", "a\"b\\c\n\xc3\xa9\xf0\x9f\x98\x80");
	assert_value(feed, 0, "", "");
	assert_int_equal(feed_column(feed, "x"), -1);
	assert_int_equal(feed_control(feed, feed_column(feed, "q")), 1);
	assert_int_equal(feed_control(feed, feed_column(feed, "s")), 0);
	feed_free(feed);
}

static void rows_come_round(void **state)
{
	struct feed *feed = rows("{\"id\":10}\n\n  \t\r\n{\"id\":11}\r\n{\"id\":12}");

	(void)state;
	assert_int_equal(feed_rows(feed), 3);
	for (uint64_t seq = 0; seq < 12; seq++) {
		char wanted[8];
		snprintf(wanted, sizeof wanted, "%d", 10 + (int)(seq % 3));
		assert_value(feed, seq, "id", wanted);
	}
	assert_value(feed, UINT64_MAX, "id", "10"); /* 2^64 - 1 is a multiple of 3 */
	feed_free(feed);
}

static void columns_may_come_in_any_order_and_late(void **state)
{
	struct feed *feed = rows("{\"a\":1,\"b\":2,\"c\":3}\n{\"c\":6,\"a\":4,\"b\":5}\n{}\n{\"d\":9,\"b\":8}\n"
				 "{\"\\u0061\":\"esc\",\"d\":\"\"}\n");

	(void)state;
	assert_int_equal(feed_columns(feed), 4);
	assert_value(feed, 0, "a", "1");
	assert_value(feed, 0, "b", "2");
	assert_value(feed, 0, "c", "3");
	assert_value(feed, 0, "d", "");
	assert_value(feed, 1, "a", "4");
	assert_value(feed, 1, "b", "5");
	assert_value(feed, 1, "c", "6");
	for (int i = 0; i < 4; i++)
		assert_value(feed, 2, feed_column_name(feed, (size_t)i), "");
	assert_value(feed, 3, "a", "");
	assert_value(feed, 3, "b", "8");
	assert_value(feed, 3, "d", "9");
	assert_value(feed, 4, "a", "esc");
	feed_free(feed);
}

static void errors_name_the_line(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"", "f: expected at least one row, such as {\"id\":1}"},
		{"\n\n", "f: expected at least one row, such as {\"id\":1}"},
		{"{\"id\":1}\nx\n", "f:2: expected an object"},
		{"[1]\n", "f:1: expected an object"},
		{"\n\n5\n", "f:3: expected an object"},
		{"{\"a\":1} x", "f:1: expected nothing behind the object"},
		{"{\"a\":1}{\"a\":2}", "f:1: expected nothing behind the object"},
		{"{\"a\":1", "f:1: expected ',' or '}'"},
		{"{\"a\":01}", "f:1: a: expected a number without leading zeros"},
		{"{\"a\":nan}", "f:1: a: expected null"},
		{"{\"a\":\"\x80\"}", "f:1: a: expected valid UTF-8"},
		{"{\"a\":\"x\\u0000\"}", "f:1: a: expected no \\u0000 in a string"},
		{"{\"a\":\"\\ud800\"}", "f:1: a: expected a valid escape"},
		{"{\"b\":1,\"a\":1,\"a\":2}", "f:1: a: expected each member once"},
		{"{\"a\":1,\"\\u0061\":2}", "f:1: \\u0061: expected each member once"},
		{"{\"\\u0000\":2}", "f:1: \\u0000: expected at most 1000 columns, and no \\u0000 in their names"},
		{"{a:1}", "f:1: expected a key in double quotes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *why = NULL;
		struct feed *feed = try_len(cases[i].text, strlen(cases[i].text), &why);

		if (feed)
			fail_msg("%s is taken", cases[i].text);
		assert_string_equal(why, cases[i].why);
		free(why);
	}
}

static void has_its_limits(void **state)
{
	size_t len = FEED_LINE_MAX + 1;
	char *text = malloc(len + 1), *why = NULL;
	struct feed *feed;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + len - 3, "\"}\n", 3);
	feed = try_len(text, len, &why); /* the line is as long as it may be */
	assert_non_null(feed);
	feed_free(feed);
	memcpy(text + len - 3, "x\"}", 3);
	assert_null(try_len(text, len, &why));
	assert_string_equal(why, "f:1: expected a line of at most 1 MiB");
	free(why);

	/* a string of nothing but escapes needs the most room */
	for (size_t i = 6; i + 4 < len; i += 2)
		memcpy(text + i, "\\n", 2);
	memcpy(text + len - 3, "\"}\n", 3);
	feed = try_len(text, len, &why);
	assert_non_null(feed);
	feed_free(feed);

	size_t at = 0;
	for (int i = 0; i <= FEED_COLUMNS_MAX; i++)
		at += (size_t)sprintf(text + at, "%c\"c%d\":%d", i ? ',' : '{', i, i);
	assert_null(try_len(text, (size_t)sprintf(text + at, "}") + at, &why));
	assert_string_equal(why, "f:1: c1000: expected at most 1000 columns, and no \\u0000 in their names");
	free(why);
	text[strrchr(text, ',') - text] = '}';
	text[strrchr(text, '}') - text] = '\0';
	*(strrchr(text, '}') + 1) = '\0';
	feed = try_len(text, strlen(text), &why);
	assert_non_null(feed);
	assert_int_equal(feed_columns(feed), FEED_COLUMNS_MAX);
	assert_value(feed, 0, "c999", "999");
	feed_free(feed);
	free(text);
}

static void many_rows_stay_what_they_are(void **state)
{
	enum { N = 20000 };
	char *text = malloc(N * 48), wanted[32];
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < N; i++)
		len += (size_t)sprintf(text + len, i % 2 ? "{\"id\":%d,\"name\":\"n%d\"}\n" : "{\"id\":%d,\"n\\u0061me\":\"\\u006e%d\"}\n", i, i);
	struct feed *feed = rows(text);
	free(text);
	assert_int_equal(feed_rows(feed), N);
	for (uint64_t i = 0; i < N; i++) {
		sprintf(wanted, "n%d", (int)i);
		assert_value(feed, i, "name", wanted);
		assert_value(feed, i, "id", wanted + 1);
	}
	/* a row is its texts and a few bytes a column */
	assert_true(feed_memory(feed) < N * (8 + 12 + 12));
	feed_free(feed);
}

static const char *path;

static void read_path(void)
{
	feed_free(feed_read(path));
}

static void bad_files_end_the_program(void **state)
{
	char name[] = "/tmp/feed-XXXXXX", wanted[256];
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "{\"id\":1}\n{\n", 11), 11);
	close(fd);
	path = name;
	snprintf(wanted, sizeof wanted, "tool: %s:2: expected ',' or '}'\n", name);
	assert_dies(read_path, wanted);
	unlink(name);
	snprintf(wanted, sizeof wanted, "tool: %s: No such file or directory\n", name);
	assert_dies(read_path, wanted);
	path = "/";
	assert_dies(read_path, "tool: /: Is a directory\n");
}

/* Standard input as what name is. */
static void read_stdin_from(const char *name)
{
	int fd = open(name, O_RDWR | O_NOCTTY);

	if (fd < 0)
		_exit(98);
	dup2(fd, STDIN_FILENO);
	path = "-";
	read_path();
}

static const char *terminal;

static void read_terminal(void)
{
	read_stdin_from(terminal);
}

static void read_nothing(void)
{
	read_stdin_from("/dev/null");
}

static void standard_input_must_hold_something(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	(void)state;
	assert_dies(read_nothing, "tool: standard input: expected at least one row, such as {\"id\":1}\n");
	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
		skip(); /* no terminals here */
	terminal = ptsname(master);
	assert_non_null(terminal);
	assert_dies(read_terminal, "tool: --data -: standard input is a terminal: pipe rows into it\n");
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_text),
		cmocka_unit_test(rows_come_round),
		cmocka_unit_test(columns_may_come_in_any_order_and_late),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(has_its_limits),
		cmocka_unit_test(many_rows_stay_what_they_are),
		cmocka_unit_test(bad_files_end_the_program),
		cmocka_unit_test(standard_input_must_hold_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
