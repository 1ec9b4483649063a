#include "attach.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "kept.h"
#include "procfs.h"

#define LARGEST 64 /* bytes of a pidfile */

static pid_t fail(char why[ATTACH_WHY], const char *format, ...) __attribute__((format(printf, 2, 3)));

static pid_t fail(char why[ATTACH_WHY], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, ATTACH_WHY, format, args);
	va_end(args);
	return -1;
}

/* 0, or -1 with errno. */
static int read_stat(struct kept *k, pid_t pid, struct procfs_stat *s)
{
	int fd = -1, result = kept_read(k, &fd, pid, 0, "stat"), error = errno;

	kept_close(k, &fd);
	errno = error;
	return result != 0 ? -1 : procfs_stat(k->text, k->len, s);
}

/* The process whose thread pid is. */
static pid_t group_of(struct kept *k, pid_t pid)
{
	struct procfs_status s;
	int fd = -1, result = kept_read(k, &fd, pid, 0, "status");

	kept_close(k, &fd);
	return result == 0 && procfs_status(k->text, k->len, &s) == 0 ? s.group : pid;
}

static pid_t check(struct kept *k, pid_t pid, char why[ATTACH_WHY])
{
	struct procfs_stat s;
	pid_t group;

	if (pid <= 0)
		return fail(why, "%d: no process has such a pid", (int)pid);
	if (pid == getpid())
		return fail(why, "%d: that is this program itself", (int)pid);
	if (kill(pid, 0) != 0 && errno == ESRCH)
		return fail(why, "%d: no such process", (int)pid);
	group = group_of(k, pid);
	if (group != pid)
		return fail(why, "%d: that is a thread of process %d", (int)pid, (int)group);
	if (read_stat(k, pid, &s) != 0)
		return fail(why, "%d: %s", (int)pid, strerror(errno));
	if ((s.state == 'Z' && s.threads <= 1) || s.state == 'X')
		return fail(why, "%d: it has ended, and its parent has not waited for it", (int)pid);
	return pid;
}

pid_t attach_pid(pid_t pid, char why[ATTACH_WHY])
{
	struct kept k;

	kept_begin(&k);
	pid = check(&k, pid, why);
	kept_end(&k);
	return pid;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

pid_t attach_pidfile(const char *path, char why[ATTACH_WHY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char text[LARGEST + 1], pid_why[ATTACH_WHY];
	const char *at = text, *end;
	struct stat st;
	ssize_t len;
	pid_t pid;

	if (fd < 0)
		return fail(why, "%s", strerror(errno));
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(fd);
		return fail(why, "not a regular file");
	}
	len = read(fd, text, sizeof text);
	if (len < 0) {
		fail(why, "%s", strerror(errno));
		close(fd);
		return -1;
	}
	close(fd);
	end = text + len;
	while (at < end && is_space(*at))
		at++;
	while (end > at && is_space(end[-1]))
		end--;
	if (at == end)
		return fail(why, "expected a pid, and it is empty");
	if (len == sizeof text || procfs_pid(&at, end, &pid) != 1 || at != end)
		return fail(why, "expected a pid and nothing else");
	pid = attach_pid(pid, pid_why);
	return pid < 0 ? fail(why, "%.200s", pid_why) : pid;
}

struct inodes {
	uint64_t *at;
	size_t n, room;
};

/* Add the sockets that listen on port. 0, or -1 with errno. */
static int find_sockets(const char *path, unsigned port, struct inodes *all)
{
	FILE *in = fopen(path, "re");
	struct procfs_socket s;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int result = 0;

	if (!in)
		return -1;
	while (result >= 0 && (len = getline(&line, &room, in)) > 0) {
		result = procfs_socket(line, (size_t)len, &s);
		if (result != 0 || !s.listens || s.port != port)
			continue;
		if (all->n == all->room) {
			all->room = all->room ? 2 * all->room : 4;
			all->at = x_reallocarray(all->at, all->room, sizeof *all->at);
		}
		all->at[all->n++] = s.inode;
	}
	if (ferror(in))
		result = -1;
	free(line);
	fclose(in);
	return result < 0 ? -1 : 0;
}

static bool is_one_of(const char *link, const struct inodes *all)
{
	char text[40];

	for (size_t i = 0; i < all->n; i++) {
		snprintf(text, sizeof text, "socket:[%llu]", (unsigned long long)all->at[i]);
		if (strcmp(link, text) == 0)
			return true;
	}
	return false;
}

/* Does pid have one of the sockets open? -1: that may not be looked at. */
static int has_open(pid_t pid, const struct inodes *all)
{
	char path[64], link[64];
	DIR *directory;
	const struct dirent *entry;
	int has = 0;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	directory = opendir(path);
	if (!directory)
		return errno == ENOENT || errno == ESRCH ? 0 : -1;
	while (has != 1 && (entry = readdir(directory))) {
		ssize_t len;

		if (entry->d_name[0] == '.')
			continue;
		len = readlinkat(dirfd(directory), entry->d_name, link, sizeof link - 1);
		if (len < 0) {
			if (errno == EACCES || errno == EPERM)
				has = -1;
			continue;
		}
		link[len] = '\0';
		if (is_one_of(link, all))
			has = 1;
	}
	closedir(directory);
	return has;
}

/* Did s start before t, or, where the clock's ticks are too coarse to tell, start t? */
static bool is_elder(const struct procfs_stat *s, const struct procfs_stat *t)
{
	if (s->start != t->start)
		return s->start < t->start;
	if (t->parent == s->pid || s->parent == t->pid)
		return t->parent == s->pid;
	return s->pid < t->pid;
}

static pid_t find_owner(unsigned port, const struct inodes *all, char why[ATTACH_WHY])
{
	DIR *directory = opendir("/proc");
	struct procfs_stat eldest = {0}, s;
	const struct dirent *entry;
	bool hidden = false;
	struct kept k;

	if (!directory)
		return fail(why, "/proc: %s", strerror(errno));
	kept_begin(&k);
	while ((entry = readdir(directory))) {
		long pid = strtol(entry->d_name, NULL, 10);
		int has = pid > 0 ? has_open((pid_t)pid, all) : 0;

		if (has < 0)
			hidden = true;
		if (has > 0 && pid != getpid() && read_stat(&k, (pid_t)pid, &s) == 0 &&
		    (!eldest.pid || is_elder(&s, &eldest)))
			eldest = s;
	}
	kept_end(&k);
	closedir(directory);
	if (eldest.pid)
		return eldest.pid;
	if (hidden)
		return fail(why, "something listens on port %u, but which process it is may only be seen by its user or root",
			    port);
	return fail(why, "something listens on port %u, but no process that can be seen here", port);
}

pid_t attach_port(unsigned port, char why[ATTACH_WHY])
{
	struct inodes all = {0};
	bool v4 = find_sockets("/proc/net/tcp", port, &all) == 0;
	int error = errno;
	bool v6 = find_sockets("/proc/net/tcp6", port, &all) == 0; /* which is not everywhere */
	pid_t pid;

	if (!v4 && !v6)
		return fail(why, "/proc/net/tcp: %s", strerror(error));
	pid = all.n ? find_owner(port, &all, why) : fail(why, "nothing listens on port %u", port);
	free(all.at);
	return pid;
}
