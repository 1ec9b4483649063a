#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "serve.h"

#define MS 1000000LL

enum { THREADS = 3, BODY_MAX = 100000, ANSWER_MAX = 1 << 20 };

/* What the server under test does, by path. */
struct site {
	atomic_int calls, answered;
	atomic_bool busy[THREADS]; /* a thread runs one handler at a time */
	atomic_bool clash;
	int64_t hold_from, hold_to;
	int64_t latency;
};

static ssize_t make_alphabet(void *body, uint64_t at, char *out, size_t max)
{
	size_t n = max < 1000 ? max : 1000;

	(void)body;
	for (size_t i = 0; i < n; i++)
		out[i] = (char)('a' + (at + i) % 26);
	return (ssize_t)n;
}

static ssize_t make_and_break(void *body, uint64_t at, char *out, size_t max)
{
	return at < 1000 ? make_alphabet(body, at, out, max < 1000 ? max : 1000) : -1;
}

static void own(struct serve_reply *reply, const char *text)
{
	reply->kind = SERVE_OWNED;
	reply->body = strdup(text);
	reply->len = strlen(text);
}

static void handle(void *data, const struct serve_request *r, struct serve_reply *reply)
{
	static char hello[] = "hello";
	struct site *site = data;
	char text[512], peer[SERVE_PEER_MAX];

	if (r->thread >= THREADS || atomic_exchange(&site->busy[r->thread], true))
		atomic_store(&site->clash, true);
	atomic_fetch_add(&site->calls, 1);
	if (strcmp(r->path, "/echo") == 0) {
		serve_peer(r, peer);
		snprintf(text, sizeof text, "%s|%s|%s|%s|%zu|%d|%s|%s", r->method, serve_query(r, "q") ? serve_query(r, "q") : "-",
			 serve_query(r, "none") ? "?" : "-", serve_header(r, "X-Test") ? serve_header(r, "x-tEST") : "-", r->len,
			 r->too_large, r->len < 50 ? r->body : "", peer);
		own(reply, text);
		serve_add(reply, "X-Number", "%d-%s", 42, "x");
		reply->type = "text/plain";
	} else if (strcmp(r->path, "/made") == 0 || strcmp(r->path, "/broken") == 0) {
		reply->kind = SERVE_MADE;
		reply->body = strdup("state");
		reply->make = strcmp(r->path, "/made") == 0 ? make_alphabet : make_and_break;
		reply->len = 100000;
	} else if (strcmp(r->path, "/empty") == 0) {
		reply->status = 204;
	} else if (strcmp(r->path, "/headers") == 0) {
		for (int i = 0; i < 20; i++)
			serve_add(reply, "X-Many", "%d", i);
		serve_add(reply, "X-Long", "%0600d", 1);
	} else {
		reply->body = hello;
		reply->len = strlen(hello);
		reply->status = strcmp(r->path, "/") == 0 ? 200 : 404;
	}
	if (site->latency)
		reply->due = r->arrived + site->latency;
	if (r->thread < THREADS)
		atomic_store(&site->busy[r->thread], false);
}

static int64_t hold(void *data, int64_t now)
{
	const struct site *site = data;

	return now >= site->hold_from && now < site->hold_to ? site->hold_to : now;
}

static void answered(void *data, uint64_t count)
{
	struct site *site = data;

	(void)count;
	atomic_fetch_add(&site->answered, 1);
}

static struct serve *start(struct site *site, const char *listen)
{
	struct serve_options options = {.listen = listen, .threads = THREADS, .body_max = BODY_MAX, .data = site,
					.handle = handle, .hold = hold, .answered = answered};
	char error[SERVE_ERROR];
	struct serve *s = serve_start(&options, error);

	if (!s)
		fail_msg("%s", error);
	return s;
}

static int dial(const struct serve *s)
{
	struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_un file = {.sun_family = AF_UNIX};
	const char *where = serve_where(s);
	unsigned port = 0;
	int fd, result;

	if (sscanf(where, "http://127.0.0.1:%u", &port) == 1) {
		tcp.sin_port = htons((uint16_t)port);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		result = connect(fd, (struct sockaddr *)&tcp, sizeof tcp);
	} else {
		strcpy(file.sun_path, where + strlen("unix:"));
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		result = connect(fd, (struct sockaddr *)&file, sizeof file);
	}
	assert_int_equal(result, 0);
	return fd;
}

static void put(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		assert_true(n > 0);
		bytes += n;
		len -= (size_t)n;
	}
}

/* What comes until the server closes or wait ms pass without anything; freed by the caller. */
static char *get(int fd, int wait)
{
	struct pollfd poller = {fd, POLLIN, 0};
	char *answer = calloc(1, ANSWER_MAX);
	size_t len = 0;
	ssize_t n;

	assert_non_null(answer);
	while (len + 1 < ANSWER_MAX && poll(&poller, 1, wait) > 0 && (n = recv(fd, answer + len, ANSWER_MAX - 1 - len, 0)) > 0)
		len += (size_t)n;
	return answer;
}

