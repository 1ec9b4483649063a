#ifndef LEASES_H
#define LEASES_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lease.h"
#include "sha256.h"
#include "uuid.h"

/* For tests of lib/lease.c: runs that are killed, and what is left of them. */

#define PROGRAM "lease-unit"

static char root[] = "/tmp/lease.XXXXXX"; /* the test's own directory */

/* An empty one, which is also where temporary files go; what dead runs leave becomes the test's own children. */
static inline int enter(void **state)
{
	(void)state;
	memcpy(strrchr(root, '.'), ".XXXXXX", 7);
	if (!mkdtemp(root) || setenv("TMPDIR", root, 1) != 0 || chdir(root) != 0)
		return -1;
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static inline int leave(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof command, "chmod -R u+rwx '%s'; rm -rf '%s'", root, root);
	return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

/* DIRECTORY/NAME, good until the 32nd of these after it. */
static inline const char *in(const char *directory, const char *name)
{
	static char paths[32][PATH_MAX];
	static int next;
	char *path = paths[next++ % 32];
	size_t len = strlen(directory), rest = strlen(name);

	assert_true(len + rest + 2 <= PATH_MAX);
	memmove(path, directory, len);
	path[len] = '/';
	memmove(path + len + 1, name, rest + 1);
	return path;
}

static inline void put(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static inline bool there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static inline int entries(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static inline const char *shared(void)
{
	char name[64];

	snprintf(name, sizeof name, "benchpipe-%u", (unsigned)geteuid());
	return in(root, name);
}

static inline struct lease *opened(struct lease_reclaimed *reclaimed)
{
	struct lease_reclaimed unused;
	char error[LEASE_ERROR];
	struct lease *lease = lease_open(NULL, PROGRAM, 0, reclaimed ? reclaimed : &unused, error);

	if (!lease)
		fail_msg("%s", error);
	assert_string_equal(error, "");
	return lease;
}

/* The next run finds these of the dead, and leaves nothing itself. */
static inline void assert_reclaimed(unsigned runs, unsigned processes, unsigned paths)
{
	struct lease_reclaimed reclaimed = {99, 99, 99};
	struct lease *lease = opened(&reclaimed);

	assert_int_equal(reclaimed.runs, runs);
	assert_int_equal(reclaimed.processes, processes);
	assert_int_equal(reclaimed.paths, paths);
	assert_int_equal(lease_close(lease), 0);
}

/* Another program, which does nothing until it is killed, and does not end with its parent. */
static inline pid_t start_program(void)
{
	int fd[2];
	char c;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		execlp("sleep", "sleep", "100", (char *)NULL);
		_exit(127);
	}
	close(fd[1]);
	/* Closed when it is another program. */
	if (read(fd[0], &c, 1) != 0)
		pid = -1;
	close(fd[0]);
	return pid;
}

struct killable { /* a run in a process of its own */
	pid_t pid, program;
	char path[256];
};

/* With a file and a subdirectory in its directory, outside as a path of its own where that is not NULL, and a
 * program. */
static inline void start_run(struct killable *run, const char *outside, bool with_program)
{
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	memset(run, 0, sizeof *run);
	run->pid = fork();
	assert_true(run->pid >= 0);
	if (run->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		struct lease_reclaimed reclaimed;
		char error[LEASE_ERROR], path[PATH_MAX];
		struct lease *lease = lease_open(NULL, PROGRAM, 0, &reclaimed, error);
		struct killable told = {.pid = getpid()};

		close(fd[0]);
		if (!lease)
			_exit(1);
		snprintf(told.path, sizeof told.path, "%s", lease_path(lease));
		snprintf(path, sizeof path, "%s/vm", told.path);
		if (mkdir(path, 0700) != 0)
			_exit(2);
		strcat(path, "/api.sock");
		close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
		if (outside && (lease_add_path(lease, outside) != 0 || mkdir(outside, 0700) != 0 ||
				symlink("/", in(outside, "link")) != 0))
			_exit(3);
		if (with_program &&
		    ((told.program = start_program()) <= 0 || lease_add_process(lease, told.program) != 0))
			_exit(4);
		if (write(fd[1], &told, sizeof told) != sizeof told)
			_exit(5);
		for (;;)
			pause();
	}
	close(fd[1]);
	if (read(fd[0], run, sizeof *run) != sizeof *run)
		fail_msg("the run did not begin");
	close(fd[0]);
}

static inline void kill_run(const struct killable *run)
{
	assert_int_equal(kill(run->pid, SIGKILL), 0);
	assert_true(waitpid(run->pid, NULL, 0) == run->pid);
}

/* pid was killed, and is gone with this. */
static inline void assert_killed(pid_t pid)
{
	int status;

	assert_true(waitpid(pid, &status, 0) == pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static inline void assert_lives(pid_t pid)
{
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
}

/* A line of a record as it is written, with its NUL. Its length. */
static inline size_t record_line(char *line, const char *text)
{
	char digest[SHA256_TEXT];

	sha256_text(text, strlen(text), digest);
	return (size_t)sprintf(line, "%.16s %s", digest, text) + 1;
}

/* What a dead run would have left that wrote these bytes. */
static inline const char *forge(const char *record, size_t len)
{
	char id[UUID_TEXT], name[sizeof PROGRAM + UUID_TEXT];
	const char *path;

	uuid_v7(id);
	snprintf(name, sizeof name, PROGRAM "-%s", id);
	mkdir(shared(), 0700);
	path = in(shared(), name);
	assert_int_equal(mkdir(path, 0700), 0);
	put(in(path, ".record"), record, len);
	return path;
}

#endif
