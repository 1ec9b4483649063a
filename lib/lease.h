#ifndef BENCHPIPE_LEASE_H
#define BENCHPIPE_LEASE_H

#include <stddef.h>
#include <sys/types.h>

/* What a run has made outside of its own process - a directory, files and directories elsewhere, other processes - and
 * what becomes of it if the run is killed: the next run removes it. That the owner is dead is proven by its lock, which
 * the kernel gives up with the process, and a process is known by its pid together with the time at which it started.
 * Thread-safe but for lease_open() and lease_close(). Descriptors are closed on exec. */

struct lease;

#define LEASE_ERROR 256

struct lease_reclaimed { /* what was left by runs that are dead */
	unsigned runs, processes, paths;
};

/* A new directory DIRECTORY/benchpipe-UID/PROGRAM-UUID, mode 0700, whose path is at most path_max bytes long (0: any);
 * directory NULL: $TMPDIR, or /tmp where that is not set, empty or too long. Before that, kill and remove what dead runs of
 * this user and program left there, and tell it in *reclaimed. Runs that live are left alone, however many there are
 * and whenever they begin. A DIRECTORY/benchpipe-UID that is somebody else's, or no directory, is refused, and so is a
 * DIRECTORY in which everybody may replace it. What cannot be removed is complained about, and tried again by the next.
 * The name .record in the new directory is taken. NULL with why in error. */
struct lease *lease_open(const char *directory, const char *program, size_t path_max, struct lease_reclaimed *reclaimed,
			 char error[LEASE_ERROR]);

const char *lease_path(const struct lease *lease);

/* path, absolute, is to go with the lease: a file, or a directory with all that is in it. To be called before it is
 * made, and for a name that nobody else will ever take (with a UUID in it): after a crash it goes whenever the next run
 * begins. 0, or -1 with errno (EEXIST: it is there already). */
int lease_add_path(struct lease *lease, const char *path);

/* So is our child pid, which has just been started. 0, or -1 with errno (ESRCH: it is gone already). */
int lease_add_process(struct lease *lease, pid_t pid);

/* Remove a directory with all that is in it, or a file: symbolic links are not followed, nor other file systems
 * entered. One that is not there is fine. 0, or -1 with the errno of the first failure after trying the rest. */
int lease_remove_tree(const char *path);

/* Remove everything, the directory last; processes are the caller's own business by then. 0, or -1 after a complaint
 * about each thing that stayed. NULL is fine. */
int lease_close(struct lease *lease);

#endif
