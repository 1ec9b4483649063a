#ifndef CMD_TIME_SPAWNER_H
#define CMD_TIME_SPAWNER_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* The small process that starts and times the commands. The kernel lets a program inherit the
 * peak memory of the process that started it, so that process has to stay smaller than any
 * program it measures, however much memory the main process uses. */

/* Answer requests that come over fd until it ends. To be called in a fresh child of parent;
 * mask is what the commands get as their blocked signals. SIGTERM stops the running batch: one
 * that nobody queued with a value, or one queued with the batch's. */
_Noreturn void spawner_main(int fd, pid_t parent, bool show_output, const sigset_t *mask);

#endif
