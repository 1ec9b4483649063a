#ifndef FC_PROBE_PROBE_H
#define FC_PROBE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "units.h"

/* What can be measured. Probes are driven by load.h. */

#define VALUES 8 /* of one operation at most */

struct measure { /* what a value is */
	const char *part;     /* appended to the benchmark's name, "/floor"; NULL */
	const char *metric;   /* NULL: the list ends */
	enum unit unit;
	enum better better;
};

enum {
	PROBE_SHARED = 1,     /* many operations on one microVM; otherwise each has one of its own */
	PROBE_OWN = 2,        /* starts processes: not with --socket */
	PROBE_EXEC = 4,       /* carries out commands in the guest */
	PROBE_VSOCK = 8,      /* over vsock alone */
	PROBE_CHANGES = 16,   /* changes the state of the microVM: with --socket one at a time */
	PROBE_DIFF = 32,      /* has dirty pages tracked */
	PROBE_MAY_FAIL = 64,  /* operations that fail are a result, even if all do */
	PROBE_GAUGES = 128,   /* says itself what is under way: load_enter() */
	PROBE_NO_RATE = 256   /* does more than what is measured: no throughput */
};

struct worker;
struct op;

struct probe {
	const char *name;
	unsigned flags;
	uint64_t count;       /* operations, if not said otherwise */
	struct measure measure[VALUES + 1]; /* the first is latency, in ns; or whatever it is all about */
	/* The first two give 0, or -1 with the worker's why. */
	int (*prepare)(struct worker *w, struct op *op);  /* not timed; op NULL: PROBE_SHARED, once */
	int (*run)(struct worker *w, struct op *op);      /* timed: op's begin and end are set around it */
	void (*after)(struct worker *w, struct op *op);   /* not timed, also where run() has failed; NULL: nothing */
};

extern const struct probe probe_api_ready, probe_api_null, probe_boot, probe_pause, probe_resume, probe_snapshot_full,
	probe_snapshot_diff, probe_restore, probe_exec, probe_vsock_rtt, probe_mem_overhead, probe_shutdown, probe_cleanup,
	probe_pool, probe_cycle;

const struct probe *probe_find(const char *name); /* NULL: there is none */
const struct probe **probe_all(void);             /* NULL-terminated; caller frees; or dies */

#endif
