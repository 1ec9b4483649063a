#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "busy.h"
#include "complain.h"
#include "outfile.h"
#include "stop.h"

#define SQL_MAGIC "SQLite format 3" /* with its NUL the first 16 bytes */

static const char *const companions[] = { "-wal", "-shm", "-journal" };

#define COMPANIONS (sizeof(companions) / sizeof(companions[0]))

/* path with a companion's suffix: what SQLite keeps beside a database. NULL after a complaint. */
static char *companion(const char *path, size_t i)
{
	char *name;

	if (asprintf(&name, "%s%s", path, companions[i]) >= 0)
		return name;
	complain("out of memory");
	return NULL;
}

static int remove_companions(const char *path)
{
	for (size_t i = 0; i < COMPANIONS; i++) {
		char *name = companion(path, i);
		int failed = name ? unlink(name) != 0 && errno != ENOENT : 1;

		if (name && failed)
			complain("%s:", name);
		free(name);
		if (failed)
			return -1;
	}
	return 0;
}

/* A WAL or journal without its database would be applied to the new one. */
static int check_no_companions(const char *path)
{
	for (size_t i = 0; i < COMPANIONS; i++) {
		char *name = companion(path, i);
		bool there = name && access(name, F_OK) == 0;

		if (there)
			complain("%s: is there without its database; --force removes it", name);
		free(name);
		if (there || !name)
			return -1;
	}
	return 0;
}

static bool starts_as_database(const char *path)
{
	char head[sizeof(SQL_MAGIC)];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)sizeof(head) && memcmp(head, SQL_MAGIC, sizeof(head)) == 0;
}

/* The place must be free, or hold what may be replaced. Nothing has the database open yet: closing any descriptor of
 * a file gives up the locks that SQLite holds on it. */
static int check_place(const struct target *target)
{
	struct stat st;

	if (stat(target->path, &st) != 0) {
		if (errno == ENOENT)
			return target->replace ? 0 : check_no_companions(target->path);
		complain("%s:", target->name);
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		complain("%s: Is a directory", target->name);
	else if (!S_ISREG(st.st_mode))
		complain("%s: not a regular file", target->name);
	else if (!target->replace)
		complain("%s: exists; --force replaces it, --append adds rows to it", target->name);
	else if (st.st_size > 0 && !starts_as_database(target->path))
		complain("%s: is not a database, and nothing else is replaced", target->name);
	else
		return 0;
	return -1;
}

static char *scratch_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *scratch;

	return asprintf(&scratch, "%.*s.%s.db-seed", (int)(name - path), path, name) < 0 ? NULL : scratch;
}

/* Whether path still is the file behind fd, which its last owner may have removed or renamed before it let the
 * lock go. */
static bool still_there(int fd, const char *path)
{
	struct stat there, held;

	return fstat(fd, &held) == 0 && lstat(path, &there) == 0 && there.st_dev == held.st_dev &&
	       there.st_ino == held.st_ino;
}

