#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel follows */
#define NAMES_MAX 100 /* that may be taken already */

struct outfile {
	FILE *stream;
	char *path;      /* the place, links resolved */
	char *temporary; /* beside it; NULL when path is written directly */
	bool unnamed;    /* it has no name yet, so that nothing is left of it when the program is killed */
	int fd;          /* below the stream */
	int error;       /* of the first write that failed */
};

/* The stream's own writing forgets why an early write failed; this one keeps it. */
static ssize_t write_through(void *cookie, const char *text, size_t len)
{
	struct outfile *out = cookie;

	for (size_t done = 0; done < len;) {
		ssize_t n = write(out->fd, text + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			if (!out->error)
				out->error = errno;
			return 0;
		}
		done += (size_t)n;
	}
	return (ssize_t)len;
}

static void discard(struct outfile *out)
{
	int error = errno;

	if (out->stream)
		fclose(out->stream);
	if (out->fd >= 0)
		close(out->fd);
	if (out->temporary && !out->unnamed)
		unlink(out->temporary);
	free(out->temporary);
	free(out->path);
	free(out);
	errno = error;
}

/* What the link at path points to, seen from where path is seen; NULL where it is no link. */
static char *link_target(const char *path)
{
	char target[PATH_MAX], *joined;
	ssize_t len = readlink(path, target, sizeof target - 1);
	const char *slash = strrchr(path, '/');

	if (len < 0)
		return NULL;
	target[len] = '\0';
	if (target[0] == '/' || !slash)
		return strdup(target);
	return asprintf(&joined, "%.*s/%s", (int)(slash - path), path, target) < 0 ? NULL : joined;
}

char *outfile_resolve(const char *path)
{
	char *real = realpath(path, NULL);

	if (real || errno != ENOENT || !*path)
		return real;
	real = strdup(path);
	for (int i = 0; real && i < LINKS_MAX; i++) {
		errno = 0;
		char *target = link_target(real);
		if (!target && (errno == EINVAL || errno == ENOENT))
			return real;
		free(real);
		real = target;
	}
	if (real)
		errno = ELOOP;
	free(real);
	return NULL;
}

/* In path's directory, where its file system can. */
static int open_unnamed(const char *path)
{
	char *directory = strdup(path), *slash = directory ? strrchr(directory, '/') : NULL;
	int fd;

	if (slash)
		slash[slash == directory] = '\0';
	fd = directory ? open(slash ? directory : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
	free(directory);
	return fd;
}

/* A file without a name gets one like path.XXXXXX. */
static int name_unnamed(struct outfile *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	char self[40], *suffix = out->temporary + strlen(out->temporary) - 6;
	unsigned char bits[6];

	snprintf(self, sizeof self, "/proc/self/fd/%d", out->fd);
	for (int i = 0; i < NAMES_MAX; i++) {
		if (getrandom(bits, sizeof bits, 0) < 0)
			return -1;
		for (size_t k = 0; k < sizeof bits; k++)
			suffix[k] = letters[bits[k] % (sizeof letters - 1)];
		if (linkat(AT_FDCWD, self, AT_FDCWD, out->temporary, AT_SYMLINK_FOLLOW) == 0) {
			out->unnamed = false;
			return 0;
		}
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* old->st_nlink 0: there is no old file. */
static int open_temporary(struct outfile *out, const struct stat *old)
{
	size_t size = strlen(out->path) + sizeof ".XXXXXX";
	int fd;

	out->temporary = malloc(size);
	if (!out->temporary)
		return -1;
	strcpy(out->temporary, out->path);
	strcat(out->temporary, ".XXXXXX");
	fd = open_unnamed(out->path);
	out->unnamed = fd >= 0;
	if (fd < 0)
		fd = mkostemp(out->temporary, O_CLOEXEC);
	if (fd < 0) {
		free(out->temporary);
		out->temporary = NULL;
		return -1;
	}
	mode_t mode = old->st_mode & 0777;
	if (!old->st_nlink) {
		mode_t mask = umask(0);
		umask(mask);
		mode = 0666 & ~mask;
	} else if (fchown(fd, old->st_uid, old->st_gid) != 0) {
		/* Only root can; for all others the file becomes theirs. */
		errno = 0;
	}
	if (fchmod(fd, mode) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

struct outfile *outfile_open(const char *path)
{
	struct outfile *out = calloc(1, sizeof *out);
	struct stat st;

	if (!out)
		return NULL;
	out->fd = -1;
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode)) {
			errno = EISDIR;
			goto fail;
		}
		if (S_ISREG(st.st_mode) && access(path, W_OK) != 0)
			goto fail;
	} else {
		st = (struct stat){.st_mode = S_IFREG, .st_nlink = 0};
	}
	out->path = outfile_resolve(path);
	if (!out->path)
		goto fail;
	if (S_ISREG(st.st_mode))
		out->fd = open_temporary(out, &st);
	else
		out->fd = open(out->path, O_WRONLY | O_CLOEXEC);
	if (out->fd >= 0)
		out->stream = fopencookie(out, "w", (cookie_io_functions_t){.write = write_through});
	if (out->stream)
		return out;
fail:
	discard(out);
	return NULL;
}

FILE *outfile_stream(struct outfile *out)
{
	return out->stream;
}

void outfile_sync_directory(const char *path)
{
	char *copy = strdup(path);
	char *slash;
	int fd;

	if (!copy)
		return;
	slash = strrchr(copy, '/');
	if (slash)
		slash[slash == copy] = '\0';
	fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

int outfile_commit(struct outfile *out)
{
	bool failed = fflush(out->stream) != 0 || ferror(out->stream) || out->error;

	if (failed)
		errno = out->error ? out->error : EIO;
	if (!failed && out->temporary)
		failed = fsync(out->fd) != 0 || (out->unnamed && name_unnamed(out) != 0);
	if (!failed) {
		failed = close(out->fd) != 0;
		out->fd = -1;
	}
	if (failed || (out->temporary && rename(out->temporary, out->path) != 0)) {
		discard(out);
		return -1;
	}
	if (out->temporary) {
		outfile_sync_directory(out->path);
		free(out->temporary);
		out->temporary = NULL;
	}
	discard(out);
	return 0;
}

void outfile_abort(struct outfile *out)
{
	if (out)
		discard(out);
}
