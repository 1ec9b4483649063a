#ifndef PROC_WATCH_CGROUP_H
#define PROC_WATCH_CGROUP_H

#include "kept.h"

/* A cgroup with those below it. */

struct cgroup;

#define CGROUP_WHY 256

/* As tree_new_cgroup(). NULL with why. */
struct cgroup *cgroup_open(const char *path, char why[CGROUP_WHY]);
void cgroup_free(struct cgroup *g); /* NULL is fine */

/* Its members, into k->pids. How many: 0 also where it is not there any more. */
size_t cgroup_members(struct cgroup *g, struct kept *k);

#endif
