#include "device.h"
#include "guest.h"

/* The balloon, and memory that is plugged in later: what gives a guest's memory back. */

#define NOT_FOUND "Failed perform action on device: Device not found"
#define NOT_CREATED "Failed to create memory hotplug device: " /* so it says, of whatever failed */
#define PAGES_A_MIB 256

void act_balloon(struct call *call, const struct value *body)
{
	if (value_number(body, "amount_mib") > value_number(call->config->machine, "mem_size_mib")) {
		call_refuse(call, GROUP_BALLOON, "Amount of pages requested is too large.");
		return;
	}
	device_keep(&call->config->balloon, body);
	call_done(call);
}

/* Is there one? Otherwise refused. group: where 1.13 and later count it to. */
static bool present(struct call *call, enum group group)
{
	if (call->config->balloon)
		return true;
	if (call->minor < 13 || call->vm->state == VM_NOT_STARTED)
		call_refuse(call, GROUP_BALLOON, "No balloon device found.");
	else
		call_refuse(call, group, NOT_FOUND);
	return false;
}

void act_balloon_show(struct call *call, const struct value *body)
{
	(void)body;
	if (present(call, GROUP_INTERNAL))
		call_show(call, value_copy(call->config->balloon));
}

void act_balloon_update(struct call *call, const struct value *body)
{
	uint64_t mib = value_number(body, "amount_mib");
	bool too_much = mib > value_number(call->config->machine, "mem_size_mib");

	if (call->minor < 13 && too_much)
		call_refuse(call, GROUP_BALLOON, "Amount of pages requested is too large.");
	else if (!present(call, GROUP_BALLOON_UPDATE))
		return;
	else if (!guest_is_up(call->vm->guest) && call->minor < 13)
		call_refuse(call, GROUP_BALLOON,
			    "Device is inactive, check if balloon driver is enabled in guest kernel.");
	else if (!guest_is_up(call->vm->guest))
		call_refuse(call, GROUP_BALLOON_UPDATE, "Balloon: Device not activated yet.");
	else if (too_much)
		call_refuse(call, GROUP_BALLOON_UPDATE, "Balloon: Requested memory should be less than %lluMiB",
			    (unsigned long long)mib);
	else {
		value_set(call->config->balloon, "amount_mib", value_integer(mib));
		call_done(call);
	}
}

void act_balloon_statistics(struct call *call, const struct value *body)
{
	const struct value *balloon = call->config->balloon;
	uint64_t mib = value_number(balloon, "amount_mib"), actual;
	struct value *v;

	(void)body;
	if (!present(call, GROUP_INTERNAL))
		return;
	if (!value_number(balloon, "stats_polling_interval_s")) {
		if (call->minor < 13)
			call_refuse(call, GROUP_BALLOON, "Statistics for the balloon device are not enabled");
		else
			call_refuse(call, GROUP_INTERNAL, "Balloon: Received stats query when stats are disabled.");
		return;
	}
	actual = guest_is_up(call->vm->guest) ? mib : 0;
	v = value_new(JSON_OBJECT);
	value_add(v, "target_pages", value_integer(mib * PAGES_A_MIB));
	value_add(v, "actual_pages", value_integer(actual * PAGES_A_MIB));
	value_add(v, "target_mib", value_integer(mib));
	value_add(v, "actual_mib", value_integer(actual));
	call_show(call, v);
}

void act_balloon_statistics_update(struct call *call, const struct value *body)
{
	uint64_t old = value_number(call->config->balloon, "stats_polling_interval_s");
	uint64_t new = value_number(body, "stats_polling_interval_s");

	if (!present(call, GROUP_BALLOON_UPDATE))
		return;
	if (!old != !new) {
		if (call->minor < 13)
			call_refuse(call, GROUP_BALLOON, "Cannot enable/disable the statistics after boot.");
		else
			call_refuse(call, GROUP_BALLOON_UPDATE,
				    "Balloon: Statistics cannot be enabled/disabled after activation.");
		return;
	}
	value_set(call->config->balloon, "stats_polling_interval_s", value_integer(new));
	call_done(call);
}

