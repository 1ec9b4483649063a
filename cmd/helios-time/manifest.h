#ifndef HELIOS_TIME_MANIFEST_H
#define HELIOS_TIME_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

struct signals;

/* The files of a tree by path, size and SHA-256. */

struct manifest_file {
	char *path;                          /* relative: "d000/f000017" */
	int64_t size;
	unsigned char digest[SHA256_BYTES];
};

struct manifest {
	struct manifest_file *file;          /* in order of path, by bytes */
	size_t n, room;
	int64_t bytes;                       /* of all; kept by who adds */
};

/* Or dies (memory). path is copied. */
struct manifest_file *manifest_add(struct manifest *m, const char *path);
void manifest_sort(struct manifest *m);

/* One of its own, to be freed, as *m is now. Or dies (memory). */
struct manifest manifest_copy(const struct manifest *m);

/* In a sorted one; NULL: there is none. */
const struct manifest_file *manifest_find(const struct manifest *m, const char *path);

void manifest_free(struct manifest *m);

#define VERIFY_WHY 512

/* Is what is in directory just this? Names what differs first, in order of path, and how many more do:
 * "d000/f000017: its content is not what was committed", "… : it is missing", "… : nothing like it was committed",
 * "… : 12 bytes, 1000 were committed", "… : it is no regular file". Empty directories do not count, nor do permissions.
 * signals: one that comes ends it with ECANCELED; NULL: none does. 0, or -1 with why; errno 0 where it is a difference,
 * else of what could not be read. */
int manifest_verify(const struct manifest *m, const char *directory, struct signals *signals, char why[VERIFY_WHY]);

#endif
