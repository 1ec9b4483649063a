#include "follow.h"

#include <unistd.h>

#include "attach.h"
#include "clock.h"
#include "die.h"
#include "loop.h"
#include "phases.h"

#define LOOK 5000000LL /* ns between looks */

static pid_t find(const struct options *o, char why[ATTACH_WHY])
{
	if (o->pid)
		return attach_pid(o->pid, why);
	return o->pidfile ? attach_pidfile(o->pidfile, why) : attach_port(o->port, why);
}

/* 0, or -1: it has gone meanwhile. */
static int watch_process(struct watch *w, pid_t pid)
{
	if (service_become(&w->service, pid, NULL) < 0)
		return -1;
	tree_free(w->tree);
	w->tree = w->sampler.tree = tree_new(pid);
	tree_leave_out_watchers(w->tree);
	return 0;
}

void follow_begin(struct watch *w)
{
	const struct options *o = w->options;
	char why[ATTACH_WHY];
	pid_t pid;

	if (o->cgroup) {
		w->tree = w->sampler.tree = tree_new_cgroup(o->cgroup, why);
		if (!w->tree)
			die("--cgroup %s: %s", o->cgroup, why);
		tree_leave_out_watchers(w->tree);
		return;
	}
	pid = find(o, why);
	if (pid < 0 && o->pidfile)
		die("%s: %s", o->pidfile, why);
	if (pid < 0)
		die("%s", why);
	if (pid == getpid() || pid == getppid())
		die("%s: process %ld is proc-watch itself", w->name, (long)pid);
	if (watch_process(w, pid) < 0)
		die("%s: process %ld:", w->name, (long)pid);
}

int follow_restart(struct watch *w, int64_t until)
{
	const struct options *o = w->options;
	pid_t before = w->service.pid;
	char why[ATTACH_WHY];

	if (!o->pidfile && !o->port)
		return phase_lost(w, "at the change, and nothing has started it again");
	while (!w->signal && clock_now() < until) {
		pid_t pid = find(o, why);

		if (pid > 0 && pid != before && watch_process(w, pid) == 0)
			return STATUS_DONE;
		loop_turn(w, clock_now() + LOOK);
	}
	if (w->signal)
		return STATUS_DONE;
	watch_warn(w, "%s: was not started again within %s", w->name, unit_text(UNIT_NS, (double)o->detect_timeout).s);
	return STATUS_TROUBLE;
}
