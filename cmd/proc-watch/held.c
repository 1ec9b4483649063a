#include "held.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "proc.h"

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

size_t held_take(struct held *h, const pid_t *pids, size_t n, const char *name)
{
	held_drop(h);
	h->ended = NULL;
	if (n > h->room) {
		h->process = x_reallocarray(h->process, n, sizeof *h->process);
		h->room = n;
	}
	for (size_t i = 0; i < n; i++) {
		struct held_process *p = &h->process[h->n];

		*p = (struct held_process){.pid = pids[i], .fd = proc_pidfd(pids[i])};
		if (p->fd < 0)
			continue;
		read_name(p->pid, p->name);
		/* The kernel cuts names to 15 bytes. */
		if (name && strncmp(p->name, name, HELD_NAME - 1) != 0)
			close(p->fd);
		else
			h->n++;
	}
	return h->n;
}

bool held_look(struct held *h, const struct pollfd *fds, int64_t now)
{
	for (size_t i = 0; i < h->n && !h->ended; i++) {
		if (!fds[i].revents)
			continue;
		h->ended = &h->process[i];
		h->when = now;
		return true;
	}
	return false;
}

void held_drop(struct held *h)
{
	for (size_t i = 0; i < h->n; i++)
		close(h->process[i].fd);
	h->n = 0;
}

void held_free(struct held *h)
{
	held_drop(h);
	free(h->process);
	h->process = NULL;
	h->room = 0;
}
