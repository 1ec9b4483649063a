#ifndef BENCHPIPE_EMBED_H
#define BENCHPIPE_EMBED_H

#include <stddef.h>

/* Files that the build put into the program. */

struct embedded {
	const char *name; /* relative to the program's source directory: "profiles/nebulagc.sql"; NULL ends a list */
	const char *text; /* NUL-terminated */
	size_t len;
};

/* Of this program, sorted by name; made by the build from what the Makefile lists as <tool>_EMBEDS. */
extern const struct embedded embedded_files[];

/* The file called name, or NULL. */
const struct embedded *embed_find(const struct embedded *files, const char *name);

#endif
