#ifndef FC_MOCK_FAULTS_H
#define FC_MOCK_FAULTS_H

#include <stdint.h>

/* What is to go wrong, and how slow things are to be: by operation, seeded. What happens to the n-th of an operation is a
 * function of the seed, the operation and n. */

enum operation { /* names on the command line: these in lower case, '-' for '_' */
	OP_START,           /* from the process's start until its API socket listens */
	OP_GET,             /* GET / and /version */
	OP_CONFIG,          /* every other request that reads or sets up: PUT and PATCH of devices, /machine-config ... */
	OP_INSTANCE_START,  /* the call alone */
	OP_BOOT,            /* of the guest: from the answer to InstanceStart (or from resuming, after a restore: not) until it is up */
	OP_PAUSE, OP_RESUME,
	OP_SNAPSHOT_FULL, OP_SNAPSHOT_DIFF, OP_SNAPSHOT_LOAD,
	OP_FLUSH_METRICS,
	OP_CTRL_ALT_DEL,    /* the call alone */
	OP_SHUTDOWN,        /* of the guest: from the answer to SendCtrlAltDel until the process exits */
	OP_VSOCK_CONNECT,   /* from CONNECT until OK */
	OP_EXEC,            /* from a command's arrival until its first output */
	OPERATIONS
};

enum outcome {
	GOES_WELL,
	FAILS, /* an API call: 400 with a fault_message, no effect. A connect: closed without text. A command: exit status 1.
		* Of OP_BOOT: the guest never comes up. OP_SHUTDOWN: it never goes down. OP_START: exit 1 */
	HANGS, /* no answer, ever */
	DROPS, /* the connection is closed without an answer; no effect */
	DIES   /* the process is killed by SIGKILL, its own */
};

struct faults;

/* Seeded with 0, everything well and at once; or dies. */
struct faults *faults_new(void);
void faults_free(struct faults *faults);
void faults_seed(struct faults *faults, uint64_t seed);

/* "OP=DIST" of --mock-latency, as fault_parse_latency() takes it; "OP=RATE" (0..1, or 40%) of --mock-fail, -hang, -drop
 * and -die, whose rates of one operation add up to at most 1; "OP=N" of --mock-fail-nth: every N-th fails. 0, or -1 with
 * *why, a constant text: what was expected. */
int faults_latency(struct faults *faults, const char *text, const char **why);
int faults_rate(struct faults *faults, enum outcome outcome, const char *text, const char **why);
int faults_nth(struct faults *faults, const char *text, const char **why);

/* What becomes of the next one of this operation, and after what time in ns. */
enum outcome faults_next(struct faults *faults, enum operation op, int64_t *latency);

const char *operation_name(enum operation op);

#endif
