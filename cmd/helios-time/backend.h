#ifndef HELIOS_TIME_BACKEND_H
#define HELIOS_TIME_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"
#include "run.h"

/* What keeps states of a work tree: one small table each. Every operation is checked: what answers wrongly failed. */

#define ID_MAX 80 /* of a snapshot, with its NUL */

struct backend;

struct store {                    /* of one backend */
	const struct backend *backend;
	struct runner runner;
	const char *cli;          /* --cli or --git as said, else NULL: found along HELIOS_CLI_PATH and PATH */
	const char *const *config; /* --git-config, NULL-terminated; NULL: none */
	const char *work;         /* the work tree, absolute */
	const char *directory;    /* the store's, absolute, outside of the work tree; made by prepare */
	/* set by prepare */
	enum mode mode;           /* MODE_REAL, or MODE_MOCK for what is not what it is called */
	char version[128];        /* what it says it is */
	char path[4096];          /* of the program */
	void *own;                /* the backend's */
};

/* Each gives 0, or -1 with why and the kind of the failure in *failure (RUN_FAILED for a wrong answer, too). cost: what
 * the operation's runs of the program took, also of a failed one; the untimed ones (an id that has to be asked for) are
 * not in it. NULL in the table: there is no such operation, and the skip's reason is in no_open and its like. */
struct backend {
	const char *name;         /* "helios", "git" */
	const char *dialect;      /* "helios", "autonav", "git" */
	const char *restore_scope; /* "metadata", or "files": then restore() writes them, and is verified */
	/* Find the program, ask its version, make the store. 1: it is not there, and why says how to get it. Where it
	 * is not 0 there is nothing to dispose of. */
	int (*prepare)(struct store *s, char why[RUN_WHY]);
	void (*dispose)(struct store *s); /* what is in memory; the directory is the caller's */
	int (*spawn)(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY]);
	int (*open)(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY]);
	int (*commit)(struct store *s, char id[ID_MAX], struct cost *cost, enum run_failure *failure, char why[RUN_WHY]);
	/* out: an empty directory, absolute, for those that write files. */
	int (*restore)(struct store *s, const char *id, const char *out, struct cost *cost, enum run_failure *failure,
		       char why[RUN_WHY]);
	int (*materialize)(struct store *s, const char *id, const char *out, struct cost *cost, enum run_failure *failure,
			   char why[RUN_WHY]);
	/* changed: how many files are known to differ between the two. */
	int (*diff)(struct store *s, const char *from, const char *to, size_t changed, struct cost *cost,
		    enum run_failure *failure, char why[RUN_WHY]);
	/* Does it refuse to restore what was never made? 0: it does; -1: it claims to have done it, or something failed. */
	int (*refuses)(struct store *s, enum run_failure *failure, char why[RUN_WHY]);
	const char *no_open, *no_diff, *no_materialize; /* why there is none, where there is none; else NULL */
};

extern const struct backend backend_helios, backend_autonav, backend_git;

/* The commit's id is new: nothing was committed with it before. To be called with each; or dies (memory). false: it was
 * there before. Used by the backends; freed by dispose. */
struct ids;
struct ids *ids_new(void);
bool ids_add(struct ids *ids, const char *id);
void ids_free(struct ids *ids);

#endif
