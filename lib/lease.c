#include "lease.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "procid.h"
#include "removal.h"
#include "sha256.h"
#include "uuid.h"

/* A lease's lock is on its directory. The gate is the lock of the directory that has them all: whoever makes or
 * reclaims leases holds it, so that a directory without a lock is never one that is just being made. */

#define RECORD ".record" /* in the lease's directory: what else goes with it */

enum {
	CHECK_LEN = 16, /* hexadecimal digits of a digest */
	LINE_ROOM = PATH_MAX + 256, /* of the record */
	TRIES = 100,
	SPARES = 4
};

static const int64_t gate_wait = INT64_C(60000000000), death_wait = INT64_C(10000000000), moment = INT64_C(1000000);

struct lease {
	char *path;
	int shared, fd, record; /* the directory above, the directory, which is locked, and what is appended to */
	int spare[SPARES]; /* descriptors for when it is closed, and there may be none left */
	pthread_mutex_t mutex;
	bool torn; /* the last write to the record was not whole */
	char where[PROCID_WHERE];
};

int lease_remove_tree(const char *path)
{
	bool was_there;
	int error = removal_path(path, &was_there);

	errno = error;
	return error ? -1 : 0;
}

/* ---- The record: "CHECK KIND TEXT" with a NUL at its end, one after the other ---- */

static void check_of(const char *line, char check[CHECK_LEN + 1])
{
	char digest[SHA256_TEXT];

	sha256_text(line, strlen(line), digest);
	memcpy(check, digest, CHECK_LEN);
	check[CHECK_LEN] = '\0';
}

static bool plain(const char *path)
{
	size_t len = strlen(path);

	return path[0] == '/' && path[strspn(path, "/")] && len < PATH_MAX && !strstr(path, "/../") &&
	       !(len >= 3 && strcmp(path + len - 3, "/..") == 0);
}

