#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api.h"
#include "cli.h"
#include "clock.h"
#include "die.h"
#include "guest.h"
#include "http.h"
#include "leave.h"
#include "options.h"
#include "rust.h"
#include "setup.h"
#include "snapshot.h"
#include "usage.h"

#define SECOND INT64_C(1000000000)

/* One stand-in, from its start to its end. */
struct process {
	struct options options;
	struct vm vm;
	struct http *http;
	struct moment *next_metrics;
};

static int64_t cpu_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

static int refused(struct journal *j, struct refusal *refusal)
{
	if (refusal->panics)
		leave_by_panic(j, refusal->text);
	if (!refusal->text)
		return refusal->status;
	return leave(j, refusal->status, refusal->text, refusal->debug);
}

/* What OP_START is to become, from when on. 0: it starts. */
static int start_or_not(struct process *p, int64_t began)
{
	int64_t latency;
	enum outcome outcome = faults_next(p->vm.faults, OP_START, &latency);

	while (latency && clock_sleep_until(began + latency) < 0)
		;
	if (outcome == DIES)
		kill(getpid(), SIGKILL);
	if (outcome == HANGS) {
		for (;;)
			pause();
	}
	if (outcome == FAILS)
		return leave(p->vm.journal, STATUS_TROUBLE, x_strdup("fc-mock was told to let this fail: start"),
			     x_strdup("ToldToFail(\"start\")"));
	return 0;
}

/* Every minute; not while the machine is paused. */
static void metrics_due(void *data)
{
	struct process *p = data;

	if (p->vm.state != VM_PAUSED)
		journal_flush(p->vm.journal);
	p->next_metrics = loop_at(p->vm.loop, clock_now() + 60 * SECOND, metrics_due, p);
}

static void started(void *data)
{
	struct process *p = data;

	if (!p->next_metrics)
		metrics_due(p);
}

static int open_api(struct process *p)
{
	const struct http_options options = {p->options.api_sock, p->options.body_max, started, p};
	char *quoted;

	p->http = http_open(&p->vm, &options);
	if (!p->http)
		return setup_no_socket(p->vm.journal, options.path, errno);
	quoted = rust_quoted(options.path, strlen(options.path));
	journal_log(p->vm.journal, LEVEL_INFO, "main", "Listening on API socket (%s).", quoted);
	free(quoted);
	http_start(p->http);
	journal_log(p->vm.journal, LEVEL_INFO, "fc_api", "API server started.");
	return 0;
}

/* How long the process took, where it was told when it began. */
static void measure_start(struct process *p)
{
	const struct options *o = &p->options;
	int64_t wall = o->start < 0 ? 0 : clock_now() / 1000 - o->start;
	int64_t cpu = o->start_cpu < 0 ? 0 : cpu_now() / 1000 - o->start_cpu;

	if (o->start_cpu >= 0 && o->parent_cpu > 0 && __builtin_add_overflow(cpu, o->parent_cpu, &cpu))
		cpu = INT64_MAX;
	journal_startup(p->vm.journal, wall < 0 ? 0 : wall, cpu < 0 ? 0 : cpu);
}

/* As if it had been put. */
static int put_metadata(struct process *p, char *text)
{
	struct api_request request = {"PUT", "/mmds", text, strlen(text)};
	struct api_reply reply;
	int status = 0;

	api_handle(&p->vm, &request, &reply);
	if (reply.status >= 300)
		status =
			leave(p->vm.journal, STATUS_TROUBLE,
			      x_asprintf("Populating MMDS from file failed: %s", reply.body), x_strdup("PopulateMmds"));
	free(reply.body);
	free(text);
	return status;
}

static int configure(struct process *p)
{
	const char *run = p->options.no_api ? "RunWithoutApiError" : "RunWithApiError";
	char *why = NULL, *quoted, *debug;

	if (api_configure(&p->vm, p->options.config_file, &why) == 0) {
		journal_log(p->vm.journal, LEVEL_INFO, "main",
			    "Successfully started microvm that was configured from one single json");
		started(p);
		return 0;
	}
	quoted = rust_quoted(why, strlen(why));
	debug = p->options.no_api ? x_asprintf("RunWithoutApiError(BuildMicroVMFromJson(%s))", quoted)
				  : x_asprintf("RunWithApi(BuildFromJson(%s))", quoted);
	free(quoted);
	quoted = x_asprintf("%s error: Failed to build MicroVM from Json: %s", run, why);
	free(why);
	return leave(p->vm.journal, STATUS_TROUBLE, quoted, debug);
}

