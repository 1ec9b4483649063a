#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content.h"
#include "die.h"
#include "pagecache.h"
#include "printable.h"
#include "walk.h"

/* What lies on the disk: content_cool() and content_allocated(). */

static int cool(struct walk *w, int parent, const char *name, unsigned char type)
{
	char *reason = w->context;
	int fd, result, error;

	if (type != DT_REG)
		return WALK_ON;
	fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ELOOP))
		return WALK_ON;
	if (fd < 0)
		return -1;
	result = pagecache_empty_open(fd, reason);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

int content_cool(const char *directory, char why[CONTENT_WHY])
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), result, error;
	char reason[PAGECACHE_REASON] = "", tree[PRINTABLE], name[PRINTABLE];
	struct walk w = {.visit = cool, .context = reason};

	result = fd < 0 || syncfs(fd) < 0 ? -1 : walk(&w, fd); /* at once: file by file it takes a while */
	error = errno;
	if (result < 0)
		snprintf(why, CONTENT_WHY, "%s%s%s: %s", printable(tree, directory), w.len ? "/" : "",
			 w.len ? printable(name, w.path) : "", *reason ? reason : strerror(error));
	walk_dispose(&w);
	if (fd >= 0)
		close(fd);
	errno = error;
	return result;
}

struct inode {
	dev_t device;
	ino_t number;
	int64_t bytes;
};

struct allocation {
	int64_t bytes;
	struct inode *shared; /* those with several names, by name */
	size_t n, room;
};

static void add(struct allocation *a, const struct stat *st)
{
	int64_t bytes = (int64_t)st->st_blocks * 512;

	if (S_ISDIR(st->st_mode) || st->st_nlink < 2) {
		a->bytes += bytes;
		return;
	}
	if (a->n == a->room) {
		a->room = a->room ? 2 * a->room : 64;
		a->shared = x_reallocarray(a->shared, a->room, sizeof *a->shared);
	}
	a->shared[a->n++] = (struct inode){st->st_dev, st->st_ino, bytes};
}

static int weigh(struct walk *w, int parent, const char *name, unsigned char type)
{
	struct stat st;

	(void)type;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		add(w->context, &st);
	else if (errno != ENOENT)
		return -1;
	return WALK_ON;
}

static int compare(const void *a, const void *b)
{
	const struct inode *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static int64_t sum(const struct allocation *a)
{
	int64_t bytes = a->bytes;

	if (a->n)
		qsort(a->shared, a->n, sizeof *a->shared, compare);
	for (size_t i = 0; i < a->n; i++)
		bytes += i && compare(&a->shared[i], &a->shared[i - 1]) == 0 ? 0 : a->shared[i].bytes;
	return bytes;
}

int64_t content_allocated(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), error;
	struct allocation a = {0};
	struct walk w = {.visit = weigh, .context = &a};
	int64_t result = -1;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && walk(&w, fd) == 0) {
		add(&a, &st);
		result = sum(&a);
	}
	error = errno;
	walk_dispose(&w);
	free(a.shared);
	close(fd);
	errno = error;
	return result;
}
