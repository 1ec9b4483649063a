#ifndef TESTS_CONNECTING_H
#define TESTS_CONNECTING_H

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/http-load/connector.h"
#include "../../cmd/http-load/handle.h"
#include "clock.h"

/* What tests of connections have in common: a connector, what it tells, and servers. */

#define SECOND 1000000000LL
#define PATIENCE (20 * SECOND) /* after which a test fails rather than hangs */

struct told {
	struct line *line;
	enum failure failure;
	char why[FAILURE_TEXT];
	int64_t connect, tls;
	int fd;
	bool again; /* start another one, once */
};

static struct options options;
static struct origin origin;
static struct mix mix = { .origin = &origin, .norigins = 1 };
static struct connector *connector;
static unsigned ndone;

static inline void done(void *data, void *cookie, struct line *line, const struct connected *result)
{
	struct told *told = cookie;

	assert_ptr_equal(data, &mix);
	assert_ptr_equal(told->line, line);
	told->failure = result->failure;
	told->connect = result->connect;
	told->tls = result->tls;
	told->fd = result->fd;
	snprintf(told->why, sizeof(told->why), "%s", result->why ? result->why : "");
	ndone++;
	if (told->again) {
		told->again = false;
		line_close(line);
		told->line = connector_start(connector, &origin, told);
	}
}

/* A connector to scheme://host:port with what options say. */
static inline void begin(bool tls, const char *host, unsigned port)
{
	static char base[128], name[96];

	snprintf(name, sizeof(name), "%s", host);
	snprintf(base, sizeof(base), "%s://%s:%u", tls ? "https" : "http", host, port);
	origin = (struct origin){ .tls = tls, .host = name, .port = port, .base = base };
	if (!options.connect_timeout)
		options.connect_timeout = PATIENCE;
	handle_setup(&options);
	connector = connector_new(&options, &mix, done, &mix);
	assert_non_null(connector);
	ndone = 0;
}

static inline void end(void)
{
	connector_free(connector);
	handle_teardown();
	memset(&options, 0, sizeof(options));
}

static inline void start(struct told *told)
{
	memset(told, 0, sizeof(*told));
	told->line = connector_start(connector, &origin, told);
	assert_non_null(told->line);
}

/* Until n lines have been told of. */
static inline void drive(unsigned n)
{
	int64_t give_up = clock_now() + PATIENCE;

	while (ndone < n) {
		struct pollfd fd = { .fd = connector_fd(connector), .events = POLLIN };
		int64_t now = clock_now(), until = connector_deadline(connector);

		assert_true(now < give_up);
		if (until > now + SECOND)
			until = now + SECOND;
		poll(&fd, 1, until <= now ? 0 : (int)((until - now) / 1000000 + 1));
		connector_run(connector);
	}
}

/* One line to scheme://host:port, told of and closed. */
static inline void try(struct told *told, bool tls, const char *host, unsigned port)
{
	begin(tls, host, port);
	start(told);
	drive(1);
	line_close(told->line);
	end();
}

#define assert_contains(text, part) \
	do { \
		if (!strstr((text), (part))) \
			print_error("in: %s\n", (text)); \
		assert_non_null(strstr((text), (part))); \
	} while (0)

static inline int listening(int backlog, unsigned *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	if (backlog >= 0)
		assert_int_equal(listen(fd, backlog), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

/* In a child: a test that fails leaves no process behind. */
static inline void die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* A process that answers each connection's first bytes with text (NULL: closes), and then with what comes. */
static inline pid_t answering(const char *text, unsigned *port)
{
	int fd = listening(16, port);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		char bytes[4096];
		ssize_t n;

		die_with_parent();
		for (;;) {
			int peer = accept(fd, NULL, NULL);

			n = read(peer, bytes, sizeof(bytes));
			if (n > 0 && text && write(peer, text, strlen(text)) >= 0)
				while ((n = read(peer, bytes, sizeof(bytes))) > 0 && write(peer, bytes, (size_t)n) > 0)
					;
			close(peer);
		}
	}
	close(fd);
	return pid;
}

static inline void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

#endif
