#ifndef PROC_WATCH_BESIDE_H
#define PROC_WATCH_BESIDE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A command of the user's that runs beside the watched, by sh -c, in a session of its own. Its output goes to
 * stderr. */

struct beside {
	pid_t pid;      /* 0: none runs */
	pid_t session;  /* of the last one; 0: there was none */
	bool ended;
	int64_t end;    /* clock_now() at which that was seen */
	int status;     /* as of wait(2) */
};

/* $1 is the watched's number, "" where watched is 0; $2 is number. *began is clock_now() directly before. It leads its
 * session when this returns. 0, or -1 with errno. mask: as of service_start(). */
int beside_start(struct beside *b, const char *command, pid_t watched, int64_t number, const sigset_t *mask,
		 int64_t *began);

/* A child of this process has ended, and is about to be reaped: what it has left in its process group is killed. */
void beside_ended(const struct beside *b, pid_t pid);

/* It has been. */
void beside_reaped(struct beside *b, pid_t pid, int status, int64_t now);

/* End it, if it runs; it is reaped later. */
void beside_kill(struct beside *b, int signal);

/* "status 3", "SIGSEGV"; of one that has ended. */
#define BESIDE_WORDS 32
const char *beside_words(const struct beside *b, char text[BESIDE_WORDS]);

#endif
