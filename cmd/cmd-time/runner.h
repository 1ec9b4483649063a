#ifndef CMD_TIME_RUNNER_H
#define CMD_TIME_RUNNER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

/* The main process's side of the spawner. All of these die where the spawner is lost. */

struct runner {
	int fd;            /* to the spawner */
	pid_t pid;
	int signal_fd;     /* SIGINT, SIGTERM and SIGHUP, blocked, unless they were ignored */
	int interrupted;   /* the first of these that came, else 0 */
	int32_t stop;      /* number of the batch */
	struct reply reply;/* to the last request */
};

/* Make the spawner; to be called while this process is still small. From here on signals are
 * held back and looked at while a batch runs. */
void runner_start(struct runner *r, bool show_output);

/* Keep a command in a slot. 0, or an errno. */
int runner_load(struct runner *r, enum slot slot, const char *path, char *const *argv);

/* A request with one text behind it (or NULL). 0, or an errno. */
int runner_ask(struct runner *r, enum request_kind kind, const char *text);

/* Run a batch; the results are in r->reply. A signal to us stops it and is kept in r->interrupted. */
void runner_run(struct runner *r, struct request request);

/* Has one of the signals come? Looks without waiting; r->interrupted tells which. */
bool runner_interrupted(struct runner *r);

/* Let the spawner end. */
void runner_end(struct runner *r);

#endif
