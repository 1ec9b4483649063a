#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "load.h"
#include "smaps.h"

/* boot, and what a guest that is up costs beside its own memory. */

static int boot_prepare(struct worker *w, struct op *op)
{
	const struct load *load = w->load;

	if (vm_spawn(&w->vm, load->machine, load->lease, load_vm(load, op)) < 0 || vm_await_api(&w->vm, &op->until) < 0 ||
	    vm_configure(&w->vm, &op->until) < 0)
		return worker_failed(w, &w->vm);
	return 0;
}

static int boot_run(struct worker *w, struct op *op)
{
	int64_t up;

	if (vm_start(&w->vm, &op->until) < 0 || vm_await_guest(&w->vm, &op->until, &up) < 0)
		return worker_failed(w, &w->vm);
	if (w->load->machine->ready != READY_NONE)
		op->value[0] = up - w->vm.api.sent;
	op->value[1] = w->vm.api.done - w->vm.api.sent;
	op->calls = 1;
	return 0;
}

static void boot_after(struct worker *w, struct op *op)
{
	boot_log_drain(&w->vm.log);
	if (w->load->machine->boot_timer) {
		op->value[2] = w->vm.log.boot_wall;
		op->value[3] = w->vm.log.boot_cpu;
	}
	vm_remove(&w->vm);
}

const struct probe probe_boot = {
	.name = "boot", .flags = PROBE_OWN, .count = 10,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "call", UNIT_NS, BETTER_LOWER},
		    {NULL, "boot-timer", UNIT_NS, BETTER_LOWER}, {NULL, "boot-timer-cpu", UNIT_NS, BETTER_LOWER}},
	.prepare = boot_prepare, .run = boot_run, .after = boot_after,
};

static int memory_prepare(struct worker *w, struct op *op)
{
	const struct load *load = w->load;

	if (load->machine->socket)
		return worker_boot(w);
	if (vm_boot(&w->vm, load->machine, load->lease, load_vm(load, op), &op->until) < 0)
		return worker_failed(w, &w->vm);
	return 0;
}

static int memory_run(struct worker *w, struct op *op)
{
	struct smaps s;

	if (w->vm.pid <= 0 || smaps_read(w->vm.pid, w->load->machine->memory, &s) < 0) {
		snprintf(w->why, sizeof w->why, "/proc/%d/smaps: %s", (int)w->vm.pid, strerror(errno));
		return -1;
	}
	op->value[0] = s.overhead;
	op->value[1] = s.guest;
	if (s.guest_size >= w->load->machine->memory || w->vm.mode == MODE_MOCK)
		return 0;
	snprintf(w->why, sizeof w->why, "%lld of %lld bytes of the guest's memory were found (--mem)", (long long)s.guest_size,
		 (long long)w->load->machine->memory);
	return -1;
}

static void memory_after(struct worker *w, struct op *op)
{
	(void)op;
	vm_remove(&w->vm);
}

const struct probe probe_mem_overhead = {
	.name = "mem-overhead", .count = 5,
	.measure = {{NULL, "overhead", UNIT_BYTES, BETTER_LOWER}, {NULL, "guest-rss", UNIT_BYTES, BETTER_NONE}},
	.prepare = memory_prepare, .run = memory_run, .after = memory_after,
};
