#include "ports.h"

#include <pthread.h>

#include "../../cmd/proc-watch/http-url.h"

/* --- a server that the test plays, one step at a time --- */

struct served {
	struct probe p;
	int listener, peer;
	unsigned port;
};

static void serve(struct served *s, const char *path)
{
	char text[128];

	s->listener = bound_port(AF_INET, &s->port);
	s->peer = -1;
	assert_true(s->listener >= 0);
	snprintf(text, sizeof text, "http://127.0.0.1:%u%s", s->port, path);
	assert_int_equal(probe_parse(&s->p, text, PROBE_READY, INTERVAL), 0);
	assert_int_equal(probe_arm(&s->p, 0), 0);
	assert_false(s->p.early);
	is_not_seen(&s->p);
	assert_non_null(strstr(s->p.why, "Connection refused"));
	assert_int_equal(listen(s->listener, 5), 0);
}

static void served_no_more(struct served *s)
{
	probe_free(&s->p);
	if (s->peer >= 0)
		close(s->peer);
	close(s->listener);
}

static void goes_on(struct probe *p)
{
	turn(p, clock_now() + INTERVAL);
	assert_false(p->seen || p->failed);
}

/* Let it go on until it has connected anew. */
static void accepted(struct served *s)
{
	struct pollfd fd = {.fd = s->listener, .events = POLLIN};

	if (s->peer >= 0)
		close(s->peer);
	for (int64_t until = clock_now() + PATIENCE; poll(&fd, 1, 0) != 1;) {
		assert_true(clock_now() < until);
		goes_on(&s->p);
	}
	s->peer = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_true(s->peer >= 0);
}

/* Let it go on until a whole request is there. */
static void asked(struct served *s, char request[2048])
{
	size_t len = 0;

	request[0] = '\0';
	for (int64_t until = clock_now() + PATIENCE; !strstr(request, "\r\n\r\n");) {
		ssize_t n = recv(s->peer, request + len, 2047 - len, 0);

		assert_true(clock_now() < until && n != 0);
		len += n > 0 ? (size_t)n : 0;
		request[len] = '\0';
		if (n < 0)
			goes_on(&s->p);
	}
}

static void answered(struct served *s, const char *text)
{
	assert_int_equal(send(s->peer, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

#define GOOD "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define BAD "HTTP/1.1 503 Not Yet\r\nContent-Length: 3\r\n\r\nno\n"

static void a_server_that_is_not_ready_yet(void **state)
{
	char request[2048], wanted[256];
	struct served s;
	int64_t since;
	(void)state;

	serve(&s, "/health?a=b#c");
	accepted(&s);
	asked(&s, request);
	snprintf(wanted, sizeof wanted, "GET /health?a=b HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n", s.port);
	assert_int_equal(strncmp(request, wanted, strlen(wanted)), 0);

	/* On the same connection as long as the server keeps it. */
	answered(&s, BAD);
	asked(&s, request);
	assert_non_null(strstr(s.p.why, "status 503"));
	answered(&s, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
	asked(&s, request);
	assert_non_null(strstr(s.p.why, "status 302"));

	/* The whole answer counts, whatever pieces it comes in. */
	static const char answer[] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				     "2\r\nok\r\n0\r\n\r\n";
	for (size_t i = 0; i < sizeof answer - 2; i++) {
		assert_int_equal(send(s.peer, answer + i, 1, MSG_NOSIGNAL), 1);
		probe_step(&s.p, clock_now() - SECOND); /* nothing is due */
		assert_false(s.p.seen);
	}
	since = clock_now();
	answered(&s, "\n");
	is_seen(&s.p, since);
	assert_true(s.p.bound > 0 && s.p.when - s.p.bound <= since);
	served_no_more(&s);
}

static void answers_that_are_none(void **state)
{
	static const struct {
		const char *answer, *why;
		bool close;
	} bad[] = {
		{"", "the connection ended before the response", true},
		{"HTTP/1.1 200", "the connection ended in the head", true},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "before Content-Length was reached", true},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "before the last chunk", true},
		{"SSH-2.0-OpenSSH_9\r\n", "not a response of HTTP/1", false},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "chunk", false},
		{"HTTP/1.1 101 Switching Protocols\r\n\r\n", "no upgrade", false},
		{"HTTP/1.0 500 No\r\n\r\nand no more", "status 500", true},
	};
	char request[2048];
	struct served s;
	(void)state;

	serve(&s, "");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		accepted(&s);
		asked(&s, request);
		assert_int_equal(strncmp(request, "GET / HTTP/1.1\r\n", 16), 0);
		answered(&s, bad[i].answer);
		if (bad[i].close)
			shutdown(s.peer, SHUT_WR);
		for (int64_t until = clock_now() + PATIENCE; !strstr(s.p.why, bad[i].why);) {
			assert_true(clock_now() < until);
			goes_on(&s.p);
		}
	}
	accepted(&s);
	asked(&s, request);
	answered(&s, "HTTP/1.0 204 Yes\r\n\r\n");
	is_seen(&s.p, 0);
	served_no_more(&s);
}