/* Open and lock the unfinished file: 1, 0 where it must be tried again, -1 after a complaint. */
static int lock_scratch(struct target *target)
{
	struct stat st;

	target->fd = open(target->scratch, O_CREAT | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (target->fd < 0) {
		complain("%s:", target->scratch);
		return -1;
	}
	if (flock(target->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			complain("%s: another db-seed is at work on it", target->name);
		else
			complain("%s:", target->scratch);
		return -1;
	}
	if (!still_there(target->fd, target->scratch)) {
		close(target->fd);
		target->fd = -1;
		return 0;
	}
	if (fstat(target->fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1) {
		complain("%s: is not a file that db-seed made", target->scratch);
		return -1;
	}
	if (st.st_size == 0)
		return 1;
	/* Left by a killed run. A new file rather than this one cut short, which ext4 would write out when SQLite closes
	 * it, and not beside the checks. */
	if (unlink(target->scratch) != 0) {
		complain("%s:", target->scratch);
		return -1;
	}
	close(target->fd);
	target->fd = -1;
	return 0;
}

/* The new file is as accessible as the old one. Only root can give it away; for all others it becomes theirs. */
static void keep_mode(const struct target *target, const struct stat *old)
{
	if (fchown(target->fd, old->st_uid, old->st_gid) != 0)
		errno = 0;
	if (fchmod(target->fd, old->st_mode & 0777) != 0)
		errno = 0;
}

/* Hold the old database's lock, so that nobody reads or writes it any more, and finally make it whole in its one file.
 * A file that is damaged is replaced as it is. *old: to be closed once the new one is in place; NULL: there is no old
 * one. 0, or -1 after a complaint. */
static int lock_old(const struct target *target, bool finally, struct sql **old)
{
	struct busy busy;
	struct stat st;

	*old = NULL;
	if (stat(target->path, &st) != 0) {
		if (errno == ENOENT)
			return 0;
		complain("%s:", target->name);
		return -1;
	}
	if (st.st_size == 0)
		return 0;
	/* Leaving WAL mode checkpoints and removes the WAL, which takes the exclusive lock. */
	if (sql_open(old, target->path, SQL_WRITE) == 0 && busy_wait(&busy, *old) == 0 &&
	    sql_exec(*old, "PRAGMA locking_mode = EXCLUSIVE") == 0 &&
	    (!finally || sql_exec(*old, "PRAGMA journal_mode = DELETE") == 0) && sql_exec(*old, "BEGIN EXCLUSIVE") == 0) {
		keep_mode(target, &st);
		return 0;
	}
	if (sql_failure(*old) == SQL_BROKEN)
		return 0;
	if (sql_failure(*old) == SQL_BUSY)
		complain("%s: is in use and cannot be replaced: %s", target->name, sql_reason(*old));
	else
		complain("%s", sql_error(*old));
	return -1;
}

/* Tell before the work, and not only after it, that the old database is in use. */
static int check_old(const struct target *target)
{
	struct sql *old = NULL;
	int result = target->replace ? lock_old(target, false, &old) : 0;

	sql_close(old);
	return result;
}

static void target_free(struct target *target)
{
	if (target->fd >= 0)
		close(target->fd);
	free(target->path);
	free(target->scratch);
	*target = (struct target){ .fd = -1 };
}

int target_open(struct target *target, const char *path, bool replace)
{
	int locked = 0;

	*target = (struct target){ .name = path, .path = outfile_resolve(path), .fd = -1, .replace = replace };
	if (!target->path) {
		complain("%s:", path);
		return -1;
	}
	target->scratch = scratch_name(target->path);
	if (!target->scratch)
		complain("out of memory");
	if (!target->scratch || check_place(target) != 0)
		goto fail;
	while (locked == 0)
		locked = lock_scratch(target);
	if (locked < 0)
		goto fail;
	/* From here on the file is ours. A destination that came up meanwhile is somebody's. */
	stop_file(target->scratch);
	if (remove_companions(target->scratch) == 0 && check_place(target) == 0 && check_old(target) == 0)
		return 0;
	target_close(target);
	return -1;
fail:
	target_free(target);
	return -1;
}

/* Never over a file that came up meanwhile. */
static int rename_to_nothing(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system or kernel without it: link(2) does not replace either. */
	return link(from, to) == 0 ? unlink(from) : -1;
}

int target_install(struct target *target)
{
	struct sql *old = NULL;
	int result = -1;

	if (fsync(target->fd) != 0) {
		complain("%s:", target->scratch);
		return -1;
	}
	if (target->replace) {
		if (lock_old(target, true, &old) != 0 || remove_companions(target->path) != 0)
			goto out;
		result = rename(target->scratch, target->path);
	} else {
		result = rename_to_nothing(target->scratch, target->path);
	}
	if (result != 0) {
		complain("%s:", target->name);
		goto out;
	}
	stop_file(NULL);
	free(target->scratch);
	target->scratch = NULL;
	outfile_sync_directory(target->path);
out:
	sql_close(old);
	return result;
}

void target_close(struct target *target)
{
	if (target->scratch && target->fd >= 0) {
		unlink(target->scratch);
		remove_companions(target->scratch);
	}
	stop_file(NULL);
	target_free(target);
}
