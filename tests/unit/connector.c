#include <errno.h>
#include <fcntl.h>
#include <sys/un.h>

#include "connecting.h"
#include "entries.h"

static char dir[] = "/tmp/connector-test-XXXXXX"; /* for a socket */

static int make_dir(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_DFL); /* nothing here may raise it */
	unsetenv("http_proxy");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void refused_is_told_with_words(void **state)
{
	struct told told;
	unsigned port;
	int fd = listening(-1, &port); /* bound, and not listening */
	(void)state;

	try(&told, false, "127.0.0.1", port);
	assert_int_equal(told.failure, FAILURE_CONNECT);
	assert_contains(told.why, "Connection refused");
	assert_int_equal(told.fd, -1);
	close(fd);
}

static void a_socket_is_released_and_works(void **state)
{
	struct told told;
	unsigned port;
	int listener = listening(4, &port), fd, peer;
	char bytes[8];
	(void)state;

	begin(false, "127.0.0.1", port);
	assert_true(connector_plain(connector, &origin));
	start(&told);
	drive(1);
	assert_int_equal(told.failure, FAILURE_NONE);
	assert_true(told.connect >= 0 && told.connect < PATIENCE);
	assert_int_equal(told.tls, -1);
	fd = line_release(told.line);
	assert_int_equal(fd, told.fd);
	connector_run(connector);
	end(); /* libcurl is gone, the socket stays */
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	peer = accept(listener, NULL, NULL);
	assert_int_equal(send(fd, "ping", 4, MSG_NOSIGNAL), 4);
	assert_int_equal(recv(peer, bytes, sizeof(bytes), 0), 4);
	assert_int_equal(send(peer, "pong!", 5, MSG_NOSIGNAL), 5);
	assert_int_equal(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 5000), 1);
	assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), 5);
	assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), -1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(recv(peer, bytes, sizeof(bytes), 0), 0); /* no other copy of it is open */
	close(peer);
	close(listener);
}

static void recv_and_send_go_through_the_line(void **state)
{
	struct told told;
	unsigned port;
	int listener = listening(4, &port), peer;
	struct linger reset = { .l_onoff = 1 };
	char bytes[8];
	(void)state;

	begin(false, "127.0.0.1", port);
	start(&told);
	drive(1);
	peer = accept(listener, NULL, NULL);
	assert_int_equal(line_recv(told.line, bytes, sizeof(bytes)), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(line_send(told.line, "ping", 4), 4);
	assert_int_equal(recv(peer, bytes, sizeof(bytes), 0), 4);
	assert_int_equal(send(peer, "pong!", 5, MSG_NOSIGNAL), 5);
	assert_int_equal(poll(&(struct pollfd){ .fd = told.fd, .events = POLLIN }, 1, 5000), 1);
	assert_int_equal(line_recv(told.line, bytes, sizeof(bytes)), 5);
	assert_memory_equal(bytes, "pong!", 5);
	shutdown(peer, SHUT_WR);
	assert_int_equal(poll(&(struct pollfd){ .fd = told.fd, .events = POLLIN }, 1, 5000), 1);
	assert_int_equal(line_recv(told.line, bytes, sizeof(bytes)), 0);
	line_close(told.line);
	close(peer);

	ndone = 0;
	start(&told);
	drive(1);
	peer = accept(listener, NULL, NULL);
	setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(peer);
	assert_int_equal(poll(&(struct pollfd){ .fd = told.fd, .events = POLLIN }, 1, 5000), 1);
	assert_int_equal(line_recv(told.line, bytes, sizeof(bytes)), -1);
	assert_int_equal(errno, ECONNRESET);
	assert_int_equal(line_send(told.line, "x", 1), -1); /* and no SIGPIPE */
	line_close(told.line);
	end();
	close(listener);
}

static void unix_sockets(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), peer, fd;
	struct told told;
	(void)state;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", dir);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 4), 0);
	options.unix_socket = address.sun_path;
	begin(false, "name.invalid", 80); /* is not looked up */
	start(&told);
	drive(1);
	assert_int_equal(told.failure, FAILURE_NONE);
	fd = line_release(told.line);
	peer = accept(listener, NULL, NULL);
	assert_int_equal(send(fd, "ping", 4, MSG_NOSIGNAL), 4);
	close(fd);
	close(peer);
	end();

	close(listener);
	options.unix_socket = address.sun_path;
	try(&told, false, "name.invalid", 80);
	assert_int_equal(told.failure, FAILURE_CONNECT);
	unlink(address.sun_path);
}

