#ifndef HELIOS_TIME_PLACE_H
#define HELIOS_TIME_PLACE_H

#include <stdint.h>

/* Where files are: the file system, which figures depend on. */

struct place_found {
	const char *path;    /* the caller's */
	char type[32];       /* "xfs", "tmpfs", "ext2/3/4"; "0x1234" for one without a known name */
	int64_t free, bytes; /* of the file system, for this user, and in all */
};

/* 0, or -1 with errno. path has to stay. */
int place_find(const char *path, struct place_found *place);

#endif
