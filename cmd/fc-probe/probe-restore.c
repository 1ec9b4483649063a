#include <stdio.h>

#include "load.h"

/* restore: a snapshot, made beforehand, is loaded by a fresh process again and again. */

/* What a snapshot is made of; its directory stays, for the vsock socket's path is in the snapshot. */
static int make_snapshot(struct worker *w, const struct until *until)
{
	const struct load *load = w->load;

	if (vm_boot(&w->base, load->machine, load->lease, worker_vm(w), until) < 0 || vm_pause(&w->base, until) < 0 ||
	    vm_snapshot_place(&w->base, &w->snapshot, load->lease) < 0 ||
	    vm_snapshot(&w->base, &w->snapshot, false, until) < 0)
		return worker_failed(w, &w->base);
	vm_kill(&w->base);
	return 0;
}

static int restore_prepare(struct worker *w, struct op *op)
{
	const struct load *load = w->load;

	if (!w->base.machine && make_snapshot(w, &op->until) < 0)
		return -1;
	if (vm_spawn(&w->vm, load->machine, load->lease, load_vm(load, op)) < 0 || vm_await_api(&w->vm, &op->until) < 0 ||
	    vm_observe(&w->vm, &op->until) < 0)
		return worker_failed(w, &w->vm);
	return 0;
}

static int restore_run(struct worker *w, struct op *op)
{
	const struct machine *m = w->load->machine;
	struct ready ready = {READY_EXEC, NULL, -1, w->snapshot.vsock, m->exec.port, w->vm.pidfd};
	char why[EXEC_WHY];
	int64_t sent, up;

	op->calls = 1;
	if (vm_restore(&w->vm, &w->snapshot, &op->until) < 0)
		return worker_failed(w, &w->vm);
	sent = w->vm.api.sent;
	up = w->vm.api.done;
	op->value[1] = up - sent;
	if (m->exec.kind == EXEC_VSOCK && ready_wait(&ready, &op->until, &up, why) < 0) {
		snprintf(w->why, sizeof w->why, "restored, but no command was carried out: %s", why);
		return -1;
	}
	op->value[0] = up - sent;
	return 0;
}

static void restore_after(struct worker *w, struct op *op)
{
	worker_own_figures(w, op, FC_LOAD, 2);
	vm_remove(&w->vm);
}

const struct probe probe_restore = {
	.name = "restore", .flags = PROBE_OWN, .count = 10,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "load", UNIT_NS, BETTER_LOWER},
		    {NULL, "firecracker", UNIT_NS, BETTER_LOWER}, {NULL, "vmm", UNIT_NS, BETTER_LOWER}},
	.prepare = restore_prepare, .run = restore_run, .after = restore_after,
};
