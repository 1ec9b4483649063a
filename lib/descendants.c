#include "descendants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define LOOK INT64_C(2000000)           /* ns between looks at who is left */
#define PATIENCE INT64_C(10000000000) /* ns for what was killed to go */

static int add(pid_t **pids, size_t *room, size_t n, pid_t pid)
{
	if (n == *room) {
		size_t more = *room ? 2 * *room : 64;
		pid_t *grown = reallocarray(*pids, more, sizeof **pids);

		if (!grown)
			return -1;
		*pids = grown;
		*room = more;
	}
	(*pids)[n] = pid;
	return 0;
}

/* The numbers in an open file, behind the n that there are. How many there are then, or -1 with errno. */
static ssize_t take_children(FILE *f, pid_t **pids, size_t *room, ssize_t n)
{
	long pid;

	while (fscanf(f, "%ld", &pid) == 1) {
		if (add(pids, room, (size_t)n, (pid_t)pid) < 0)
			return -1;
		n++;
	}
	return n;
}

/* What cannot be read has ended meanwhile, unless it is this process that cannot read. */
static bool is_gone(int error)
{
	return error != ENOMEM && error != EMFILE && error != ENFILE;
}

/* The children of one process, from the lists of its threads. *supported: the kernel keeps them. */
static ssize_t list_children(pid_t pid, pid_t **pids, size_t *room, ssize_t n, bool *supported)
{
	char path[80];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
	tasks = opendir(path);
	if (!tasks)
		return is_gone(errno) ? n : -1;
	while (n >= 0 && (entry = readdir(tasks))) {
		FILE *f;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/%ld/task/%.20s/children", (long)pid, entry->d_name);
		f = fopen(path, "re");
		if (f) {
			*supported = true;
			n = take_children(f, pids, room, n);
			fclose(f);
		} else if (!is_gone(errno)) {
			n = -1;
		}
	}
	closedir(tasks);
	return n;
}

/* The parent of a process, 0 where it has gone. */
static pid_t parent_of(const char *name)
{
	char path[64], line[1024], *after;
	int fd;
	ssize_t n;
	long parent;

	snprintf(path, sizeof path, "/proc/%.20s/stat", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, line, sizeof line - 1);
	close(fd);
	line[n > 0 ? n : 0] = '\0';
	/* The name between the brackets may hold anything. */
	after = strrchr(line, ')');
	return after && sscanf(after + 1, " %*c %ld", &parent) == 1 ? (pid_t)parent : 0;
}

/* The same from all processes there are, for kernels that keep no lists. */
static ssize_t search_children(pid_t pid, pid_t **pids, size_t *room, ssize_t n)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;

	if (!all)
		return -1;
	while (n >= 0 && (entry = readdir(all))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || parent_of(entry->d_name) != pid)
			continue;
		n = add(pids, room, (size_t)n, (pid_t)strtol(entry->d_name, NULL, 10)) < 0 ? -1 : n + 1;
	}
	closedir(all);
	return n;
}

ssize_t descendants_list(pid_t pid, pid_t **pids, size_t *room)
{
	bool supported = false;
	ssize_t n;

	if (kill(pid, 0) < 0 && errno == ESRCH)
		return -1;
	n = list_children(pid, pids, room, 0, &supported);
	if (n >= 0 && !supported)
		n = search_children(pid, pids, room, n);
	for (ssize_t i = 0; n >= 0 && i < n; i++)
		n = supported ? list_children((*pids)[i], pids, room, n, &supported) :
				search_children((*pids)[i], pids, room, n);
	return n;
}

int descendants_adopt(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Reap what has ended. true: there are children left. */
static bool reap(void)
{
	pid_t got;

	while ((got = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
		;
	return got == 0;
}

/* Until none is left, or the time has come. */
static bool await_none(int64_t until)
{
	while (reap()) {
		if (clock_now() >= until)
			return false;
		clock_sleep_until(clock_now() + LOOK);
	}
	return true;
}

/* What is killed may just have made another, which is then ours. How many there were at most, or -1 with errno. */
static ssize_t kill_all(pid_t **pids, size_t *room)
{
	int64_t until = clock_now() + PATIENCE;
	ssize_t most = 0;

	do {
		ssize_t n = descendants_list(getpid(), pids, room);

		if (n < 0)
			return -1;
		if (clock_now() >= until) {
			errno = ETIMEDOUT;
			return -1;
		}
		for (ssize_t i = 0; i < n; i++)
			kill((*pids)[i], SIGKILL);
		most = n > most ? n : most;
	} while (!await_none(clock_now() + LOOK));
	return most;
}

ssize_t descendants_ask(void)
{
	pid_t *pids = NULL;
	size_t room = 0;
	ssize_t n = descendants_list(getpid(), &pids, &room);
	int error = errno;

	for (ssize_t i = 0; i < n; i++)
		kill(pids[i], SIGTERM);
	/* One that was stopped takes it only once it goes on. */
	for (ssize_t i = 0; i < n; i++)
		kill(pids[i], SIGCONT);
	free(pids);
	errno = error;
	return n;
}

ssize_t descendants_end(int64_t grace)
{
	pid_t *pids = NULL;
	size_t room = 0;
	ssize_t asked = 0, killed;
	int error;

	if (!reap())
		return 0;
	if (grace > 0)
		asked = descendants_ask();
	killed = grace > 0 && await_none(clock_now() + grace) ? 0 : kill_all(&pids, &room);
	error = errno;
	free(pids);
	errno = error;
	return killed < 0 ? -1 : killed > asked ? killed : asked;
}
