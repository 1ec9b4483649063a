#ifndef PROC_WATCH_ATTACH_H
#define PROC_WATCH_ATTACH_H

#include <sys/types.h>

/* Finding a process that runs already. */

#define ATTACH_WHY 256

/* Its pid, or -1 with why. What a pidfile (one decimal number and white space, nothing else) names, which must live. */
pid_t attach_pidfile(const char *path, char why[ATTACH_WHY]);

/* Whoever listens on this TCP port, IPv4 or IPv6: the eldest where several do. */
pid_t attach_port(unsigned port, char why[ATTACH_WHY]);

/* pid itself, which must live. */
pid_t attach_pid(pid_t pid, char why[ATTACH_WHY]);

#endif
