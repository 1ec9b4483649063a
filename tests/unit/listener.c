#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "listener.h"

static char directory[] = "/tmp/listener-test.XXXXXX";
static char path[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/socket", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void opened(struct listener *l, const char *text)
{
	char error[LISTENER_ERROR] = "";

	if (listener_open(l, text, error) != 0)
		fail_msg("%s: %s", text, error);
}

static void refused(const char *text, const char *why)
{
	char error[LISTENER_ERROR] = "";
	struct listener l;

	if (listener_open(&l, text, error) != -1)
		fail_msg("%s: was taken", text);
	if (!strstr(error, why))
		fail_msg("%s: '%s', wanted '%s'", text, error, why);
}

static int connect_unix(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), result;

	strcpy(address.sun_path, path);
	result = connect(fd, (struct sockaddr *)&address, sizeof address);
	close(fd);
	return result;
}

static void tcp_finds_a_port(void **state)
{
	struct listener l, second;
	unsigned port;

	(void)state;
	opened(&l, "127.0.0.1:0");
	assert_int_equal(sscanf(l.where, "http://127.0.0.1:%u", &port), 1);
	assert_true(port > 0 && !l.ipv6 && !l.path);
	opened(&second, ":0");
	assert_int_equal(strncmp(second.where, "http://127.0.0.1:", 17), 0);
	assert_string_not_equal(l.where, second.where);
	listener_close(&second, true);
	listener_close(&l, true);
}

static void tcp_of_ipv6_has_brackets(void **state)
{
	char error[LISTENER_ERROR];
	struct listener l;

	(void)state;
	if (listener_open(&l, "[::1]:0", error) < 0)
		skip(); /* no IPv6 here */
	assert_true(l.ipv6);
	assert_int_equal(strncmp(l.where, "http://[::1]:", 13), 0);
	listener_close(&l, true);
}

static void a_port_in_use_is_told(void **state)
{
	struct listener l;

	(void)state;
	opened(&l, "127.0.0.1:0");
	refused(l.where + strlen("http://"), "Address already in use");
	listener_close(&l, true);
}

static void what_is_no_address_is_told(void **state)
{
	char too_long[200];

	(void)state;
	refused("", "expected HOST:PORT");
	refused("127.0.0.1", "expected HOST:PORT");
	refused("127.0.0.1:", "expected HOST:PORT");
	refused("127.0.0.1:http", "expected HOST:PORT");
	refused("127.0.0.1:65536", "expected HOST:PORT");
	refused("127.0.0.1:999999999999", "expected HOST:PORT");
	refused("::1:80", "expected HOST:PORT");
	refused("[]:80", "expected HOST:PORT");
	refused("192.0.2.1:0", "Cannot assign requested address");
	refused("unix:", "no path");
	refused("/nonexistent-directory/socket", "No such file or directory");
	memset(too_long, 'x', sizeof too_long);
	too_long[0] = '/';
	too_long[sizeof too_long - 1] = '\0';
	refused(too_long, "at most 107 bytes");
}

static void a_socket_is_a_file_that_goes(void **state)
{
	struct listener l;
	struct stat st;

	(void)state;
	opened(&l, path);
	assert_int_equal(strncmp(l.where, "unix:/", 6), 0);
	assert_true(lstat(path, &st) == 0 && S_ISSOCK(st.st_mode));
	assert_int_equal(connect_unix(), 0);
	listener_close(&l, true);
	assert_int_equal(lstat(path, &st), -1);
}

static void one_left_behind_is_replaced(void **state)
{
	struct listener l;

	(void)state;
	opened(&l, path);
	/* As if the server had been killed. */
	close(l.fd);
	free(l.path);
	free(l.where);
	assert_int_equal(connect_unix(), -1);
	assert_int_equal(errno, ECONNREFUSED);
	opened(&l, path);
	assert_int_equal(connect_unix(), 0);
	listener_close(&l, true);
}

static void one_in_use_stays(void **state)
{
	struct listener l;

	(void)state;
	opened(&l, path);
	refused(path, "another server listens there");
	assert_int_equal(connect_unix(), 0);
	listener_close(&l, true);
}

static void another_file_stays(void **state)
{
	FILE *file = fopen(path, "w");

	(void)state;
	fclose(file);
	refused(path, "is there and is no socket");
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
}

/* Who took the name meanwhile keeps it. */
static void anothers_socket_is_not_removed(void **state)
{
	struct listener first, second;

	(void)state;
	opened(&first, path);
	unlink(path);
	opened(&second, path);
	listener_close(&first, true);
	assert_int_equal(connect_unix(), 0);
	listener_close(&second, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_finds_a_port),
		cmocka_unit_test(tcp_of_ipv6_has_brackets),
		cmocka_unit_test(a_port_in_use_is_told),
		cmocka_unit_test(what_is_no_address_is_told),
		cmocka_unit_test(a_socket_is_a_file_that_goes),
		cmocka_unit_test(one_left_behind_is_replaced),
		cmocka_unit_test(one_in_use_stays),
		cmocka_unit_test(another_file_stays),
		cmocka_unit_test(anothers_socket_is_not_removed),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
