#ifndef FC_PROBE_LOAD_H
#define FC_PROBE_LOAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fcmetrics.h"
#include "lease.h"
#include "options.h"
#include "probe.h"
#include "tally.h"
#include "vm.h"

/* Operations of one probe, so many at once. Threads that each have a microVM meet before and after an operation, so that
 * no one's preparations are in another one's way, and as many operations are under way as were asked for. */

#define TRIPS 30 /* a round of vsock-rtt; the first one does not count */

struct op {
	uint64_t number;           /* of the load's operations, from 0 */
	struct until until;        /* of whatever has no other bound */
	int64_t due;               /* when it should have begun: with a burst when all were let go, otherwise begin */
	int64_t begin, end;        /* clock_now() */
	int64_t value[VALUES];     /* -1: not measured */
	int64_t given_up;          /* ns until it was told that it had failed; -1: not measured */
	const int64_t *series;     /* more values of the first kind, ns; NULL: none */
	unsigned nseries;
	unsigned calls;            /* of the API */
	bool cancelled;
	const char *leaked;        /* what it has left behind though it said that it was done; NULL: nothing */
	uint64_t allocs, alloc_bytes;
	char why[VM_WHY];          /* "": it went well */
};

struct load {
	const struct options *options;
	const struct probe *probe;
	const struct machine *machine;
	struct lease *lease;
	unsigned level;            /* how many at once */
	uint64_t count, warmup;    /* operations; of these together warmup come first and do not count */
	uint64_t first;            /* number of the first microVM; load_vms() are used */
	int stop;                  /* readable once everything is to stop */
	struct tally *tally;
	/* private */
	pthread_barrier_t barrier;
	bool too_few;              /* threads could be started */
	atomic_bool trouble, over;
	atomic_uint_fast64_t next, done;
	atomic_uint under_way, most; /* operations, or calls where the probe counts these: load_enter() */
	_Atomic int64_t released;
	char why[VM_WHY];          /* the first trouble */
	pthread_mutex_t lock;
};

struct worker {
	struct load *load;
	unsigned index;
	pthread_t thread;
	struct vm vm, base;        /* base: what a snapshot was made of */
	struct snapshot snapshot;
	struct ssh *ssh;
	int64_t trip[TRIPS];
	int floor;                 /* api-null: a bare connection; -1: none */
	bool broken;               /* its microVM is not in the state that operations need */
	char why[VM_WHY];          /* of the last failure */
};

/* Start threads, do it all, join. 0; -1 where microVMs could not be prepared, with load->why. */
int load_run(struct load *load);

/* How many microVMs' numbers it uses. */
uint64_t load_vms(const struct load *load);

/* For probes whose operations wait in between: something that counts as under way begins, ends. */
void load_enter(struct load *load);
void load_leave(struct load *load);

/* So long from now at most: what has no bound of its own. */
struct until load_until(const struct load *load);
struct until load_until_within(const struct load *load, int64_t ns);
/* The same for what is done even when everything is to stop. */
struct until load_cleaning(const struct load *load, int64_t ns);

/* The number of the microVM of an operation, and of the one that a worker keeps. */
uint64_t load_vm(const struct load *load, const struct op *op);
uint64_t worker_vm(const struct worker *w);

/* Boot the one that the worker keeps, or attach to the one that runs. */
int worker_boot(struct worker *w);

/* Ask Firecracker for its own measurements and put that of `what` into op's values from first on: the API's, the
 * VMM's. Left out where there is none. */
void worker_own_figures(struct worker *w, struct op *op, enum fc_latency what, unsigned first);

/* The connection to its microVM was lost: where the process turns out to have ended, that is why. */
void worker_ask_for_end(struct worker *w);

/* -1, errno as it was, and the worker's why is that of vm. */
int worker_failed(struct worker *w, const struct vm *vm);

#endif
