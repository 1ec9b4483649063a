#include "ports.h"

#include "../../cmd/proc-watch/listeners.h"

/* tcp probes, and how they ask. The servers are the test's own sockets, one step at a time. */

static void refused_until_it_listens(void **state)
{
	char text[64];
	unsigned port;
	struct probe p;
	int64_t since;
	int fd = bound_port(AF_INET, &port);
	(void)state;

	assert_true(fd >= 0);
	snprintf(text, sizeof text, "tcp:127.0.0.1:%u", port);
	armed(&p, text, PROBE_READY);
	assert_false(p.early);
	for (int i = 0; i < 100; i++)
		is_not_seen(&p);
	assert_non_null(strstr(p.why, "Connection refused"));
	assert_non_null(strstr(p.why, "127.0.0.1:"));
	since = clock_now();
	assert_int_equal(listen(fd, 5), 0);
	is_seen(&p, since);
	assert_true(p.bound > 0 && p.when - p.bound <= since);
	assert_int_equal(p.fd, -1);
	assert_true(p.due == INT64_MAX);

	/* Somebody is there already. */
	assert_int_equal(probe_arm(&p, 0), 0);
	assert_true(p.early);
	assert_false(p.seen);
	is_seen(&p, since);
	probe_free(&p);
	close(fd);
}

static void nobody_is_only_asked_about_for_so_long(void **state)
{
	char text[64];
	unsigned port;
	struct probe p;
	int fd = bound_port(AF_INET, &port);
	(void)state;

	/* For 60 ms the kernel says that nobody listens; a connect is tried in between all the same, and refused. */
	snprintf(text, sizeof text, "tcp:127.0.0.1:%u", port);
	armed(&p, text, PROBE_READY);
	for (int64_t until = clock_now() + 60 * INTERVAL; clock_now() < until;) {
		is_not_seen(&p);
		assert_int_equal(p.fd, -1);
	}
	assert_int_equal(listen(fd, 5), 0);
	is_seen(&p, 0);
	probe_free(&p);
	close(fd);
}

static void both_addresses_of_this_machine(void **state)
{
	char text[64];
	unsigned port;
	struct probe p;
	int fd = bound_port(AF_INET6, &port);
	(void)state;

	if (fd < 0)
		skip();
	for (int i = 0; i < 3; i++) {
		static const char *const hosts[] = {"", "LocalHost:", "[::1]:"};

		snprintf(text, sizeof text, "tcp:%s%u", hosts[i], port);
		armed(&p, text, PROBE_CHANGE);
		if (i == 0)
			is_not_seen(&p);
		assert_int_equal(listen(fd, 5), 0);
		is_seen(&p, 0);
		probe_free(&p);
	}
	close(fd);
}

static void a_backlog_that_is_full(void **state)
{
	char text[64];
	unsigned port;
	struct probe p;
	unsigned before = open_descriptors();
	int fd = bound_port(AF_INET, &port), waiting[4];
	(void)state;

	/* What finds no room is dropped without an answer. */
	assert_int_equal(listen(fd, 0), 0);
	struct address at = loopback(AF_INET, port);
	for (int i = 0; i < 4; i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(waiting[i], (struct sockaddr *)&at.at, at.len);
	}
	snprintf(text, sizeof text, "tcp:127.0.0.1:%u", port);
	armed(&p, text, PROBE_READY);
	assert_false(p.early);
	for (int i = 0; i < 10; i++) /* each is due at a time to come: more than there may be at once */
		is_not_seen(&p);
	assert_non_null(strstr(p.why, "no answer"));
	assert_true(p.fd >= 0);
	int64_t since = clock_now();
	assert_int_equal(listen(fd, 100), 0);
	is_seen(&p, since);
	assert_true(p.when - p.bound <= since);
	probe_free(&p);
	for (int i = 0; i < 4; i++)
		close(waiting[i]);
	close(fd);
	assert_int_equal(open_descriptors(), before);
}

static void a_connection_to_itself_is_none(void **state)
{
	unsigned port, other;
	int fd = bound_port(AF_INET, &port), there = bound_port(AF_INET, &other), here;
	struct address at = loopback(AF_INET, port);
	(void)state;

	assert_int_equal(connect(fd, (struct sockaddr *)&at.at, at.len), 0);
	assert_true(address_own(fd));
	close(fd);
	assert_int_equal(listen(there, 5), 0);
	at = loopback(AF_INET, other);
	here = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address_avoid(here, &at);
	assert_int_equal(connect(here, (struct sockaddr *)&at.at, at.len), 0);
	assert_false(address_own(here));
	close(here);
	close(there);
}

static void the_kernel_knows_who_listens(void **state)
{
	static const int families[] = {AF_INET, AF_INET6};
	int ask = listeners_open();
	(void)state;

	if (ask < 0)
		skip();
	for (int i = 0; i < 2; i++) {
		unsigned port;
		int fd = bound_port(families[i], &port);
		struct address at = loopback(families[i], port);

		if (fd < 0)
			continue;
		assert_true(listeners_know(&at));
		assert_int_equal(listeners_ask(ask, &at), 0);
		assert_int_equal(listen(fd, 1), 0);
		assert_int_equal(listeners_ask(ask, &at), 1);
		close(fd);
		assert_int_equal(listeners_ask(ask, &at), 0);
	}
	/* Who listens for all addresses listens at this one. */
	struct sockaddr_in any = {.sin_family = AF_INET};
	struct address at = {.len = sizeof at.at};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at.at, &at.len), 0);
	assert_false(listeners_know(&at));
	at = loopback(AF_INET, ntohs(((struct sockaddr_in *)&at.at)->sin_port));
	assert_int_equal(listeners_ask(ask, &at), 1);
	close(fd);
	close(ask);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_until_it_listens),
		cmocka_unit_test(nobody_is_only_asked_about_for_so_long),
		cmocka_unit_test(both_addresses_of_this_machine),
		cmocka_unit_test(a_backlog_that_is_full),
		cmocka_unit_test(a_connection_to_itself_is_none),
		cmocka_unit_test(the_kernel_knows_who_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
