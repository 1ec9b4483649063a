#ifndef PROC_WATCH_WATCH_H
#define PROC_WATCH_WATCH_H

#include <poll.h>
#include <signal.h>

#include "beside.h"
#include "drain.h"
#include "held.h"
#include "options.h"
#include "progress.h"
#include "records.h"
#include "report.h"
#include "sampler.h"
#include "service.h"
#include "signals.h"
#include "tree.h"
#include "writer.h"

#define NAME_MAX_SHOWN 80
#define NO_RECORDS (-1)

/* All of a run. */
struct watch {
	struct options *options;
	char name[NAME_MAX_SHOWN];   /* of what is watched, for people */
	struct writer writer;
	struct records records;
	struct report report;
	struct progress progress;
	char doing[48];              /* what the progress says */

	struct signals signals;
	int children;                /* signalfd of SIGCHLD; -1: none */
	sigset_t mask;               /* the signals that were blocked at first */
	int signal;                  /* that ends it all; 0: none; NO_RECORDS: they cannot be written */
	int64_t signal_at;
	bool hurry;                  /* another one came after it */
	pid_t front;                 /* the process that waits for this one; see warden.h */
	int64_t stop_timeout;        /* of the options, or less where there is nobody any more who waits */

	struct service service;
	struct drain drain;
	struct tree *tree;
	struct sampler sampler;
	struct beside beside;
	struct held held;
	void (*on_end)(struct watch *w); /* of the first that is held, before any output is read; NULL: nothing */
	bool unarmed;                /* --ready could not be armed then, which has been told */
	struct probe *probe[READY_MAX + 1]; /* that are waited for */
	size_t probes;
	struct probe *heard[READY_MAX + 1]; /* that are shown the output */
	bool flooded, zombies_told;

	struct pollfd *fds;
	size_t room;
};

/* warn(), but not into the line that shows the progress. */
void watch_warn(struct watch *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

void watch_doing(struct watch *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
