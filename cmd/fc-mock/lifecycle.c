#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "guest.h"
#include "snapshot.h"

/* The machine's life: what it is, start, pause, snapshot, end. */

void act_info(struct call *call, const struct value *body)
{
	static const char *const states[] = {
		[VM_NOT_STARTED] = "Not started", [VM_RUNNING] = "Running", [VM_PAUSED] = "Paused"};
	struct value *v = value_new(JSON_OBJECT);

	(void)body;
	value_add(v, "id", value_string(call->vm->id));
	value_add(v, "state", value_string(states[call->vm->state]));
	value_add(v, "vmm_version", value_string(call->vm->version_text));
	value_add(v, "app_name", value_string("Firecracker"));
	call_show(call, v);
}

void act_version(struct call *call, const struct value *body)
{
	struct value *v = value_new(JSON_OBJECT);

	(void)body;
	value_add(v, "firecracker_version", value_string(call->vm->version_text));
	call_show(call, v);
}

void act_vm_config(struct call *call, const struct value *body)
{
	(void)body;
	call_show(call, config_show(call->config, call->minor));
}

void act_machine_show(struct call *call, const struct value *body)
{
	struct machine machine = config_machine_of(call->config);

	(void)body;
	call_show(call, config_machine(call->minor, &machine));
}

static void start(struct call *call)
{
	if (!call->config->boot_source) {
		call_refuse(call, GROUP_START, "Cannot start microvm without kernel configuration.");
		return;
	}
	call->vm->state = VM_RUNNING;
	guest_boot(call->vm->guest);
	call_done(call);
}

/* Firecracker does not say whether there is a file, but that it cannot be written. */
static void flush_metrics(struct call *call)
{
	char *why;

	if (journal_flush(call->vm->journal) || errno == 0) {
		call_done(call);
		return;
	}
	why = call_os_error(errno);
	call_refuse(call, GROUP_INTERNAL, "Metrics error: %s", why);
	free(why);
}

void act_action(struct call *call, const struct value *body)
{
	const char *what = value_text(body, "action_type");
	bool starts = strcmp(what, "InstanceStart") == 0, before = call->vm->state == VM_NOT_STARTED;

	if (starts != before) {
		call_refuse(call, GROUP_NONE, "The requested operation is not supported %s starting the microVM.",
			    before ? "before" : "after");
		return;
	}
	if (starts) {
		start(call);
		return;
	}
	if (strcmp(what, "FlushMetrics") == 0) {
		flush_metrics(call);
		return;
	}
	guest_shut_down(call->vm->guest);
	call_done(call);
}

void act_vm_state(struct call *call, const struct value *body)
{
	bool pause = strcmp(value_text(body, "state"), "Paused") == 0;

	if (pause && call->vm->state != VM_PAUSED) {
		call->vm->state = VM_PAUSED;
		guest_pause(call->vm->guest);
	} else if (!pause && call->vm->state != VM_RUNNING) {
		call->vm->state = VM_RUNNING;
		guest_resume(call->vm->guest);
	}
	call_done(call);
}

/* A drive that is another process's cannot be saved. */
static bool can_be_saved(struct call *call)
{
	const struct value *drives = call->config->drives;

	if (call->vm->state == VM_RUNNING) {
		call_refuse(
			call, GROUP_CREATE,
			"Cannot save the microVM state: Operation not allowed: save/restore unavailable while running");
		return false;
	}
	for (size_t i = 0; i < drives->count; i++) {
		if (!value_get(drives->members[i].value, "socket"))
			continue;
		call_refuse(call, GROUP_CREATE,
			    "Cannot save the microVM state: Operation not allowed: Devices without snapshot support "
			    "are present: vhost-user-block(id: %s)",
			    value_text(drives->members[i].value, "drive_id"));
		return false;
	}
	return true;
}

void act_create(struct call *call, const struct value *body)
{
	if (can_be_saved(call) &&
	    snapshot_write(call, value_text(body, "snapshot_path"), value_text(body, "mem_file_path"),
			   strcmp(value_text(body, "snapshot_type"), "Diff") == 0) == 0)
		call_done(call);
}