static void names_that_are_not_there_fail_for_all(void **state)
{
	struct told told[300];
	(void)state;

	begin(false, "name.invalid", 80);
	for (int i = 0; i < 300; i++)
		start(&told[i]);
	drive(300);
	for (int i = 0; i < 300; i++) {
		assert_int_equal(told[i].failure, FAILURE_CONNECT);
		assert_contains(told[i].why, "name.invalid");
		line_close(told[i].line);
	}
	end();
}

/* The line that looks the name up may be given up: another one does. */
static void a_name_is_looked_up_by_another(void **state)
{
	struct told told[4];
	char rule[64];
	const char *resolve[] = { rule, NULL };
	unsigned port;
	int listener = listening(16, &port);
	(void)state;

	snprintf(rule, sizeof(rule), "name.invalid:%u:127.0.0.1", port);
	options.resolve = resolve;
	begin(false, "name.invalid", port);
	for (int i = 0; i < 4; i++)
		start(&told[i]);
	line_close(told[0].line);
	line_close(told[2].line);
	drive(2);
	assert_int_equal(ndone, 2);
	for (int i = 1; i < 4; i += 2) {
		assert_int_equal(told[i].failure, FAILURE_NONE);
		line_close(told[i].line);
	}
	end();
	close(listener);
}

static void connect_to_leads_elsewhere(void **state)
{
	struct told told;
	char rule[64];
	const char *rules[] = { "other:80:127.0.0.1:1", rule, NULL };
	unsigned port;
	int listener = listening(4, &port);
	(void)state;

	snprintf(rule, sizeof(rule), "name.invalid:80:127.0.0.1:%u", port);
	options.connect_to = rules;
	try(&told, false, "name.invalid", 80);
	assert_int_equal(told.failure, FAILURE_NONE);
	close(listener);
}

static void proxies_of_the_environment_do_not_count(void **state)
{
	struct told told;
	unsigned port;
	int listener = listening(4, &port);
	(void)state;

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	try(&told, false, "127.0.0.1", port);
	unsetenv("http_proxy");
	assert_int_equal(told.failure, FAILURE_NONE);
	close(listener);
}

static void through_a_proxy(void **state)
{
	struct told told;
	unsigned port;
	char url[64], bytes[8];
	pid_t pid = answering("HTTP/1.1 200 Connection established\r\n\r\n", &port);
	ssize_t n;
	(void)state;

	setenv("no_proxy", "*", 1);
	snprintf(url, sizeof(url), "http://name:secret@127.0.0.1:%u", port);
	options.proxy = url;
	begin(false, "name.invalid", 80);
	assert_false(connector_plain(connector, &origin));
	start(&told);
	drive(1);
	assert_string_equal(told.why, "");
	assert_int_equal(told.failure, FAILURE_NONE);
	assert_int_equal(line_send(told.line, "ping", 4), 4);
	while ((n = line_recv(told.line, bytes, sizeof(bytes))) < 0 && errno == EAGAIN)
		poll(&(struct pollfd){ .fd = told.fd, .events = POLLIN }, 1, 5000);
	assert_int_equal(n, 4);
	line_close(told.line);
	end();
	stop(pid);
	unsetenv("no_proxy");

	pid = answering("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", &port);
	for (int tls = 0; tls < 2; tls++) {
		snprintf(url, sizeof(url), "http://127.0.0.1:%u", port);
		options.proxy = url;
		try(&told, tls, "name.invalid", 80);
		assert_int_equal(told.failure, FAILURE_CONNECT);
		assert_contains(told.why, "403");
	}
	stop(pid);
}

