#include "guest.h"


#include "../../cmd/fc-probe/exec.h"
#include "../../cmd/fc-probe/sentinel.h"
#include "entries.h"

static char why[EXEC_WHY];
static struct exec_result result;

static int run(const char *command, int64_t patience)
{
	struct until until = within(patience);

	*why = '\0';
	return exec_vsock(guest_path, PORT, command, &until, &result, why);
}

static void in_order(void)
{
	assert_true(result.begin > 0);
	assert_true(result.begin <= result.connected);
	assert_true(result.connected <= result.first_byte);
	assert_true(result.first_byte <= result.done);
}

static void ran(const char *command, int status)
{
	if (run(command, PATIENCE) != 0)
		fail_msg("%s: %s", command, why);
	assert_int_equal(result.status, status);
	in_order();
}

static void fails(const char *command, int64_t patience, const char *wanted, int error)
{
	int failed = run(command, patience), got = errno;

	assert_int_equal(failed, -1);
	if (!strstr(why, wanted))
		fail_msg("%s: '%s', wanted '%s'", command, why, wanted);
	if (error && got != error)
		fail_msg("%s: %s, wanted %s", command, strerror(got), strerror(error));
}

static void parsed(const char *text, enum exec_kind kind, unsigned port, const char *host)
{
	struct exec_way way;
	const char *expected;

	if (exec_parse(text, &way, &expected) != 0)
		fail_msg("%s: %s", text, expected);
	assert_int_equal(way.kind, kind);
	assert_int_equal(way.port, port);
	if (host)
		assert_string_equal(way.host, host);
	else
		assert_null(way.host);
}

static void refused(const char *text)
{
	struct exec_way way;
	const char *expected = NULL;

	if (exec_parse(text, &way, &expected) != -1)
		fail_msg("%s: was taken", text);
	assert_non_null(expected);
}

static void test_ways(void **state)
{
	static const char *const bad[] = {
		"", "vsock", "vsock:", "vsock:0", "vsock:-1", "vsock:+1", "vsock: 1", "vsock:1 ", "vsock:1x", "vsock:4294967295",
		"vsock:18446744073709551617", "vsock:99999999999999999999999", "tcp:1", "ssh", "ssh:", "ssh:@", "ssh:root@",
		"ssh:@host", "ssh:-oProxyCommand=x", "ssh:root@-oProxyCommand=x", "ssh:a b", "ssh:root@h;x", "ssh:a\nb",
		"ssh:$(x)@h", "ssh:h\xc3\xa9", "VSOCK:1",
	};

	(void)state;
	parsed("vsock:1", EXEC_VSOCK, 1, NULL);
	parsed("vsock:52", EXEC_VSOCK, 52, NULL);
	parsed("vsock:4294967294", EXEC_VSOCK, 4294967294U, NULL);
	parsed("ssh:root@172.16.0.2", EXEC_SSH, 0, "root@172.16.0.2");
	parsed("ssh:guest", EXEC_SSH, 0, "guest");
	parsed("ssh:me@domain@host", EXEC_SSH, 0, "me@domain@host");
	parsed("ssh:ssh://root@host:2222", EXEC_SSH, 0, "ssh://root@host:2222");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused(bad[i]);
}

static void test_commands(void **state)
{
	pid_t pid = guest_start(guest_shell, 0);

	(void)state;
	ran("true", 0);
	ran("false", 1);
	ran("echo hello", 0);
	ran("sh -c 'exit 255'", 255);
	ran("sh -c 'kill -9 $$'", 137);
	ran("(exit 42)", 42);
	ran("printf abc", 0); /* no newline at its end */
	ran("echo to stderr >&2", 0);
	ran("no-such-command", 127);
	ran("cd / && test -d etc", 0);
	ran("a=1; b=2; test $a = $b", 1);
	ran("set -x; true", 0);
	ran("set -v; true", 0);
	ran("printf 'a\\nb %d\\n' 0", 0);
	guest_stop(pid);
}

static void test_commands_that_end_their_shell(void **state)
{
	pid_t pid = guest_start(guest_shell, 0);

	(void)state;
	fails("exit 3", PATIENCE, "the shell ended without a word", ECONNRESET);
	fails("echo last words; exit 3", PATIENCE, "the shell ended before the command's end", ECONNRESET);
	fails("exec true", PATIENCE, "ended", ECONNRESET);
	fails("if", PATIENCE, "ended", ECONNRESET); /* no sh */
	guest_stop(pid);
}

static void test_what_is_no_command(void **state)
{
	(void)state;
	fails("true\nfalse", PATIENCE, "newline", EINVAL);
	fails("true\n", PATIENCE, "newline", EINVAL);
	fails("", PATIENCE, "empty", EINVAL);
}