/* Serve until the end; its status. */
static int run(struct process *p)
{
	int status = loop_run(p->vm.loop);

	if (p->vm.state != VM_NOT_STARTED) {
		journal_log(p->vm.journal, LEVEL_INFO, "main", "Vmm is stopping.");
		journal_flush(p->vm.journal);
	}
	if (status == STATUS_DONE)
		return leave_well(p->vm.journal, &p->options.version);
	return leave(p->vm.journal, status,
		     x_strdup("RunWithApiError error: Failed to build MicroVM: Loading snapshot failed.."),
		     x_strdup("RunWithApi(BuildMicroVmError(Restore))"));
}

static int set_up_and_run(struct process *p)
{
	const struct options *o = &p->options;
	struct vm *vm = &p->vm;
	int64_t began = vm->started;
	char *metadata = NULL;
	int status = setup_log(vm->journal, o);

	if (status)
		return status;
	journal_log(vm->journal, LEVEL_INFO, "main", "Running Firecracker v%s", o->version_text);
	status = setup_metrics(vm->journal, o);
	if (!status)
		status = setup_filter(vm->journal, o);
	if (status)
		return status;
	if (o->config_file)
		free(setup_read(vm->journal, o->config_file, "configuration"));
	if (o->metadata)
		metadata = setup_read(vm->journal, o->metadata, "mmds content");
	status = start_or_not(p, began);
	if (!status && !o->no_api)
		status = open_api(p);
	if (status)
		return status;
	measure_start(p);
	if (metadata)
		status = put_metadata(p, metadata);
	if (!status && o->config_file)
		status = configure(p);
	return status ? status : run(p);
}

static void make_vm(struct process *p)
{
	struct vm *vm = &p->vm;

	signal(SIGPIPE, SIG_IGN);
	vm->id = p->options.id;
	vm->version = p->options.version;
	memcpy(vm->version_text, p->options.version_text, sizeof vm->version_text);
	vm->boot_timer = p->options.boot_timer;
	vm->pci = p->options.pci;
	vm->mmds_limit = p->options.mmds_limit;
	vm->loop = loop_new();
	vm->config = config_new();
	vm->guest = guest_new(vm, &p->options.guest);
}

static void free_vm(struct process *p)
{
	http_free(p->http);
	guest_free(p->vm.guest);
	config_free(p->vm.config);
	loop_free(p->vm.loop);
}

static int describe(struct process *p)
{
	char *why = NULL, *version = snapshot_describe(p->options.describe, &why), *quoted, *debug;

	if (version) {
		printf("v%s\n", version);
		free(version);
		return 0;
	}
	quoted = rust_quoted(why, strlen(why));
	debug = x_asprintf("PrintSnapshotDataFormat(%s)", quoted);
	free(quoted);
	quoted = x_asprintf("When printing Snapshot Data format: %s", why);
	free(why);
	return leave(p->vm.journal, STATUS_TROUBLE, quoted, debug);
}

static int do_task(struct process *p)
{
	int status;

	switch (p->options.task) {
	case TO_HELP:
		cli_help(usage);
	case TO_SHOW_OWN_VERSION:
		cli_version();
	case TO_SHOW_VERSION:
		printf("Firecracker v%s\n\n", p->options.version_text);
		break;
	case TO_SHOW_SNAPSHOT_VERSION:
		printf("v%s\n", snapshot_version(p->options.version.minor));
		break;
	case TO_DESCRIBE_SNAPSHOT:
		status = describe(p);
		if (status)
			return status;
		break;
	case TO_RUN:
		make_vm(p);
		status = set_up_and_run(p);
		free_vm(p);
		return status;
	}
	fflush(stdout);
	return leave_well(p->vm.journal, &p->options.version);
}

int main(int argc, char **argv)
{
	struct process p = {0};
	struct refusal refusal;
	int status;

	die_init(argv);
	p.vm.started = clock_now();
	p.vm.faults = faults_new();
	status = options_parse(&p.options, p.vm.faults, argc, argv, &refusal);
	p.vm.journal = journal_new(status == 0 && p.options.task == TO_RUN ? p.options.id : "anonymous-instance");
	status = status < 0 ? refused(p.vm.journal, &refusal) : do_task(&p);
	journal_free(p.vm.journal);
	faults_free(p.vm.faults);
	return finish(status);
}
