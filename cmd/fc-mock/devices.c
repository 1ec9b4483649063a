#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "device.h"
#include "die.h"
#include "guest.h"

#define INTERFACE_NAME_MAX 15
#define COMMAND_LINE_MAX 2048

bool device_may_be_plugged(struct call *call, const struct value *devices, const char *key, const char *id)
{
	if (!call->vm->pci)
		call_refuse(call, GROUP_NONE, "PCI is not enabled");
	else if (value_find(devices, key, id) >= 0)
		call_refuse(call, GROUP_NONE, "Device ID in use");
	else
		return true;
	return false;
}

void device_keep(struct value **place, const struct value *body)
{
	value_free(*place);
	*place = value_copy(body);
}

int device_open(const struct value *path, int flags)
{
	int fd;

	if (strlen(path->text) != path->len) { /* holds a NUL */
		errno = EINVAL;
		return -1;
	}
	fd = open(path->text, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

/* A bucket that lets everything through is none; a limiter without buckets is none. */
void device_settle_limiter(struct value *device, const char *name)
{
	static const char *const buckets[] = {"bandwidth", "ops"};
	struct value *limiter = value_get(device, name);
	bool any = false;

	for (size_t i = 0; limiter && i < 2; i++) {
		struct value *bucket = value_get(limiter, buckets[i]);

		if (bucket && value_number(bucket, "size") && value_number(bucket, "refill_time")) {
			any = true;
			if (!value_number(bucket, "one_time_burst"))
				value_set(bucket, "one_time_burst", value_new(JSON_NULL));
		} else {
			value_set(limiter, buckets[i], value_new(JSON_NULL));
		}
	}
	if (limiter && !any)
		value_set(device, name, value_new(JSON_NULL));
}

static const char *machine_fault(const struct call *call, const struct machine *m)
{
	bool odd = m->smt && m->vcpus > 1 && m->vcpus % 2;
	bool pages = m->pages && strcmp(m->pages, "None") != 0;

	if (!m->vcpus || m->vcpus > 32 || odd)
		return call->minor >= 7 ? "The number of vCPUs must be greater than 0, less than 32 and must be 1 or "
					  "an even number "
					  "if SMT is enabled."
					: "The vCPU number is invalid! The vCPU number can only be 1 or an even number "
					  "when SMT is "
					  "enabled.";
	if (!m->mib || m->mib > INT64_MAX / 1048576 || (pages && m->mib % 2))
		return call->minor >= 7
			       ? "The memory size (MiB) is either 0, or not a multiple of the configured page size."
			       : "The memory size (MiB) is invalid.";
	if (call->config->balloon && m->mib < value_number(call->config->balloon, "amount_mib"))
		return "The memory size (MiB) is smaller than the previously set balloon device target size.";
	return NULL;
}

void act_machine_update(struct call *call, const struct value *body)
{
	struct machine m = config_machine_of(call->config);
	const char *template = value_text(body, "cpu_template"), *wrong;
	struct value *old = call->config->machine;

	if (value_get(body, "vcpu_count"))
		m.vcpus = value_number(body, "vcpu_count");
	if (value_get(body, "mem_size_mib"))
		m.mib = value_number(body, "mem_size_mib");
	if (value_get(body, "smt"))
		m.smt = value_is_true(body, "smt");
	if (value_get(body, "track_dirty_pages"))
		m.track = value_is_true(body, "track_dirty_pages");
	if (value_get(body, "huge_pages"))
		m.pages = value_text(body, "huge_pages");
	if (template)
		m.template = strcmp(template, "None") == 0 ? NULL : template;
	wrong = machine_fault(call, &m);
	if (wrong) {
		call_refuse(call, GROUP_MACHINE, "%s", wrong);
		return;
	}
	call->config->machine = config_machine(17, &m);
	value_free(old);
	call_done(call);
}

void act_machine(struct call *call, const struct value *body)
{
	act_machine_update(call, body);
}

void act_boot_source(struct call *call, const struct value *body)
{
	const struct value *initrd = value_get(body, "initrd_path"), *line = value_get(body, "boot_args");
	char *why = NULL;

	if (device_open(value_get(body, "kernel_image_path"), O_RDONLY) != 0) {
		why = call_os_error(errno);
		call_refuse(call, GROUP_BOOT_SOURCE, "The kernel file cannot be opened: %s", why);
	} else if (initrd && device_open(initrd, O_RDONLY) != 0) {
		why = call_os_error(errno);
		call_refuse(call, GROUP_BOOT_SOURCE,
			    "The initrd file cannot be opened due to invalid path or invalid permissions. %s", why);
	} else if (line && line->len >= COMMAND_LINE_MAX) {
		call_refuse(call, GROUP_BOOT_SOURCE,
			    "The kernel command line is invalid: Invalid cmdline capacity provided.");
	} else {
		device_keep(&call->config->boot_source, body);
		call_done(call);
	}
	free(why);
}

/* Another interface has this MAC address. */
static bool mac_is_taken(const struct call *call, const char *mac, const char *id)
{
	const struct value *all = call->config->interfaces;

	for (size_t i = 0; mac && i < all->count; i++) {
		const char *other = value_text(all->members[i].value, "guest_mac");

		if (other && strcmp(other, mac) == 0 && strcmp(value_text(all->members[i].value, "iface_id"), id) != 0)
			return true;
	}
	return false;
}

void act_interface(struct call *call, const struct value *body)
{
	struct value *all = call->config->interfaces, *device;
	const char *id = value_text(body, "iface_id"), *mac = value_text(body, "guest_mac");
	const char *name = value_text(body, "host_dev_name");
	long old = value_find(all, "iface_id", id);

	if (call->vm->state != VM_NOT_STARTED && !device_may_be_plugged(call, all, "iface_id", id))
		return;
	if (mac_is_taken(call, mac, id)) {
		call_refuse(call, GROUP_NETWORK, "The MAC address is already in use: %s", mac);
		return;
	}
	if (old >= 0) { /* the last one takes the place of what was there */
		struct value *last = all->members[all->count - 1].value;

		all->members[all->count - 1].value = all->members[old].value;
		all->members[old].value = last;
		value_remove(all, all->count - 1);
	}
	if (strlen(name) > INTERFACE_NAME_MAX) {
		call_refuse(call, GROUP_NETWORK,
			    "Could not create the network device: Open tap device failed: Invalid interface name");
		return;
	}
	device = value_copy(body);
	if (!*name) /* the kernel finds one */
		value_set(device, "host_dev_name", value_string("tap0"));
	device_settle_limiter(device, "rx_rate_limiter");
	device_settle_limiter(device, "tx_rate_limiter");
	value_add(all, NULL, device);
	call_done(call);
}

void device_update_limiter(struct value *device, const char *name, const struct value *update)
{
	const struct value *limiter = value_get(update, name);

	if (!limiter)
		return;
	if (!value_get(device, name)) {
		value_set(device, name, value_copy(limiter));
	} else {
		struct value *own = value_get(device, name);

		if (value_get(limiter, "bandwidth"))
			value_set(own, "bandwidth", value_copy(value_get(limiter, "bandwidth")));
		if (value_get(limiter, "ops"))
			value_set(own, "ops", value_copy(value_get(limiter, "ops")));
	}
	device_settle_limiter(device, name);
}

void act_interface_update(struct call *call, const struct value *body)
{
	long i = value_find(call->config->interfaces, "iface_id", value_text(body, "iface_id"));
	struct value *device = i < 0 ? NULL : call->config->interfaces->members[i].value;

	if (!device) {
		call_refuse(call, GROUP_NETWORK,
			    "Unable to update the net device: Failed perform action on device: Device not found");
		return;
	}
	device_update_limiter(device, "rx_rate_limiter", body);
	device_update_limiter(device, "tx_rate_limiter", body);
	call_done(call);
}

char *device_bind_error(int error)
{
	return error == ENAMETOOLONG ? x_strdup("path must be shorter than SUN_LEN") : call_os_error(error);
}

void act_vsock(struct call *call, const struct value *body)
{
	struct config *c = call->config;
	char *why;

	value_free(c->vsock);
	c->vsock = NULL;
	if (guest_bind_vsock(call->vm->guest, value_text(body, "uds_path")) != 0) {
		why = device_bind_error(errno);
		call_refuse(call, GROUP_VSOCK,
			    "Cannot create backend for vsock device: Error binding to the host-side Unix socket: %s",
			    why);
		free(why);
		return;
	}
	device_keep(&c->vsock, body);
	if (value_get(c->vsock, "vsock_id")) /* deprecated, and not shown */
		value_remove(c->vsock, 0);
	call_done(call);
}

void act_entropy(struct call *call, const struct value *body)
{
	device_keep(&call->config->entropy, body);
	device_settle_limiter(call->config->entropy, "rate_limiter");
	call_done(call);
}

/* Nothing comes out of the serial console, and no CPU has features. */
void act_serial(struct call *call, const struct value *body)
{
	(void)body;
	call_done(call);
}

void act_cpu_config(struct call *call, const struct value *body)
{
	(void)body;
	call_done(call);
}

static int flag(const struct value *body, const char *name)
{
	return value_get(body, name) ? value_is_true(body, name) : -1;
}

void act_logger(struct call *call, const struct value *body)
{
	char *why;

	if (journal_configure(call->vm->journal, value_text(body, "log_path"), value_text(body, "level"),
			      flag(body, "show_level"), flag(body, "show_log_origin"), call->minor >= 14) == 0) {
		call_done(call);
		return;
	}
	why = call_os_error(errno);
	call_refuse(call, GROUP_LOGGER, "Failed to open target file: %s", why);
	free(why);
}

void act_metrics(struct call *call, const struct value *body)
{
	char *why;

	if (journal_metrics(call->vm->journal, value_text(body, "metrics_path"), call->minor >= 14) == 0) {
		call_done(call);
		return;
	}
	why = errno == EEXIST ? x_strdup("Reinitialization of metrics not allowed.") : call_os_error(errno);
	call_refuse(call, GROUP_METRICS, "Cannot initialize the metrics system due to bad user input: %s", why);
	free(why);
}
