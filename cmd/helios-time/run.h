#ifndef HELIOS_TIME_RUN_H
#define HELIOS_TIME_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "signals.h"

/* Running a command-line program once, with bounds. */

#define RUN_WHY 512
#define RUN_OUTPUT (64 << 10) /* bytes of standard output that are kept; more than RUN_FLOOD ends the program */
#define RUN_FLOOD (16 << 20)

struct runner {
	struct signals *signals; /* one that comes ends the program; NULL: none does */
	int64_t timeout;         /* ns for each run */
};

struct cost {                    /* of one run, or of several that make one operation */
	int64_t began;           /* clock_now() directly before the first was started */
	int64_t latency;         /* ns from directly before each was started until it had ended, in all */
	int64_t user, system;    /* CPU time, ns */
	int64_t max_rss;         /* bytes: the largest; 0: not known, since none was above this process's own peak */
	unsigned runs;
};

struct run_output {
	char out[RUN_OUTPUT + 1]; /* of standard output, NUL-terminated */
	size_t len;
	size_t lines;             /* newlines in all of standard output, also in what is not kept */
	char words[256];          /* of standard error, printable: the last line that is not empty, or the first that
				   * begins with "error:", "fatal:" or "panic:"; "": none */
	int status;               /* as of wait4(2); 0 where it was not started */
};

enum run_failure {
	RUN_FINE,
	RUN_FAILED,      /* exit status, signal, could not be started */
	RUN_HANGS,       /* no end in time: it was killed with all that it had started */
	RUN_FLOODS,
	RUN_CANCELLED    /* a signal came */
};

/* Run path with argv and envp in the directory open at directory (0: the present one), its standard input empty; wait
 * until it ended, and kill what it has left running: whatever is below this process, which has no other children, and
 * which has to be a subreaper (descendants_adopt()) for what is not in the program's process group. Adds to *cost (zero
 * it before the first). RUN_FINE: it ended with status 0. Else why says what happened for people: "exit status 1: words",
 * "the store is locked: words", "ended by signal 11 (Segmentation fault)", "no end within 60 s", "more than 16 MiB of
 * output", "cancelled". */
enum run_failure run(const struct runner *runner, const char *path, const char *const *argv, char *const *envp,
		     int directory, struct cost *cost, struct run_output *output, char why[RUN_WHY]);

#endif
