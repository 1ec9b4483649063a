#ifndef FC_MOCK_WORLD_H
#define FC_MOCK_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* What commands in the guest find there: its kernel and its few files. */

struct world {
	const char *hostname;
	const char *cmdline;  /* the kernel's */
	int64_t memory;       /* bytes */
	unsigned vcpus;
	int64_t booted;       /* clock_now() */
	void (*reboot)(void *data);
	void *data;           /* for it */
};

#define WORLD_RELEASE "6.1.0-mock"

const char *world_machine(void); /* "x86_64": the host's */

enum file_kind {
	FILE_NONE,
	FILE_REGULAR,
	FILE_DIRECTORY,
	FILE_NULL, FILE_ZERO /* devices */
};

/* What is at an absolute path. */
enum file_kind world_kind(const char *path);

/* Append the content of a regular file; now is clock_now(). */
void world_read(const struct world *w, const char *path, int64_t now, struct text *content);

/* The i-th path that there is, in alphabetical order; NULL: there are no more. */
const char *world_path(unsigned i);

#endif
