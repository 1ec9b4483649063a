#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "device.h"

/* The metadata service's store and its configuration; no guest asks for it. */

/* Since 1.15 a machine that runs has a store only where one was configured. Otherwise refused. */
static bool reachable(struct call *call)
{
	if (call->vm->state == VM_NOT_STARTED || call->minor < 15 || call->config->mmds_config)
		return true;
	call_refuse(call, GROUP_MMDS, "The MMDS data store is not initialized.");
	return false;
}

/* Take data; over the limit: refused. */
static void fill(struct call *call, struct value *data)
{
	char *json = value_to_json(data);
	bool fits = strlen(json) <= call->vm->mmds_limit;

	free(json);
	if (!fits) {
		value_free(data);
		call_refuse(call, GROUP_MMDS_LIMIT, "The MMDS patch request doesn't fit.");
		return;
	}
	value_free(call->config->mmds);
	call->config->mmds = data;
	call->config->mmds_filled = true;
	call_done(call);
}

void act_mmds(struct call *call, const struct value *body)
{
	if (reachable(call))
		fill(call, value_copy(body));
}

void act_mmds_patch(struct call *call, const struct value *body)
{
	struct value *data;

	if (!reachable(call))
		return;
	if (!call->config->mmds_filled) {
		call_refuse(call, GROUP_MMDS, "The MMDS data store is not initialized.");
		return;
	}
	data = value_copy(call->config->mmds);
	value_merge(&data, body);
	fill(call, data);
}

void act_mmds_show(struct call *call, const struct value *body)
{
	(void)body;
	if (reachable(call))
		call_show(call, call->config->mmds->type == JSON_NULL ? value_new(JSON_OBJECT)
								      : value_copy(call->config->mmds));
}

/* 169.254.1.0 to 169.254.254.255 */
static bool link_local(const char *address)
{
	unsigned long third;

	if (strncmp(address, "169.254.", 8) != 0)
		return false;
	third = strtoul(address + 8, NULL, 10);
	return third >= 1 && third <= 254;
}

static bool all_known(const struct config *c, const struct value *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (value_find(c->interfaces, "iface_id", names->members[i].value->text) < 0)
			return false;
	return true;
}

void act_mmds_config(struct call *call, const struct value *body)
{
	const char *address = value_text(body, "ipv4_address");
	const struct value *names = value_get(body, "network_interfaces");

	if (address && !link_local(address)) {
		call_refuse(call, GROUP_MMDS_CONFIG, "The MMDS IPv4 address is not link local.");
	} else if (!names->count) {
		call_refuse(call, GROUP_MMDS_CONFIG,
			    "The list of network interface IDs that allow forwarding MMDS requests is empty.");
	} else if (!all_known(call->config, names)) {
		call_refuse(call, GROUP_MMDS_CONFIG,
			    "The list of network interface IDs provided contains at least one ID that does "
			    "not correspond to any existing network interface.");
	} else {
		device_keep(&call->config->mmds_config, body);
		if (!address)
			value_set(call->config->mmds_config, "ipv4_address", value_string("169.254.169.254"));
		call_done(call);
	}
}
