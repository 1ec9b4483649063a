#ifndef FC_MOCK_CALL_H
#define FC_MOCK_CALL_H

#include "api.h"
#include "config.h"

/* One request on its way through the API: between the routes and what is done. */

struct call {
	struct vm *vm;
	struct config *config;
	unsigned minor; /* of the version it poses as */
	const struct api_request *request;
	struct api_reply *reply;
	const char *words; /* before every fault, in the place of its group's; NULL: those */
	char **why;        /* faults go here, as plain text, and not into the reply; NULL: into the reply */
};

/* What is wrong, as Firecracker groups it: the group's words come first, from 1.6 on. */
enum group {
	GROUP_NONE,
	GROUP_BALLOON,
	GROUP_BALLOON_UPDATE,
	GROUP_BOOT_SOURCE,
	GROUP_CREATE,
	GROUP_DRIVE,
	GROUP_PMEM,
	GROUP_HOTPLUG,
	GROUP_HOTPLUG_UPDATE,
	GROUP_INTERNAL,
	GROUP_LOAD,
	GROUP_LOGGER,
	GROUP_MACHINE,
	GROUP_METRICS,
	GROUP_MMDS,
	GROUP_MMDS_CONFIG,
	GROUP_MMDS_LIMIT,
	GROUP_NETWORK,
	GROUP_START,
	GROUP_VSOCK
};

/* Answer 400, or 413 for GROUP_MMDS_LIMIT. */
void call_refuse(struct call *call, enum group group, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Answer 204; 200 with a value, which is freed. */
void call_done(struct call *call);
void call_show(struct call *call, struct value *v);

/* "No such file or directory (os error 2)"; the caller frees. */
char *call_os_error(int error);

/* What requests do. body: as its shape has it, NULL for none; what they keep of it they copy. */
typedef void action(struct call *call, const struct value *body);

/* devices.c, drives.c, balloon.c: before the start, but for those called update, unplug and show */
action act_machine, act_machine_update, act_boot_source, act_drive, act_drive_update, act_interface,
	act_interface_update, act_pmem, act_pmem_update, act_vsock, act_entropy, act_serial, act_cpu_config, act_logger,
	act_metrics, act_unplug, act_hotplug, act_hotplug_update, act_hotplug_show, act_balloon, act_balloon_update,
	act_balloon_show, act_balloon_statistics, act_balloon_statistics_update, act_hinting_start, act_hinting_stop,
	act_hinting_show;

/* mmds.c */
action act_mmds, act_mmds_patch, act_mmds_show, act_mmds_config;

/* lifecycle.c */
action act_info, act_version, act_vm_config, act_machine_show, act_action, act_vm_state, act_create, act_load;

#endif
