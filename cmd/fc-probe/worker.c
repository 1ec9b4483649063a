#include <poll.h>
#include <stdio.h>

#include "load.h"
#include "vm-why.h"

#define A_MOMENT 200000000 /* ns: a process that dies closes its sockets before it has ended */

/* What the probes have in common. */

uint64_t load_vm(const struct load *load, const struct op *op)
{
	return load->first + op->number;
}

uint64_t worker_vm(const struct worker *w)
{
	return w->load->first + w->load->warmup + w->load->count + w->index;
}

int worker_failed(struct worker *w, const struct vm *vm)
{
	snprintf(w->why, sizeof w->why, "%s", vm->why);
	return -1;
}

int worker_boot(struct worker *w)
{
	const struct load *load = w->load;
	const struct machine *m = load->machine;
	struct until until = load_until(load);
	int status = m->socket ? vm_attach(&w->vm, m, &until) : vm_boot(&w->vm, m, load->lease, worker_vm(w), &until);

	return status < 0 ? worker_failed(w, &w->vm) : 0;
}

void worker_ask_for_end(struct worker *w)
{
	struct vm *vm = w->base.pid > 0 ? &w->base : &w->vm;
	struct until until = load_until_within(w->load, A_MOMENT);

	if (vm->pidfd >= 0 && until_ready(&until, vm->pidfd, POLLIN) == 0 && vm_has_ended(vm))
		worker_failed(w, vm);
}

void worker_own_figures(struct worker *w, struct op *op, enum fc_latency what, unsigned first)
{
	struct fcmetrics figures;

	if (w->vm.attached || op->why[0] || vm_figures(&w->vm, &op->until, &figures) < 0)
		return;
	op->value[first] = figures.api[what];
	op->value[first + 1] = figures.vmm[what];
}
