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
#include "guest.h"
#include "snapshot.h"

/* Load a snapshot. What fails ends the process once that has been answered. */

#define MIB 1048576

/* What is wrong with the memory file, or NULL; the caller frees. */
static char *memory_fault(const char *path, uint64_t size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *os, *why = NULL;

	if (fd < 0 || fstat(fd, &st) != 0) {
		os = call_os_error(errno);
		why = x_asprintf("Error creating guest memory from file: Failed to load guest memory: %s", os);
		free(os);
	} else if ((uint64_t)st.st_size < size) {
		why = x_strdup("Error creating guest memory from file: Failed to restore guest memory: Total sum of "
			       "memory regions "
			       "exceeds largest possible file offset");
	}
	if (fd >= 0)
		close(fd);
	return why;
}

/* Tell the process that would serve page faults how large the memory is. There is no descriptor for it. */
static char *handler_fault(const char *path, uint64_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char *text, *os, *why = NULL;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error = 0;

	if (strlen(path) < sizeof(address.sun_path))
		strcpy(address.sun_path, path);
	else
		error = ENAMETOOLONG;
	if (!error && (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0))
		error = errno;
	if (error) {
		os = device_bind_error(error);
		why = x_asprintf("Error creating guest memory from uffd: Failed to connect to UDS Unix stream: %s", os);
		free(os);
		if (fd >= 0)
			close(fd);
		return why;
	}
	text = x_asprintf(
		"[{\"base_host_virt_addr\":0,\"size\":%llu,\"offset\":0,\"page_size\":4096,\"page_size_kib\":4096}]",
		(unsigned long long)size);
	if (send(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		os = call_os_error(errno);
		why = x_asprintf("Error creating guest memory from uffd: Failed to sends file descriptor: %s", os);
		free(os);
	}
	free(text);
	if (why)
		close(fd); /* otherwise it stays open as long as the process lives, as Firecracker's */
	return why;
}

static char *backend_fault(const struct value *body, uint64_t mib, const char *pages)
{
	const struct value *backend = value_get(body, "mem_backend");
	const char *path = value_text(backend, "backend_path");
	char *why, *whole;

	if (backend && strcmp(value_text(backend, "backend_type"), "Uffd") == 0)
		why = handler_fault(path, mib * MIB);
	else if (pages && strcmp(pages, "2M") == 0)
		why = x_strdup("Error creating guest memory from file: Cannot restore hugetlbfs backed snapshot by "
			       "mapping the memory "
			       "file. Please use uffd.");
	else
		why = memory_fault(backend ? path : value_text(body, "mem_file_path"), mib * MIB);
	if (!why)
		return NULL;
	whole = x_asprintf("Failed to load guest memory: %s", why);
	free(why);
	return whole;
}

#define NOT_FROM_FILE "Failed to get snapshot state from file: "

/* Put other names for the host's sides of devices into the config; what is wrong, or NULL. */
static char *override_devices(struct value *config, const struct value *body)
{
	const struct value *overrides = value_get(body, "network_overrides");
	const char *path = value_text(value_get(body, "vsock_override"), "uds_path");
	struct value *interfaces = value_get(config, "network-interfaces"), *vsock = value_get(config, "vsock");

	for (size_t i = 0; overrides && i < overrides->count; i++) {
		const struct value *o = overrides->members[i].value;
		long at = value_find(interfaces, "iface_id", value_text(o, "iface_id"));

		if (at < 0)
			return x_strdup(NOT_FROM_FILE "Unknown Network Device.");
		value_set(interfaces->members[at].value, "host_dev_name", value_copy(value_get(o, "host_dev_name")));
	}
	if (path && !vsock)
		return x_strdup(NOT_FROM_FILE "Unknown Vsock Device.");
	if (path)
		value_set(vsock, "uds_path", value_string(path));
	return NULL;
}

#define NOT_BUILT "Failed to build microVM from snapshot: Failed to restore devices: Error restoring MMIO devices: "

static char *devices_fault(const struct call *call, const struct value *config)
{
	const struct value *drives = value_get(config, "drives");
	const char *path = value_text(value_get(config, "vsock"), "uds_path");
	char *why, *whole;

	for (size_t i = 0; drives && i < drives->count; i++) {
		why = drive_fault(drives->members[i].value, call->minor);
		if (why) {
			whole = x_asprintf(NOT_BUILT "Block: %s", why);
			free(why);
			return whole;
		}
	}
	if (path && guest_bind_vsock(call->vm->guest, path) != 0) {
		why = device_bind_error(errno);
		whole = x_asprintf(NOT_BUILT "VsockUnixBackend: Error binding to the host-side Unix socket: %s", why);
		free(why);
		return whole;
	}
	return NULL;
}

static void take(struct value **place, const struct value *config, const char *name)
{
	const struct value *v = value_get(config, name);

	value_free(*place);
	*place = v ? value_copy(v) : NULL;
}

static void take_list(struct value **place, const struct value *config, const char *name)
{
	take(place, config, name);
	if (!*place)
		*place = value_new(JSON_ARRAY);
}

/* The config is the snapshot's from now on. */
static void adopt(struct call *call, const struct value *state, const struct machine *machine)
{
	struct config *c = call->config;
	const struct value *config = value_get(state, "config"), *mmds = value_get(state, "mmds");
	struct value *old = c->machine;

	c->machine = config_machine(17, machine);
	value_free(old);
	take(&c->boot_source, config, "boot-source");
	take(&c->balloon, config, "balloon");
	take(&c->vsock, config, "vsock");
	take(&c->entropy, config, "entropy");
	take(&c->hotplug, config, "memory-hotplug");
	take(&c->mmds_config, config, "mmds-config");
	take_list(&c->drives, config, "drives");
	take_list(&c->interfaces, config, "network-interfaces");
	take_list(&c->pmem, config, "pmem");
	if (c->mmds_config && mmds) {
		value_free(c->mmds);
		c->mmds = value_copy(mmds);
		c->mmds_filled = true;
	}
}

/* What is wrong, or NULL: it is restored. */
static char *restore(struct call *call, const struct value *body)
{
	const char *pages = value_text(body, "huge_pages");
	struct value *state, *config;
	struct machine machine;
	char *why = NULL, *whole;

	state = snapshot_read(value_text(body, "snapshot_path"), call->minor, &why);
	if (!state) {
		whole = x_asprintf("%s%s", strncmp(why, "Invalid", 7) == 0 ? "" : NOT_FROM_FILE, why);
		free(why);
		return whole;
	}
	config = value_get(state, "config");
	why = override_devices(config, body);
	if (!why) {
		struct config seen = {.machine = value_get(config, "machine-config")};

		machine = config_machine_of(&seen);
		machine.track =
			value_is_true(body, "track_dirty_pages") || value_is_true(body, "enable_diff_snapshots");
		if (pages && strcmp(pages, "Snapshot") != 0)
			machine.pages = pages;
		why = backend_fault(body, machine.mib, machine.pages);
	}
	if (!why)
		why = devices_fault(call, config);
	if (!why)
		adopt(call, state, &machine);
	value_free(state);
	return why;
}

void act_load(struct call *call, const struct value *body)
{
	char *why;

	if (call->config->boots) {
		call_refuse(call, GROUP_LOAD,
			    "Loading a microVM snapshot not allowed after configuring boot-specific resources.");
		return;
	}
	why = restore(call, body);
	if (why) {
		call_refuse(call, GROUP_LOAD, "Failed to restore from snapshot: %s", why);
		free(why);
		call->reply->exits = true;
		call->reply->exit_status = STATUS_TROUBLE;
		return;
	}
	call->vm->state = VM_PAUSED;
	guest_restore(call->vm->guest);
	if (value_is_true(body, "resume_vm")) {
		call->vm->state = VM_RUNNING;
		guest_resume(call->vm->guest);
	}
	call_done(call);
}
