#ifndef PROC_WATCH_PROCFS_H
#define PROC_WATCH_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the kernel writes into files of /proc, parsed: of a text of len bytes, which need not end in NUL. Each of them:
 * 0, or -1 with errno EPROTO where it is none. Nothing is allocated. */

struct procfs_stat {            /* /proc/PID/stat */
	pid_t pid, parent, session; /* parent and session 0: outside of this name space of pids */
	char state;             /* R S D Z T t X I ... of the first thread */
	int64_t threads;
	int64_t start;          /* clock ticks since boot */
	int64_t own;            /* clock ticks of CPU, user and system: of all threads, dead ones too */
	int64_t faults;         /* page faults of all threads, with and without I/O: without one, no memory becomes
	                           resident */
	int64_t waited;         /* clock ticks of CPU: of the children that it waited for, and of those that they
	                           waited for */
};
int procfs_stat(const char *text, size_t len, struct procfs_stat *s);

/* /proc/PID/statm: how many pages are resident. */
int procfs_statm(const char *text, size_t len, int64_t *resident);

struct procfs_status {          /* /proc/PID/status */
	pid_t group;            /* the process's pid: another than PID where that is one of its threads */
	int64_t peak;           /* bytes: VmHWM; 0 of a zombie or a thread of the kernel */
	int64_t switches;       /* of this thread alone, voluntary and not */
	bool ignores_children;  /* SIGCHLD is ignored, so that its children are never waited for */
};
int procfs_status(const char *text, size_t len, struct procfs_status *s);

struct procfs_io {              /* /proc/PID/io: with what its children that it waited for did */
	int64_t read, written;  /* bytes from and to storage */
};
int procfs_io(const char *text, size_t len, struct procfs_io *io);

struct procfs_rollup {          /* /proc/PID/smaps_rollup */
	int64_t rss, pss;       /* bytes */
};
int procfs_rollup(const char *text, size_t len, struct procfs_rollup *r);

/* /proc/PID/task/TID/schedstat: how often the thread was put onto a CPU. */
int procfs_schedstat(const char *text, size_t len, int64_t *times);

/* The next of the pids that stand in [*at, end), with white space between (children, cgroup.procs). 1, 0 at the end,
 * or -1 with errno. A 0 stands for a process outside of this name space of pids. */
int procfs_pid(const char **at, const char *end, pid_t *pid);

struct procfs_socket {          /* a line of /proc/net/tcp and tcp6 */
	unsigned port;          /* the local one */
	bool listens;
	uint64_t inode;
};
/* 0, 1: it is the heading, or -1 with errno. */
int procfs_socket(const char *line, size_t len, struct procfs_socket *s);

#endif
