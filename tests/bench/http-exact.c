/* A server that takes a time exactly: it never sleeps, so that no wake-up is in what it takes. Answers any request,
 * recognized by its empty line, MS milliseconds after it came. Prints its port.
 * usage: http-exact MS SECONDS */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 1024

static const char answer[] = "HTTP/1.1 200 OK\r\nX-Benchpipe: mock\r\nContent-Length: 3\r\n\r\nok\n";

/* Answers that are due, the earliest first: all take the same time, so they come as the requests came. */
static struct {
	int fd;
	long long due;
} queue[CONNECTIONS];
static unsigned first, last;

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int listen_anywhere(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, CONNECTIONS) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0) {
		perror("http-exact");
		exit(1);
	}
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		perror("http-exact: epoll");
}

static void take(int fd, long long delay)
{
	char request[8192];
	ssize_t n = recv(fd, request, sizeof request, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		close(fd);
	} else if (n > 4 && memcmp(request + n - 4, "\r\n\r\n", 4) == 0 && last - first < CONNECTIONS) {
		queue[last % CONNECTIONS].fd = fd;
		queue[last++ % CONNECTIONS].due = now() + delay;
	}
}

int main(int argc, char **argv)
{
	long long delay = argc > 2 ? (long long)(atof(argv[1]) * 1e6) : 0, end = argc > 2 ? now() + (long long)(atof(argv[2]) * 1e9) : 0;
	int listener = listen_anywhere(), epoll = epoll_create1(0);

	watch(epoll, listener);
	while (now() < end) {
		struct epoll_event events[64];
		int n = epoll_wait(epoll, events, 64, 0);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd != listener) {
				take(events[i].data.fd, delay);
				continue;
			}
			for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;)
				watch(epoll, fd);
		}
		for (; first != last && now() >= queue[first % CONNECTIONS].due; first++)
			send(queue[first % CONNECTIONS].fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
	}
	return 0;
}
