/* The floor under HTTP load generators: what a request costs when nothing but the necessary is done. One thread; each
 * connection is registered with epoll once, edge-triggered; the request's bytes are made beforehand; the next one is
 * sent as soon as as many bytes have come as the first response had. No parser, no times, no histograms.
 *
 * usage: http-floor [-d] PORT PATH CONNECTIONS SECONDS
 *   -d  let the kernel throw away what comes instead of copying it
 * Prints: requests, seconds elapsed, seconds of CPU in user mode and in the kernel, maximal resident set in bytes. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RECEIVE (1 << 20) /* bytes at once; each recv() that empties a socket makes the kernel send an ACK */
#define EVENTS 256

static char buffer[RECEIVE];

static void fail(const char *what)
{
	fprintf(stderr, "http-floor: %s: %s\n", what, errno ? strerror(errno) : "the connection was closed");
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int dial(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("connect");
	return fd;
}

static void ask(int fd, const char *request, size_t len)
{
	if (send(fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
		fail("send");
}

/* Make the first request and see how long the response is, head and all. */
static size_t response_length(int fd, const char *request, size_t request_len)
{
	size_t got = 0;
	const char *end, *length;

	ask(fd, request, request_len);
	for (;;) {
		ssize_t n = recv(fd, buffer + got, 16384 - 1 - got, 0);

		if (n <= 0)
			fail("recv");
		got += (size_t)n;
		buffer[got] = '\0';
		end = strstr(buffer, "\r\n\r\n");
		if (end)
			break;
	}
	length = strcasestr(buffer, "\r\nContent-Length:");
	if (strncmp(buffer, "HTTP/1.1 200 ", 13) != 0 || !length || length > end) {
		fputs("http-floor: expected a 200 response with a Content-Length\n", stderr);
		exit(1);
	}
	size_t whole = (size_t)(end + 4 - buffer) + strtoul(length + 17, NULL, 10);
	while (got < whole) {
		ssize_t n = recv(fd, buffer, whole - got < RECEIVE ? whole - got : RECEIVE, 0);

		if (n <= 0)
			fail("recv");
		got += (size_t)n;
	}
	return whole;
}

int main(int argc, char **argv)
{
	bool discard = argc > 1 && strcmp(argv[1], "-d") == 0;

	if (argc != 5 + discard) {
		fputs("usage: http-floor [-d] PORT PATH CONNECTIONS SECONDS\n", stderr);
		return 1;
	}
	argv += discard;
	int port = atoi(argv[1]), flags = MSG_DONTWAIT | (discard ? MSG_TRUNC : 0);
	unsigned connections = (unsigned)strtoul(argv[3], NULL, 10);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct { int fd; size_t left; } *connection = calloc(connections, sizeof(*connection));
	char request[1024];
	int made = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", argv[2], port);
	size_t request_len = (size_t)made, length = 0;

	if (epoll < 0 || !connection || connections == 0 || request_len >= sizeof(request))
		fail("preparing");
	for (unsigned i = 0; i < connections; i++) {
		struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.u32 = i };

		connection[i].fd = dial(port);
		if (i == 0)
			length = response_length(connection[i].fd, request, request_len);
		connection[i].left = length;
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection[i].fd, &e) < 0)
			fail("epoll_ctl");
	}

	double begin = now(), end = begin + strtod(argv[4], NULL), time = begin;
	uint64_t requests = 0;

	for (unsigned i = 0; i < connections; i++)
		ask(connection[i].fd, request, request_len);
	while (time < end) {
		struct epoll_event event[EVENTS];
		int n = epoll_wait(epoll, event, EVENTS, 1000);

		if (n < 0)
			fail("epoll_wait");
		time = now();
		for (int i = 0; i < n; i++) {
			unsigned c = event[i].data.u32;
			ssize_t got;

			do {
				got = recv(connection[c].fd, buffer, RECEIVE, flags);
				if (got <= 0) {
					if (got < 0 && errno == EAGAIN)
						break;
					fail("recv");
				}
				connection[c].left -= (size_t)got;
			} while (got == RECEIVE && connection[c].left > 0);
			if (connection[c].left == 0) {
				requests++;
				connection[c].left = length;
				ask(connection[c].fd, request, request_len);
			}
		}
	}

	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	printf("%llu %.6f %.6f %.6f %ld\n", (unsigned long long)requests, time - begin,
	       (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6,
	       (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6, used.ru_maxrss * 1024);
	free(connection);
	return 0;
}
