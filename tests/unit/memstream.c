#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "memstream.h"

static void what_was_written_is_there(void **state)
{
	char *bytes;
	size_t len;
	FILE *f = memstream_open(&bytes, &len);
	(void)state;

	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(len, 0);
	assert_string_equal(bytes, "");
	free(bytes);

	f = memstream_open(&bytes, &len);
	for (int i = 0; i < 100000; i++)
		fprintf(f, "%07d", i);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(len, 700000);
	fwrite("\0x", 1, 3, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(len, 700003);
	assert_memory_equal(bytes + 699993, "0099999\0x", 9);
	assert_int_equal(bytes[len], 0);
	free(bytes);
}

static void no_memory_is_an_error(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
	(void)state;
	skip();
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	(void)state;
	skip();
#endif
#endif
	struct rlimit old, limit;
	char *bytes, *text = malloc(1 << 20);
	size_t len;
	FILE *f = memstream_open(&bytes, &len);
	bool failed = false;
	(void)state;

	memset(text, 'x', 1 << 20);
	assert_int_equal(getrlimit(RLIMIT_AS, &old), 0);
	limit = old;
	limit.rlim_cur = 256 << 20;
	assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
	for (int i = 0; i < 512 && !failed; i++)
		failed = fwrite(text, 1, 1 << 20, f) != 1 << 20 || fflush(f) != 0;
	assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
	assert_true(failed);
	assert_true(ferror(f));
	fclose(f);
	free(bytes);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_there),
		cmocka_unit_test(no_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
