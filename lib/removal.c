#include "removal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PASSES = 100 };

static void keep_first(int *first, int error)
{
	if (!*first)
		*first = error;
}

/* A directory that is not empty, without crossing into another file system. -1 with errno. */
static int enter(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat above, st;

	if (fd < 0 || (fstat(parent, &above) == 0 && fstat(fd, &st) == 0 && above.st_dev == st.st_dev))
		return fd;
	close(fd);
	errno = EBUSY;
	return -1;
}

/* Whether it went; if not, and it is there, *first has why. rmdir(2) refuses a mount point, whatever is mounted there,
 * before it looks whether the directory is empty: only what it calls not empty is entered. */
static bool remove_entry(int parent, const char *name, int *first)
{
	int fd, refused;

	if (unlinkat(parent, name, 0) == 0)
		return true;
	if (errno == ENOENT)
		return false;
	refused = errno;
	if (refused != EISDIR && refused != EPERM) { /* EPERM: POSIX's word for a directory */
		keep_first(first, refused);
		return false;
	}
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
		return true;
	if (errno != ENOTEMPTY && errno != EEXIST) {
		keep_first(first, errno == ENOTDIR ? refused : errno);
		return false;
	}
	fd = enter(parent, name);
	if (fd < 0) {
		keep_first(first, errno);
		return false;
	}
	int error = removal_below(fd, NULL);
	if (error)
		keep_first(first, error);
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
		return true;
	if (errno != ENOENT)
		keep_first(first, errno);
	return false;
}

struct entry { /* as getdents64(2) writes it */
	uint64_t inode;
	int64_t next;
	unsigned short bytes;
	unsigned char type;
	char name[];
};

/* Once through a directory; whether anything went. */
static bool remove_all(int fd, const char *spared, int *first)
{
	_Alignas(struct entry) char entries[4096];
	bool went = false;
	long n;

	while ((n = syscall(SYS_getdents64, fd, entries, sizeof entries)) > 0) {
		for (long at = 0; at < n;) {
			const struct entry *e = (const struct entry *)(void *)(entries + at);

			at += e->bytes;
			if (strcmp(e->name, ".") != 0 && strcmp(e->name, "..") != 0 &&
			    (!spared || strcmp(e->name, spared) != 0) && remove_entry(fd, e->name, first))
				went = true;
		}
	}
	if (n < 0)
		keep_first(first, errno);
	return went;
}

/* What goes while a directory is read may hide what stays: it is read until nothing goes any more. Without memory, for
 * where there is none left. */
int removal_below(int fd, const char *spared)
{
	bool again = true;
	int error = 0;

	for (int pass = 0; again && pass < PASSES; pass++) {
		error = 0;
		if (lseek(fd, 0, SEEK_SET) < 0)
			keep_first(&error, errno);
		again = remove_all(fd, spared, &error);
	}
	close(fd);
	return error;
}

int removal_path(const char *path, bool *was_there)
{
	size_t len = strlen(path);
	char copy[PATH_MAX], *name;
	int parent, error = 0;

	*was_there = false;
	if (len >= sizeof copy)
		return ENAMETOOLONG;
	memcpy(copy, path, len + 1);
	while (len && copy[len - 1] == '/')
		copy[--len] = '\0';
	name = strrchr(copy, '/');
	name = name ? name + 1 : copy;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return EINVAL;
	if (name != copy)
		name[-1] = '\0';
	parent = open(name == copy ? "." : *copy ? copy : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (parent >= 0) {
		*was_there = remove_entry(parent, name, &error);
		close(parent);
	} else if (errno != ENOENT) {
		error = errno;
	}
	return error;
}
