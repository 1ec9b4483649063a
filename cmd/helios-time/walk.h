#ifndef HELIOS_TIME_WALK_H
#define HELIOS_TIME_WALK_H

#include <dirent.h>
#include <stddef.h>

/* Everything below a directory, symbolic links not followed, in no order. What vanishes meanwhile is left out. */

enum { WALK_ON, WALK_PAST }; /* PAST: not into this directory */

struct walk {
	/* Called for each name in the directory open at parent; type is a DT_ of readdir(3), never DT_UNKNOWN.
	 * WALK_ON, WALK_PAST, or -1 with errno to end the walk. */
	int (*visit)(struct walk *w, int parent, const char *name, unsigned char type);
	void *context;     /* visit's */
	char *path;        /* of what is visited, as from the start, or of what failed; "" or NULL: the start */
	size_t len, room;
};

/* Below the directory open at fd, which stays open. One descriptor and 32 KiB for each level of directories. 0, or -1
 * with errno and w->path. Dies without memory for the path. */
int walk(struct walk *w, int fd);
void walk_dispose(struct walk *w);

#endif
