#include <stdio.h>
#include <sys/stat.h>

#include "load.h"

/* pause, resume, snapshots, and a pool of paused microVMs: what happens to one that lives on. */

static int boot(struct worker *w, struct op *op)
{
	(void)op;
	return worker_boot(w);
}

static int boot_paused(struct worker *w, struct op *op)
{
	struct until until = load_until(w->load);

	(void)op;
	if (worker_boot(w) < 0)
		return -1;
	return vm_pause(&w->vm, &until) < 0 ? worker_failed(w, &w->vm) : 0;
}

static int take_times(struct worker *w, struct op *op, int status)
{
	if (status < 0)
		return worker_failed(w, &w->vm);
	op->value[0] = w->vm.api.done - w->vm.api.sent;
	op->calls = 1;
	return 0;
}

/* What has to be done after an operation so that there can be another one: a failure is that operation's, and the last. */
static void undo(struct worker *w, struct op *op, int status)
{
	if (status == 0)
		return;
	w->broken = true;
	if (!op->why[0])
		snprintf(op->why, sizeof op->why, "%s", w->vm.why);
}

static int pause_run(struct worker *w, struct op *op)
{
	return take_times(w, op, vm_pause(&w->vm, &op->until));
}

static void pause_after(struct worker *w, struct op *op)
{
	worker_own_figures(w, op, FC_PAUSE, 1);
	undo(w, op, vm_resume(&w->vm, &op->until));
}

const struct probe probe_pause = {
	.name = "pause", .flags = PROBE_SHARED | PROBE_CHANGES | PROBE_NO_RATE, .count = 100,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "firecracker", UNIT_NS, BETTER_LOWER},
		    {NULL, "vmm", UNIT_NS, BETTER_LOWER}},
	.prepare = boot, .run = pause_run, .after = pause_after,
};

static int resume_run(struct worker *w, struct op *op)
{
	return take_times(w, op, vm_resume(&w->vm, &op->until));
}

static void resume_after(struct worker *w, struct op *op)
{
	worker_own_figures(w, op, FC_RESUME, 1);
	undo(w, op, vm_pause(&w->vm, &op->until));
}

const struct probe probe_resume = {
	.name = "resume", .flags = PROBE_SHARED | PROBE_CHANGES | PROBE_NO_RATE, .count = 100,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "firecracker", UNIT_NS, BETTER_LOWER},
		    {NULL, "vmm", UNIT_NS, BETTER_LOWER}},
	.prepare = boot_paused, .run = resume_run, .after = resume_after,
};

/* --- snapshots --- */

static int snapshot_prepare(struct worker *w, struct op *op)
{
	if (boot_paused(w, op) < 0)
		return -1;
	return vm_snapshot_place(&w->vm, &w->snapshot, w->load->lease) < 0 ? worker_failed(w, &w->vm) : 0;
}

static int full_run(struct worker *w, struct op *op)
{
	return take_times(w, op, vm_snapshot(&w->vm, &w->snapshot, false, &op->until));
}

static int diff_run(struct worker *w, struct op *op)
{
	return take_times(w, op, vm_snapshot(&w->vm, &w->snapshot, true, &op->until));
}

/* Bytes of the state file, and those of the memory file that are on the disk. */
static void take_sizes(struct worker *w, struct op *op)
{
	struct stat st;

	if (stat(w->snapshot.state, &st) == 0)
		op->value[3] = st.st_size;
	if (stat(w->snapshot.memory, &st) == 0)
		op->value[4] = (int64_t)st.st_blocks * 512;
}

static void snapshot_after(struct worker *w, struct op *op, enum fc_latency what)
{
	if (!op->why[0])
		take_sizes(w, op);
	worker_own_figures(w, op, what, 1);
	snapshot_remove(&w->snapshot);
	undo(w, op, vm_resume(&w->vm, &op->until) < 0 || vm_pause(&w->vm, &op->until) < 0 ||
				    vm_snapshot_place(&w->vm, &w->snapshot, w->load->lease) < 0 ? -1 : 0);
}

static void full_after(struct worker *w, struct op *op)
{
	snapshot_after(w, op, FC_FULL_CREATE);
}

static void diff_after(struct worker *w, struct op *op)
{
	snapshot_after(w, op, FC_DIFF_CREATE);
}

const struct probe probe_snapshot_full = {
	.name = "snapshot-full", .flags = PROBE_SHARED | PROBE_CHANGES | PROBE_NO_RATE, .count = 10,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "firecracker", UNIT_NS, BETTER_LOWER},
		    {NULL, "vmm", UNIT_NS, BETTER_LOWER}, {NULL, "state-bytes", UNIT_BYTES, BETTER_LOWER},
		    {NULL, "memory-bytes", UNIT_BYTES, BETTER_LOWER}},
	.prepare = snapshot_prepare, .run = full_run, .after = full_after,
};

const struct probe probe_snapshot_diff = {
	.name = "snapshot-diff", .flags = PROBE_SHARED | PROBE_CHANGES | PROBE_NO_RATE | PROBE_DIFF, .count = 10,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "firecracker", UNIT_NS, BETTER_LOWER},
		    {NULL, "vmm", UNIT_NS, BETTER_LOWER}, {NULL, "state-bytes", UNIT_BYTES, BETTER_LOWER},
		    {NULL, "memory-bytes", UNIT_BYTES, BETTER_LOWER}},
	.prepare = snapshot_prepare, .run = diff_run, .after = diff_after,
};

/* --- a pool: taken out of it when it answers, in the guest where that can be asked --- */

static int pool_run(struct worker *w, struct op *op)
{
	struct exec_result result;
	int64_t begin, end;

	if (vm_resume(&w->vm, &op->until) < 0)
		return worker_failed(w, &w->vm);
	begin = w->vm.api.sent;
	if (w->load->machine->exec.kind == EXEC_VSOCK) {
		if (vm_exec(&w->vm, &op->until, &result) < 0)
			return worker_failed(w, &w->vm);
		end = result.done;
	} else {
		if (vm_call(&w->vm, "ask for its state", "GET", "/", NULL, &op->until) < 0)
			return worker_failed(w, &w->vm);
		end = w->vm.api.done;
	}
	op->value[0] = end - begin;
	if (vm_pause(&w->vm, &op->until) < 0)
		return worker_failed(w, &w->vm);
	op->value[1] = w->vm.api.done - w->vm.api.sent;
	return 0;
}

const struct probe probe_pool = {
	.name = "pool", .flags = PROBE_SHARED | PROBE_OWN | PROBE_CHANGES, .count = 100,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "release", UNIT_NS, BETTER_LOWER}},
	.prepare = boot_paused, .run = pool_run,
};