static void a_kept_connection_that_is_closed_meanwhile(void **state)
{
	char request[2048];
	struct served s;
	(void)state;

	serve(&s, "/");
	accepted(&s);
	asked(&s, request);
	answered(&s, BAD);
	asked(&s, request);
	/* The second request comes to a server that has just closed: it is asked again, on another connection. */
	accepted(&s);
	assert_null(strstr(s.p.why, "ended"));
	asked(&s, request);
	answered(&s, GOOD);
	is_seen(&s.p, 0);
	served_no_more(&s);
}

static void an_answer_that_is_late(void **state)
{
	char request[2048];
	struct served s;
	int first;
	(void)state;

	unsigned before = open_descriptors();

	/* While the first is not answered others are asked; the first counts if it is answered before. */
	serve(&s, "/");
	accepted(&s);
	asked(&s, request);
	first = s.peer;
	s.peer = -1;
	accepted(&s);
	asked(&s, request);
	goes_on(&s.p);
	assert_int_equal(send(first, GOOD, strlen(GOOD), MSG_NOSIGNAL), (ssize_t)strlen(GOOD));
	is_seen(&s.p, 0);
	close(first);
	served_no_more(&s);
	assert_int_equal(open_descriptors(), before);
}

/* The server is ready all the time, and slow: more is sent than it can answer, and what was given up first says nothing
 * against its being ready then. */
static void an_answer_that_takes_long(void **state)
{
	struct pollfd fd;
	struct served s;
	int64_t ready;
	int peers[16], n = 0;
	(void)state;

	serve(&s, "/");
	ready = clock_now();
	fd = (struct pollfd){.fd = s.listener, .events = POLLIN};
	for (int64_t until = clock_now() + PATIENCE; n < 7;) { /* more than there may be at once */
		assert_true(clock_now() < until);
		probe_step(&s.p, s.p.due);
		if (poll(&fd, 1, 0) == 1)
			peers[n++] = accept4(s.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	}
	assert_int_equal(send(peers[n - 1], GOOD, strlen(GOOD), MSG_NOSIGNAL), (ssize_t)strlen(GOOD));
	is_seen(&s.p, ready);
	assert_true(s.p.when - s.p.bound <= ready);
	while (n > 0)
		close(peers[--n]);
	served_no_more(&s);
}

static void a_body_without_end(void **state)
{
	static char flood[64 << 10];
	char request[2048];
	struct served s;
	size_t sent = 0;
	(void)state;

	serve(&s, "/");
	accepted(&s);
	asked(&s, request);
	answered(&s, "HTTP/1.1 200 OK\r\n\r\n");
	for (int64_t until = clock_now() + PATIENCE; !s.p.seen;) {
		ssize_t n = send(s.peer, flood, sizeof flood, MSG_NOSIGNAL);

		assert_true(clock_now() < until);
		sent += n > 0 ? (size_t)n : 0;
		probe_step(&s.p, clock_now());
	}
	assert_true(sent >= 1 << 20);
	served_no_more(&s);
}

/* --- another answer: a server of its own, since probe_arm() waits for one --- */

struct server {
	pthread_t thread;
	int listener, stop[2];
	pthread_mutex_t lock;
	const char *answer; /* NULL: the connection is closed */
	unsigned requests;
	unsigned changing;  /* answers so many times another body */
};

static void *run(void *data)
{
	struct server *s = data;
	int peer = -1;
	char text[4096];

	for (;;) {
		struct pollfd fds[3] = {{.fd = s->stop[0], .events = POLLIN}, {.fd = s->listener, .events = POLLIN},
					{.fd = peer, .events = POLLIN}};

		poll(fds, 3, -1);
		if (fds[0].revents)
			break;
		if (fds[2].revents) {
			ssize_t n = recv(peer, text, sizeof text, 0);

			pthread_mutex_lock(&s->lock);
			s->requests += n > 0;
			if (n > 0 && s->changing) {
				n = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n%04u",
					     s->changing-- % 10000);
				send(peer, text, (size_t)n, MSG_NOSIGNAL);
			} else if (n > 0 && s->answer) {
				send(peer, s->answer, strlen(s->answer), MSG_NOSIGNAL);
			} else {
				close(peer);
				peer = -1;
			}
			pthread_mutex_unlock(&s->lock);
		}
		if (fds[1].revents) {
			if (peer >= 0)
				close(peer);
			peer = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
		}
	}
	if (peer >= 0)
		close(peer);
	return NULL;
}

static void begin(struct server *s, char url[64], const char *answer)
{
	unsigned port;

	*s = (struct server){.answer = answer, .lock = PTHREAD_MUTEX_INITIALIZER};
	s->listener = bound_port(AF_INET, &port);
	assert_int_equal(listen(s->listener, 5), 0);
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
	snprintf(url, 64, "http:localhost:%u/", port);
}

static void end(struct server *s)
{
	close(s->stop[1]);
	pthread_join(s->thread, NULL);
	close(s->stop[0]);
	close(s->listener);
}

