#ifndef FC_MOCK_CONFIG_H
#define FC_MOCK_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "value.h"
#include "vm.h"

/* What the API has been told. Objects have their fields as their shape has them, so that they can be shown as they are.
 */

struct config {
	bool boots; /* something of a machine to be booted was asked for: no snapshot may be loaded any more */
	struct value *boot_source, *balloon, *vsock, *entropy, *hotplug, *mmds_config; /* NULL: not told */
	struct value *machine;     /* always there */
	struct value *drives, *interfaces, *pmem; /* arrays; a root drive is the first */
	struct value *mmds;        /* the metadata store's contents */
	bool mmds_filled;
	uint32_t hint_command, hint_last; /* of free page hinting: 0 stops, 1 is done */
	uint64_t hotplug_requested;       /* MiB */
};

struct machine {
	uint64_t vcpus, mib;
	bool smt, track;
	const char *template, *pages; /* NULL: none */
};

struct value *config_machine(unsigned minor, const struct machine *machine);
struct machine config_machine_of(const struct config *config); /* its texts are the config's */

/* GET /vm/config. */
struct value *config_show(const struct config *config, unsigned minor);

#endif
