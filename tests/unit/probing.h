#ifndef TESTS_PROBING_H
#define TESTS_PROBING_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/proc-watch/probe.h"
#include "clock.h"

/* What tests of probes have in common. */

#define SECOND 1000000000LL
#define PATIENCE (20 * SECOND) /* after which a test fails rather than hangs */
#define INTERVAL 1000000LL

static inline void parsed(struct probe *p, const char *text, enum probe_use use)
{
	int result = probe_parse(p, text, use, INTERVAL);

	if (result != 0)
		print_error("%s: %s\n", text, p->why);
	assert_int_equal(result, 0);
	assert_string_equal(p->text, text);
}

static inline void armed(struct probe *p, const char *text, enum probe_use use)
{
	parsed(p, text, use);
	assert_int_equal(probe_arm(p, PATIENCE), 0);
	assert_false(p->seen || p->failed);
}

/* What has come by now is looked at, and what is due by then. */
static inline void step(struct probe *p)
{
	for (int i = 0; i < 3 && !p->seen && !p->failed; i++)
		probe_step(p, p->due == INT64_MAX || p->due < clock_now() ? clock_now() : p->due);
}

/* As the loop of the program does, once. */
static inline void turn(struct probe *p, int64_t until)
{
	struct pollfd fd = {.fd = p->fd, .events = p->events};
	int64_t now = clock_now(), left = (p->due < until ? p->due : until) - now;
	struct timespec ts = {.tv_sec = left > 0 ? left / SECOND : 0, .tv_nsec = left > 0 ? left % SECOND : 0};

	ppoll(&fd, 1, &ts, NULL);
	now = clock_now();
	if (fd.revents || now >= p->due)
		probe_step(p, now);
}

static inline void until_seen(struct probe *p)
{
	int64_t until = clock_now() + PATIENCE;

	while (!p->seen && !p->failed) {
		assert_true(clock_now() < until);
		turn(p, until);
	}
}

static inline void is_seen(struct probe *p, int64_t since)
{
	int64_t now;

	until_seen(p);
	now = clock_now();
	assert_true(p->seen);
	assert_false(p->failed);
	assert_true(p->when >= since && p->when <= now);
	assert_true(p->bound >= 0);
}

static inline void is_not_seen(struct probe *p)
{
	step(p);
	assert_false(p->seen || p->failed);
}

static inline unsigned open_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* A directory of the test's own; removed by the test. */
static inline void own_directory(char path[64])
{
	strcpy(path, "/tmp/probe-XXXXXX");
	assert_non_null(mkdtemp(path));
}

static inline void written(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

#endif
