#include "faults.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "fault.h"
#include "rng.h"
#include "units.h"

static const char *const names[OPERATIONS] = {
	[OP_START] = "start",
	[OP_GET] = "get",
	[OP_CONFIG] = "config",
	[OP_INSTANCE_START] = "instance-start",
	[OP_BOOT] = "boot",
	[OP_PAUSE] = "pause",
	[OP_RESUME] = "resume",
	[OP_SNAPSHOT_FULL] = "snapshot-full",
	[OP_SNAPSHOT_DIFF] = "snapshot-diff",
	[OP_SNAPSHOT_LOAD] = "snapshot-load",
	[OP_FLUSH_METRICS] = "flush-metrics",
	[OP_CTRL_ALT_DEL] = "ctrl-alt-del",
	[OP_SHUTDOWN] = "shutdown",
	[OP_VSOCK_CONNECT] = "vsock-connect",
	[OP_EXEC] = "exec",
};

static const char no_operation[] =
	"expected an operation before the '=': start, get, config, instance-start, boot, pause, resume, snapshot-full, "
	"snapshot-diff, snapshot-load, flush-metrics, ctrl-alt-del, shutdown, vsock-connect or exec";

struct faults {
	uint64_t seed;
	struct {
		struct fault latency;
		double rate[DIES + 1]; /* of an outcome */
		int64_t nth;           /* 0: none */
		uint64_t count;        /* so many have been */
	} op[OPERATIONS];
};

const char *operation_name(enum operation op)
{
	return names[op];
}

struct faults *faults_new(void)
{
	return x_calloc(1, sizeof(struct faults));
}

void faults_free(struct faults *faults)
{
	free(faults);
}

void faults_seed(struct faults *faults, uint64_t seed)
{
	faults->seed = seed;
}

/* The operation before the '=', what is behind it in *value. OPERATIONS: none. */
static enum operation split(const char *text, const char **value)
{
	size_t len = strcspn(text, "=");

	for (int op = 0; op < OPERATIONS; op++) {
		if (text[len] && strlen(names[op]) == len && memcmp(names[op], text, len) == 0) {
			*value = text + len + 1;
			return (enum operation)op;
		}
	}
	return OPERATIONS;
}

static int refuse(const char **why, const char *expected)
{
	*why = expected;
	return -1;
}

int faults_latency(struct faults *faults, const char *text, const char **why)
{
	const char *value;
	enum operation op = split(text, &value);

	if (op == OPERATIONS)
		return refuse(why, no_operation);
	if (fault_parse_latency(&faults->op[op].latency, value) < 0)
		return refuse(why,
			      "expected 10ms, normal:10ms,2ms, lognormal:10ms,0.5 or exponential:10ms behind the '='");
	return 0;
}

/* Is there a connection that could be closed? */
static bool has_connection(enum operation op)
{
	return op != OP_START && op != OP_BOOT && op != OP_SHUTDOWN;
}

int faults_rate(struct faults *faults, enum outcome outcome, const char *text, const char **why)
{
	const char *value;
	enum operation op = split(text, &value);
	double rate, sum = 0;

	if (op == OPERATIONS)
		return refuse(why, no_operation);
	if (outcome == DROPS && !has_connection(op))
		return refuse(why, "start, boot and shutdown have no connection to drop");
	if (share_parse(value, &rate) < 0 || !(rate >= 0 && rate <= 1))
		return refuse(why, "expected a share from 0 to 1, such as 0.4 or 40%, behind the '='");
	for (int i = FAILS; i <= DIES; i++)
		sum += i == (int)outcome ? rate : faults->op[op].rate[i];
	if (sum > 1 + 1e-9) /* 0.1, 0.2 and 0.7 have a sum of just over 1 */
		return refuse(why, "expected the shares of one operation to add up to at most 1");
	faults->op[op].rate[outcome] = rate;
	return 0;
}

int faults_nth(struct faults *faults, const char *text, const char **why)
{
	const char *value;
	enum operation op = split(text, &value);
	int64_t nth;

	if (op == OPERATIONS)
		return refuse(why, no_operation);
	if (count_parse(value, &nth) < 0 || nth < 1)
		return refuse(why, "expected a count of 1 or more behind the '='");
	faults->op[op].nth = nth;
	return 0;
}

enum outcome faults_next(struct faults *faults, enum operation op, int64_t *latency)
{
	uint64_t key, n = faults->op[op].count++;
	double at, end = 0;

	*latency = 0;
	key = rng_key(faults->seed, names[op]);
	if (faults->op[op].latency.shape != FAULT_NONE) {
		faults->op[op].latency.seed = key;
		*latency = fault_latency(&faults->op[op].latency, n);
	}
	if (faults->op[op].nth && (n + 1) % (uint64_t)faults->op[op].nth == 0)
		return FAILS;
	at = (double)(rng_at(rng_key(key, "outcome"), n) >> 11) * 0x1p-53;
	for (int outcome = FAILS; outcome <= DIES; outcome++) {
		end += faults->op[op].rate[outcome];
		if (faults->op[op].rate[outcome] > 0 && (at < end || end >= 1))
			return (enum outcome)outcome;
	}
	return GOES_WELL;
}
