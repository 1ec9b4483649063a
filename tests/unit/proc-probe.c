#include "probing.h"

/* --- what is taken and what is not --- */

static void kinds_have_names(void **state)
{
	static const char *const names[] = {"tcp", "http", "unix", "file", "fd", "notify", "log"};
	static const char *const texts[] = {"tcp:1", "http:localhost/", "unix:/a", "file:a", "fd", "notify", "log:a"};
	(void)state;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct probe p;

		assert_string_equal(probe_kind_name((enum probe_kind)i), names[i]);
		parsed(&p, texts[i], PROBE_READY);
		assert_int_equal(p.kind, i);
		assert_int_equal(p.fd, -1);
		assert_true(p.due == INT64_MAX);
		probe_free(&p);
		probe_free(&p);
	}
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{"", "tcp:[HOST:]PORT"},
		{"tcp", "[HOST:]PORT behind tcp:"},
		{"tcp:", "[HOST:]PORT behind tcp:"},
		{"tcpx:1", "tcp:[HOST:]PORT"},
		{"tcp:0", "1 to 65535"},
		{"tcp:65536", "1 to 65535"},
		{"tcp:-1", "1 to 65535"},
		{"tcp:localhost", "1 to 65535"},
		{"tcp:localhost:", "1 to 65535"},
		{"tcp:[zz::1]:80", "a host with an address (zz::1"},
		{"https://localhost/", "https is not spoken here"},
		{"http:https://localhost/", "https is not spoken here"},
		{"http:ftp://localhost/", "http://"},
		{"http://", "a host"},
		{"http://user:word@localhost/", "without a name and a password"},
		{"http://localhost:0/", "a port of 1 to 65535"},
		{"http://localhost/a b", "without spaces"},
		{"http://[::1/", "']'"},
		{"unix:", "a path"},
		{"file", "a path"},
		{"fd:2", "3 to 65535"},
		{"fd:3x", "3 to 65535"},
		{"fd:", "a descriptor's number"},
		{"notify:", "nothing"},
		{"notify:x", "notify alone"},
		{"log:", "a regular expression"},
		{"log:(", "regular expression behind log: ("},
	};
	(void)state;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct probe p;

		assert_int_equal(probe_parse(&p, wrong[i].text, PROBE_READY, INTERVAL), -1);
		if (strncmp(p.why, "expected ", 9) != 0 || !strstr(p.why, wrong[i].why)) {
			print_error("%s: %s\n", wrong[i].text, p.why);
			fail();
		}
		probe_free(&p);
	}
	struct probe p;
	assert_int_equal(probe_parse(&p, "fd", PROBE_CHANGE, INTERVAL), -1);
}

/* --- fd --- */

static void a_newline_on_a_descriptor(void **state)
{
	struct probe p;
	int64_t since;
	int theirs;
	(void)state;

	armed(&p, "fd:7", PROBE_READY);
	assert_int_equal(p.give_number, 7);
	assert_true(p.give_fd > 2);
	assert_int_equal(fcntl(p.give_fd, F_GETFL) & O_NONBLOCK, 0);
	theirs = dup(p.give_fd);
	probe_given(&p);
	is_not_seen(&p);
	assert_int_equal(write(theirs, "no end", 6), 6);
	is_not_seen(&p);
	since = clock_now();
	assert_int_equal(write(theirs, "of\nit", 5), 5);
	is_seen(&p, since);
	assert_int_equal(p.bound, 0);
	assert_int_equal(p.fd, -1);
	close(theirs);

	/* Again, and another pipe. */
	assert_int_equal(probe_arm(&p, 0), 0);
	assert_false(p.seen);
	theirs = dup(p.give_fd);
	probe_given(&p);
	assert_int_equal(write(theirs, "\n", 1), 1);
	is_seen(&p, since);
	close(theirs);
	probe_free(&p);
}

static void a_descriptor_closed_without_a_newline(void **state)
{
	struct probe p;
	int theirs;
	(void)state;

	armed(&p, "fd", PROBE_READY);
	assert_int_equal(p.give_number, 3);
	theirs = dup(p.give_fd);
	probe_given(&p);
	assert_int_equal(write(theirs, "ready", 5), 5);
	close(theirs);
	until_seen(&p);
	assert_false(p.seen);
	assert_true(p.failed);
	assert_string_equal(p.why, "it closed descriptor 3 without a newline");
	assert_int_equal(probe_arm(&p, 0), 0);
	assert_false(p.failed);
	probe_free(&p);
}

/* --- log --- */

static void said(struct probe *p, int stream, const char *text)
{
	probe_output(p, stream, text, strlen(text), clock_now());
}

