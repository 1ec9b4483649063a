#ifndef DISK_GEN_PROGRAMS_H
#define DISK_GEN_PROGRAMS_H

#include "build.h"

/* The programs of an image: real x86-64 executables for Linux that are made here. None does what its name says. */

struct program {
	const char *name;  /* in /usr/bin, or in Alpine's /bin */
	const char *owner; /* the key of the project whose package has it */
};

#define PROGRAM_BYTES 129

/* The last one has no name. */
const struct program *programs_of(enum family family);

/* Exits with 0. */
void make_program(struct tree *tree, const char *path, int64_t time);

/* Says on its standard output what it is, and then sleeps for ever: a first process must not end. */
void make_init(struct tree *tree, const char *path, int64_t time);

#endif
