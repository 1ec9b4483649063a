#include <errno.h>
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

#include "../../cmd/fc-probe/fcmetrics.h"

#define LINE_1 "{\"utc_timestamp_ms\":1,\"latencies_us\":{\"load_snapshot\":1000}}\n"
#define LINE_2 "{\"utc_timestamp_ms\":2,\"latencies_us\":{\"load_snapshot\":2000,\"vmm_load_snapshot\":1500}}\n"

static char path[] = "/tmp/fcmetrics-test.XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void put(const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static void fails(int why)
{
	struct fcmetrics m;

	errno = 0;
	assert_int_equal(fcmetrics_read(path, &m), -1);
	if (errno != why)
		fail_msg("%s, wanted %s", strerror(errno), strerror(why));
}

static void loads(int64_t api)
{
	struct fcmetrics m;

	assert_int_equal(fcmetrics_read(path, &m), 0);
	assert_int_equal(m.api[FC_LOAD], api);
}

static void test_all_of_them(void **state)
{
	static const char line[] =
		"{\"utc_timestamp_ms\":1763733600000,\"api_server\":{\"process_startup_time_us\":5,\"load_snapshot\":7},"
		"\"latencies_us\":{\"full_create_snapshot\":1,\"diff_create_snapshot\":2,\"load_snapshot\":3,\"pause_vm\":4,"
		"\"resume_vm\":5,\"vmm_full_create_snapshot\":6,\"vmm_diff_create_snapshot\":7,\"vmm_load_snapshot\":8,"
		"\"vmm_pause_vm\":9,\"vmm_resume_vm\":10,\"vmm_\":11,\"other\":{\"a\":[1,2]}},\"logger\":{\"missed\":0}}";
	struct fcmetrics m;

	(void)state;
	assert_int_equal(fcmetrics_parse(line, sizeof line - 1, &m), 0);
	for (int i = 0; i < FC_LATENCIES; i++) {
		assert_int_equal(m.api[i], (i + 1) * 1000);
		assert_int_equal(m.vmm[i], (i + 6) * 1000);
	}
}

static void test_what_it_does_not_tell(void **state)
{
	static const char *const lines[] = {"{}", "{\"latencies_us\":{}}", "{\"latencies_us\":{\"pause_vm\":0,\"vmm_pause_vm\":0}}",
					    " {\"a\":[{\"latencies_us\":{\"pause_vm\":1}}]} \n"};
	struct fcmetrics m;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		memset(&m, 0x55, sizeof m);
		assert_int_equal(fcmetrics_parse(lines[i], strlen(lines[i]), &m), 0);
		for (int k = 0; k < FC_LATENCIES; k++) {
			assert_int_equal(m.api[k], -1);
			assert_int_equal(m.vmm[k], -1);
		}
	}
}

static void test_no_such_json(void **state)
{
	static const char *const lines[] = {
		"", "{", "[]", "1", "null", "{}{}", "{\"latencies_us\":1}", "{\"latencies_us\":[]}", "{\"latencies_us\":{",
		"{\"latencies_us\":{\"pause_vm\":-1}}", "{\"latencies_us\":{\"pause_vm\":1.5}}",
		"{\"latencies_us\":{\"pause_vm\":\"1\"}}", "{\"latencies_us\":{\"pause_vm\":null}}",
		"{\"latencies_us\":{\"pause_vm\":18446744073709551615}}", "{\"latencies_us\":{\"pause_vm\":9223372036854776}}",
		"{\"latencies_us\":{\"pause_vm\":1}", "{\"latencies_us\":{\"pause_vm\":1}}x", "{\"a\":nan}",
	};
	struct fcmetrics m;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (fcmetrics_parse(lines[i], strlen(lines[i]), &m) != -1)
			fail_msg("%s: was taken", lines[i]);
	}
}

static void test_the_largest(void **state)
{
	static const char line[] = "{\"latencies_us\":{\"pause_vm\":9223372036854775}}";
	struct fcmetrics m;

	(void)state;
	assert_int_equal(fcmetrics_parse(line, sizeof line - 1, &m), 0);
	assert_int_equal(m.api[FC_PAUSE], INT64_C(9223372036854775000));
}

static void test_the_last_whole_line(void **state)
{
	(void)state;
	put(LINE_1);
	loads(1000000);
	put(LINE_1 LINE_2);
	loads(2000000);
	put(LINE_1 LINE_2 "{\"utc_timestamp_ms\":3,\"latencies_us\":{\"load_sn");
	loads(2000000);
	put(LINE_2 LINE_1 "{}");
	loads(1000000);
	put("garbage\n" LINE_2);
	loads(2000000);
}

static void test_files_without(void **state)
{
	(void)state;
	put("");
	fails(ENODATA);
	put("{\"latencies_us\":{}}");
	fails(ENODATA);
	put("\n");
	fails(EPROTO);
	put(LINE_1 "garbage\n");
	fails(EPROTO);
	put(LINE_1 "\n");
	fails(EPROTO);
}

/* Lines end anywhere in what is read at once. */
static void test_lengths(void **state)
{
	static const size_t lens[] = {3000, 4090, 4091, 4092, 4093, 4094, 4095, 4096, 4097, 8190, 8192, 8193, 3000000};

	(void)state;
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		for (int last = 0; last < 3; last++) {
			FILE *out = fopen(path, "w");

			assert_non_null(out);
			fprintf(out, "%s{\"a\":\"%*s\",%s", last ? LINE_1 : "", (int)lens[i], "", strchr(LINE_2, '"'));
			if (last == 2)
				fprintf(out, "{\"b\":\"%*s", (int)lens[i], "");
			assert_int_equal(fclose(out), 0);
			loads(2000000);
		}
	}
}

static void test_other_files(void **state)
{
	struct fcmetrics m;
	char fifo[64];

	(void)state;
	assert_int_equal(fcmetrics_read("/nonexistent/metrics", &m), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(fcmetrics_read("/tmp", &m), -1);
	snprintf(fifo, sizeof fifo, "%s.fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(fcmetrics_read(fifo, &m), -1); /* without waiting for a writer */
	assert_int_equal(errno, EINVAL);
	unlink(fifo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_them),
		cmocka_unit_test(test_what_it_does_not_tell),
		cmocka_unit_test(test_no_such_json),
		cmocka_unit_test(test_the_largest),
		cmocka_unit_test(test_the_last_whole_line),
		cmocka_unit_test(test_files_without),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_other_files),
	};

	return cmocka_run_group_tests_name("fcmetrics", tests, make_file, remove_file);
}
