#ifndef PROC_WATCH_TREE_H
#define PROC_WATCH_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What processes use together: a process with all below it, or the members of a cgroup. Each reading is cheap (files
 * that stay are kept open, the CPU clock of a process is one system call), since whoever watches must not be seen. */

struct reading {                  /* of all together, at one moment; -1: it cannot be told */
	int64_t at;               /* clock_now() */
	int64_t cpu;              /* ns, user and system: of the living, of those that they waited for, and of those
	                             that went between readings as far as it was seen; never falls */
	int64_t rss;              /* bytes: the sum of what is resident */
	int64_t pss;              /* bytes: the same with shared pages counted in proportion; only where asked for */
	int64_t peak;             /* bytes: the largest VmHWM of any */
	int64_t threads, fds, processes; /* processes: without zombies */
	int64_t zombies;
	pid_t zombie;             /* one of them; 0: none */
	int64_t switches;         /* context switches, voluntary and not; never falls */
	int64_t read, written;    /* bytes from and to storage; never fall */
};

struct tree;

/* A process that ran for less than a tick of the kernel (1 to 10 ms) since the last reading may be told as it was then.
 * One that is in the tree stays in it when its own parent ends, whoever becomes its parent. Of children that this
 * program itself waits for, or that nobody does, what they used after the last reading is lost: read before reaping.
 * Switches are those of threads that were seen, until they were last seen. Of one that comes from elsewhere, moved into
 * the cgroup or adopted, counts what it uses from its first reading on. */

/* All below and with root; or, where root is this process, only what is below it. Or dies (memory). */
struct tree *tree_new(pid_t root);

/* The members of the cgroup at path: a directory below /sys/fs/cgroup, or a name that stands behind the last ':' in
 * /proc/PID/cgroup. Version 2, or 1 (where cgroup.procs is). Those of the cgroups below it are members too. CPU and
 * memory are still the sum over its members. NULL with why (256 bytes). */
struct tree *tree_new_cgroup(const char *path, char *why);
void tree_free(struct tree *t); /* NULL is fine */

/* Leave out what belongs to the session (setsid(2)) that sid leads, and all below that: what is run beside the watched.
 * 0: nothing more; what was left out stays so. */
void tree_leave_out(struct tree *t, pid_t sid);

/* Before the first reading of what runs already: leave out this process and its parent, which waits for it (warden.h), with
 * all below them, should they be among the watched. */
void tree_leave_out_watchers(struct tree *t);

/* Read all now. 0, or -1 with errno: ESRCH: none of them is left (zombies aside). pss: read that too, which takes the
 * kernel a while for large processes. */
int tree_read(struct tree *t, bool pss, struct reading *r);

/* The processes of the last reading, without zombies, in order of their start. */
size_t tree_pids(const struct tree *t, const pid_t **pids);

#endif
