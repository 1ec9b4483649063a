#ifndef HELIOS_TIME_PROGRAM_H
#define HELIOS_TIME_PROGRAM_H

#include "backend.h"
#include "environment.h"

/* What the backends have in common: a program that is found, asked for its version, and run. */

/* Set s->path, absolute, to s->cli, else to what the environment's variable says (NULL: none), else to name along PATH.
 * 0; 1 where it is not there and nobody insisted (--cli and --git do), with what and how in why; -1 with why. */
int program_find(struct store *s, const char *variable, const char *name, const char *how, char why[RUN_WHY]);

/* The first line of output, for people, in s->version. */
void program_version(struct store *s, const struct run_output *output);

/* Does what it says of itself admit that it is a stand-in? */
bool program_poses(const char *version);

/* Make the store's directory. 0, or -1 with why. */
int program_make_directory(const char *path, char why[RUN_WHY]);

/* The answer was wrong, and why says how: sets *failure. -1. */
int program_lied(enum run_failure *failure);

#endif
