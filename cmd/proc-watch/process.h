#ifndef PROC_WATCH_PROCESS_H
#define PROC_WATCH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kept.h"
#include "ledger.h"

/* One process of a tree, and what it was last seen to use. Its CPU clock, one system call, tells whether it ran since:
 * if not, nothing else of it can have changed but what the kernel takes from it (pages that are written out). While a
 * process runs, its clock goes on at each tick of the kernel (1 to 10 ms), so that what it did since the last one may
 * be seen by the next reading only. */

struct thread;

struct process {
	pid_t pid, parent, session;
	int64_t start;          /* clock ticks since boot; 0: not known */
	uint64_t order;         /* in which it was found */
	struct process *next;   /* of the same bucket */

	bool watcher;           /* this program itself: nothing but its children are looked at */
	bool out;               /* left out, or below one that is */
	bool orphan;            /* its parent went, and who is its parent now has not been seen */
	bool zombie;
	bool gone;              /* it has ended and was waited for: the figures are the last */
	bool dark;              /* nothing but its CPU clock can be read, or not even that */
	bool ignores_children;  /* it never waits for them */
	bool unsettled;         /* its ended children have to be accounted for */

	int64_t own;            /* ns of CPU that its threads used */
	int64_t waited;         /* ns of CPU: what it says of the children that it waited for, in clock ticks */
	struct ledger ended;    /* what is made of that */
	int64_t seen;           /* ns: of that, children that were found to have ended in this reading */

	int64_t rss, peak, threads, fds; /* -1: cannot be read */
	int64_t resident;       /* bytes, as statm has it */
	int64_t beyond;         /* by how much more it was when its pages were walked last */
	int64_t switches;       /* as far as seen: of threads that ended, only until they were last looked at */
	int64_t read, written;  /* with those of its children that it waited for */

	uint64_t met;           /* the reading in which it was last among the members of its cgroup */
	int64_t looked_at;      /* clock_now() of the last process_look(), and what its clock said then */
	int64_t looked_own;
	bool clockless;         /* its CPU clock cannot be read: clock ticks of its stat are all there is */
	int64_t faults;         /* page faults so far, and those after which its peak was read, and when */
	int64_t peak_faults, peak_at;
	int stat, statm, status, io, descriptors; /* files that are kept open; -1: are not */
	struct thread *thread;
	size_t n_threads, thread_room;
	pid_t face;             /* a living thread, where the first one has ended before the others; 0: it lives */
};

/* pid, of which nothing but its stat was looked at; NULL: there is none. */
struct process *process_new(struct kept *k, pid_t pid);
void process_free(struct kept *k, struct process *p);

/* Read its CPU clock. 1: it has run since it was last looked at, 0: it has not, -1: it is gone. */
int process_clock(struct kept *k, struct process *p);

/* Read stat and io, which tell of its children too. 0, or -1: it is gone. */
int process_account(struct kept *k, struct process *p);

/* Read all. 0, or -1: it is gone. */
int process_look(struct kept *k, struct process *p, int64_t now);

/* Its proportional set size in bytes; 0 where it has none (any more), -1 where it may not be read. Its pages are walked
 * for it, which sets rss right: from Linux 6.2 to 6.15 statm is wrong by up to some dozens of pages for each CPU. */
int64_t process_pss(struct kept *k, struct process *p);

/* The parent of any process; 0: it is gone, or that cannot be read. */
pid_t process_parent(struct kept *k, pid_t pid);

/* Its children, into k->pids; of the threads that it had when it was last looked at. How many. */
size_t process_children(struct kept *k, struct process *p);

#endif
