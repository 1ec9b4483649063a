#ifndef PROC_WATCH_KEPT_H
#define PROC_WATCH_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Files of /proc that are read again and again. They are kept open, which makes a reading several times cheaper and
 * always of the same process, as long as there are descriptors to spare; beyond that they are opened each time. The
 * soft limit on descriptors is what a program that is started inherits, and select(2) and others go by it: what does
 * not fit below it is put above, for which it is raised for that moment alone. */

struct kept {
	unsigned soft, hard;   /* limits on descriptors */
	unsigned below, above; /* how many more may be kept open below and above the soft one */
	char *text;     /* what the last kept_read() read, its len bytes */
	size_t len, room;
	pid_t *pids;    /* for lists of them */
	size_t pids_room;
	bool lists;     /* the kernel tells the children of each thread (CONFIG_PROC_CHILDREN) */
	bool counts;    /* and the number of a process's descriptors (since 6.2) */
	bool schedules; /* and how often a thread was put onto a CPU */
};

void kept_begin(struct kept *k); /* or dies (memory) */
void kept_end(struct kept *k);

/* Read all of /proc/PID/NAME or, where tid is not 0, /proc/PID/task/TID/NAME, into k->text. *fd is the file's own
 * place, -1 at first. 0, or -1 with errno: ESRCH: it is gone. An empty file is an empty text. */
int kept_read(struct kept *k, int *fd, pid_t pid, pid_t tid, const char *name);

/* The same of a file that is open: all of it. */
int kept_read_open(struct kept *k, int fd);

/* How many descriptors it has open: *n. 0, or -1 with errno. */
int kept_descriptors(struct kept *k, int *fd, pid_t pid, pid_t tid, int64_t *n);

/* The threads of pid, into k->pids. How many, or -1 with errno. */
ssize_t kept_threads(struct kept *k, pid_t pid);

/* All processes that there are, into k->pids. How many, or -1 with errno. */
ssize_t kept_processes(struct kept *k);

/* Add pid to the n in k->pids. */
void kept_add(struct kept *k, size_t n, pid_t pid);

/* Give back *fd, which becomes -1. */
void kept_close(struct kept *k, int *fd);

#endif
