#ifndef HELIOS_TIME_HELIOS_CLI_H
#define HELIOS_TIME_HELIOS_CLI_H

#include "backend.h"
#include "environment.h"

/* What both dialects of helios-cli have in common. */

#define HELIOS_NEVER_MADE "blake3:0000000000000000000000000000000000000000000000000000000000000000"

struct helios { /* a store's own */
	struct environment environment;
	struct ids *ids;
	char last[ID_MAX];     /* the id of the last commit; "": there was none */
	unsigned long commits;
	const char *ask;       /* the command that tells the version */
	int work;              /* the work tree */
	struct run_output output;
};

/* Find the program, make its environment and the store's directory, ask for the version by each of asks
 * (NULL-terminated) until one is answered with exit status 0; s->mode is left to the caller. As a backend's prepare, but
 * for what has to be disposed of where it fails. */
int helios_prepare(struct store *s, const char *const *asks, char why[RUN_WHY]);
void helios_dispose(struct store *s);

/* Run the program with argv behind its name, in the directory open at directory (0: the present one). 0, or -1. */
int helios_run(struct store *s, const char *const *argv, int directory, struct cost *cost, enum run_failure *failure,
	       char why[RUN_WHY]);

/* The version again, as it was when it was asked for first. */
int helios_spawn(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY]);

/* The id of a commit has to be new. 0, or -1. */
int helios_take_id(struct store *s, const char *id, enum run_failure *failure, char why[RUN_WHY]);

/* Run what has to be refused: exit status other than 0, and not since the store is locked. 0, or -1. */
int helios_refuses(struct store *s, const char *const *argv, const char *id, enum run_failure *failure,
		   char why[RUN_WHY]);

#endif
