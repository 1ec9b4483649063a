#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "device.h"
#include "die.h"
#include "rust.h"

/* 0, or errno. */
static int reach(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, error = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static char *file_fault(const char *path, int error, unsigned minor)
{
	char *os, *quoted, *text;

	if (minor >= 8) {
		os = call_os_error(error);
		text = x_asprintf("Virtio backend error: Error manipulating the backing file: %s %s", os, path);
	} else {
		os = rust_os_error(error);
		quoted = rust_quoted(path, strlen(path));
		text = minor >= 6 ? x_asprintf("VirtioBackend(BackingFile(%s, %s))", os, quoted)
				  : x_asprintf("BackingFile(%s, %s)", os, quoted);
		free(quoted);
	}
	free(os);
	return text;
}

char *drive_fault(const struct value *drive, unsigned minor)
{
	const struct value *path = value_get(drive, "path_on_host");
	const char *socket_path = value_text(drive, "socket");
	char *os, *text;
	int error;

	if (path && !socket_path) {
		if (device_open(path, value_is_true(drive, "is_read_only") ? O_RDONLY : O_RDWR) != 0)
			return file_fault(path->text, errno, minor);
		return NULL;
	}
	if (!socket_path || path || value_get(drive, "is_read_only") || value_get(drive, "rate_limiter") ||
	    value_get(drive, "io_engine"))
		return x_strdup(minor >= 8 ? "Invalid block config." : "InvalidBlockConfig");
	error = reach(socket_path);
	if (!error)
		return NULL;
	os = call_os_error(error);
	text = x_asprintf("Vhost user backend error: Vhost-user error: Failed to connect to UDS Unix stream: %s", os);
	free(os);
	return text;
}

static bool has_pmem_root(const struct config *c)
{
	for (size_t i = 0; i < c->pmem->count; i++)
		if (value_is_true(c->pmem->members[i].value, "root_device"))
			return true;
	return false;
}

static bool has_root(const struct config *c)
{
	return c->drives->count && value_is_true(c->drives->members[0].value, "is_root_device");
}

static struct value *settled(const struct value *body, unsigned minor)
{
	struct value *drive = value_copy(body);

	if (minor >= 6 && !value_get(drive, "socket")) {
		if (!value_get(drive, "is_read_only"))
			value_set(drive, "is_read_only", value_bool(false));
		if (!value_get(drive, "io_engine"))
			value_set(drive, "io_engine", value_string("Sync"));
	}
	device_settle_limiter(drive, "rate_limiter");
	return drive;
}

/* Put it where the drive of its id is, or behind the others; a root drive is the first. */
static void place(struct value *drives, struct value *drive)
{
	long i = value_find(drives, "drive_id", value_text(drive, "drive_id"));
	struct value *first;

	if (i < 0) {
		value_add(drives, NULL, drive);
		i = (long)drives->count - 1;
		for (; value_is_true(drive, "is_root_device") && i > 0; i--)
			drives->members[i].value = drives->members[i - 1].value;
		drives->members[i].value = drive;
		return;
	}
	value_free(drives->members[i].value);
	drives->members[i].value = drive;
	if (i && value_is_true(drive, "is_root_device")) {
		first = drives->members[0].value;
		drives->members[0].value = drive;
		drives->members[i].value = first;
	}
}

void act_drive(struct call *call, const struct value *body)
{
	struct config *c = call->config;
	bool root = value_is_true(body, "is_root_device");
	const char *id = value_text(body, "drive_id");
	char *why;

	if (call->vm->state != VM_NOT_STARTED && !device_may_be_plugged(call, c->drives, "drive_id", id))
		return;
	if (root && has_pmem_root(c)) {
		call_refuse(call, GROUP_DRIVE,
			    "Attempt to add block as a root device while the root device defined as a pmem device");
		return;
	}
	if (root && has_root(c) && value_find(c->drives, "drive_id", id) != 0) {
		call_refuse(call, GROUP_DRIVE, "A root block device already exists!");
		return;
	}
	why = drive_fault(body, call->minor);
	if (why) {
		call_refuse(call, GROUP_DRIVE, "Unable to create the %sblock device: %s",
			    call->minor >= 6 ? "virtio " : "", why);
		free(why);
		return;
	}
	place(c->drives, settled(body, call->minor));
	call_done(call);
}

void act_drive_update(struct call *call, const struct value *body)
{
	long i = value_find(call->config->drives, "drive_id", value_text(body, "drive_id"));
	struct value *drive = i < 0 ? NULL : call->config->drives->members[i].value, *changed;
	const struct value *path = value_get(body, "path_on_host");
	const char *end = call->minor >= 6 ? " Please verify the request arguments." : "";
	char *why;

	if (!drive) {
		call_refuse(call, GROUP_DRIVE,
			    "Unable to patch the block device: Failed perform action on device: Device not found%s",
			    end);
		return;
	}
	if (value_get(drive, "socket") ? path || value_get(body, "rate_limiter")
				       : !path && !value_get(body, "rate_limiter")) {
		call_refuse(call, GROUP_DRIVE,
			    "Unable to patch the block device: Block: Running method expected different backend.%s",
			    end);
		return;
	}
	changed = value_copy(drive);
	if (path)
		value_set(changed, "path_on_host", value_copy(path));
	device_update_limiter(changed, "rate_limiter", body);
	why = path ? drive_fault(changed, call->minor) : NULL;
	if (why) {
		call_refuse(call, GROUP_DRIVE, "Unable to patch the block device: Block: %s%s", why, end);
		value_free(changed);
		free(why);
		return;
	}
	call->config->drives->members[i].value = changed;
	value_free(drive);
	call_done(call);
}

void act_pmem(struct call *call, const struct value *body)
{
	struct config *c = call->config;
	const char *id = value_text(body, "id");
	long i = value_find(c->pmem, "id", id);
	struct value *device;
	bool root = value_is_true(body, "root_device");

	if (call->vm->state != VM_NOT_STARTED && !device_may_be_plugged(call, c->pmem, "id", id))
		return;
	if (root && has_root(c)) {
		call_refuse(call, GROUP_PMEM,
			    "Attempt to add pmem as a root device while the root device defined as a block device");
		return;
	}
	if (root && has_pmem_root(c) && (i < 0 || !value_is_true(c->pmem->members[i].value, "root_device"))) {
		call_refuse(call, GROUP_PMEM, "A root pmem device already exist");
		return;
	}
	device = value_copy(body);
	device_settle_limiter(device, "rate_limiter");
	if (i < 0) {
		value_add(c->pmem, NULL, device);
	} else {
		value_free(c->pmem->members[i].value);
		c->pmem->members[i].value = device;
	}
	call_done(call);
}

void act_pmem_update(struct call *call, const struct value *body)
{
	long i = value_find(call->config->pmem, "id", value_text(body, "id"));

	if (i < 0 && value_get(body, "rate_limiter")) {
		call_refuse(call, GROUP_PMEM,
			    "Unable to patch the pmem device: Failed perform action on device: Device not found "
			    "Please verify the request arguments.");
		return;
	}
	if (i >= 0)
		device_update_limiter(call->config->pmem->members[i].value, "rate_limiter", body);
	call_done(call);
}

/* DELETE of /drives, /pmem or /network-interfaces. body: {"kind": first part of the path, "id": second}. */
void act_unplug(struct call *call, const struct value *body)
{
	const char *kind = value_text(body, "kind");
	bool drive = strcmp(kind, "drives") == 0, pmem = strcmp(kind, "pmem") == 0;
	struct value *all = drive ? call->config->drives : pmem ? call->config->pmem : call->config->interfaces;
	long i = value_find(all, drive ? "drive_id" : pmem ? "id" : "iface_id", value_text(body, "id"));

	if (!call->vm->pci)
		call_refuse(call, GROUP_NONE, "PCI is not enabled");
	else if (i < 0)
		call_refuse(call, GROUP_NONE, "Device not found");
	else if (value_is_true(all->members[i].value, drive ? "is_root_device" : "root_device"))
		call_refuse(call, GROUP_NONE, "Cannot unplug root device");
	else {
		value_remove(all, (size_t)i);
		call_done(call);
	}
}
