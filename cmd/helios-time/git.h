#ifndef HELIOS_TIME_GIT_H
#define HELIOS_TIME_GIT_H

#include "backend.h"
#include "environment.h"

/* git with a repository outside of the work tree, and with nothing of what the user, the system or the tree itself set:
 * every file is kept and written just as it is. */

struct git { /* a store's own */
	struct environment environment;
	struct environment writing; /* the same with an index of its own, for what is written elsewhere */
	struct ids *ids;
	char *repository, *index, *git_dir, *work_tree; /* paths, and options that name them */
	const char **argv;                              /* what is always there, and room behind it */
	size_t argc;
	int work; /* the work tree */
	long commits;
	char head[ID_MAX]; /* what HEAD has to be; "": not known */
	struct run_output output;
};

/* As a backend's. */
int git_prepare(struct store *s, char why[RUN_WHY]);
void git_dispose(struct store *s);

/* `git version`, and nothing else. 0, or -1. */
int git_version(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY]);

/* Run the command that tail (NULL-terminated, up to 9) says behind what is always there; it may begin with --work-tree.
 * In the directory open at directory (0: the present one). 0, or -1; why begins with the command. */
int git_run(struct store *s, const char *const *tail, char *const *envp, int directory, struct cost *cost,
	    enum run_failure *failure, char why[RUN_WHY]);

#endif
