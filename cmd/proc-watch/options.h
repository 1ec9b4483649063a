#ifndef PROC_WATCH_OPTIONS_H
#define PROC_WATCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "measuring.h"
#include "probe.h"

#define READY_MAX 16

struct options {
	struct measuring common;

	/* what is watched: one of these */
	char **command;           /* NULL-terminated; NULL: none */
	pid_t pid;                /* 0: none */
	const char *pidfile, *cgroup;
	unsigned port;            /* 0: none */

	struct probe ready[READY_MAX];
	size_t readies;
	int64_t ready_timeout, probe_interval; /* ns, as all times here */

	int64_t interval;         /* between samples */
	bool pss;
	int64_t idle;             /* 0: no such phase */
	const char *during;       /* --while; NULL: no such phase */
	int64_t duration;         /* of sampling that nothing else ends; INT64_MAX: until the watched ends */

	const char *touch, *change; /* one of them, or NULL: nothing is changed */
	bool detect_restart;      /* or else by the probe */
	const char *restart_name; /* of the process whose end counts; NULL: of any */
	struct probe detect;
	int64_t changes, spread, detect_timeout;

	int64_t restarts;
	int stop_signal;
	int64_t stop_timeout;

	bool show_output;
	bool run;                 /* nothing but sampling was asked for: until the end */
};

/* Or ends the program. Texts refer to argv. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

extern const char usage[];

#endif
