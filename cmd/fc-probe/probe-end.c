#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "load.h"
#include "retry.h"
#include "rng.h"
#include "vm-why.h"

#define A_MOMENT 10000000 /* ns */

/* shutdown, and cleanup under a policy: the ends of microVMs. */

static int end_prepare(struct worker *w, struct op *op)
{
	const struct load *load = w->load;

	if (vm_boot(&w->vm, load->machine, load->lease, load_vm(load, op), &op->until) < 0)
		return worker_failed(w, &w->vm);
	return 0;
}

static void end_after(struct worker *w, struct op *op)
{
	(void)op;
	vm_remove(&w->vm);
}

static int shutdown_run(struct worker *w, struct op *op)
{
	op->calls = 1;
	if (vm_ask_down(&w->vm, &op->until) < 0)
		return worker_failed(w, &w->vm);
	op->value[1] = w->vm.api.done - w->vm.api.sent;
	if (vm_await_end(&w->vm, &op->until) < 0)
		return worker_failed(w, &w->vm);
	op->value[0] = clock_now() - w->vm.api.sent;
	return 0;
}

const struct probe probe_shutdown = {
	.name = "shutdown", .flags = PROBE_OWN, .count = 10,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "call", UNIT_NS, BETTER_LOWER}},
	.prepare = end_prepare, .run = shutdown_run, .after = end_after,
};

/* --- clean-up --- */

/* One call of whatever stops a microVM. That the process has ended already is as good. */
static int ask(struct worker *w, struct op *op, const struct until *until)
{
	const struct options *o = w->load->options;
	struct vm *vm = &w->vm;

	if (vm_has_ended(vm))
		return 0;
	op->calls++;
	if (o->stop_by == STOP_BY_API)
		return vm_ask_down(vm, until);
	if (vm_signal(vm, o->stop_by == STOP_BY_TERM ? SIGTERM : SIGKILL) == 0 || errno == ESRCH)
		return 0;
	snprintf(vm->why, sizeof vm->why, "kill: %s", strerror(errno));
	return -1;
}

static int attempt(struct worker *w, struct op *op, int64_t until_when)
{
	struct until until = {until_when, w->load->stop}, moment;
	int status, error;

	errno = 0;
	moment = load_until_within(w->load, A_MOMENT);
	load_enter(w->load);
	status = ask(w, op, &until);
	error = errno;
	if (status == 0 || error == ECONNREFUSED)
		status = vm_await_end(&w->vm, &until);
	else if (error == ECONNRESET)
		status = vm_await_end(&w->vm, &moment);
	if (status < 0 && error)
		errno = error;
	load_leave(w->load);
	return status;
}

/* Where the connection is lost the process may be on its way, and takes a moment.
 * The operation itself may have been cancelled: then what is under way has the grace to end. */
static int clean_up(struct worker *w, struct op *op)
{
	const struct options *o = w->load->options;
	struct retry_run run;
	int64_t at, until;

	retry_start(&run, &o->policy, rng_at(rng_key(o->common.seed, "cleanup"), op->number));
	if (o->cancel_after)
		retry_cancel(&run, op->begin + o->cancel_after);
	while (retry_next(&run, clock_now(), &at, &until)) {
		struct until pause = {until, w->load->stop};

		if (at > clock_now() && until_sleep(&pause, at) < 0)
			break;
		if (attempt(w, op, until) == 0)
			return 0;
		if (errno == ECANCELED)
			break;
	}
	if (o->cancel_after && clock_now() >= op->begin + o->cancel_after + o->policy.grace)
		snprintf(w->vm.why, sizeof w->vm.why, "not done within the grace after its cancellation");
	return -1;
}

static int cleanup_run(struct worker *w, struct op *op)
{
	const struct options *o = w->load->options;
	pid_t pid = w->vm.pid;
	int status = clean_up(w, op);
	int64_t end;

	if (status == 0) {
		vm_reap(&w->vm);
		if (vm_others_live(pid)) {
			op->leaked = "process";
			kill(-pid, SIGKILL);
		}
		vm_kill(&w->vm);
		status = vm_remove_files(&w->vm);
		if (status < 0)
			snprintf(w->vm.why, sizeof w->vm.why, "%s: %s", w->vm.directory, strerror(errno));
	}
	end = clock_now();
	op->value[0] = end - op->due;
	op->value[1] = end - op->begin;
	op->cancelled = o->cancel_after && op->value[1] > o->cancel_after;
	if (status == 0)
		return 0;
	op->given_up = op->value[0];
	return worker_failed(w, &w->vm);
}

/* Whoever said that all is gone is not believed; what a policy has given up on is there still. */
static void cleanup_after(struct worker *w, struct op *op)
{
	if (op->why[0] && !vm_has_ended(&w->vm))
		op->leaked = "process";
	else if (w->vm.name[0] && access(w->vm.directory, F_OK) == 0)
		op->leaked = "directory";
	vm_remove(&w->vm);
}

const struct probe probe_cleanup = {
	.name = "cleanup", .flags = PROBE_OWN | PROBE_MAY_FAIL | PROBE_GAUGES, .count = 50,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "service", UNIT_NS, BETTER_LOWER}},
	.prepare = end_prepare, .run = cleanup_run, .after = cleanup_after,
};
