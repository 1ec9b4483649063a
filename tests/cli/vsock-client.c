/* A client of unix sockets: vsock-client [OPTION...] PATH [SEND [UNTIL [SEND [UNTIL]]...]]
 *
 * It connects to PATH (-l: listens there, says "listening" and takes one connection), sends SEND, prints what comes
 * until it has seen UNTIL, sends the next SEND, and so on. Without a last UNTIL it prints what comes until the end.
 * In SEND and UNTIL, \n and \r are what they are in C. A SEND of "-" first waits for a line of standard input; an empty
 * one sends nothing.
 *   -q    not what came is printed but how many bytes
 *   -t S  not longer than so many seconds in all (20)
 *   -w    after the last SEND the connection is closed for writing
 * Exit status: 0 it has seen all, 1 the end came first, 2 the time was over, 3 it cannot connect or listen. */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { SEEN = 0, ENDED = 1, LATE = 2, TROUBLE = 3 };

static bool quiet;
static int64_t deadline;     /* ms */
static unsigned long long came;
static char tail[65536 + 256]; /* of what came since the last SEND, enough to find UNTIL in */
static size_t tail_len;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static _Noreturn void leave(int status)
{
	if (quiet)
		printf("%llu\n", came);
	if (fflush(stdout) != 0)
		status = TROUBLE;
	exit(status);
}

static _Noreturn void trouble(const char *what)
{
	fprintf(stderr, "vsock-client: %s: %s\n", what, strerror(errno));
	exit(TROUBLE);
}

static void await(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left = deadline - now();

	if (left <= 0 || poll(&p, 1, (int)left) == 0)
		leave(LATE);
}

static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '\\' && (text[1] == 'n' || text[1] == 'r' || text[1] == '\\')) {
			text++;
			*to++ = *text == 'n' ? '\n' : *text == 'r' ? '\r' : '\\';
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static void send_text(int fd, const char *text)
{
	size_t len = strlen(text);
	char line[256];

	if (strcmp(text, "-") == 0) {
		if (!fgets(line, sizeof line, stdin))
			leave(TROUBLE);
		return;
	}
	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN) {
			await(fd, POLLOUT);
		} else if (n < 0) {
			return; /* what came can still be read */
		} else {
			text += n;
			len -= (size_t)n;
		}
	}
}

/* Print up to the end (until NULL), or up to until and with it what came at the same time. */
static void print_until(int fd, const char *until)
{
	while (!until || !memmem(tail, tail_len, until, strlen(until))) {
		ssize_t n;

		if (tail_len > 256) {
			memmove(tail, tail + tail_len - 256, 256);
			tail_len = 256;
		}
		await(fd, POLLIN);
		n = recv(fd, tail + tail_len, sizeof tail - tail_len, 0);
		if (n <= 0)
			leave(until ? ENDED : SEEN);
		if (!quiet)
			fwrite(tail + tail_len, 1, (size_t)n, stdout);
		fflush(stdout);
		came += (unsigned long long)n;
		tail_len += (size_t)n;
	}
	tail_len = 0;
}

static int open_socket(const char *path, bool listens)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		trouble(path);
	}
	memcpy(address.sun_path, path, strlen(path));
	if (fd < 0)
		trouble("socket");
	if (!listens) {
		if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
			trouble(path);
		return fd;
	}
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 8) != 0)
		trouble(path);
	puts("listening");
	fflush(stdout);
	await(fd, POLLIN);
	fd = accept(fd, NULL, NULL);
	if (fd < 0)
		trouble("accept");
	return fd;
}

int main(int argc, char **argv)
{
	bool listens = false, closes = false;
	double seconds = 20;
	int option, fd, i;

	while ((option = getopt(argc, argv, "lqt:w")) != -1) {
		switch (option) {
		case 'l':
			listens = true;
			break;
		case 'q':
			quiet = true;
			break;
		case 't':
			seconds = strtod(optarg, NULL);
			break;
		case 'w':
			closes = true;
			break;
		default:
			return TROUBLE;
		}
	}
	if (optind == argc) {
		fprintf(stderr, "usage: vsock-client [-lqw] [-t SECONDS] PATH [SEND [UNTIL]]...\n");
		return TROUBLE;
	}
	deadline = now() + (int64_t)(seconds * 1000);
	fd = open_socket(argv[optind], listens);
	for (i = optind + 1; i < argc; i++) {
		bool sends = (i - optind) % 2;

		unescape(argv[i]);
		if (sends)
			send_text(fd, argv[i]);
		else
			print_until(fd, argv[i]);
		if (sends && closes && i + 2 >= argc)
			shutdown(fd, SHUT_WR);
	}
	if ((argc - optind - 1) % 2 || argc == optind + 1)
		print_until(fd, NULL);
	leave(SEEN);
}