/* Longer than a line that is put together on the stack, and longer than a socket takes at once. */
static void test_long_commands(void **state)
{
	static const size_t lens[] = {4000, 8119, 8120, 8192, 100000, 1000000};
	pid_t pid = guest_start(guest_shell, 0);

	(void)state;
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		char *command = malloc(lens[i] + 1);

		assert_non_null(command);
		memset(command, ' ', lens[i]);
		memcpy(command, "(exit", 5);
		memcpy(command + lens[i] - 2, "7)", 3);
		ran(command, 7);
		free(command);
	}
	guest_stop(pid);
}

static void test_much_output(void **state)
{
	pid_t pid = guest_start(guest_shell, 0);

	(void)state;
	ran("head -c 30000000 /dev/zero", 0);
	ran("yes | head -c 20000000; (exit 9)", 9);
	guest_stop(pid);
}

static void test_it_does_not_end(void **state)
{
	pid_t pid = guest_start(guest_shell, 0);

	(void)state;
	fails("sleep 100", WHILE, "no output in time", ETIMEDOUT);
	guest_stop(pid);
	pid = guest_start(guest_shell, 0);
	fails("echo begun; sleep 100", WHILE, "in time", ETIMEDOUT);
	guest_stop(pid);
	pid = guest_start(guest_shell, 0);
	fails("yes", WHILE, "in time", ETIMEDOUT); /* output without end is no reason to go on */
	guest_stop(pid);
	pid = guest_start(guest_silent, 0);
	fails("true", WHILE, "no answer to CONNECT in time", ETIMEDOUT);
	guest_stop(pid);
}

static void test_cancelled(void **state)
{
	struct until until = within(PATIENCE);
	pid_t pid = guest_start(guest_shell, 0);
	int stop[2];

	(void)state;
	assert_int_equal(pipe(stop), 0);
	assert_int_equal(write(stop[1], "x", 1), 1);
	until.stop = stop[0];
	assert_int_equal(exec_vsock(guest_path, PORT, "yes", &until, &result, why), -1);
	assert_int_equal(errno, ECANCELED);
	assert_string_equal(why, "vsock port 52: cancelled");
	close(stop[0]);
	close(stop[1]);
	guest_stop(pid);
}

static void test_nobody_there(void **state)
{
	pid_t pid = guest_start(guest_refuses, 0);

	(void)state;
	fails("true", PATIENCE, "vsock port 52: nobody listens", ECONNREFUSED);
	guest_stop(pid);
	fails("true", PATIENCE, "vsock port 52: No such file", ENOENT);
}

static void test_failures_leave_no_descriptor(void **state)
{
	pid_t pid = guest_start(guest_shell, 0);
	int before = descriptors();

	(void)state;
	fails("exit 3", PATIENCE, "ended", 0);
	ran("true", 0);
	fails("sleep 100", WHILE, "in time", ETIMEDOUT);
	assert_int_equal(descriptors(), before);
	guest_stop(pid);
}

/* A guest that answers as it likes: @ is the nonce, ^ all of it but its last byte; bytes come one by one or together. */
static const char *says;
static int slowly, hangs;

static void malicious(int fd)
{
	static char line[4096];
	char nonce[64], text[4096] = "", *at;
	size_t n = 0;

	guest_accept(fd);
	guest_line(fd, line, sizeof line);
	at = strstr(line, "printf '\\n");
	if (!at || sscanf(at + 10, "%63s", nonce) != 1)
		_exit(1);
	for (const char *c = says; *c; c++) {
		size_t len = *c == '@' ? strlen(nonce) : *c == '^' ? strlen(nonce) - 1 : 1;

		memcpy(text + n, *c == '@' || *c == '^' ? nonce : c, len);
		n += len;
	}
	for (size_t i = 0; i < n; i += slowly ? 1 : n) {
		if (send(fd, text + i, slowly ? 1 : n, MSG_NOSIGNAL) < 0)
			_exit(0);
	}
	while (hangs)
		pause();
}

static void test_sentinels(void **state)
{
	static const struct {
		const char *says;
		int status;
	} good[] = {
		{"\n@ 0\n", 0},
		{"\n@ 255\nmore\n", 255},
		{"\n@ 7\r\n", 7}, /* of a terminal */
		{"\n@ 007\n", 7},
		{"\n\n\n@ 3\n", 3},
		{"x\n^\n@ 3\n", 3},
		{"\n@ \n@ 3\n", 3},
		{"\n@  1\n@ 3\n", 3},
		{"\n@ x\n@ 3\n", 3},
		{"\n@ 1x\n@ 3\n", 3},
		{"\n@ 1 \n@ 3\n", 3},
		{"\n@ 1\r\r\n@ 3\n", 3},
		{"\n@ \r\n@ 3\n", 3},
		{"\n@ 1\r2\n@ 3\n", 3},
		{"\n@ 0000\n@ 3\n", 3},
		{"\n@ -1\n@ 3\n", 3},
		{"@ 1\n@ 3\n", 3},    /* not at the begin of a line: the next one is */
		{"x@ 1\nx@ 2\n\n@ 3\n", 3},
		{"\n @ 1\n@ 3\n", 3},
		{"\n0190b3a0-0000-7000-8000-000000000000 1\n@ 3\n", 3},
		{"\n^ 1\n@ 3\n", 3},
		{"\n@x 1\n@ 3\n", 3},
		{"printf '\\n@ %d\\n' $?\r\n\r\n@ 3\r\n", 3}, /* a terminal's echo */
	};

	(void)state;
	hangs = 0;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		for (slowly = 0; slowly < 2; slowly++) {
			pid_t pid;

			says = good[i].says;
			pid = guest_start(malicious, 0);
			if (run("true", PATIENCE) != 0)
				fail_msg("%s: %s", says, why);
			if (result.status != good[i].status)
				fail_msg("%s: %d", says, result.status);
			in_order();
			guest_stop(pid);
		}
	}
}