static void lines_are_put_together_for_each_stream(void **state)
{
	struct probe p;
	(void)state;

	armed(&p, "log:^listening on [0-9]+$", PROBE_READY);
	said(&p, 1, "starting\nliste");
	said(&p, 2, "ning on 80\n");
	assert_false(p.seen);
	said(&p, 2, "listening on ");
	said(&p, 1, "ning on x80\n");
	assert_false(p.seen);
	said(&p, 1, "now listening on 80\n");
	assert_false(p.seen);
	said(&p, 2, "80");
	assert_false(p.seen);
	probe_output(&p, 2, "\nmore", 5, 123);
	assert_true(p.seen);
	assert_int_equal(p.when, 123);
	assert_int_equal(p.bound, 0);
	said(&p, 2, "listening on 80\n");
	assert_int_equal(p.when, 123);

	/* What an earlier process left behind is not the beginning of a line of the next one. */
	said(&p, 1, "not ");
	assert_int_equal(probe_arm(&p, 0), 0);
	assert_false(p.seen);
	said(&p, 1, "listening on 80\r\n");
	assert_true(p.seen);
	probe_free(&p);
}

static void a_line_begun_before_the_change_is_one(void **state)
{
	struct probe p;
	(void)state;

	parsed(&p, "log:^reloaded", PROBE_CHANGE);
	said(&p, 1, "reloaded\nnot ");
	assert_false(p.seen);
	assert_int_equal(probe_arm(&p, 0), 0);
	said(&p, 1, "reloaded\n");
	assert_false(p.seen);
	said(&p, 1, "\nreloaded\n");
	assert_true(p.seen);
	probe_free(&p);
}

static void a_last_line_needs_no_newline(void **state)
{
	struct probe p;
	(void)state;

	armed(&p, "log:ready", PROBE_READY);
	probe_output(&p, 1, NULL, 0, 5);
	said(&p, 1, "ready");
	assert_false(p.seen);
	probe_output(&p, 2, NULL, 0, 6);
	assert_false(p.seen);
	probe_output(&p, 1, NULL, 0, 7);
	assert_true(p.seen);
	assert_int_equal(p.when, 7);
	probe_free(&p);
}

static void lines_with_nul_and_long_ones(void **state)
{
	static char flood[100000];
	struct probe p;
	(void)state;

	armed(&p, "log:end$", PROBE_READY);
	probe_output(&p, 1, "a\0b end", 7, 1);
	assert_false(p.seen);
	probe_output(&p, 1, "\n", 1, 2);
	assert_true(p.seen);

	/* What lies behind the first 8 KiB is not looked at, nor is it a line of its own. */
	memset(flood, 'x', sizeof flood);
	assert_int_equal(probe_arm(&p, 0), 0);
	for (size_t i = 0; i < sizeof flood; i += 1000)
		probe_output(&p, 1, flood + i, 1000, 3);
	said(&p, 1, "end\n");
	assert_false(p.seen);
	said(&p, 1, "end\n");
	assert_true(p.seen);

	/* And where they match they do at once. */
	probe_free(&p);
	armed(&p, "log:^x", PROBE_READY);
	probe_output(&p, 1, flood, (8 << 10) - 1, 4);
	assert_false(p.seen);
	probe_output(&p, 1, flood, 1, 5);
	assert_true(p.seen);
	probe_free(&p);
}

/* --- notify --- */

static void address_of(const struct probe *p, struct sockaddr_un *at, socklen_t *len)
{
	const char *name = p->give_env + strlen("NOTIFY_SOCKET=@");

	assert_int_equal(strncmp(p->give_env, "NOTIFY_SOCKET=@", 15), 0);
	*at = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(at->sun_path + 1, name, strlen(name));
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

/* Whether it was taken. */
static int tell(const struct probe *p, const char *text, size_t n)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error;
	struct sockaddr_un at;
	socklen_t len;

	address_of(p, &at, &len);
	error = sendto(fd, text, n, 0, (struct sockaddr *)&at, len) == (ssize_t)n ? 0 : errno;
	close(fd);
	return error;
}

static void told(const struct probe *p, const char *text)
{
	assert_int_equal(tell(p, text, strlen(text)), 0);
}

