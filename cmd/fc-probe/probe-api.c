#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"
#include "load.h"

/* api-ready and api-null: the process and its API, without a guest. */

static int nothing(struct worker *w, struct op *op)
{
	(void)w;
	(void)op;
	return 0;
}

static int ready_run(struct worker *w, struct op *op)
{
	if (vm_spawn(&w->vm, w->load->machine, w->load->lease, load_vm(w->load, op)) < 0 ||
	    vm_await_api(&w->vm, &op->until) < 0)
		return worker_failed(w, &w->vm);
	op->value[0] = w->vm.api.done - w->vm.spawned;
	op->value[1] = vm_cpu(&w->vm);
	return 0;
}

static void ready_after(struct worker *w, struct op *op)
{
	(void)op;
	vm_remove(&w->vm);
}

const struct probe probe_api_ready = {
	.name = "api-ready", .flags = PROBE_OWN, .count = 20,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "cpu", UNIT_NS, BETTER_LOWER}},
	.prepare = nothing, .run = ready_run, .after = ready_after,
};

/* --- a request that does nothing, and the same without anything of this program around it --- */

static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";

static int bare_round_trip(struct worker *w, int64_t *took)
{
	char bytes[4096];
	int64_t begin = clock_now(), end;
	ssize_t n = write(w->floor, request, sizeof request - 1);

	if (n >= 0)
		n = read(w->floor, bytes, sizeof bytes);
	end = clock_now();
	if (n > 12 && strncmp(bytes, "HTTP/1.1 200", 12) == 0) {
		*took = end - begin;
		return 0;
	}
	snprintf(w->why, sizeof w->why, "a bare round trip: %s", n < 0 ? strerror(errno) : "no 200 came back");
	w->broken = true;
	return -1;
}

/* A connection of its own, on which reads wait by themselves. */
static int open_floor(struct worker *w, const struct until *until)
{
	struct timeval limit = {1, 0};

	w->floor = until_connect(until, w->vm.api.path);
	if (w->floor >= 0 && fcntl(w->floor, F_SETFL, 0) == 0 &&
	    setsockopt(w->floor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0)
		return 0;
	snprintf(w->why, sizeof w->why, "%s: %s", w->vm.api.path, strerror(errno));
	return -1;
}

static int null_prepare(struct worker *w, struct op *op)
{
	const struct load *load = w->load;
	struct until until = load_until(load);

	(void)op;
	if (load->machine->socket ? vm_attach(&w->vm, load->machine, &until) < 0
				  : vm_spawn(&w->vm, load->machine, load->lease, worker_vm(w)) < 0 ||
					    vm_await_api(&w->vm, &until) < 0)
		return worker_failed(w, &w->vm);
	return open_floor(w, &until);
}

static int call(struct worker *w, struct op *op)
{
	int64_t begin = clock_now();

	if (vm_call(&w->vm, "ask for its state", "GET", "/", NULL, &op->until) < 0)
		return worker_failed(w, &w->vm);
	op->value[0] = clock_now() - begin;
	op->calls = 1;
	return 0;
}

/* They take turns in being first. */
static int null_run(struct worker *w, struct op *op)
{
	if (op->number % 2)
		return bare_round_trip(w, &op->value[1]) < 0 || call(w, op) < 0 ? -1 : 0;
	return call(w, op) < 0 || bare_round_trip(w, &op->value[1]) < 0 ? -1 : 0;
}

const struct probe probe_api_null = {
	.name = "api-null", .flags = PROBE_SHARED | PROBE_NO_RATE, .count = 2000,
	.measure = {{NULL, "latency", UNIT_NS, BETTER_LOWER}, {NULL, "floor", UNIT_NS, BETTER_NONE}},
	.prepare = null_prepare, .run = null_run,
};
