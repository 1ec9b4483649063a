#ifndef DB_LOAD_MEMORY_H
#define DB_LOAD_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* A limit on the memory of this process. */

enum memory_kind {
	MEMORY_UNLIMITED,
	MEMORY_CGROUP, /* all of it, what the kernel caches of files too */
	MEMORY_SQLITE  /* what SQLite allocates, and the process's data: nothing of what the kernel caches */
};

struct memory {
	enum memory_kind kind;
	char *group; /* directory of the control group that was made */
	char *home;  /* cgroup.procs of the one that we came from */
};

/* The best limit that can be had. */
void memory_limit(struct memory *m, int64_t bytes);
void memory_unlimit(struct memory *m); /* leave the control group and remove it */

const char *memory_kind_name(enum memory_kind kind); /* "cgroup", "sqlite" */

#endif
