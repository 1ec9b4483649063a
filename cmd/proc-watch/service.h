#ifndef PROC_WATCH_SERVICE_H
#define PROC_WATCH_SERVICE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "drain.h"
#include "options.h"

/* The process that is watched: COMMAND's, or another that took over from it, or one that ran already. */

struct service {
	bool ours;           /* started here, and ended here */
	const char *path;    /* COMMAND's program, as it is executed */
	int64_t started;     /* clock_now() directly before its process was made */

	pid_t pid;           /* 0: there is none, as with a control group */
	int fd;              /* pidfd; -1: none, or the kernel has none */
	bool ended;
	int64_t end;         /* clock_now() at which that was seen */
	int status;          /* as of wait(2); -1: another process is told */
	bool stopping;       /* it has been told to end */
	int64_t asked;       /* clock_now() at which it was */

	pid_t command;       /* COMMAND's own process; 0: none */
	bool command_ended;
	int command_status;
	int64_t command_cpu; /* ns, of it and of those that it waited for, once it has ended */
};

/* Start COMMAND with what the probes, which are armed, have for it. 0, or -1 with errno. mask: the signals that are
 * blocked in it. */
int service_start(struct service *s, struct options *o, struct drain *d, const sigset_t *mask);

/* pid is the service from now on. is: whether a process of that number, which cannot become another's while it is asked,
 * is the one that is meant; NULL: it is. 0, or -1 with errno (ESRCH: there is no such process). */
int service_become(struct service *s, pid_t pid, bool (*is)(pid_t pid));

/* Its pidfd is readable. */
void service_seen_end(struct service *s, int64_t now);

/* A child of this process has been reaped. */
void service_reaped(struct service *s, pid_t pid, int status, const struct rusage *used);

/* 0, or -1 with errno (ESRCH: it has ended). */
int service_signal(const struct service *s, int signal);

/* "ended with status 3", "was killed by SIGSEGV", "ended". */
#define SERVICE_WORDS 64
const char *service_words(const struct service *s, char text[SERVICE_WORDS]);

void service_close(struct service *s);

#endif
