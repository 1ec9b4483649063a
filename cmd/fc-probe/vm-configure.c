#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm-why.h"
#include "vsock.h"

/* What comes before a microVM is started or restored. */

/* *why is set where there is no body, by what was to make it. */
static int put(struct vm *vm, const char *path, const char *body, const char *const *why, const struct until *until)
{
	return body ? vm_call(vm, "set it up", "PUT", path, body, until) : vm_why(vm, "PUT %s: %s", path, *why);
}

/* Files are made beforehand: Firecracker does so from 1.14 on. */
int vm_observe(struct vm *vm, const struct until *until)
{
	char body[BODY_MAX], path[API_PATH + 16];
	const char *why = "";
	int fd;

	snprintf(path, sizeof path, "%s/log", vm->directory);
	if (boot_log_open(&vm->log, path) < 0)
		return vm_why(vm, "%s: %s", path, strerror(errno));
	if (put(vm, "/logger", body_logger(body, path, &why), &why, until) < 0)
		return -1;
	snprintf(path, sizeof path, "%s/metrics", vm->directory);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return vm_why(vm, "%s: %s", path, strerror(errno));
	close(fd);
	return put(vm, "/metrics", body_metrics(body, path, &why), &why, until);
}

static int set_drives(struct vm *vm, const struct until *until)
{
	const struct machine *m = vm->machine;
	char body[BODY_MAX], path[48], id[32];
	const char *why = "", *root;
	unsigned long number = strtoul(vm->name, NULL, 16);

	if (m->rootfs.n) {
		root = m->rootfs.path[number % m->rootfs.n];
		if (put(vm, "/drives/rootfs", body_drive(body, "rootfs", root, true, !m->rootfs_writable, &why), &why, until) < 0)
			return -1;
	}
	for (size_t i = 0; i < m->drives; i++) {
		snprintf(id, sizeof id, "drive%zu", i);
		snprintf(path, sizeof path, "/drives/%s", id);
		if (put(vm, path, body_drive(body, id, m->drive[i].path, false, m->drive[i].read_only, &why), &why, until) < 0)
			return -1;
	}
	return 0;
}

int vm_configure(struct vm *vm, const struct until *until)
{
	const struct machine *m = vm->machine;
	char body[BODY_MAX], listens_at[VSOCK_PATH];
	const char *why = "";

	if (vm_observe(vm, until) < 0 ||
	    put(vm, "/machine-config", body_machine(body, m, &vm->version, &why), &why, until) < 0 ||
	    put(vm, "/boot-source", body_boot_source(body, m, &why), &why, until) < 0 || set_drives(vm, until) < 0)
		return -1;
	if (!m->vsock)
		return 0;
	if (put(vm, "/vsock", body_vsock(body, vm->vsock, &why), &why, until) < 0)
		return -1;
	if (m->ready == READY_VSOCK) {
		vm->home = vsock_listen(vm->vsock, m->home_port, listens_at);
		if (vm->home < 0)
			return vm_why(vm, "%s_%u: %s", vm->vsock, m->home_port, strerror(errno));
	}
	return 0;
}

int vm_figures(struct vm *vm, const struct until *until, struct fcmetrics *figures)
{
	char path[API_PATH + 16];

	snprintf(path, sizeof path, "%s/metrics", vm->directory);
	if (vm_call(vm, "have its metrics written", "PUT", "/actions", BODY_FLUSH, until) < 0)
		return -1;
	return fcmetrics_read(path, figures) < 0 ? vm_why(vm, "%s: %s", path, strerror(errno)) : 0;
}

/* --- snapshots --- */

int vm_snapshot_place(struct vm *vm, struct snapshot *s, struct lease *lease)
{
	const struct machine *m = vm->machine;
	char id[UUID_TEXT];

	uuid_v7(id);
	if ((size_t)snprintf(s->directory, sizeof s->directory, "%s/%s", m->snapshot_dir ? m->snapshot_dir : m->directory, id) >=
	    sizeof s->directory) {
		s->directory[0] = '\0';
		return vm_why(vm, "%s: the path is too long", m->snapshot_dir);
	}
	snprintf(s->state, sizeof s->state, "%s/state", s->directory);
	snprintf(s->memory, sizeof s->memory, "%s/memory", s->directory);
	snprintf(s->vsock, sizeof s->vsock, "%s", vm->vsock);
	s->dirty = m->track_dirty;
	if ((m->snapshot_dir && lease_add_path(lease, s->directory) < 0) || mkdir(s->directory, 0700) < 0) {
		vm_why(vm, "%s: %s", s->directory, strerror(errno));
		s->directory[0] = '\0';
		return -1;
	}
	return 0;
}

int vm_snapshot(struct vm *vm, const struct snapshot *s, bool diff, const struct until *until)
{
	char body[BODY_MAX];
	const char *why = "", *text = body_snapshot(body, diff, s->state, s->memory, &why);

	return text ? vm_call(vm, "make a snapshot", "PUT", "/snapshot/create", text, until)
		    : vm_why(vm, "PUT /snapshot/create: %s", why);
}

void snapshot_remove(const struct snapshot *s)
{
	if (!s->directory[0])
		return;
	unlink(s->state);
	unlink(s->memory);
	rmdir(s->directory);
}

int vm_restore(struct vm *vm, const struct snapshot *s, const struct until *until)
{
	char body[BODY_MAX];
	const char *why = "", *text = body_load(body, &vm->version, s->state, s->memory, s->dirty, &why);

	snprintf(vm->vsock, sizeof vm->vsock, "%s", s->vsock);
	unlink(vm->vsock); /* of the one before it: nobody removes them */
	return text ? vm_call(vm, "restore", "PUT", "/snapshot/load", text, until)
		    : vm_why(vm, "PUT /snapshot/load: %s", why);
}
