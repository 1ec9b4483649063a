#include "removal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* What goes while a directory is read may hide what stays: it is read until nothing goes any more. */
int removal_below(int fd, const char *spared)
{
	DIR *directory = fdopendir(fd);
	int error = directory ? 0 : errno;
	struct dirent *entry;
	bool again = true;

	if (!directory) {
		close(fd);
		return error;
	}
	for (int pass = 0; again && pass < PASSES; pass++) {
		again = false;
		error = 0;
		rewinddir(directory);
		while ((errno = 0, entry = readdir(directory)) != NULL) {
			const char *name = entry->d_name;
			if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
			    (!spared || strcmp(name, spared) != 0) && remove_entry(fd, name, &error))
				again = true;
		}
		if (errno)
			keep_first(&error, errno);
	}
	closedir(directory);
	return error;
}

int removal_path(const char *path, bool *was_there)
{
	size_t len = strlen(path);
	char *copy = strdup(path), *name;
	int parent, error = 0;

	*was_there = false;
	if (!copy)
		return ENOMEM;
	while (len && copy[len - 1] == '/')
		copy[--len] = '\0';
	name = strrchr(copy, '/');
	name = name ? name + 1 : copy;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		free(copy);
		return EINVAL;
	}
	if (name != copy)
		name[-1] = '\0';
	parent = open(name == copy ? "." : *copy ? copy : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (parent >= 0) {
		*was_there = remove_entry(parent, name, &error);
		close(parent);
	} else if (errno != ENOENT) {
		error = errno;
	}
	free(copy);
	return error;
}