static void ready_is_one_line_of_what_is_told(void **state)
{
	static const char *const others[] = {"", "\n", "READY=0", "READY=1x", "XREADY=1",
					     "READY=", "ready=1", "READY=1 ", "=1"};
	static const char nul[] = "READY=1\0\n", nul_at_end[] = "READY=1";
	static char flood[100000];
	struct probe p;
	int64_t since;
	(void)state;

	armed(&p, "notify", PROBE_READY);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		told(&p, others[i]);
		is_not_seen(&p);
	}
	assert_int_equal(tell(&p, nul, sizeof nul - 1), 0);
	is_not_seen(&p);
	told(&p, "STATUS=loading \x1b[2J\nMAINPID=x\nMAINPID=99999999999\nMAINPID=-3");
	is_not_seen(&p);
	assert_string_equal(p.why, "it says: loading ?[2J");
	assert_int_equal(p.main_pid, 0);
	told(&p, "MAINPID=18446744073709551617");
	is_not_seen(&p);
	assert_int_equal(p.main_pid, 0);
	told(&p, "ERRNO=2");
	is_not_seen(&p);
	assert_non_null(strstr(p.why, "No such file"));
	since = clock_now();
	told(&p, "STATUS=done\nREADY=1\nMAINPID=4711\n");
	is_seen(&p, since);
	assert_int_equal(p.main_pid, 4711);
	assert_int_equal(p.bound, 0);

	/* It goes on: who is told of a new one, and whoever tells does not hang. */
	assert_true(p.fd >= 0);
	for (int i = 0; i < 1000; i++) {
		told(&p, "MAINPID=4712");
		probe_step(&p, clock_now());
	}
	assert_int_equal(p.main_pid, 4712);
	probe_disarm(&p);
	assert_int_equal(p.fd, -1);
	assert_int_equal(tell(&p, "READY=1", 7), ECONNREFUSED);

	/* A NUL at the end is none of it. */
	assert_int_equal(probe_arm(&p, 0), 0);
	assert_int_equal(tell(&p, nul_at_end, sizeof nul_at_end), 0);
	is_seen(&p, since);

	/* Of a message that is too long the last line that was read is not whole. */
	assert_int_equal(probe_arm(&p, 0), 0);
	memset(flood, 'x', sizeof flood);
	memcpy(flood, "MAINPID=12\n", 11);
	memcpy(flood + (64 << 10) - 12, "\nMAINPID=4713\n", 14);
	assert_int_equal(tell(&p, flood, sizeof flood), 0);
	is_not_seen(&p);
	assert_int_equal(p.main_pid, 12);
	probe_disarm(&p);

	/* The name is the one that services were given. */
	assert_int_equal(probe_arm(&p, 0), 0);
	assert_int_equal(p.main_pid, 0);
	told(&p, "READY=1");
	is_seen(&p, since);
	probe_free(&p);
}

static void reloading_ends_with_ready(void **state)
{
	struct probe ready, change;
	int64_t since;
	(void)state;

	armed(&ready, "notify", PROBE_READY);
	parsed(&change, "notify", PROBE_CHANGE);
	assert_string_equal(ready.give_env, change.give_env);
	told(&ready, "READY=1\nMAINPID=1");
	told(&ready, "READY=1");
	assert_int_equal(probe_arm(&change, 0), 0); /* what came before does not count */
	assert_true(ready.seen);
	is_not_seen(&change);
	told(&ready, "RELOADING=1\nMONOTONIC_USEC=1");
	is_not_seen(&change);
	assert_non_null(strstr(change.why, "reloads"));
	since = clock_now();
	told(&ready, "MAINPID=2");
	told(&ready, "READY=1");
	is_seen(&change, since);
	assert_int_equal(change.main_pid, 2);
	assert_int_equal(ready.main_pid, 2);
	probe_free(&ready);
	told(&change, "READY=1");
	probe_free(&change);
}

static void send_descriptor(const struct probe *p, int passed)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char text[] = "BARRIER=1";
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.align = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))}};
	struct iovec part = {.iov_base = text, .iov_len = sizeof text - 1};
	struct sockaddr_un at;
	socklen_t len;
	struct msghdr message = {.msg_name = &at, .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof control};

	address_of(p, &at, &len);
	message.msg_namelen = len;
	memcpy(CMSG_DATA(&control.align), &passed, sizeof passed);
	assert_int_equal(sendmsg(fd, &message, 0), (ssize_t)sizeof text - 1);
	close(fd);
}

static void a_barrier_is_let_go(void **state)
{
	struct pollfd hung;
	struct probe p;
	int ends[2];
	(void)state;

	armed(&p, "notify", PROBE_READY);
	assert_int_equal(pipe(ends), 0);
	send_descriptor(&p, ends[1]);
	close(ends[1]);
	hung = (struct pollfd){.fd = ends[0], .events = POLLIN};
	assert_int_equal(poll(&hung, 1, 0), 0);
	is_not_seen(&p);
	assert_int_equal(poll(&hung, 1, 0), 1);
	assert_true(hung.revents & POLLHUP);
	close(ends[0]);
	probe_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(a_newline_on_a_descriptor),
		cmocka_unit_test(a_descriptor_closed_without_a_newline),
		cmocka_unit_test(lines_are_put_together_for_each_stream),
		cmocka_unit_test(a_line_begun_before_the_change_is_one),
		cmocka_unit_test(a_last_line_needs_no_newline),
		cmocka_unit_test(lines_with_nul_and_long_ones),
		cmocka_unit_test(ready_is_one_line_of_what_is_told),
		cmocka_unit_test(reloading_ends_with_ready),
		cmocka_unit_test(a_barrier_is_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
