#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"

/* Append "/name"; the path's length before. */
static size_t append(struct walk *w, const char *name)
{
	size_t before = w->len, more = strlen(name);

	if (!w->path || before + more + 2 > w->room) {
		w->room = 2 * (before + more + 2);
		w->path = x_reallocarray(w->path, w->room, 1);
	}
	if (before)
		w->path[w->len++] = '/';
	memcpy(w->path + w->len, name, more + 1);
	w->len += more;
	return before;
}

static void cut(struct walk *w, size_t len)
{
	w->len = len;
	w->path[len] = '\0';
}

static unsigned char type_of(int parent, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type;
	return fstatat(parent, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? IFTODT(st.st_mode) : DT_UNKNOWN;
}

static int walk_in(struct walk *w, DIR *dir);

static int enter(struct walk *w, int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), result, error;
	DIR *dir;

	if (fd < 0) /* ENOTDIR, ELOOP: it has become something else */
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : -1;
	dir = fdopendir(fd);
	if (!dir) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	result = walk_in(w, dir);
	error = errno;
	closedir(dir);
	errno = error;
	return result;
}

static int visit(struct walk *w, int parent, const struct dirent *e)
{
	unsigned char type = type_of(parent, e);
	int result;

	if (type == DT_UNKNOWN)
		return errno == ENOENT ? 0 : -1;
	result = w->visit(w, parent, e->d_name, type);
	if (result == WALK_ON && type == DT_DIR)
		return enter(w, parent, e->d_name);
	return result < 0 ? -1 : 0;
}

static int walk_in(struct walk *w, DIR *dir)
{
	const struct dirent *e;

	while (errno = 0, (e = readdir(dir))) {
		size_t before;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		before = append(w, e->d_name);
		if (visit(w, dirfd(dir), e) < 0)
			return -1;
		cut(w, before);
	}
	return errno ? -1 : 0;
}

int walk(struct walk *w, int fd)
{
	w->len = 0;
	if (w->path)
		*w->path = '\0';
	return enter(w, fd, ".");
}

void walk_dispose(struct walk *w)
{
	free(w->path);
	w->path = NULL;
	w->len = w->room = 0;
}
