#include "kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "procfs.h"

#define FIRST_ROOM ((size_t)16 << 10)
#define SHORT 4000   /* a file that gives less at once has given all: the kernel fills a page at least */
#define OTHERS 128   /* descriptors that are left to the rest of the program, or a quarter of them if that is more */
#define MOST 65536
#define PATH_ROOM 96

void kept_begin(struct kept *k)
{
	struct rlimit limit;
	struct stat st;
	int64_t times;
	int fd = -1;

	*k = (struct kept){.room = FIRST_ROOM, .text = x_malloc(FIRST_ROOM)};
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		k->soft = limit.rlim_cur > MOST ? MOST : (unsigned)limit.rlim_cur;
		k->hard = limit.rlim_max > MOST ? MOST : (unsigned)limit.rlim_max;
		k->below = k->soft > OTHERS ? k->soft - (k->soft / 4 > OTHERS ? k->soft / 4 : OTHERS) : 0;
		k->above = k->hard - k->soft;
	}
	k->lists = kept_read(k, &fd, getpid(), getpid(), "children") == 0;
	kept_close(k, &fd);
	k->counts = stat("/proc/self/fd", &st) == 0 && st.st_size > 0;
	k->schedules = kept_read(k, &fd, getpid(), 0, "schedstat") == 0 &&
	               procfs_schedstat(k->text, k->len, &times) == 0 && times > 0;
	kept_close(k, &fd);
}

void kept_end(struct kept *k)
{
	free(k->text);
	free(k->pids);
	*k = (struct kept){0};
}

void kept_close(struct kept *k, int *fd)
{
	if (*fd < 0)
		return;
	close(*fd);
	if ((unsigned)*fd < k->soft)
		k->below++;
	else
		k->above++;
	*fd = -1;
}

static int fail(int error)
{
	errno = error == ENOENT ? ESRCH : error;
	return -1;
}

static int open_in(pid_t pid, pid_t tid, const char *name, int flags)
{
	char path[PATH_ROOM];

	if (tid)
		snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)pid, (int)tid, name);
	else
		snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	return open(path, flags | O_CLOEXEC);
}

int kept_read_open(struct kept *k, int fd)
{
	ssize_t n;

	k->len = 0;
	do {
		if (k->room - k->len <= SHORT) {
			k->text = x_reallocarray(k->text, k->room, 2);
			k->room *= 2;
		}
		do
			n = pread(fd, k->text + k->len, k->room - k->len, (off_t)k->len);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return -1;
		k->len += (size_t)n;
	} while (n >= SHORT);
	return 0;
}

/* Put fd above the soft limit. Its new place, or -1. */
static int move_up(const struct kept *k, int fd)
{
	struct rlimit limit, raised;
	int moved;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return -1;
	raised = (struct rlimit){.rlim_cur = k->hard, .rlim_max = limit.rlim_max};
	if (setrlimit(RLIMIT_NOFILE, &raised) != 0)
		return -1;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, (int)k->soft);
	setrlimit(RLIMIT_NOFILE, &limit);
	return moved;
}

/* What was opened just now is kept where there is room for it. */
static void settle(struct kept *k, int fd, int *place)
{
	if (k->below > 0) {
		k->below--;
		*place = fd;
		return;
	}
	if (k->above > 0 && (*place = move_up(k, fd)) >= 0)
		k->above--;
	close(fd);
}

int kept_read(struct kept *k, int *fd, pid_t pid, pid_t tid, const char *name)
{
	int file = *fd >= 0 ? *fd : open_in(pid, tid, name, O_RDONLY);
	int result, error;

	if (file < 0)
		return fail(errno);
	result = kept_read_open(k, file);
	error = errno;
	if (*fd < 0)
		settle(k, file, fd);
	return result < 0 ? fail(error) : 0;
}

/* One by one. */
static int count(pid_t pid, pid_t tid, int64_t *n)
{
	int fd = open_in(pid, tid, "fd", O_RDONLY | O_DIRECTORY);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!directory) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return fail(error);
	}
	*n = 0;
	while ((entry = readdir(directory)))
		*n += entry->d_name[0] != '.';
	closedir(directory);
	return 0;
}

int kept_descriptors(struct kept *k, int *fd, pid_t pid, pid_t tid, int64_t *n)
{
	int file = *fd, result, error;
	struct stat st;

	if (!k->counts)
		return count(pid, tid, n);
	if (file < 0)
		file = open_in(pid, tid, "fd", O_PATH | O_DIRECTORY);
	if (file < 0)
		return fail(errno);
	result = fstat(file, &st);
	error = errno;
	if (*fd < 0)
		settle(k, file, fd);
	*n = st.st_size;
	return result < 0 ? fail(error) : 0;
}

void kept_add(struct kept *k, size_t n, pid_t pid)
{
	if (n == k->pids_room) {
		k->pids_room = k->pids_room ? 2 * k->pids_room : 64;
		k->pids = x_reallocarray(k->pids, k->pids_room, sizeof *k->pids);
	}
	k->pids[n] = pid;
}

/* The numbers that are names in a directory. */
static ssize_t list(struct kept *k, const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	ssize_t n = 0;

	if (!directory)
		return fail(errno);
	while ((entry = readdir(directory))) {
		long pid = strtol(entry->d_name, NULL, 10);

		if (pid > 0)
			kept_add(k, (size_t)n++, (pid_t)pid);
	}
	closedir(directory);
	return n;
}

ssize_t kept_threads(struct kept *k, pid_t pid)
{
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	return list(k, path);
}

ssize_t kept_processes(struct kept *k)
{
	return list(k, "/proc");
}