static void test_what_is_no_sentinel(void **state)
{
	static const char *const bad[] = {"\n@ 1", "\n@ ", "\n@", "\n^", "\n@ 1 \n", "\n@ 1000\n", "@ 1\n", "x"};
	pid_t pid;

	(void)state;
	slowly = 0;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		says = bad[i];
		hangs = 0;
		pid = guest_start(malicious, 0);
		fails("true", PATIENCE, "the shell ended before the command's end was told", ECONNRESET);
		guest_stop(pid);
		hangs = 1;
		pid = guest_start(malicious, 0);
		fails("true", WHILE, "in time", ETIMEDOUT);
		guest_stop(pid);
	}
	hangs = 0;
	says = "\n@ 256\n";
	pid = guest_start(malicious, 0);
	fails("true", PATIENCE, "an exit status over 255", EPROTO);
	guest_stop(pid);
}

static void test_nonces_differ(void **state)
{
	char tail[SENTINEL_TAIL], other[SENTINEL_TAIL];
	struct sentinel s;
	size_t len = sentinel_make(&s, tail);

	(void)state;
	assert_int_equal(len, strlen(tail));
	len = sentinel_make(&s, other);
	assert_int_equal(len, strlen(other));
	assert_string_not_equal(tail, other);
}

static void test_round_trips(void **state)
{
	struct until until = within(PATIENCE);
	pid_t pid = guest_start(guest_shell, 0);
	int64_t trips[1100] = {0};

	(void)state;
	if (exec_round_trips(guest_path, PORT, &until, trips, 1100, why) != 0)
		fail_msg("%s", why);
	for (int i = 0; i < 1100; i++)
		assert_true(trips[i] > 0);
	assert_int_equal(exec_round_trips(guest_path, PORT, &until, trips, 0, why), 0);
	guest_stop(pid);
}

/* Each line is answered with the number of the one before. */
static void answers_late(int fd)
{
	char line[128], before[128] = "x 0\n";

	guest_accept(fd);
	for (;;) {
		guest_line(fd, line, sizeof line);
		if (strncmp(line, "echo ", 5) != 0)
			return;
		if (strcmp(before, "x 0\n") == 0)
			guest_say(fd, line + 5);
		else
			guest_say(fd, before);
		snprintf(before, sizeof before, "%.120s", line + 5);
	}
}

static void test_round_trips_that_fail(void **state)
{
	struct until until = within(PATIENCE);
	int64_t trips[8];
	pid_t pid = guest_start(answers_late, 0);

	(void)state;
	assert_int_equal(exec_round_trips(guest_path, PORT, &until, trips, 2, why), -1);
	assert_non_null(strstr(why, "the answer to another line"));
	guest_stop(pid);
	pid = guest_start(guest_accept, 0);
	assert_int_equal(exec_round_trips(guest_path, PORT, &until, trips, 2, why), -1);
	assert_true(strstr(why, "ended") || strstr(why, "pipe"));
	guest_stop(pid);
	pid = guest_start(guest_silent, 0);
	until = within(WHILE);
	assert_int_equal(exec_round_trips(guest_path, PORT, &until, trips, 2, why), -1);
	assert_int_equal(errno, ETIMEDOUT);
	guest_stop(pid);
	assert_int_equal(exec_round_trips(guest_path, PORT, &until, trips, 2, why), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_commands_that_end_their_shell),
		cmocka_unit_test(test_what_is_no_command),
		cmocka_unit_test(test_long_commands),
		cmocka_unit_test(test_much_output),
		cmocka_unit_test(test_it_does_not_end),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_failures_leave_no_descriptor),
		cmocka_unit_test(test_sentinels),
		cmocka_unit_test(test_what_is_no_sentinel),
		cmocka_unit_test(test_nonces_differ),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_round_trips_that_fail),
	};

	return cmocka_run_group_tests_name("fc-exec", tests, guest_make_directory, guest_remove_directory);
}
