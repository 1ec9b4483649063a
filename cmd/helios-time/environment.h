#ifndef HELIOS_TIME_ENVIRONMENT_H
#define HELIOS_TIME_ENVIRONMENT_H

#include <stddef.h>

/* The variables that a program gets. All of these die for want of memory. */

struct environment {
	char **variable; /* NULL-terminated; for execve(2) */
	size_t n;
};

/* What this program has itself. *e is freed with environment_free(). */
void environment_copy(struct environment *e);

/* Leave out what begins so: "GIT_", "HOME=". */
void environment_drop(struct environment *e, const char *beginning);

/* In the place of what was called so. */
void environment_set(struct environment *e, const char *name, const char *value);

void environment_free(struct environment *e);

#endif