static unsigned answers_from_now_on(struct server *s, const char *answer)
{
	pthread_mutex_lock(&s->lock);
	s->answer = answer;
	unsigned n = s->requests;
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* Let it ask at least so many times more. */
static void go_on(struct server *s, struct probe *p, unsigned more)
{
	unsigned since = answers_from_now_on(s, s->answer), now = since;

	for (int64_t until = clock_now() + PATIENCE; now < since + more;) {
		assert_true(clock_now() < until);
		goes_on(p);
		now = answers_from_now_on(s, s->answer);
	}
}

static void another_answer(void **state)
{
	static const char other[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno";
	static const char status[] = "HTTP/1.1 201 OK\r\nContent-Length: 2\r\n\r\nno";
	static const char head[] = "HTTP/1.1 201 OK\r\nX-Other: 1\r\nContent-Length: 2\r\n\r\nno";
	struct server s;
	struct probe p;
	char url[64];
	int64_t since;
	(void)state;

	begin(&s, url, GOOD);
	armed(&p, url, PROBE_CHANGE);
	go_on(&s, &p, 20);
	assert_non_null(strstr(p.why, "the same answer"));
	since = clock_now();
	answers_from_now_on(&s, other);
	is_seen(&p, since);
	assert_true(p.bound > 0);

	/* From there to the next; no answer is not another one. */
	assert_int_equal(probe_arm(&p, PATIENCE), 0);
	answers_from_now_on(&s, NULL);
	go_on(&s, &p, 5);
	answers_from_now_on(&s, other);
	go_on(&s, &p, 5);
	since = clock_now();
	answers_from_now_on(&s, status);
	is_seen(&p, since);

	/* Fields of the head are no part of it. */
	assert_int_equal(probe_arm(&p, PATIENCE), 0);
	answers_from_now_on(&s, head);
	go_on(&s, &p, 5);
	probe_free(&p);
	end(&s);
}

static void an_answer_that_always_differs(void **state)
{
	struct server s;
	struct probe p;
	char url[64];
	(void)state;

	begin(&s, url, GOOD);
	parsed(&p, url, PROBE_CHANGE);
	s.changing = 1000000;
	int64_t until = clock_now() + PATIENCE;
	do {
		assert_true(clock_now() < until);
		assert_int_equal(probe_arm(&p, SECOND / 20), -1); /* at some time two answers come within that */
	} while (!strstr(p.why, "differ from one request to the next"));
	assert_int_equal(p.fd, -1);

	/* It settles. */
	pthread_mutex_lock(&s.lock);
	s.changing = 5;
	pthread_mutex_unlock(&s.lock);
	assert_int_equal(probe_arm(&p, PATIENCE), 0);
	go_on(&s, &p, 3);

	/* Nobody answers. */
	answers_from_now_on(&s, NULL);
	assert_int_equal(probe_arm(&p, SECOND / 100), -1);
	assert_true(p.why[0]);
	probe_free(&p);
	end(&s);
	parsed(&p, url, PROBE_CHANGE);
	assert_int_equal(probe_arm(&p, SECOND / 100), -1);
	assert_non_null(strstr(p.why, "Connection refused"));
	probe_free(&p);
}

static void urls_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *host, *authority, *path;
		unsigned port;
	} good[] = {
		{"http://example.org", "example.org", "example.org", "/", 80},
		{"HTTP://example.org:80/", "example.org", "example.org", "/", 80},
		{"//h:81?q=/x#y", "h", "h:81", "/?q=/x", 81},
		{"h:65535/a/b?c=http://d", "h", "h:65535", "/a/b?c=http://d", 65535},
		{"http://h:/", "h", "h", "/", 80},
		{"http://[::1]:8080/x", "::1", "[::1]:8080", "/x", 8080},
		{"http://[fe80::1%eth0]/", "fe80::1%eth0", "[fe80::1]", "/", 80},
	};
	static const char *const bad[] = {"", "/", "http:///x", "http://h:x/", "http://[::1", "http://[::1]x/", "http://h:0/",
					  "http://h:-1/", "http://h:99999999999/", "http://h/\x80", "http://h/\n", "ftp://h/",
					  "http://%h/", "http://h%1/", "http://[g::]/", "http://[%eth0]/", "http://[]/"};
	const char *why;
	(void)state;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct http_url url;

		assert_int_equal(http_url_parse(&url, good[i].text, &why), 0);
		assert_string_equal(url.host, good[i].host);
		assert_string_equal(url.authority, good[i].authority);
		assert_string_equal(url.path, good[i].path);
		assert_int_equal(url.port, good[i].port);
		http_url_free(&url);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct http_url url;

		why = NULL;
		assert_int_equal(http_url_parse(&url, bad[i], &why), -1);
		assert_non_null(why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_is_not_ready_yet),
		cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test(a_kept_connection_that_is_closed_meanwhile),
		cmocka_unit_test(an_answer_that_is_late),
		cmocka_unit_test(an_answer_that_takes_long),
		cmocka_unit_test(a_body_without_end),
		cmocka_unit_test(another_answer),
		cmocka_unit_test(an_answer_that_always_differs),
		cmocka_unit_test(urls_are_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
