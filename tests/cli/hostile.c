/* A server that misbehaves on purpose: hostile MODE [PARAM]. It listens on a port of 127.0.0.1 that the kernel chooses,
 * and prints it; at SIGTERM it prints "REQUESTS CONNECTIONS", as many as there were, and ends. It takes requests
 * without a body, one at a time on each connection. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000LL
#define LIFE 900 /* s after which it ends in any case */

enum after { KEEP, CLOSE, RESET, FINISH }; /* FINISH: no more is sent, but what comes is read */

struct peer {
	int fd;
	char in[8192];
	size_t in_len;
	char *out;
	size_t len, room, sent;
	size_t step;     /* bytes to send at a time, 0: all */
	int64_t due;     /* when the next may go */
	unsigned requests;
	enum after after;
	size_t endless;  /* where what is to be sent begins anew; 0: nowhere */
	bool deaf;       /* what comes is not looked at */
	bool gone;
};

struct mode {
	const char *name, *param; /* what it means; the value where none is given */
	void (*answer)(struct peer *p);
	const char *help;
};

static const struct mode *mode;
static const char *param;
static long number; /* param as one */
static uint64_t requests, connections;
static volatile sig_atomic_t ended;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void trouble(const char *what)
{
	fprintf(stderr, "hostile: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void say_bytes(struct peer *p, const char *bytes, size_t len)
{
	if (p->len + len > p->room) {
		p->room = 2 * (p->len + len);
		p->out = realloc(p->out, p->room);
		if (!p->out)
			trouble("memory");
	}
	memcpy(p->out + p->len, bytes, len);
	p->len += len;
}

static void say(struct peer *p, const char *text)
{
	say_bytes(p, text, strlen(text));
}

#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"

static void good(struct peer *p)
{
	say(p, HELLO "\r\nhello");
}

/* --- the modes --- */

static void say_after(struct peer *p)
{
	p->due = now() + number * MS;
	good(p);
}

static void slow_bytes(struct peer *p)
{
	good(p);
	p->step = 1;
}

static void never(struct peer *p)
{
	p->deaf = false; /* a peer that goes away is still noticed */
}

static void reset_middle(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello");
	p->after = RESET;
}

static void close_each(struct peer *p)
{
	good(p);
	p->after = CLOSE;
}

static void close_said(struct peer *p)
{
	say(p, HELLO "Connection: close\r\n\r\nhello");
	p->after = CLOSE;
}

static void half_open(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello");
	p->after = FINISH;
}

static void flood(struct peer *p)
{
	static const char line[] = "X-Flood: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n";

	say(p, "HTTP/1.1 200 OK\r\n");
	if (!strcmp(param, "body"))
		say(p, "\r\n");
	p->endless = p->len;
	while (p->len < 60000)
		say(p, line);
}

static void garbage(struct peer *p)
{
	say(p, "220 mail.example ESMTP\r\n\x01\x02\xff\xfe");
}

static void surplus(struct peer *p)
{
	good(p);
	say(p, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static void wrong_length(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
	p->after = CLOSE;
}

static void http10(struct peer *p)
{
	say(p, "HTTP/1.0 200 OK\r\n\r\nuntil the end");
	p->after = CLOSE;
}

static void chunked_slow(struct peer *p)
{
	say(p, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	       "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n");
	p->step = 20;
}

static void interim(struct peer *p)
{
	say(p, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
	       "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
	good(p);
}

static void mock(struct peer *p)
{
	if (requests % (uint64_t)number)
		good(p);
	else
		say(p, HELLO "X-Benchpipe: mock\r\n\r\nhello");
}

static void status(struct peer *p)
{
	char head[128];

	snprintf(head, sizeof(head), "HTTP/1.1 %ld Some\r\nContent-Length: 5\r\n\r\nhello", number);
	say(p, head);
}

static void tls_garbage(struct peer *p)
{
	say_bytes(p, "\x16\x03\x03\x00\x10\xff\xff\xff\xff no server hello at all", 33);
}

static void big_head(struct peer *p)
{
	say(p, HELLO);
	while (p->len + 30 < (size_t)number)
		say(p, "X-Field: 0123456789 0123456789\r\n");
	say(p, "\r\nhello");
}

static void eager(struct peer *p)
{
	good(p);
	p->after = FINISH;
}

static void early(struct peer *p)
{
	say(p, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge");
	p->after = CLOSE;
}

static void nothing(struct peer *p)
{
	(void)p;
}

static const struct mode modes[] = {
	{ "counting", "0", good, "answers as it should" },
	{ "delay", "10", say_after, "the same, MS later" },
	{ "slow-bytes", "20", slow_bytes, "a byte every MS" },
	{ "never", "0", never, "takes requests and does not answer" },
	{ "reset-middle", "0", reset_middle, "RST in the middle of a body" },
	{ "close-each", "0", close_each, "closes after each response without having said so" },
	{ "close-said", "0", close_said, "closes after each response, and says so" },
	{ "accept-close", "0", nothing, "closes what it has accepted" },
	{ "eager", "0", nothing, "answers before it is asked, and sends FIN" },
	{ "early", "0", early, "status 413 at the head of a request, whose body it does not read" },
	{ "half-open", "0", half_open, "FIN in the middle of a body, and keeps reading" },
	{ "flood", "head", flood, "no end of the head, or of the body" },
	{ "garbage", "0", garbage, "what is not HTTP" },
	{ "no-listen", "0", nothing, "a port at which nobody listens" },
	{ "surplus", "0", surplus, "a response too many" },
	{ "wrong-length", "0", wrong_length, "closes before as many bytes as Content-Length says" },
	{ "http10", "0", http10, "HTTP/1.0, whose end is the connection's" },
	{ "chunked-slow", "20", chunked_slow, "20 bytes every MS, in chunks with an extension and a trailer" },
	{ "1xx", "0", interim, "three interim responses before the final one" },
	{ "keepalive-race", "1", good, "closes when a further request comes after N on a connection" },
	{ "mock", "1", mock, "says that it is a stand-in in every Nth response" },
	{ "status", "500", status, "answers with status N" },
	{ "tls-garbage", "0", tls_garbage, "answers a ClientHello with rubbish" },
	{ "big-head", "60000", big_head, "a head of N bytes" },
	{ NULL, NULL, NULL, NULL },
};

static bool is(const char *name)
{
	return !strcmp(mode->name, name);
}

/* --- connections --- */

static void shut(struct peer *p, bool reset)
{
	const struct linger linger = { .l_onoff = 1 };

	if (reset)
		setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(p->fd);
	p->gone = true;
}

static bool sending(const struct peer *p)
{
	return p->sent < p->len;
}

/* All has been sent. */
static void sent(struct peer *p)
{
	if (p->endless) {
		p->sent = p->endless;
		return;
	}
	p->sent = p->len = 0;
	if (p->after == CLOSE || p->after == RESET) {
		shut(p, p->after == RESET);
	} else if (p->after == FINISH) {
		shutdown(p->fd, SHUT_WR);
		p->after = KEEP;
		p->deaf = true;
	}
}

static void send_some(struct peer *p)
{
	while (sending(p) && !p->gone && p->due <= now()) {
		size_t left = p->len - p->sent, len = p->step && p->step < left ? p->step : left;
		ssize_t n = send(p->fd, p->out + p->sent, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			shut(p, false);
			return;
		}
		p->sent += (size_t)n;
		if (p->step)
			p->due = now() + number * MS;
		if (!sending(p))
			sent(p);
		if (p->endless && p->sent == p->endless)
			return; /* others have a turn too */
	}
}

/* One request, if it is there as a whole. */
static bool take(struct peer *p)
{
	char *end = memmem(p->in, p->in_len, "\r\n\r\n", 4);
	size_t len;

	if (is("tls-garbage"))
		len = p->in_len;
	else
		len = end ? (size_t)(end - p->in) + 4 : 0;
	if (!len)
		return false;
	memmove(p->in, p->in + len, p->in_len - len);
	p->in_len -= len;
	p->requests++;
	requests++;
	return true;
}

static void receive(struct peer *p)
{
	char rest[4096];
	bool full = p->in_len == sizeof(p->in);
	ssize_t n;

	if (is("keepalive-race") && p->requests >= (unsigned long)number) {
		shut(p, false); /* with the request unread: the other side sees a reset */
		return;
	}
	if (p->deaf || full)
		n = recv(p->fd, rest, sizeof(rest), MSG_DONTWAIT);
	else
		n = recv(p->fd, p->in + p->in_len, sizeof(p->in) - p->in_len, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		shut(p, false);
		return;
	}
	if (p->deaf || full)
		return;
	p->in_len += (size_t)n;
	if (take(p)) {
		mode->answer(p);
		send_some(p);
	}
}

static struct peer **peer;
static struct pollfd *fds;
static size_t npeers, room;

static void add(int fd)
{
	if (npeers + 1 >= room) {
		room = 2 * room + 64;
		peer = realloc(peer, room * sizeof(struct peer *));
		fds = realloc(fds, (room + 1) * sizeof(*fds));
		if (!peer || !fds)
			trouble("memory");
	}
	peer[npeers] = calloc(1, sizeof(struct peer));
	if (!peer[npeers])
		trouble("memory");
	peer[npeers++]->fd = fd;
}

static void accept_all(int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		connections++;
		if (is("accept-close"))
			close(fd);
		else
			add(fd);
		if (is("eager"))
			eager(peer[npeers - 1]);
	}
}

static void drop(size_t i)
{
	free(peer[i]->out);
	free(peer[i]);
	npeers--;
	peer[i] = peer[npeers];
	fds[1 + i] = fds[1 + npeers];
}

/* One turn: wait for what comes, or is due. */
static void turn(int listener, const sigset_t *waiting)
{
	int64_t until = INT64_MAX, begin = now();
	struct timespec wait;

	fds[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (size_t i = 0; i < npeers; i++) {
		struct peer *p = peer[i];
		bool ready = sending(p) && p->due <= begin;

		if (sending(p) && !ready && p->due < until)
			until = p->due;
		fds[1 + i] = (struct pollfd){ .fd = p->fd, .events = (short)(POLLIN | (ready ? POLLOUT : 0)) };
	}
	until = until == INT64_MAX ? 1000 * MS : until > begin ? until - begin : 0;
	wait = (struct timespec){ .tv_sec = until / 1000000000, .tv_nsec = until % 1000000000 };
	if (ppoll(fds, 1 + npeers, &wait, waiting) < 0)
		return;
	for (size_t i = npeers; i-- > 0;) {
		struct peer *p = peer[i];

		if (sending(p))
			send_some(p);
		if (!p->gone && fds[1 + i].revents & (POLLIN | POLLHUP | POLLERR))
			receive(p);
		if (p->gone)
			drop(i);
	}
	if (fds[0].revents)
		accept_all(listener);
}

static void end(int number_of_signal)
{
	(void)number_of_signal;
	ended = 1;
}

static void usage(void)
{
	fprintf(stderr, "usage: hostile MODE [PARAM]\n");
	for (const struct mode *m = modes; m->name; m++)
		fprintf(stderr, "  %-14s %-6s %s\n", m->name, strcmp(m->param, "0") ? m->param : "", m->help);
	exit(1);
}

static int listening(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) || getsockname(fd, (struct sockaddr *)&address, &len))
		trouble("port");
	if (!is("no-listen") && listen(fd, 4096))
		trouble("port");
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	struct rlimit files;
	sigset_t held, waiting;
	int listener;

	for (mode = modes; argc > 1 && mode->name && !is(argv[1]); mode++)
		;
	if (argc < 2 || argc > 3 || !mode->name)
		usage();
	param = argc > 2 ? argv[2] : mode->param;
	number = atol(param);
	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &waiting);
	sigdelset(&waiting, SIGTERM);
	sigaction(SIGTERM, &action, NULL);
	alarm(LIFE);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	listener = listening();
	room = 64;
	peer = calloc(room, sizeof(struct peer *));
	fds = calloc(room + 1, sizeof(*fds));
	if (!peer || !fds)
		trouble("memory");
	while (!ended)
		if (is("no-listen"))
			sigsuspend(&waiting);
		else
			turn(listener, &waiting);
	printf("%llu %llu\n", (unsigned long long)requests, (unsigned long long)connections);
	return 0;
}