/* One request on a connection of its own. */
static char *ask(const struct serve *s, const char *head, const char *body, size_t len)
{
	int fd = dial(s);
	char *answer, text[512];

	snprintf(text, sizeof text, "%s\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", head, len);
	put(fd, text, strlen(text));
	put(fd, body, len);
	answer = get(fd, 10000);
	close(fd);
	return answer;
}

static void asked(const struct serve *s, const char *head, const char *wanted)
{
	char *answer = ask(s, head, "", 0);

	if (!strstr(answer, wanted))
		fail_msg("%s: '%s', wanted '%s'", head, answer, wanted);
	free(answer);
}

static void requests_are_told_whole(void **state)
{
	struct site site = {.calls = 0};
	struct serve *s = start(&site, "127.0.0.1:0");
	char *answer;

	(void)state;
	asked(s, "GET / HTTP/1.1", "HTTP/1.1 200 OK\r\n");
	asked(s, "GET /nope HTTP/1.1", "HTTP/1.1 404 Not Found\r\n");
	asked(s, "GET /echo?q=a%20b&x=1 HTTP/1.1\r\nX-Test: yes", "GET|a b|-|yes|0|0||127.0.0.1");
	asked(s, "DELETE /ec%68o HTTP/1.1", "DELETE|-|-|-|0|0||127.0.0.1");
	asked(s, "GET /echo HTTP/1.1", "X-Number: 42-x\r\n");
	asked(s, "GET /echo HTTP/1.1", "Content-Type: text/plain\r\n");
	asked(s, "GET /empty HTTP/1.1", "HTTP/1.1 204 No Content\r\n");
	answer = ask(s, "POST /echo HTTP/1.1", "some body", 9);
	assert_non_null(strstr(answer, "POST|-|-|-|9|0|some body|"));
	free(answer);
	answer = ask(s, "HEAD / HTTP/1.1", "", 0);
	assert_non_null(strstr(answer, "Content-Length: 5\r\n"));
	assert_null(strstr(answer, "hello"));
	free(answer);
	serve_stop(s);
	assert_int_equal(atomic_load(&site.calls), 9);
	assert_int_equal(atomic_load(&site.answered), 9);
}

static void bodies_have_a_limit(void **state)
{
	struct site site = {.calls = 0};
	struct serve *s = start(&site, "127.0.0.1:0");
	char *body = malloc(BODY_MAX + 100), *answer;

	(void)state;
	assert_non_null(body);
	memset(body, 'x', BODY_MAX + 100);
	answer = ask(s, "POST /echo HTTP/1.1", body, BODY_MAX);
	assert_non_null(strstr(answer, "POST|-|-|-|100000|0|"));
	free(answer);
	answer = ask(s, "POST /echo HTTP/1.1", body, BODY_MAX + 1);
	assert_non_null(strstr(answer, "POST|-|-|-|0|1||"));
	free(answer);
	free(body);
	serve_stop(s);
}

static void bodies_are_made_piece_by_piece(void **state)
{
	struct site site = {.calls = 0};
	struct serve *s = start(&site, "127.0.0.1:0");
	char *answer = ask(s, "GET /made HTTP/1.1", "", 0), *body = strstr(answer, "\r\n\r\n");

	(void)state;
	assert_non_null(strstr(answer, "Content-Length: 100000\r\n"));
	assert_int_equal(strlen(body + 4), 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(body[4 + i], 'a' + i % 26);
	free(answer);
	/* One that breaks off closes the connection. */
	answer = ask(s, "GET /broken HTTP/1.1", "", 0);
	assert_int_equal(strlen(strstr(answer, "\r\n\r\n") + 4), 1000);
	free(answer);
	serve_stop(s);
}

static void headers_beyond_the_room_are_left_out(void **state)
{
	struct site site = {.calls = 0};
	struct serve *s = start(&site, "127.0.0.1:0");
	char *answer = ask(s, "GET /headers HTTP/1.1", "", 0);
	int n = 0;

	(void)state;
	for (char *at = answer; (at = strstr(at, "X-Many: ")); at++)
		n++;
	assert_int_equal(n, SERVE_HEADERS);
	assert_null(strstr(answer, "X-Long"));
	free(answer);
	serve_stop(s);
}

static void connections_live_on(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	struct site site = {.calls = 0};
	struct serve *s = start(&site, "127.0.0.1:0");
	int fd = dial(s);

	(void)state;
	for (int i = 0; i < 100; i++) {
		char answer[1000];
		size_t len = 0;

		put(fd, request, strlen(request));
		do {
			ssize_t n = recv(fd, answer + len, sizeof answer - 1 - len, 0);

			assert_true(n > 0);
			len += (size_t)n;
			answer[len] = '\0';
		} while (!strstr(answer, "hello"));
	}
	assert_true(serve_connections(s) == 1 && serve_accepted(s) == 1);
	close(fd);
	serve_stop(s);
	assert_int_equal(atomic_load(&site.answered), 100);
}

static void it_serves_on_a_file(void **state)
{
	struct site site = {.calls = 0};
	char directory[] = "/tmp/serve-test.XXXXXX", path[64];
	struct serve *s;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/s", directory);
	s = start(&site, path);
	asked(s, "GET /echo HTTP/1.1", "GET|-|-|-|0|0||unix");
	serve_stop(s);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(directory), 0);
}