static void a_full_backlog_times_out(void **state)
{
	struct told told;
	unsigned port;
	int listener = listening(0, &port), full[4];
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	(void)state;

	address.sin_port = htons((in_port_t)port);
	for (int i = 0; i < 4; i++) {
		full[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(full[i], (struct sockaddr *)&address, sizeof(address));
	}
	options.connect_timeout = SECOND / 5;
	try(&told, false, "127.0.0.1", port);
	assert_int_equal(told.failure, FAILURE_TIMEOUT);
	for (int i = 0; i < 4; i++)
		close(full[i]);
	close(listener);
}

/* More at once than are begun at once, many times; half of them are given up. */
static void nothing_is_left_of_a_thousand(void **state)
{
	static struct told told[50];
	unsigned port;
	int listener = listening(64, &port), peer, before = 0;
	(void)state;

	fcntl(listener, F_SETFL, O_NONBLOCK);
	begin(false, "127.0.0.1", port);
	for (int round = 0; round < 21; round++) {
		ndone = 0;
		for (int i = 0; i < 50; i++)
			start(&told[i]);
		if (round % 2)
			connector_rush(connector);
		drive(round % 3 ? 50 : 25);
		for (int i = 0; i < 50; i++) {
			if (told[i].fd <= 0 || i % 2)
				line_close(told[i].line);
			else
				assert_int_equal(close(line_release(told[i].line)), 0);
		}
		while ((peer = accept(listener, NULL, NULL)) >= 0)
			close(peer);
		if (round == 0)
			before = descriptors();
	}
	assert_int_equal(descriptors(), before);
	end();
	close(listener);
}

/* libcurl looks once a second for connections that the other side has closed, when it makes another. */
static void an_idle_line_stays_though_its_peer_is_gone(void **state)
{
	struct told told, other;
	unsigned port;
	int listener = listening(4, &port);
	char byte;
	(void)state;

	begin(false, "127.0.0.1", port);
	start(&told);
	drive(1);
	close(accept(listener, NULL, NULL));
	clock_sleep_until(clock_now() + SECOND + SECOND / 10);
	start(&other);
	drive(2);
	assert_int_equal(other.failure, FAILURE_NONE);
	assert_int_not_equal(other.fd, told.fd);
	assert_int_equal(line_recv(told.line, &byte, 1), 0);
	line_close(told.line);
	line_close(other.line);
	end();
	close(listener);
}

static void a_failed_line_is_started_again_from_the_callback(void **state)
{
	struct told told;
	unsigned port;
	int fd = listening(-1, &port);
	(void)state;

	begin(false, "127.0.0.1", port);
	start(&told);
	told.again = true;
	drive(2);
	assert_int_equal(told.failure, FAILURE_CONNECT);
	line_close(told.line);
	end();
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_is_told_with_words),
		cmocka_unit_test(a_socket_is_released_and_works),
		cmocka_unit_test(recv_and_send_go_through_the_line),
		cmocka_unit_test(unix_sockets),
		cmocka_unit_test(names_that_are_not_there_fail_for_all),
		cmocka_unit_test(a_name_is_looked_up_by_another),
		cmocka_unit_test(connect_to_leads_elsewhere),
		cmocka_unit_test(proxies_of_the_environment_do_not_count),
		cmocka_unit_test(through_a_proxy),
		cmocka_unit_test(a_full_backlog_times_out),
		cmocka_unit_test(nothing_is_left_of_a_thousand),
		cmocka_unit_test(an_idle_line_stays_though_its_peer_is_gone),
		cmocka_unit_test(a_failed_line_is_started_again_from_the_callback),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
