#include <errno.h>
#include <fcntl.h>
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

#include "lines.h"

static void expect_line(struct lines *l, const char *wanted, size_t wanted_len)
{
	const char *line;
	size_t len;

	assert_int_equal(lines_next(l, &line, &len), LINES_ONE);
	assert_int_equal(len, wanted_len);
	assert_memory_equal(line, wanted, len);
}

static void expect(struct lines *l, enum lines_result wanted)
{
	const char *line;
	size_t len;

	assert_int_equal(lines_next(l, &line, &len), wanted);
}

static void memory(void **state)
{
	static const char text[] = "a\n\nbc\r\n\0d\nlast";
	struct lines *l = lines_open_memory(text, sizeof text - 1, 100);

	(void)state;
	expect_line(l, "a", 1);
	assert_int_equal(lines_number(l), 1);
	expect_line(l, "", 0);
	expect_line(l, "bc\r", 3);
	expect_line(l, "\0d", 2);
	expect_line(l, "last", 4);
	assert_int_equal(lines_number(l), 5);
	expect(l, LINES_END);
	expect(l, LINES_END);
	lines_close(l);
	lines_close(NULL);
}

static void nothing(void **state)
{
	struct lines *l = lines_open_memory(NULL, 0, 10);

	(void)state;
	expect(l, LINES_END);
	lines_close(l);
	l = lines_open("/dev/null", 10);
	expect(l, LINES_END);
	lines_close(l);
}

static void too_long(void **state)
{
	struct lines *l = lines_open_memory("12345\n123456\n1\n1234567", 22, 5);

	(void)state;
	expect_line(l, "12345", 5);
	expect(l, LINES_TOO_LONG);
	assert_int_equal(lines_number(l), 2);
	expect_line(l, "1", 1);
	expect(l, LINES_TOO_LONG);
	assert_int_equal(lines_number(l), 4);
	expect(l, LINES_END);
	lines_close(l);
}

static char path[] = "/tmp/lines.XXXXXX";

static int make_file(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

/* Lines of many lengths around the size of the chunks that are read. */
static void file_of_odd_lengths(void **state)
{
	static const size_t lengths[] = {0, 1, 262143, 262144, 262145, 5, 524288, 1048576, 1048577, 3, 700000, 0, 2000000, 7};
	FILE *f = fopen(path, "w");

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		for (size_t k = 0; k < lengths[i]; k++)
			putc('a' + (int)((i + k) % 26), f);
		putc('\n', f);
	}
	fputs("end", f);
	fclose(f);
	struct lines *l = lines_open(path, 1 << 20);
	assert_non_null(l);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		const char *line;
		size_t len;
		enum lines_result result = lines_next(l, &line, &len);
		assert_int_equal(lines_number(l), i + 1);
		if (lengths[i] > 1 << 20) {
			assert_int_equal(result, LINES_TOO_LONG);
			continue;
		}
		assert_int_equal(result, LINES_ONE);
		assert_int_equal(len, lengths[i]);
		for (size_t k = 0; k < len; k++)
			assert_int_equal(line[k], 'a' + (int)((i + k) % 26));
	}
	expect_line(l, "end", 3);
	expect(l, LINES_END);
	lines_close(l);
}

/* A pipe hands lines out in pieces. */
static void pipe_in_pieces(void **state)
{
	int fd[2], saved = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(fd), 0);
	if (fork() == 0) {
		static const char text[] = "first\nsecond line\n\nlast";
		close(fd[0]);
		for (size_t i = 0; i < sizeof text - 1; i++) {
			if (write(fd[1], text + i, 1) != 1)
				_exit(1);
			if (i % 5 == 0)
				usleep(1000);
		}
		_exit(0);
	}
	close(fd[1]);
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	struct lines *l = lines_open("-", 100);
	expect_line(l, "first", 5);
	expect_line(l, "second line", 11);
	expect_line(l, "", 0);
	expect_line(l, "last", 4);
	expect(l, LINES_END);
	lines_close(l);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), 0); /* stdin was not its to close */
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void errors(void **state)
{
	(void)state;
	errno = 0;
	assert_null(lines_open("/nonexistent/file", 10));
	assert_int_equal(errno, ENOENT);
	assert_null(lines_open("/tmp", 10));
	assert_int_equal(errno, EISDIR);
	/* Reading at address 0 of a process fails. */
	struct lines *l = lines_open("/proc/self/mem", 10);
	if (!l)
		skip();
	expect(l, LINES_FAILED);
	assert_int_equal(errno, EIO);
	lines_close(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory),
		cmocka_unit_test(nothing),
		cmocka_unit_test(too_long),
		cmocka_unit_test(file_of_odd_lengths),
		cmocka_unit_test(pipe_in_pieces),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
