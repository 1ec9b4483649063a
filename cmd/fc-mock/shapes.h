#ifndef FC_MOCK_SHAPES_H
#define FC_MOCK_SHAPES_H

#include "schema.h"

/* The bodies of Firecracker's API, version 1.0 to 1.17. */

extern const struct shape shape_action, shape_balloon, shape_balloon_update, shape_balloon_statistics, shape_hinting,
	shape_boot_source, shape_cpu_config, shape_drive, shape_drive_update, shape_entropy, shape_logger, shape_machine,
	shape_machine_update, shape_hotplug, shape_hotplug_update, shape_metrics, shape_mmds_config, shape_interface,
	shape_interface_update, shape_pmem, shape_pmem_update, shape_serial, shape_create, shape_load, shape_vm, shape_vsock,
	shape_config_file;

#endif
