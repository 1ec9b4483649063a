#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "load.h"
#include "proc.h"

/* cycle: everything that happens to a microVM, one thing after the other. */

enum { CYCLE, BOOT, EXEC, COMMIT, SNAPSHOT, RESTORE, CLEANUP };

extern char **environ;

static int nothing(struct worker *w, struct op *op)
{
	(void)w;
	(void)op;
	return 0;
}

static int boot(struct worker *w, struct op *op)
{
	int64_t begin = clock_now();

	if (vm_boot(&w->base, w->load->machine, w->load->lease, load_vm(w->load, op), &op->until) < 0)
		return worker_failed(w, &w->base);
	op->value[BOOT] = clock_now() - begin;
	return 0;
}

static int exec(struct worker *w, struct op *op)
{
	struct exec_result result;

	if (w->load->machine->exec.kind != EXEC_VSOCK)
		return 0;
	if (vm_exec(&w->base, &op->until, &result) < 0)
		return worker_failed(w, &w->base);
	op->value[EXEC] = result.done - result.begin;
	return 0;
}

/* A command of this machine's, whose $1 is the microVM's id. Its standard output is standard error. */
static pid_t spawn_commit(struct worker *w, int64_t *begin)
{
	const char *const argv[] = {"sh", "-c", w->load->options->commit, "sh", w->base.id, NULL};
	sigset_t none, ignored;
	struct proc_spec spec = {.path = "/bin/sh", .argv = (char *const *)argv, .envp = environ,
				 .fd = {open("/dev/null", O_RDONLY | O_CLOEXEC), 2, -1}, .death_signal = SIGKILL,
				 .own_group = true, .mask = &none, .reset = &ignored};
	pid_t pid;

	sigemptyset(&none);
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	sigaddset(&ignored, SIGXFSZ);
	pid = machine_spawn(w->load->machine, &spec, begin);
	close(spec.fd[0]);
	return pid;
}

static int commit(struct worker *w, struct op *op)
{
	struct proc_usage used = {.status = 0};
	int64_t begin, end;
	int pidfd, ended;
	pid_t pid;

	if (!w->load->options->commit)
		return 0;
	pid = spawn_commit(w, &begin);
	if (pid < 0) {
		snprintf(w->why, sizeof w->why, "/bin/sh: %s", strerror(errno));
		return -1;
	}
	pidfd = proc_pidfd(pid);
	ended = pidfd < 0 ? -1 : until_ready(&op->until, pidfd, POLLIN);
	end = clock_now();
	/* With all that it has left in the background. */
	kill(-pid, SIGKILL);
	while (proc_wait(pid, -1, &used) < 0 && errno == EINTR)
		;
	if (pidfd >= 0)
		close(pidfd);
	if (ended < 0) {
		snprintf(w->why, sizeof w->why, "--commit did not end within the time");
		return -1;
	}
	op->value[COMMIT] = end - begin;
	if (used.status == 0)
		return 0;
	snprintf(w->why, sizeof w->why, "--commit ended with status %d", proc_exit_status(used.status));
	return -1;
}

static int snapshot(struct worker *w, struct op *op)
{
	int64_t begin;

	if (vm_snapshot_place(&w->base, &w->snapshot, w->load->lease) < 0)
		return worker_failed(w, &w->base);
	begin = clock_now();
	if (vm_pause(&w->base, &op->until) < 0 || vm_snapshot(&w->base, &w->snapshot, false, &op->until) < 0)
		return worker_failed(w, &w->base);
	op->value[SNAPSHOT] = clock_now() - begin;
	return 0;
}

/* From nothing: a process has to be started too. */
static int restore(struct worker *w, struct op *op)
{
	const struct load *load = w->load;
	struct ready ready = {READY_EXEC, NULL, -1, w->snapshot.vsock, load->machine->exec.port, -1};
	char why[EXEC_WHY];
	int64_t begin, up;

	vm_kill(&w->base);
	begin = clock_now();
	if (vm_spawn(&w->vm, load->machine, load->lease, load_vm(load, op) + load->warmup + load->count + 2 * load->level) < 0 ||
	    vm_await_api(&w->vm, &op->until) < 0 || vm_restore(&w->vm, &w->snapshot, &op->until) < 0)
		return worker_failed(w, &w->vm);
	ready.process = w->vm.pidfd;
	if (load->machine->exec.kind == EXEC_VSOCK && ready_wait(&ready, &op->until, &up, why) < 0) {
		snprintf(w->why, sizeof w->why, "restored, but no command was carried out: %s", why);
		return -1;
	}
	op->value[RESTORE] = clock_now() - begin;
	return 0;
}

static int clean_up(struct worker *w, struct op *op)
{
	int64_t begin = clock_now();

	vm_remove(&w->vm);
	snapshot_remove(&w->snapshot);
	w->snapshot.directory[0] = '\0';
	vm_remove(&w->base);
	op->value[CLEANUP] = clock_now() - begin;
	return 0;
}

static int cycle_run(struct worker *w, struct op *op)
{
	static int (*const steps[])(struct worker *, struct op *) = {boot, exec, commit, snapshot, restore, clean_up};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (steps[i](w, op) < 0)
			return -1;
	op->value[CYCLE] = clock_now() - op->begin;
	return 0;
}

static void cycle_after(struct worker *w, struct op *op)
{
	(void)op;
	vm_remove(&w->vm);
	snapshot_remove(&w->snapshot);
	w->snapshot.directory[0] = '\0';
	vm_remove(&w->base);
}

const struct probe probe_cycle = {
	.name = "cycle", .flags = PROBE_OWN, .count = 5,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {"/boot", "latency", UNIT_NS, BETTER_LOWER},
		    {"/exec", "latency", UNIT_NS, BETTER_LOWER}, {"/commit", "latency", UNIT_NS, BETTER_LOWER},
		    {"/snapshot", "latency", UNIT_NS, BETTER_LOWER}, {"/restore", "latency", UNIT_NS, BETTER_LOWER},
		    {"/cleanup", "latency", UNIT_NS, BETTER_LOWER}},
	.prepare = nothing, .run = cycle_run, .after = cycle_after,
};