static void a_failure_to_listen_is_told(void **state)
{
	struct site site = {.calls = 0};
	struct serve *s = start(&site, "127.0.0.1:0");
	struct serve_options options = {.listen = serve_where(s) + strlen("http://"), .threads = 1, .handle = handle};
	char error[SERVE_ERROR];

	(void)state;
	assert_null(serve_start(&options, error));
	assert_non_null(strstr(error, "Address already in use"));
	serve_stop(s);
}

struct asker {
	const struct serve *serve;
	pthread_t thread;
	int64_t took;
};

static void *ask_once(void *data)
{
	struct asker *a = data;
	int64_t began = clock_now();
	char *answer = ask(a->serve, "GET / HTTP/1.1", "", 0);

	a->took = strstr(answer, "hello") ? clock_now() - began : -1;
	free(answer);
	return NULL;
}

/* Many more than there are threads are handled though none is answered yet: the time of all is far. Stopping sends them. */
static void waiting_answers_keep_no_thread(void **state)
{
	enum { ASKERS = 60 };
	struct site site = {.latency = 3600000 * MS};
	struct serve *s = start(&site, "127.0.0.1:0");
	struct asker asker[ASKERS];

	(void)state;
	for (int i = 0; i < ASKERS; i++) {
		asker[i].serve = s;
		assert_int_equal(pthread_create(&asker[i].thread, NULL, ask_once, &asker[i]), 0);
	}
	while (atomic_load(&site.calls) < ASKERS)
		clock_sleep_until(clock_now() + MS);
	assert_int_equal(atomic_load(&site.answered), 0);
	serve_stop(s);
	for (int i = 0; i < ASKERS; i++) {
		pthread_join(asker[i].thread, NULL);
		assert_true(asker[i].took > 0);
	}
	assert_false(atomic_load(&site.clash));
	assert_int_equal(atomic_load(&site.answered), ASKERS);
}

static void no_answer_comes_before_its_time(void **state)
{
	struct site site = {.latency = 5 * MS};
	struct serve *s = start(&site, "127.0.0.1:0");
	struct asker asker = {.serve = s};

	(void)state;
	for (int i = 0; i < 100; i++) {
		ask_once(&asker);
		assert_true(asker.took >= 5 * MS);
	}
	serve_stop(s);
}

static void nothing_is_answered_while_it_stands_still(void **state)
{
	struct site site = {.calls = 0};
	struct serve *s;
	int64_t until = clock_now() + 300 * MS;
	struct asker asker;

	(void)state;
	site.hold_from = 0;
	site.hold_to = until;
	s = start(&site, "127.0.0.1:0");
	asker.serve = s;
	ask_once(&asker);
	assert_true(asker.took > 0 && clock_now() >= until);
	serve_stop(s);
}

/* So many that descriptors go beyond what select(2) can name. */
static void many_connections_are_served(void **state)
{
	enum { CLIENTS = 1200 };
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	static int fd[CLIENTS];
	struct site site = {.latency = 50 * MS};
	struct serve *s = start(&site, "127.0.0.1:0"); /* which raises the limit */
	char answer[1000];

	(void)state;
	if (sysconf(_SC_OPEN_MAX) < 2 * CLIENTS + 100) {
		serve_stop(s);
		skip();
	}
	for (int i = 0; i < CLIENTS; i++)
		fd[i] = dial(s);
	for (int i = 0; i < CLIENTS; i++)
		put(fd[i], request, strlen(request));
	for (int i = 0; i < CLIENTS; i++)
		assert_true(recv(fd[i], answer, sizeof answer, 0) > 0);
	assert_true(serve_accepted(s) == CLIENTS && serve_connections(s) == CLIENTS);
	for (int i = 0; i < CLIENTS; i++)
		close(fd[i]);
	serve_stop(s);
	assert_int_equal(atomic_load(&site.calls), CLIENTS);
	assert_false(atomic_load(&site.clash));
}

/* Clients that leave before they are answered. */
static void leavers_harm_nobody(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	struct site site = {.latency = 20 * MS};
	struct serve *s = start(&site, "127.0.0.1:0");

	(void)state;
	for (int i = 0; i < 200; i++) {
		int fd = dial(s);

		put(fd, request, i % 2 ? strlen(request) : 10);
		close(fd);
	}
	asked(s, "GET / HTTP/1.1", "hello");
	serve_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_told_whole),
		cmocka_unit_test(bodies_have_a_limit),
		cmocka_unit_test(bodies_are_made_piece_by_piece),
		cmocka_unit_test(headers_beyond_the_room_are_left_out),
		cmocka_unit_test(connections_live_on),
		cmocka_unit_test(it_serves_on_a_file),
		cmocka_unit_test(a_failure_to_listen_is_told),
		cmocka_unit_test(waiting_answers_keep_no_thread),
		cmocka_unit_test(no_answer_comes_before_its_time),
		cmocka_unit_test(nothing_is_answered_while_it_stands_still),
		cmocka_unit_test(many_connections_are_served),
		cmocka_unit_test(leavers_harm_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
