#ifndef BENCHPIPE_WARDEN_H
#define BENCHPIPE_WARDEN_H

/* Two processes in place of one, so that nothing is left behind whichever of them is killed. The one that was started,
 * the front, only waits, hands SIGINT, SIGQUIT, SIGTERM, SIGHUP and SIGTSTP on, and ends as the other does. The other,
 * the worker, goes on with the program, in a process group of its own, so that who kills the front's group does not reach
 * it. Each adopts what is orphaned below it. Where the front is killed, the worker gets SIGTERM. Where the worker is killed
 * or crashes, the front kills all that it has left and removes the paths that were registered.
 *
 * A process that has children before it begins, as a shell leaves them to what it becomes by exec, does not become the
 * front but waits for it: those children live on. */

/* To be called while there is one thread, before descriptors are opened that an end of file is to be seen on. Returns
 * in the worker alone: 0; or -1 with errno where there is none. */
int warden_begin(void);

/* path, absolute, is to be removed with all that is in it if the worker dies: up to 8 in all. 0, or -1 with errno.
 * Without warden_begin() nothing is kept. */
int warden_keep(const char *path);

#endif
