#include "bodies.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "jsonout.h"
#include "machine.h"

const char BODY_PAUSED[] = "{\"state\":\"Paused\"}";
const char BODY_RESUMED[] = "{\"state\":\"Resumed\"}";
const char BODY_START[] = "{\"action_type\":\"InstanceStart\"}";
const char BODY_FLUSH[] = "{\"action_type\":\"FlushMetrics\"}";
const char BODY_CTRL_ALT_DEL[] = "{\"action_type\":\"SendCtrlAltDel\"}";

/* Text that grows in place; len is past the room once it did not fit. */
struct body {
	char *text;
	size_t len;
};

static void add(struct body *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct body *b, const char *format, ...)
{
	va_list args;

	if (b->len >= BODY_MAX)
		return;
	va_start(args, format);
	b->len += (size_t)vsnprintf(b->text + b->len, BODY_MAX - b->len, format, args);
	va_end(args);
}

static void add_string(struct body *b, const char *name, const char *value)
{
	size_t len = strlen(value);

	add(b, "\"%s\":", name);
	if (b->len >= BODY_MAX || 6 * len + 8 > BODY_MAX - b->len)
		b->len = BODY_MAX;
	else
		b->len += json_format_string(b->text + b->len, value, len);
}

static const char *finished(const struct body *b, const char **why)
{
	*why = "paths or arguments are too long for a request";
	return b->len < BODY_MAX ? b->text : NULL;
}

const char *body_machine(char body[BODY_MAX], const struct machine *m, const struct fcversion *v, const char **why)
{
	struct body b = {body, 0};

	add(&b, "{\"vcpu_count\":%u,\"mem_size_mib\":%" PRId64, m->vcpus, m->memory >> 20);
	if (m->track_dirty)
		add(&b, ",\"track_dirty_pages\":true");
	if (m->huge_pages) {
		if (!fcversion_at_least(v, 7)) {
			*why = "huge pages need Firecracker 1.7";
			return NULL;
		}
		add(&b, ",\"huge_pages\":\"2M\"");
	}
	add(&b, "}");
	return finished(&b, why);
}

const char *body_boot_source(char body[BODY_MAX], const struct machine *m, const char **why)
{
	struct body b = {body, 0};

	add(&b, "{");
	add_string(&b, "kernel_image_path", m->kernel);
	if (m->initrd) {
		add(&b, ",");
		add_string(&b, "initrd_path", m->initrd);
	}
	if (m->boot_args) {
		add(&b, ",");
		add_string(&b, "boot_args", m->boot_args);
	}
	add(&b, "}");
	return finished(&b, why);
}

const char *body_drive(char body[BODY_MAX], const char *id, const char *path, bool root, bool read_only, const char **why)
{
	struct body b = {body, 0};

	add(&b, "{");
	add_string(&b, "drive_id", id);
	add(&b, ",");
	add_string(&b, "path_on_host", path);
	add(&b, ",\"is_root_device\":%s,\"is_read_only\":%s}", root ? "true" : "false", read_only ? "true" : "false");
	return finished(&b, why);
}

const char *body_vsock(char body[BODY_MAX], const char *uds_path, const char **why)
{
	struct body b = {body, 0};

	add(&b, "{\"guest_cid\":3,");
	add_string(&b, "uds_path", uds_path);
	add(&b, "}");
	return finished(&b, why);
}

const char *body_logger(char body[BODY_MAX], const char *path, const char **why)
{
	struct body b = {body, 0};

	add(&b, "{");
	add_string(&b, "log_path", path);
	add(&b, ",\"level\":\"Info\",\"show_level\":true}");
	return finished(&b, why);
}

const char *body_metrics(char body[BODY_MAX], const char *path, const char **why)
{
	struct body b = {body, 0};

	add(&b, "{");
	add_string(&b, "metrics_path", path);
	add(&b, "}");
	return finished(&b, why);
}

const char *body_snapshot(char body[BODY_MAX], bool diff, const char *state, const char *memory, const char **why)
{
	struct body b = {body, 0};

	add(&b, "{\"snapshot_type\":\"%s\",", diff ? "Diff" : "Full");
	add_string(&b, "snapshot_path", state);
	add(&b, ",");
	add_string(&b, "mem_file_path", memory);
	add(&b, "}");
	return finished(&b, why);
}

const char *body_load(char body[BODY_MAX], const struct fcversion *v, const char *state, const char *memory, bool dirty,
		      const char **why)
{
	struct body b = {body, 0};

	add(&b, "{");
	add_string(&b, "snapshot_path", state);
	if (fcversion_at_least(v, 1)) {
		add(&b, ",\"mem_backend\":{\"backend_type\":\"File\",");
		add_string(&b, "backend_path", memory);
		add(&b, "}");
	} else {
		add(&b, ",");
		add_string(&b, "mem_file_path", memory);
	}
	if (dirty)
		add(&b, ",\"%s\":true", fcversion_at_least(v, 13) ? "track_dirty_pages" : "enable_diff_snapshots");
	add(&b, ",\"resume_vm\":true}");
	return finished(&b, why);
}
