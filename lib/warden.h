#ifndef BENCHPIPE_WARDEN_H
#define BENCHPIPE_WARDEN_H

/* Two processes in place of one, so that nothing is left behind whichever of them is killed. The one that was started, the
 * front, only waits, hands SIGINT, SIGTERM and SIGHUP on, and ends as the other does. The other, the worker, goes on with
 * the program. Each adopts what is orphaned below it. Where the front is killed, the worker gets SIGTERM. Where the worker
 * is killed or crashes, the front kills all that it has left and removes the paths that were registered. */

/* To be called while there is one thread, before descriptors are opened that an end of file is to be seen on. Returns in
 * the worker alone: 0, or -1 with errno in the one process that there still is. */
int warden_begin(void);

/* path, absolute, is to be removed with all that is in it if the worker dies: up to 8 in all. 0, or -1 with errno. Without
 * warden_begin() nothing is kept. */
int warden_keep(const char *path);

#endif
