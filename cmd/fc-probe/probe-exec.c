#include <stdio.h>

#include "load.h"

/* exec, vsock-rtt: what the guest does when it is asked. */

static int exec_prepare(struct worker *w, struct op *op)
{
	const struct machine *m = w->load->machine;
	struct until until = load_until(w->load);
	char why[EXEC_WHY];

	(void)op;
	if (worker_boot(w) < 0)
		return -1;
	if (m->exec.kind != EXEC_SSH)
		return 0;
	w->ssh = ssh_open(m->exec.host, m->directory, &until, why);
	if (w->ssh)
		return 0;
	snprintf(w->why, sizeof w->why, "%s", why);
	return -1;
}

static int exec_run(struct worker *w, struct op *op)
{
	const struct machine *m = w->load->machine;
	struct exec_result result;
	char why[EXEC_WHY];

	if (w->ssh) {
		if (exec_ssh(w->ssh, m->command, &op->until, &result, why) < 0) {
			snprintf(w->why, sizeof w->why, "%s", why);
			return -1;
		}
		if (result.status) {
			snprintf(w->why, sizeof w->why, "the command ended with status %d", result.status);
			return -1;
		}
	} else if (vm_exec(&w->vm, &op->until, &result) < 0) {
		return worker_failed(w, &w->vm);
	}
	op->value[0] = result.done - result.begin;
	if (!w->ssh)
		op->value[1] = result.connected - result.begin;
	op->value[2] = result.first_byte - result.begin;
	return 0;
}

const struct probe probe_exec = {
	.name = "exec", .flags = PROBE_SHARED | PROBE_EXEC, .count = 100,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "connect", UNIT_NS, BETTER_LOWER},
		    {NULL, "first-byte", UNIT_NS, BETTER_LOWER}},
	.prepare = exec_prepare, .run = exec_run,
};

static int boot(struct worker *w, struct op *op)
{
	(void)op;
	return worker_boot(w);
}

static int trips_run(struct worker *w, struct op *op)
{
	char why[EXEC_WHY];

	if (exec_round_trips(w->vm.vsock, w->load->machine->exec.port, &op->until, w->trip, TRIPS, why) < 0) {
		snprintf(w->why, sizeof w->why, "vsock: %s", why);
		return -1;
	}
	op->series = w->trip + 1;
	op->nseries = TRIPS - 1;
	return 0;
}

const struct probe probe_vsock_rtt = {
	.name = "vsock-rtt", .flags = PROBE_SHARED | PROBE_EXEC | PROBE_VSOCK | PROBE_NO_RATE, .count = 15,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}},
	.prepare = boot, .run = trips_run,
};
