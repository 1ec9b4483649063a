#include "workcopy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "sql.h"

static char *beside(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? x_asprintf("%.*s", (int)(slash - path) + (slash == path), path) : x_strdup(".");
}

/* What is written back during the measurement would be part of it. */
static int sync_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), result = fd < 0 ? -1 : fsync(fd), error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return result;
}

static int copy_database(const char *from, const char *path)
{
	struct sql *source = NULL, *target = NULL;
	int result = -1;

	if (sql_open(&source, from, SQL_READ) < 0)
		warn("%s", sql_error(source));
	else if (sql_open(&target, path, SQL_CREATE) < 0 || sql_exec(target, "PRAGMA synchronous = off") < 0 ||
		 sql_copy(source, target) < 0)
		warn("copy of %s: %s", from, sql_error(target));
	else
		result = 0;
	sql_close(target);
	sql_close(source);
	if (result == 0 && sync_file(path) < 0) {
		warn("%s:", path);
		result = -1;
	}
	return result;
}

int workcopy_make(struct workcopy *copy, const char *from, const char *directory, const char *option)
{
	char *place = directory ? x_strdup(directory) : beside(from);

	/* A database that is not there is told as such, and not as a copy that cannot be made. */
	if (access(from, R_OK) < 0) {
		warn("%s:", from);
		free(place);
		return -1;
	}
	/* Both before there is a directory, which would stay if memory ended then. */
	copy->directory = x_asprintf("%s/%s.XXXXXX", place, program_name());
	copy->path = x_asprintf("%s/copy.db", copy->directory);
	if (!mkdtemp(copy->directory)) {
		warn("%s: no copy can be made there: %s%s%s%s", place, strerror(errno), option ? "; " : "",
		     option ? option : "", option ? " names another place" : "");
		free(copy->directory);
		free(copy->path);
		*copy = (struct workcopy){NULL, NULL};
		free(place);
		return -1;
	}
	free(place);
	memcpy(copy->path, copy->directory, strlen(copy->directory)); /* of the same length, with its name now */
	return copy_database(from, copy->path);
}

void workcopy_remove(struct workcopy *copy)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char name[4096];

	for (size_t i = 0; copy->directory && copy->path && i < sizeof suffixes / sizeof suffixes[0]; i++) {
		snprintf(name, sizeof name, "%s%s", copy->path, suffixes[i]);
		unlink(name);
	}
	if (copy->directory)
		rmdir(copy->directory);
	free(copy->directory);
	free(copy->path);
	*copy = (struct workcopy){NULL, NULL};
}
