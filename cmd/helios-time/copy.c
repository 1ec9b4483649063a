#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "filling.h"
#include "printable.h"
#include "walk.h"
#include "writeall.h"

struct copying {
	struct content *c;
	uint64_t *left_out;
	char *buffer;       /* FILLING_PIECE */
	bool writing;       /* what failed was the copy, not what is copied */
};

/* What could be read, up to size bytes, from one into the other. */
static int copy_bytes(struct copying *y, int from, int to, int64_t size, struct manifest_file *f)
{
	struct sha256 s;

	sha256_start(&s);
	while (f->size < size) {
		int64_t left = size - f->size;
		ssize_t n = read(from, y->buffer, left < (int64_t)FILLING_PIECE ? (size_t)left : FILLING_PIECE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		if (y->c->spec.signals && signals_caught(y->c->spec.signals)) {
			errno = ECANCELED;
			return -1;
		}
		sha256_add(&s, y->buffer, (size_t)n);
		y->writing = true;
		if (write_all(to, y->buffer, (size_t)n) < 0)
			return -1;
		y->writing = false;
		f->size += n;
	}
	sha256_end(&s, f->digest);
	return 0;
}

static int copy_open_file(struct copying *y, const char *path, int from, const struct stat *st)
{
	mode_t mode = (st->st_mode & 0777) | S_IRUSR | S_IWUSR;
	struct manifest_file *f;
	int to, result, error;

	y->writing = true;
	to = openat(y->c->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (to < 0)
		return -1;
	y->writing = false;
	f = manifest_add(&y->c->manifest, path);
	result = copy_bytes(y, from, to, st->st_size, f);
	error = errno;
	y->c->manifest.bytes += f->size;
	if (close(to) < 0 && result == 0) {
		y->writing = true;
		return -1;
	}
	errno = error;
	return result;
}

static int copy_file(struct copying *y, int parent, const char *name, const char *path)
{
	int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), result, error;
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && (errno == ELOOP || errno == ENXIO)) { /* has become a link, or a socket */
		++*y->left_out;
		return 0;
	}
	if (fd < 0)
		return -1;
	result = fstat(fd, &st);
	if (result == 0 && S_ISREG(st.st_mode))
		result = copy_open_file(y, path, fd, &st);
	else if (result == 0)
		++*y->left_out;
	error = errno;
	close(fd);
	errno = error;
	return result;
}

static int visit(struct walk *w, int parent, const char *name, unsigned char type)
{
	struct copying *y = w->context;

	if (strcmp(name, ".git") == 0 || strcmp(name, ".helios") == 0 || (type != DT_DIR && type != DT_REG)) {
		++*y->left_out;
		return WALK_PAST;
	}
	if (y->c->spec.signals && signals_caught(y->c->spec.signals)) {
		errno = ECANCELED;
		return -1;
	}
	if (type == DT_REG)
		return copy_file(y, parent, name, w->path);
	y->writing = true;
	if (mkdirat(y->c->fd, w->path, 0755) < 0)
		return -1;
	y->writing = false;
	return WALK_ON;
}

/* Is the directory open at inner the one open at outer, or below it? -1 with errno. */
static int lies_within(int inner, int outer)
{
	struct stat sought, here, above;
	int fd = openat(inner, ".", O_PATH | O_DIRECTORY | O_CLOEXEC), result = fstat(outer, &sought);

	while (fd >= 0 && result == 0) {
		int parent = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (fstat(fd, &here) < 0 || parent < 0 || fstat(parent, &above) < 0)
			result = -1;
		else if (here.st_dev == sought.st_dev && here.st_ino == sought.st_ino)
			result = 1;
		close(fd);
		fd = parent;
		if (result == 0 && here.st_dev == above.st_dev && here.st_ino == above.st_ino)
			break;
	}
	if (fd < 0)
		return -1;
	close(fd);
	return result;
}

static int copy_all(struct content *c, int from, uint64_t *left_out, char why[CONTENT_WHY])
{
	struct copying y = {.c = c, .left_out = left_out, .buffer = x_malloc(FILLING_PIECE)};
	struct walk w = {.visit = visit, .context = &y};
	int result = walk(&w, from), error = errno;
	char tree[PRINTABLE], name[PRINTABLE];

	if (result < 0)
		snprintf(why, CONTENT_WHY, "%s%s%s: %s", printable(tree, y.writing ? c->directory : c->spec.from),
			 w.len ? "/" : "", w.len ? printable(name, w.path) : "",
			 error == ECANCELED ? "cancelled" : strerror(error));
	walk_dispose(&w);
	free(y.buffer);
	errno = error;
	return result;
}

int copy_tree(struct content *c, uint64_t *left_out, char why[CONTENT_WHY])
{
	int from = open(c->spec.from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int within = from < 0 ? -1 : lies_within(c->fd, from);
	char tree[PRINTABLE], made[PRINTABLE];
	int result = -1, error = errno;

	*left_out = 0;
	if (within < 0) {
		snprintf(why, CONTENT_WHY, "%s: %s", printable(tree, c->spec.from), strerror(error));
	} else if (within) {
		snprintf(why, CONTENT_WHY, "%s: the copy, %s, would lie within it", printable(tree, c->spec.from),
			 printable(made, c->directory));
		error = EINVAL;
	} else {
		result = copy_all(c, from, left_out, why);
		error = errno;
	}
	if (from >= 0)
		close(from);
	errno = error;
	return result;
}
