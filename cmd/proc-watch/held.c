#include "held.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "die.h"
#include "proc.h"

#define OTHERS 64 /* descriptors below the soft limit that are left to all else */

static void read_name(pid_t pid, char name[HELD_NAME])
{
	char path[40];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof path, "/proc/%ld/comm", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, name, HELD_NAME - 1);
		close(fd);
	}
	name[n > 0 ? n : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

/* Near the soft limit, which is raised now, it is put above. */
static int open_process(pid_t pid, rlim_t soft)
{
	int fd = proc_pidfd(pid), moved;

	if (fd < 0 || (rlim_t)fd >= soft || (rlim_t)fd + OTHERS < soft)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, (int)soft);
	if (moved < 0)
		return fd;
	close(fd);
	return moved;
}

/* 1: it is held, 0: it is not, since it has ended or has another name, or -1 with errno. */
static int take(struct held *h, pid_t pid, const char *name, rlim_t soft)
{
	struct held_process *p = &h->process[h->n];
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = h->n};
	int error;

	*p = (struct held_process){.pid = pid, .fd = open_process(pid, soft)};
	if (p->fd < 0)
		return errno == ESRCH ? 0 : -1;
	read_name(pid, p->name);
	/* The kernel cuts names to 15 bytes. */
	if (name && strncmp(p->name, name, HELD_NAME - 1) != 0) {
		close(p->fd);
		return 0;
	}
	if (epoll_ctl(h->fd, EPOLL_CTL_ADD, p->fd, &event) == 0)
		return 1;
	error = errno;
	close(p->fd);
	errno = error;
	return -1;
}

static int take_all(struct held *h, const pid_t *pids, size_t n, const char *name, rlim_t soft)
{
	h->fd = epoll_create1(EPOLL_CLOEXEC);
	if (h->fd < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int taken = take(h, pids[i], name, soft);

		if (taken < 0)
			return -1;
		h->n += (size_t)taken;
	}
	return 0;
}

ssize_t held_take(struct held *h, const pid_t *pids, size_t n, const char *name)
{
	struct rlimit limit = {0};
	bool raised;
	int result, error;

	held_drop(h);
	h->ended = NULL;
	if (n > h->room) {
		h->process = x_reallocarray(h->process, n, sizeof *h->process);
		h->room = n;
	}
	raised = getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
		 setrlimit(RLIMIT_NOFILE, &(struct rlimit){limit.rlim_max, limit.rlim_max}) == 0;
	result = take_all(h, pids, n, name, limit.rlim_cur);
	error = errno;
	/* What is started inherits it. */
	if (raised)
		setrlimit(RLIMIT_NOFILE, &limit);
	if (result == 0)
		return (ssize_t)h->n;
	held_drop(h);
	errno = error;
	return -1;
}

bool held_look(struct held *h, int64_t now)
{
	struct epoll_event event;

	if (h->fd < 0 || h->ended || epoll_wait(h->fd, &event, 1, 0) != 1)
		return false;
	h->ended = &h->process[event.data.u64];
	h->when = now;
	return true;
}

void held_drop(struct held *h)
{
	for (size_t i = 0; i < h->n; i++)
		close(h->process[i].fd);
	h->n = 0;
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

void held_free(struct held *h)
{
	held_drop(h);
	free(h->process);
	h->process = NULL;
	h->room = 0;
}