static bool hints(struct call *call)
{
	if (!present(call, GROUP_BALLOON_UPDATE))
		return false;
	if (value_is_true(call->config->balloon, "free_page_hinting"))
		return true;
	call_refuse(call, GROUP_BALLOON_UPDATE, "Balloon: Attempting to use hinting when not enabled");
	return false;
}

/* The same, with a guest's driver that would be told. */
static bool can_hint(struct call *call)
{
	if (!hints(call))
		return false;
	if (guest_is_up(call->vm->guest))
		return true;
	call_refuse(call, GROUP_BALLOON_UPDATE, "Balloon: Device not activated yet.");
	return false;
}

void act_hinting_start(struct call *call, const struct value *body)
{
	(void)body;
	if (!can_hint(call))
		return;
	call->config->hint_last = call->config->hint_last < 2 ? 2 : call->config->hint_last + 1;
	call->config->hint_command = call->config->hint_last;
	call_done(call);
}

void act_hinting_stop(struct call *call, const struct value *body)
{
	(void)body;
	if (!can_hint(call))
		return;
	call->config->hint_command = 1;
	call_done(call);
}

void act_hinting_show(struct call *call, const struct value *body)
{
	struct value *v;

	(void)body;
	if (!hints(call))
		return;
	v = value_new(JSON_OBJECT);
	value_add(v, "host_cmd", value_integer(call->config->hint_command));
	value_add(v, "guest_cmd",
		  guest_is_up(call->vm->guest) && call->config->hint_last ? value_integer(call->config->hint_command)
									  : value_new(JSON_NULL));
	call_show(call, v);
}

void act_hotplug(struct call *call, const struct value *body)
{
	unsigned long long block = value_number(body, "block_size_mib"), slot = value_number(body, "slot_size_mib"),
			   total = value_number(body, "total_size_mib");

	if (block < 2)
		call_refuse(call, GROUP_HOTPLUG, "Block size must not be lower than 2 MiB");
	else if (block & (block - 1))
		call_refuse(call, GROUP_HOTPLUG, "Block size must be a power of 2");
	else if (slot < 128)
		call_refuse(call, GROUP_HOTPLUG, "Slot size must not be lower than 128 MiB");
	else if (slot % block)
		call_refuse(call, GROUP_HOTPLUG, "Slot size must be a multiple of block size (%llu MiB)", block);
	else if (total < slot)
		call_refuse(call, GROUP_HOTPLUG, "Total size must not be lower than slot size (%llu MiB)", slot);
	else if (total % slot)
		call_refuse(call, GROUP_HOTPLUG, "Total size must be a multiple of slot size (%llu MiB)", slot);
	else {
		device_keep(&call->config->hotplug, body);
		call_done(call);
	}
}

void act_hotplug_show(struct call *call, const struct value *body)
{
	static const char *const sizes[] = {"block_size_mib", "total_size_mib", "slot_size_mib"};
	const struct config *c = call->config;
	struct value *v;

	(void)body;
	if (!c->hotplug) {
		call_refuse(call, GROUP_INTERNAL, NOT_FOUND);
		return;
	}
	v = value_new(JSON_OBJECT);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		value_add(v, sizes[i], value_integer(value_number(c->hotplug, sizes[i])));
	value_add(v, "plugged_size_mib", value_integer(guest_is_up(call->vm->guest) ? c->hotplug_requested : 0));
	value_add(v, "requested_size_mib", value_integer(c->hotplug_requested));
	call_show(call, v);
}

void act_hotplug_update(struct call *call, const struct value *body)
{
	struct config *c = call->config;
	uint64_t mib = value_number(body, "requested_size_mib");

	if (!c->hotplug)
		call_refuse(call, GROUP_HOTPLUG_UPDATE, NOT_FOUND);
	else if (!guest_is_up(call->vm->guest))
		call_refuse(call, GROUP_HOTPLUG_UPDATE, NOT_CREATED "Device is not active");
	else if (mib % value_number(c->hotplug, "block_size_mib") || mib > value_number(c->hotplug, "total_size_mib"))
		call_refuse(call, GROUP_HOTPLUG_UPDATE,
			    NOT_CREATED
			    "Size %llu is invalid: it must be a multiple of block size and less than the total size",
			    (unsigned long long)mib * 1048576);
	else {
		c->hotplug_requested = mib;
		call_done(call);
	}
}
