#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "manifest.h"
#include "printable.h"
#include "signals.h"
#include "walk.h"

#define PIECE ((size_t)256 << 10) /* bytes that are read at once */

struct verification {
	const struct manifest *m;
	struct signals *signals;
	unsigned char *seen;   /* of each of m's files, whether something was there in its place */
	char *buffer;          /* PIECE */
	size_t differences;
	char *path;            /* of the first in order; NULL: none */
	char how[64];          /* it differs */
};

static void differs(struct verification *v, const char *path, const char *how)
{
	v->differences++;
	if (v->path && strcmp(path, v->path) >= 0)
		return;
	free(v->path);
	v->path = x_strdup(path);
	snprintf(v->how, sizeof v->how, "%s", how);
}

static bool is_cancelled(const struct verification *v)
{
	if (!v->signals || !signals_caught(v->signals))
		return false;
	errno = ECANCELED;
	return true;
}

/* The digest of what can be read, up to size bytes, and whether that is all of them. -1 with errno. */
static int digest_of(const struct verification *v, int fd, int64_t size, unsigned char digest[SHA256_BYTES],
		     bool *whole)
{
	struct sha256 s;
	int64_t left = size;

	sha256_start(&s);
	while (left > 0) {
		ssize_t n = read(fd, v->buffer, left < (int64_t)PIECE ? (size_t)left : PIECE);

		if (is_cancelled(v))
			return -1;
		if (n < 0 && errno != EINTR)
			return -1;
		if (n == 0)
			break;
		if (n > 0) {
			sha256_add(&s, v->buffer, (size_t)n);
			left -= n;
		}
	}
	sha256_end(&s, digest);
	*whole = left == 0;
	return 0;
}

static int compare(struct verification *v, const struct manifest_file *f, int fd)
{
	unsigned char digest[SHA256_BYTES];
	struct stat st;
	char how[64];
	bool whole;

	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		differs(v, f->path, "it is no regular file");
		return 0;
	}
	if (st.st_size != f->size) {
		snprintf(how, sizeof how, "%lld byte%s, %lld were committed", (long long)st.st_size,
			 st.st_size == 1 ? "" : "s", (long long)f->size);
		differs(v, f->path, how);
		return 0;
	}
	if (digest_of(v, fd, f->size, digest, &whole) < 0)
		return -1;
	if (!whole || memcmp(digest, f->digest, sizeof digest) != 0)
		differs(v, f->path, "its content is not what was committed");
	return 0;
}

static int visit(struct walk *w, int parent, const char *name, unsigned char type)
{
	struct verification *v = w->context;
	const struct manifest_file *f = manifest_find(v->m, w->path);
	size_t i = f ? (size_t)(f - v->m->file) : 0;
	int fd, result, error;

	if (is_cancelled(v))
		return -1;
	if (!f) {
		if (type != DT_DIR)
			differs(v, w->path, "nothing like it was committed");
		return WALK_ON;
	}
	if (type != DT_REG) {
		v->seen[i] = 1;
		differs(v, w->path, "it is no regular file");
		return WALK_ON;
	}
	fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? WALK_ON : -1;
	v->seen[i] = 1;
	result = compare(v, f, fd);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

static void find_missing(struct verification *v)
{
	for (size_t i = 0; i < v->m->n; i++) {
		if (!v->seen[i])
			differs(v, v->m->file[i].path, "it is missing");
	}
}

static int verify(struct verification *v, int fd, const char *directory, char why[VERIFY_WHY])
{
	struct walk w = {.visit = visit, .context = v};
	char name[PRINTABLE];
	int result = walk(&w, fd), error = errno;

	if (result < 0) {
		snprintf(why, VERIFY_WHY, "%s: %s", printable(name, w.len ? w.path : directory), strerror(error));
		walk_dispose(&w);
		errno = error;
		return -1;
	}
	walk_dispose(&w);
	find_missing(v);
	if (v->differences == 0)
		return 0;
	snprintf(why, VERIFY_WHY, "%s: %s", printable(name, v->path), v->how);
	if (v->differences > 1) {
		size_t len = strlen(why), more = v->differences - 1;

		snprintf(why + len, VERIFY_WHY - len, "; %zu more %s", more,
			 more == 1 ? "file differs" : "files differ");
	}
	errno = 0;
	return -1;
}

int manifest_verify(const struct manifest *m, const char *directory, struct signals *signals, char why[VERIFY_WHY])
{
	struct verification v = {.m = m, .signals = signals};
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), result, error;
	char name[PRINTABLE];

	if (fd < 0) {
		error = errno;
		snprintf(why, VERIFY_WHY, "%s: %s", printable(name, directory), strerror(error));
		errno = error;
		return -1;
	}
	v.seen = x_calloc(m->n + 1, 1);
	v.buffer = x_malloc(PIECE);
	result = verify(&v, fd, directory, why);
	error = errno;
	free(v.path);
	free(v.buffer);
	free(v.seen);
	close(fd);
	errno = error;
	return result;
}
