#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "outfile.h"

#define ATTEMPTS 100 /* while others take the directory away */

/* All that is ever made in it, and so all that is removed. */
static const char *const names[] = {"image", "image.qcow2", "mke2fs.conf", "script"};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stage *opened;

static void empty(int dir)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unlinkat(dir, names[i], 0);
}

/* Is dir, which is open, still what path leads to? */
static int is_at(int dir, const char *path)
{
	struct stat a, b;

	return fstat(dir, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* One of somebody else's may change under our hands. */
static int is_ours(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && st.st_uid == geteuid();
}

static int lock_directory(const char *path)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		int made = mkdir(path, 0700) == 0, dir;

		if (!made && errno != EEXIST)
			return -1;
		dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (dir < 0 && errno == ENOENT)
			continue;
		if (dir < 0)
			return -1;
		if (flock(dir, LOCK_EX | LOCK_NB) < 0) {
			int error = errno == EWOULDBLOCK ? EBUSY : errno;

			close(dir);
			errno = error;
			return -1;
		}
		if (is_at(dir, path) && (made || is_ours(dir)))
			return dir;
		if (is_at(dir, path)) {
			close(dir);
			errno = EEXIST;
			return -1;
		}
		close(dir);
	}
	errno = EBUSY;
	return -1;
}

int stage_open(struct stage *s, const char *path)
{
	const char *slash;

	*s = (struct stage){.dir = -1, .target = outfile_resolve(path)};
	if (!s->target)
		return -1;
	slash = strrchr(s->target, '/');
	slash = slash ? slash + 1 : s->target;
	s->path = x_asprintf("%.*s.%s.disk-gen", (int)(slash - s->target), s->target, slash);
	s->dir = lock_directory(s->path);
	if (s->dir < 0) {
		int error = errno;

		free(s->path);
		free(s->target);
		*s = (struct stage){.dir = -1};
		errno = error;
		return -1;
	}
	empty(s->dir);
	pthread_mutex_lock(&lock);
	s->next = opened;
	opened = s;
	pthread_mutex_unlock(&lock);
	return 0;
}

/* Without a moment in which somebody else's new file would be replaced. */
static int move(struct stage *s, const char *name, int replace)
{
	if (replace)
		return renameat(s->dir, name, AT_FDCWD, s->target);
	if (renameat2(s->dir, name, AT_FDCWD, s->target, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* The file system cannot do that; a link fails where there is something, too. */
	return linkat(s->dir, name, AT_FDCWD, s->target, 0);
}

int stage_install(struct stage *s, const char *name, int replace)
{
	int fd = openat(s->dir, name, O_RDWR | O_CLOEXEC);
	int result = fd < 0 ? -1 : fsync(fd);
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	if (result < 0 || move(s, name, replace) < 0)
		return -1;
	outfile_sync_directory(s->target);
	return 0;
}

static void discard(struct stage *s)
{
	empty(s->dir);
	rmdir(s->path);
	close(s->dir);
	s->dir = -1;
}

void stage_close(struct stage *s)
{
	if (s->dir < 0)
		return;
	pthread_mutex_lock(&lock);
	for (struct stage **at = &opened; *at; at = &(*at)->next) {
		if (*at == s) {
			*at = s->next;
			break;
		}
	}
	discard(s);
	pthread_mutex_unlock(&lock);
	free(s->path);
	free(s->target);
	s->path = s->target = NULL;
}

void stage_remove_all(void)
{
	pthread_mutex_lock(&lock);
	for (; opened; opened = opened->next)
		discard(opened);
	/* Still locked: threads that go on for a moment do not open another. */
}
