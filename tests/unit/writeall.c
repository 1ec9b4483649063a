#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "writeall.h"

#define BYTES (1 << 20) /* more than a pipe holds */

static void writes_more_than_goes_at_once(void **state)
{
	char *bytes = malloc(BYTES), *got = malloc(BYTES);
	size_t len = 0;
	int ends[2], status;
	pid_t writer;
	ssize_t n;
	(void)state;

	assert_true(bytes && got);
	for (size_t i = 0; i < BYTES; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	assert_int_equal(pipe(ends), 0);
	writer = fork();
	if (writer == 0) {
		close(ends[0]);
		_exit(write_all(ends[1], bytes, BYTES) != 0);
	}
	close(ends[1]);
	while (len < BYTES && (n = read(ends[0], got + len, BYTES - len)) > 0)
		len += (size_t)n;
	assert_int_equal(len, BYTES);
	assert_memory_equal(got, bytes, BYTES);
	close(ends[0]);
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
	free(bytes);
	free(got);
}

static void tells_what_failed(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), ends[2];
	(void)state;

	assert_int_equal(write_all(full, "x", 1), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(write_all(full, "", 0), 0);
	close(full);
	assert_int_equal(write_all(full, "x", 1), -1);
	assert_int_equal(errno, EBADF);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write_all(ends[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_more_than_goes_at_once), cmocka_unit_test(tells_what_failed),
	};

	return cmocka_run_group_tests_name("writeall", tests, NULL, NULL);
}
