#ifndef BENCHPIPE_PROC_H
#define BENCHPIPE_PROC_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Start programs without a shell, wait for them with a bound, and read what they used. */

struct proc_spec {
	const char *path;      /* executed as it is; see proc_find() */
	char *const *argv;     /* NULL-terminated */
	char *const *envp;
	int fd[3];             /* become stdin, stdout, stderr: each over 2 or in its own place; -1: inherited */
	bool own_group;        /* leads a process group of its own */
	int death_signal;      /* what the program gets when the caller dies; 0: nothing */
	int directory;         /* a descriptor: where the program begins; 0: where the caller is */
	int also_from, also_to; /* one more descriptor and its number in the program, both over 2; also_to 0: none */
	const sigset_t *mask;  /* blocked signals of the program; NULL: the caller's */
	const sigset_t *reset; /* signals for which the caller has handlers; NULL where it has none */
};

struct proc_usage { /* of a process that has ended and of those descendants it waited for */
	int status;                  /* as of wait4(2) */
	int64_t user, system;        /* CPU time, ns */
	int64_t max_rss;             /* bytes; never under the peak of the process that spawned it */
	int64_t minor, major;        /* page faults without and with I/O */
	int64_t voluntary, involuntary; /* context switches */
};

struct proc_memory {
	int64_t rss, peak; /* bytes: VmRSS and VmHWM */
};

/* Where a shell would find name: itself if it holds a '/', else along PATH. 0, or -1 with
 * ENOENT, EACCES (found, but not an executable file) or ENAMETOOLONG. */
int proc_find(const char *name, char path[PATH_MAX]);

/* Start spec without copying the caller's memory (as vfork does). *started, where not NULL,
 * is clock_now() directly before the process was made. The pid, or -1 with the errno of
 * clone(2) or, once the process is reaped, of execve(2). */
pid_t proc_spawn(const struct proc_spec *spec, int64_t *started);

/* A descriptor of a process that lives or is our child, readable once it has ended: pidfd_open(2). -1 with errno. */
int proc_pidfd(pid_t pid);

/* Wait at most timeout ns (negative: without end). 1 where it ended, is reaped and told in
 * *usage; 0 where the time is over; -1 with errno (EINTR too). */
int proc_wait(pid_t pid, int64_t timeout, struct proc_usage *usage);

/* Reap pid if it has ended: wait4(2) with options (0 or WNOHANG). As proc_wait(). */
int proc_reap(pid_t pid, int options, struct proc_usage *usage);

/* Stop a process group led by our child pid: TERM, after at most grace ns KILL, then reap
 * the leader. Signals do not cut it short. 0, or -1 with errno. */
int proc_stop(pid_t pid, int64_t grace, struct proc_usage *usage);

/* The status a shell reports: the exit status, or 128 + the signal's number. */
int proc_exit_status(int wait_status);

/* Of a living process. 0, or -1 with errno. */
int proc_memory(pid_t pid, struct proc_memory *memory);

#endif