/* All of it, or -1 with errno; *any: some of it was written. */
static int write_whole(int fd, const char *bytes, size_t len, bool *any)
{
	*any = false;
	for (size_t done = 0; done < len;) {
		ssize_t n = write(fd, bytes + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		*any = true;
		done += (size_t)n;
	}
	return 0;
}

static int add(struct lease *lease, const char *kind, const char *text)
{
	char buffer[LINE_ROOM], check[CHECK_LEN + 1];
	char *line = buffer + 1, *said = line + CHECK_LEN + 1;
	size_t len = CHECK_LEN + 1 + (size_t)snprintf(said, sizeof buffer - CHECK_LEN - 2, "%s %s", kind, text) + 1;
	bool any;
	int error = 0;

	check_of(said, check);
	memcpy(line, check, CHECK_LEN);
	line[CHECK_LEN] = ' ';
	pthread_mutex_lock(&lease->mutex);
	if (lease->torn) { /* what there is of that one is to be a line of its own */
		*--line = '\0';
		len++;
	}
	if (write_whole(lease->record, line, len, &any) == 0) {
		lease->torn = false;
	} else {
		error = errno;
		lease->torn = lease->torn || any;
	}
	pthread_mutex_unlock(&lease->mutex);
	errno = error;
	return error ? -1 : 0;
}

/* What a line says, or NULL where it is not what was written. */
static const char *verified(const char *line, size_t len)
{
	char check[CHECK_LEN + 1];

	if (len < CHECK_LEN + 3 || line[len - 1] != '\0' || line[CHECK_LEN] != ' ')
		return NULL;
	check_of(line + CHECK_LEN + 1, check);
	return memcmp(line, check, CHECK_LEN) == 0 ? line + CHECK_LEN + 1 : NULL;
}

struct remains { /* of one run */
	const char *path, *where;
	int64_t deadline; /* 0: processes are to be killed; otherwise it is waited until then for their end */
	unsigned processes, paths, stayed;
};

/* The record in a directory for reading, -1 with errno. */
static int open_record(int directory)
{
	int fd = openat(directory, RECORD, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

/* What is left in buffer of a line that has not ended; *torn: what is longer than any line is being let pass. */
static size_t take_lines(char *buffer, size_t len, bool *torn, void (*act)(struct remains *remains, const char *text),
			 struct remains *remains)
{
	char *line = buffer, *end;

	for (; (end = memchr(line, '\0', (size_t)(buffer + len - line))) != NULL; line = end + 1) {
		const char *text = *torn ? NULL : verified(line, (size_t)(end + 1 - line));

		*torn = false;
		if (text)
			act(remains, text);
	}
	len -= (size_t)(line - buffer);
	memmove(buffer, line, len);
	return len;
}

/* Hand each line of it that is as it was written to act, without any memory. A run that died at its very beginning has
 * none. */
static void each(int directory, void (*act)(struct remains *remains, const char *text), struct remains *remains)
{
	char buffer[LINE_ROOM];
	int fd = open_record(directory);
	size_t len = 0;
	bool torn = false;
	ssize_t n = 0;

	if (fd < 0 && errno == ENOENT)
		return;
	while (fd >= 0 && (n = read(fd, buffer + len, sizeof buffer - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		len = take_lines(buffer, len + (size_t)n, &torn, act, remains);
		if (len == sizeof buffer) {
			torn = true;
			len = 0;
		}
	}
	if (fd < 0 || n < 0) {
		remains->stayed++;
		warn("%s/%s:", remains->path, RECORD);
	}
	if (fd >= 0)
		close(fd);
}

static void remove_recorded(struct remains *remains, const char *text)
{
	bool was_there;
	int error;

	if (strncmp(text, "path ", 5) != 0 || !plain(text + 5))
		return;
	error = removal_path(text + 5, &was_there);
	if (error) {
		remains->stayed++;
		errno = error;
		warn("%s:", text + 5);
	} else if (was_there) {
		remains->paths++;
	}
}

static void kill_recorded(struct remains *remains, const char *text)
{
	unsigned long long start;
	int pid, end = 0, killed;
	int64_t left = (remains->deadline - clock_now()) / moment;

	if (sscanf(text, "process %d %llu %n", &pid, &start, &end) != 2 || !end || pid <= 1 ||
	    strcmp(text + end, remains->where) != 0)
		return;
	if (!remains->deadline) {
		killed = procid_kill(pid, start);
		remains->processes += killed > 0;
	} else {
		killed = procid_await(pid, start, left > 0 ? (int)left : 0);
	}
	if (killed < 0) {
		remains->stayed++;
		warn("%s: process %d, left by a run that is dead:", remains->path, pid);
	}
}

/* ---- What dead runs left ---- */

/* The record goes last, so that what could not be removed is found again. */
static int remove_directory(int shared, const char *name, int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error;

	error = fd < 0 ? errno : removal_below(fd, RECORD);
	if (!error && unlinkat(directory, RECORD, 0) < 0 && errno != ENOENT)
		error = errno;
	if (!error && unlinkat(shared, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		error = errno;
	errno = error;
	return error ? -1 : 0;
}

static void reclaim(int shared, const char *name, int directory, struct remains *remains,
		    struct lease_reclaimed *reclaimed)
{
	/* All at once, then wait: each has its memory to give back. */
	each(directory, kill_recorded, remains);
	remains->deadline = clock_now() + death_wait;
	if (!remains->stayed)
		each(directory, kill_recorded, remains);
	reclaimed->processes += remains->processes;
	if (!remains->stayed)
		each(directory, remove_recorded, remains);
	reclaimed->paths += remains->paths;
	if (remains->stayed)
		warn("%s: left by a run that is dead, and kept to try again", remains->path);
	else if (remove_directory(shared, name, directory) < 0)
		warn("%s: left by a run that is dead:", remains->path);
	else
		reclaimed->runs++;
}

static bool belongs(const char *name, const char *program)
{
	size_t len = strlen(program);

	return strncmp(name, program, len) == 0 && name[len] == '-' && uuid_is(name + len + 1);
}

/* 0, or -1 with errno: nobody can tell what is there. */
static int reclaim_all(int shared, const char *path, const char *program, struct lease_reclaimed *reclaimed)
{
	int fd = openat(shared, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	char where[PROCID_WHERE];
	struct dirent *entry;
	struct stat st;
	int error;

	if (!list) {
		error = errno;
		if (fd >= 0)
			close(fd);
		errno = error;
		return -1;
	}
	procid_where(where);
	while ((errno = 0, entry = readdir(list)) != NULL) {
		char full[PATH_MAX];
		struct remains remains = {.path = full, .where = where};
		int directory;

		if (!belongs(entry->d_name, program))
			continue;
		directory = openat(shared, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (directory < 0)
			continue;
		snprintf(full, sizeof full, "%s/%s", path, entry->d_name);
		if (fstat(directory, &st) == 0 && st.st_uid == geteuid() && flock(directory, LOCK_EX | LOCK_NB) == 0)
			reclaim(shared, entry->d_name, directory, &remains, reclaimed);
		close(directory);
	}
	error = errno;
	closedir(list);
	errno = error;
	return error ? -1 : 0;
}

/* ---- Opening ---- */

static bool asked_to_stop(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
					     sigismember(&pending, SIGHUP));
}

/* Not by waiting in the kernel, which nothing would end where the signals are held. */
static int take_gate(int shared)
{
	int64_t end = clock_now() + gate_wait;

	while (flock(shared, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (asked_to_stop()) {
			errno = EINTR;
			return -1;
		}
		if (clock_now() >= end) {
			errno = ETIMEDOUT;
			return -1;
		}
		clock_sleep_until(clock_now() + moment);
	}
	return 0;
}

/* DIRECTORY/benchpipe-UID with the gate taken. Its descriptor, or -1 with error said; -2: it went meanwhile, which the
 * end of another run does. */
static int open_shared(const char *directory, const char *path, char error[LEASE_ERROR])
{
	struct stat st;
	int fd;

	if (stat(directory, &st) < 0) {
		snprintf(error, LEASE_ERROR, "%.180s: %s", directory, strerror(errno));
		return -1;
	}
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX)) {
		snprintf(error, LEASE_ERROR, "%.180s: everybody may replace what is in it (no sticky bit)", directory);
		return -1;
	}
	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		snprintf(error, LEASE_ERROR, "%.180s: %s", path, strerror(errno));
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		if (errno == ENOENT)
			return -2;
		snprintf(error, LEASE_ERROR, "%.180s: %s", path, strerror(errno == ELOOP ? ENOTDIR : errno));
		rmdir(path); /* refused where there is anything in it */
		return -1;
	}
	if (fstat(fd, &st) < 0)
		snprintf(error, LEASE_ERROR, "%.180s: %s", path, strerror(errno));
	else if (st.st_uid != geteuid())
		snprintf(error, LEASE_ERROR, "%.180s: somebody else's (user %u)", path, (unsigned)st.st_uid);
	else if (st.st_mode & (S_IWGRP | S_IWOTH))
		snprintf(error, LEASE_ERROR, "%.180s: others may write to it (mode %04o)", path,
			 (unsigned)st.st_mode & 07777);
	else if (take_gate(fd) < 0)
		snprintf(error, LEASE_ERROR, "%.180s: %s", path,
			 errno == ETIMEDOUT ? "another run has kept it locked for a minute" : strerror(errno));
	else
		return fd;
	close(fd);
	return -1;
}

static void give_spares_back(struct lease *lease)
{
	for (int i = 0; i < SPARES; i++) {
		if (lease->spare[i] >= 0)
			close(lease->spare[i]);
		lease->spare[i] = -1;
	}
}

static int take_spares(struct lease *lease)
{
	for (int i = 0; i < SPARES; i++) {
		lease->spare[i] = fcntl(lease->shared, F_DUPFD_CLOEXEC, 3);
		if (lease->spare[i] < 0)
			return -1;
	}
	return 0;
}

static void dispose(struct lease *lease)
{
	give_spares_back(lease);
	if (lease->record >= 0)
		close(lease->record);
	if (lease->fd >= 0)
		close(lease->fd);
	if (lease->shared >= 0)
		close(lease->shared);
	pthread_mutex_destroy(&lease->mutex);
	free(lease->path);
	free(lease);
}

static const char *name_of(const struct lease *lease)
{
	return strrchr(lease->path, '/') + 1;
}

/* The directory, its lock and its record, through the gate. 0, or -1 with errno: there is none of it. */
static int make(struct lease *lease)
{
	const char *name = name_of(lease);
	int error;

	if (mkdirat(lease->shared, name, 0700) < 0)
		return -1;
	lease->fd = openat(lease->shared, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lease->fd >= 0 && flock(lease->fd, LOCK_EX | LOCK_NB) == 0)
		lease->record = openat(lease->fd, RECORD, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (lease->record >= 0)
		return 0;
	error = errno == ENOENT ? EIO : errno; /* ENOENT is told of the directory above alone */
	unlinkat(lease->shared, name, AT_REMOVEDIR);
	errno = error;
	return -1;
}

/* DIRECTORY/benchpipe-UID, absolute; NULL with errno. */
static char *shared_path(const char *directory)
{
	size_t len = strlen(directory);
	char *here = NULL, *path;

	if (*directory != '/' && !(here = getcwd(NULL, 0)))
		return NULL;
	while (len && directory[len - 1] == '/')
		len--;
	path = x_asprintf("%s%s%.*s/benchpipe-%u", here ? here : "", here ? "/" : "", (int)len, directory,
			  (unsigned)geteuid());
	free(here);
	return path;
}

static size_t whole_length(const char *shared, const char *program)
{
	return strlen(shared) + 1 + strlen(program) + 1 + UUID_TEXT - 1;
}

/* Where, by the rules of lease_open(). NULL with error said. */
static char *choose(const char *directory, const char *program, size_t path_max, const char **chosen,
		    char error[LEASE_ERROR])
{
	const char *wanted = directory ? directory : getenv("TMPDIR");
	size_t max = path_max && path_max < PATH_MAX ? path_max : PATH_MAX - 1;
	char *path;

	if (!wanted || (!*wanted && !directory))
		wanted = "/tmp";
	path = shared_path(wanted);
	if (path && !directory && whole_length(path, program) > max) {
		free(path);
		wanted = "/tmp";
		path = shared_path(wanted);
	}
	*chosen = wanted;
	if (!path) {
		snprintf(error, LEASE_ERROR, "%.180s: %s", wanted, strerror(errno));
	} else if (whole_length(path, program) > max) {
		snprintf(error, LEASE_ERROR, "%.100s: too long: what is made in it may have %zu bytes, and has %zu",
			 wanted, max, whole_length(path, program));
		free(path);
		path = NULL;
	}
	return path;
}

struct lease *lease_open(const char *directory, const char *program, size_t path_max, struct lease_reclaimed *reclaimed,
			 char error[LEASE_ERROR])
{
	struct lease *lease = NULL;
	char id[UUID_TEXT];
	const char *chosen;
	char *shared;

	*reclaimed = (struct lease_reclaimed){0};
	*error = '\0';
	shared = choose(directory, program, path_max, &chosen, error);
	for (int i = 0; shared && !lease && !*error; i++) {
		int fd;

		/* Where there is no memory, it ends before anything is made. */
		lease = x_malloc(sizeof *lease);
		*lease = (struct lease){.shared = -1, .fd = -1, .record = -1, .spare = {-1, -1, -1, -1}};
		pthread_mutex_init(&lease->mutex, NULL);
		uuid_v7(id);
		lease->path = x_asprintf("%s/%s-%s", shared, program, id);
		procid_where(lease->where);
		fd = lease->shared = open_shared(chosen, shared, error);
		if (fd == -2 && i >= TRIES)
			snprintf(error, LEASE_ERROR, "%.180s: it goes as often as it is made", shared);
		if (fd < 0) {
			dispose(lease);
			lease = NULL;
			continue;
		}
		if (reclaim_all(fd, shared, program, reclaimed) == 0 && take_spares(lease) == 0 && make(lease) == 0) {
			flock(fd, LOCK_UN);
			break;
		}
		if (errno != ENOENT || i >= TRIES)
			snprintf(error, LEASE_ERROR, "%.180s: %s", shared, strerror(errno));
		dispose(lease);
		lease = NULL;
		rmdir(shared); /* refused where there is anything in it */
	}
	free(shared);
	return lease;
}

const char *lease_path(const struct lease *lease)
{
	return lease->path;
}

int lease_add_path(struct lease *lease, const char *path)
{
	struct stat st;

	if (!plain(path)) {
		errno = strlen(path) < PATH_MAX ? EINVAL : ENAMETOOLONG;
		return -1;
	}
	/* What is there already is somebody's. */
	if (lstat(path, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	return add(lease, "path", path);
}

int lease_add_process(struct lease *lease, pid_t pid)
{
	unsigned long long start;
	char text[PROCID_WHERE + 48];

	if (procid_started(pid, &start) < 0)
		return -1;
	snprintf(text, sizeof text, "%d %llu %s", (int)pid, start, lease->where);
	return add(lease, "process", text);
}

int lease_close(struct lease *lease)
{
	struct remains remains;
	int result = 0;

	if (!lease)
		return 0;
	remains = (struct remains){.path = lease->path};
	give_spares_back(lease);
	each(lease->fd, remove_recorded, &remains);
	if (remains.stayed) {
		result = -1;
	} else if (remove_directory(lease->shared, name_of(lease), lease->fd) < 0) {
		warn("%s:", lease->path);
		result = -1;
	}
	if (result == 0) { /* the last one out; refused as long as there are others */
		strrchr(lease->path, '/')[0] = '\0';
		rmdir(lease->path);
	}
	dispose(lease);
	return result;
}
