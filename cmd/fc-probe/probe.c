#include "probe.h"

#include <string.h>

#include "die.h"

/* In the order of a microVM's life. */
static const struct probe *const probes[] = {
	&probe_api_ready, &probe_api_null, &probe_boot, &probe_exec, &probe_vsock_rtt, &probe_pause, &probe_resume,
	&probe_snapshot_full, &probe_snapshot_diff, &probe_restore, &probe_mem_overhead, &probe_pool, &probe_shutdown,
	&probe_cleanup, &probe_cycle,
};

#define PROBES (sizeof probes / sizeof probes[0])

const struct probe *probe_find(const char *name)
{
	for (size_t i = 0; i < PROBES; i++)
		if (strcmp(probes[i]->name, name) == 0)
			return probes[i];
	return NULL;
}

const struct probe **probe_all(void)
{
	const struct probe **all = x_calloc(PROBES + 1, sizeof *all);

	memcpy(all, probes, sizeof probes);
	return all;
}
