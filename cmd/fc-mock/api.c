#include "api.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "die.h"
#include "shapes.h"

#define PARTS_MAX 4

/* A request's path: its parts between slashes. NULL: there is none. */
struct path {
	char *text;
	const char *part[PARTS_MAX];
};

static struct path split(const char *path)
{
	struct path p = {0};
	char *at;

	while (*path == '/')
		path++;
	p.text = at = x_strdup(path);
	for (size_t i = 0; i < PARTS_MAX && *at; i++) {
		size_t n = strcspn(at, "/");

		p.part[i] = at;
		at += n;
		if (*at)
			*at++ = '\0';
	}
	return p;
}

enum when { ALWAYS, BEFORE, AFTER, PLUGGABLE /* before the start, from 1.16 on after it too */ };

#define NONE "" /* there must be no such part */
#define ID "*"  /* the id of what body's member key names */

static const struct route {
	const char *method, *first, *second, *third; /* NULL: whatever it is */
	unsigned since;
	const struct shape *shape; /* of the body; NULL: none is needed */
	bool anything;             /* the body may be any JSON */
	enum when when;
	bool boots;                /* a snapshot cannot be loaded any more */
	action *act;
	const char *key;
} routes[] = {
	{.method = "GET", .first = NONE, .act = act_info},
	{.method = "GET", .first = "version", .act = act_version},
	{.method = "GET", .first = "vm", .second = "config", .act = act_vm_config},
	{.method = "GET", .first = "machine-config", .act = act_machine_show},
	{.method = "GET", .first = "mmds", .act = act_mmds_show},
	{.method = "GET", .first = "balloon", .second = NONE, .act = act_balloon_show},
	{.method = "GET", .first = "balloon", .second = "statistics", .act = act_balloon_statistics, .when = AFTER},
	{.method = "GET", .first = "balloon", .second = "hinting", .third = "status", .since = 14,
	 .act = act_hinting_show, .when = AFTER},
	{.method = "GET", .first = "hotplug", .second = "memory", .since = 14, .act = act_hotplug_show, .when = AFTER},
	{.method = "PUT", .first = "actions", .shape = &shape_action, .act = act_action},
	{.method = "PUT", .first = "balloon", .shape = &shape_balloon, .when = BEFORE, .boots = true,
	 .act = act_balloon},
	{.method = "PUT", .first = "boot-source", .shape = &shape_boot_source, .when = BEFORE, .boots = true,
	 .act = act_boot_source},
	{.method = "PUT", .first = "cpu-config", .since = 4, .shape = &shape_cpu_config, .when = BEFORE,
	 .act = act_cpu_config},
	{.method = "PUT", .first = "drives", .second = ID, .key = "drive_id", .shape = &shape_drive,
	 .when = PLUGGABLE, .boots = true,
	 .act = act_drive},
	{.method = "PUT", .first = "pmem", .second = ID, .key = "id", .since = 14, .shape = &shape_pmem,
	 .when = PLUGGABLE, .boots = true,
	 .act = act_pmem},
	{.method = "PUT", .first = "logger", .shape = &shape_logger, .when = BEFORE, .act = act_logger},
	{.method = "PUT", .first = "serial", .since = 14, .shape = &shape_serial, .when = BEFORE, .act = act_serial},
	{.method = "PUT", .first = "machine-config", .shape = &shape_machine, .when = BEFORE, .boots = true,
	 .act = act_machine},
	{.method = "PUT", .first = "metrics", .shape = &shape_metrics, .when = BEFORE, .act = act_metrics},
	{.method = "PUT", .first = "mmds", .second = NONE, .anything = true, .act = act_mmds},
	{.method = "PUT", .first = "mmds", .second = "config", .shape = &shape_mmds_config, .when = BEFORE,
	 .boots = true,
	 .act = act_mmds_config},
	{.method = "PUT", .first = "network-interfaces", .second = ID, .key = "iface_id", .shape = &shape_interface,
	 .when = PLUGGABLE,
	 .boots = true, .act = act_interface},
	{.method = "PUT", .first = "snapshot", .second = "create", .shape = &shape_create, .when = AFTER,
	 .act = act_create},
	{.method = "PUT", .first = "snapshot", .second = "load", .shape = &shape_load, .when = BEFORE, .act = act_load},
	{.method = "PUT", .first = "vsock", .shape = &shape_vsock, .when = BEFORE, .boots = true, .act = act_vsock},
	{.method = "PUT", .first = "entropy", .since = 4, .shape = &shape_entropy, .when = BEFORE, .boots = true,
	 .act = act_entropy},
	{.method = "PUT", .first = "hotplug", .second = "memory", .since = 14, .shape = &shape_hotplug,
	 .when = BEFORE, .boots = true,
	 .act = act_hotplug},
	{.method = "PATCH", .first = "balloon", .second = "statistics", .shape = &shape_balloon_statistics,
	 .when = AFTER,
	 .act = act_balloon_statistics_update},
	{.method = "PATCH", .first = "balloon", .second = "hinting", .third = "start", .since = 14,
	 .shape = &shape_hinting, .when = AFTER,
	 .act = act_hinting_start},
	{.method = "PATCH", .first = "balloon", .second = "hinting", .third = "stop", .since = 14, .when = AFTER,
	 .act = act_hinting_stop},
	{.method = "PATCH", .first = "balloon", .shape = &shape_balloon_update, .when = AFTER,
	 .act = act_balloon_update},
	{.method = "PATCH", .first = "drives", .second = ID, .key = "drive_id", .shape = &shape_drive_update,
	 .when = AFTER,
	 .act = act_drive_update},
	{.method = "PATCH", .first = "machine-config", .shape = &shape_machine_update, .when = BEFORE, .boots = true,
	 .act = act_machine_update},
	{.method = "PATCH", .first = "mmds", .anything = true, .act = act_mmds_patch},
	{.method = "PATCH", .first = "network-interfaces", .second = ID, .key = "iface_id",
	 .shape = &shape_interface_update, .when = AFTER,
	 .act = act_interface_update},
	{.method = "PATCH", .first = "pmem", .second = ID, .key = "id", .since = 16, .shape = &shape_pmem_update,
	 .when = AFTER,
	 .act = act_pmem_update},
	{.method = "PATCH", .first = "vm", .shape = &shape_vm, .when = AFTER, .act = act_vm_state},
	{.method = "PATCH", .first = "hotplug", .second = "memory", .since = 14, .shape = &shape_hotplug_update,
	 .when = AFTER,
	 .act = act_hotplug_update},
	{.method = "DELETE", .first = "drives", .second = ID, .since = 16, .when = AFTER, .act = act_unplug},
	{.method = "DELETE", .first = "pmem", .second = ID, .since = 16, .when = AFTER, .act = act_unplug},
	{.method = "DELETE", .first = "network-interfaces", .second = ID, .since = 16, .when = AFTER,
	 .act = act_unplug},
};

static bool part_fits(const char *wanted, const char *part)
{
	if (!wanted || strcmp(wanted, ID) == 0)
		return true;
	return strcmp(wanted, part ? part : NONE) == 0 && (*wanted != '\0') == (part != NULL);
}

static bool hinting(const struct path *path, unsigned minor)
{
	return minor >= 14 && path->part[0] && strcmp(path->part[0], "balloon") == 0 && path->part[1] &&
	       strcmp(path->part[1], "hinting") == 0;
}

/* NULL: there is none. */
static const struct route *find(const struct api_request *r, const struct path *path, unsigned minor)
{
	bool body = strcmp(r->method, "PUT") == 0 || strcmp(r->method, "PATCH") == 0;

	for (const struct route *route = routes; route < routes + sizeof(routes) / sizeof(*routes); route++) {
		if (route->since > minor || strcmp(route->method, r->method) != 0 ||
		    !part_fits(route->first, path->part[0]) || !part_fits(route->second, path->part[1]) ||
		    !part_fits(route->third, path->part[2]))
			continue;
		/* Of hinting, only PATCH may have a body or none. */
		if (body != (r->len > 0) && !(body && route->third))
			continue;
		if (route->act != act_balloon_update || !path->part[1] || (minor >= 14 && !hinting(path, minor)))
			return route;
	}
	return NULL;
}

static void refuse_path(struct call *call, const char *path)
{
	call_refuse(call, GROUP_NONE, "Invalid request method and/or path: %s %s.", call->request->method, path);
}

/* Nothing answers to this method, path, and body or none. */
static void refuse_request(struct call *call, const struct path *path)
{
	const char *method = call->request->method, *first = path->part[0] ? path->part[0] : "",
		   *second = path->part[1];
	bool get = strcmp(method, "GET") == 0, put = strcmp(method, "PUT") == 0, patch = strcmp(method, "PATCH") == 0;
	bool body = call->request->len > 0, balloon = strcmp(first, "balloon") == 0;

	if (hinting(path, call->minor) && ((get && !body) || patch))
		call_refuse(call, GROUP_NONE, "Unrecognized %s request path `/hinting/%s`.", method,
			    path->part[2] ? path->part[2] : "");
	else if (get && body)
		call_refuse(call, GROUP_NONE, "GET request cannot have a body.");
	else if (balloon && get && second)
		call_refuse(call, GROUP_NONE, "Unrecognized GET request path `%s`.", second);
	else if (balloon && patch && body && second)
		call_refuse(call, GROUP_NONE, "Unrecognized PATCH request path `%s`.", second);
	else if ((put || patch) && !body)
		call_refuse(call, GROUP_NONE, "Empty %s request.", method);
	else if (strcmp(method, "DELETE") == 0 && body && call->minor >= 16)
		call_refuse(call, GROUP_NONE, "Empty Delete request.");
	else if (put && strcmp(first, "mmds") == 0 && second)
		call_refuse(call, GROUP_NONE, "Unrecognized PUT request path `%s`.", second);
	else if (put && strcmp(first, "snapshot") == 0 && !second)
		call_refuse(call, GROUP_NONE, "Missing snapshot operation type.");
	else if (put && strcmp(first, "snapshot") == 0) {
		char *whole = x_asprintf("/snapshot/%s", second);

		refuse_path(call, whole);
		free(whole);
	} else
		refuse_path(call, first);
}

static bool id_is_good(struct call *call, const char *id)
{
	if (!id || !*id) {
		call_refuse(call, GROUP_NONE, "The ID cannot be empty.");
		return false;
	}
	for (const unsigned char *p = (const unsigned char *)id; *p; p++)
		if (!isalnum(*p) && *p != '_' && *p < 0x80) {
			call_refuse(call, GROUP_NONE,
				    "API Resource IDs can only contain alphanumeric characters and underscores.");
			return false;
		}
	return true;
}

#define NOT_READ "An error occurred when deserializing the json body of a request: %s."

static struct value *read_body(struct call *call, const struct route *route, const struct path *path)
{
	const struct api_request *r = call->request;
	struct value *body;
	char *why = NULL;

	if (route->act == act_unplug) {
		body = value_new(JSON_OBJECT);
		value_add(body, "kind", value_string(path->part[0]));
		value_add(body, "id", value_string(path->part[1]));
		return body;
	}
	if (route->third && !r->len)
		return value_parse("{\"acknowledge_on_stop\":true}");
	if (!route->shape && !route->anything)
		return value_new(JSON_NULL);
	body = route->shape ? schema_read(route->shape, call->minor, r->body, r->len, &why)
			    : schema_read_any(r->body, r->len, &why);
	if (!body)
		call_refuse(call, GROUP_NONE, NOT_READ, why);
	else if (route->anything)
		value_sort(body);
	free(why);
	return body;
}

/* Does the body say what the path says, and enough? Otherwise refused. */
static bool agrees(struct call *call, const struct route *route, const struct path *path, const struct value *body)
{
	const char *id = route->key ? value_text(body, route->key) : NULL, *asked = path->part[1];

	if (id && strcmp(id, asked) != 0) {
		if (strcmp(route->key, "iface_id") == 0 && call->minor >= 2)
			call_refuse(call, GROUP_NONE,
				    "The id from the path [%s] does not match the id from the body [%s]!", asked, id);
		else
			call_refuse(call, GROUP_NONE, "The id from the path does not match the id from the body!");
		return false;
	}
	if (route->act == act_machine_update) {
		for (size_t i = 0; i < body->count; i++)
			if (body->members[i].value->type != JSON_NULL)
				return true;
		call_refuse(call, GROUP_NONE, "Empty PATCH request.");
		return false;
	}
	if (route->act == act_drive_update && call->minor < 6 && !value_get(body, "path_on_host") &&
	    !value_get(body, "rate_limiter")) {
		call_refuse(call, GROUP_NONE,
			    "Please specify at least one property to patch: path_on_host, rate_limiter.");
		return false;
	}
	if (route->act == act_load && !value_get(body, "mem_backend") == !value_get(body, "mem_file_path")) {
		call_refuse(call, GROUP_NONE, NOT_READ, value_get(body, "mem_backend")
			    ? "too many fields: either `mem_backend` or `mem_file_path` exclusively is required"
			    : "missing field: either `mem_backend` or `mem_file_path` is required");
		return false;
	}
	return true;
}

/* What makes the answer carry a header that says so. */
static bool is_deprecated(const struct route *route, unsigned minor, const struct value *body)
{
	if (route->act == act_machine || route->act == act_machine_update)
		return minor >= 5 && value_get(body, "cpu_template");
	if (route->act == act_mmds_config)
		return minor >= 1 && strcmp(value_text(body, "version"), "V1") == 0;
	if (route->act == act_vsock)
		return value_get(body, "vsock_id");
	if (route->act == act_create)
		return minor == 5 && value_get(body, "version");
	if (route->act == act_load)
		return minor >= 1 && (value_get(body, "mem_file_path") ||
				      (minor >= 13 && value_is_true(body, "enable_diff_snapshots")));
	return false;
}

static bool is_time_for(struct call *call, const struct route *route)
{
	bool before = call->vm->state == VM_NOT_STARTED;

	if (route->when == ALWAYS || (route->when == PLUGGABLE && (before || call->minor >= 16)) ||
	    before == (route->when != AFTER))
		return true;
	call_refuse(call, GROUP_NONE, "The requested operation is not supported %s starting the microVM.",
		    before ? "before" : "after");
	return false;
}

void api_handle(struct vm *vm, const struct api_request *request, struct api_reply *reply)
{
	struct call call = {
		.vm = vm, .config = vm->config, .minor = vm->version.minor, .request = request, .reply = reply};
	struct path path = split(request->path);
	const struct route *route = find(request, &path, call.minor);
	struct value *body = NULL;

	*reply = (struct api_reply){0};
	if (!route)
		refuse_request(&call, &path);
	else if (!route->second || strcmp(route->second, ID) != 0 || id_is_good(&call, path.part[1]))
		body = read_body(&call, route, &path);
	if (body && agrees(&call, route, &path, body)) {
		reply->deprecated = is_deprecated(route, call.minor, body);
		if (is_time_for(&call, route)) {
			if (route->boots && vm->state == VM_NOT_STARTED)
				vm->config->boots = true;
			route->act(&call, body);
		}
	}
	value_free(body);
	free(path.text);
}

static enum operation action_operation(const struct api_request *r)
{
	char *why = NULL;
	struct value *body = schema_read(&shape_action, 17, r->body, r->len, &why);
	const char *what = body ? value_text(body, "action_type") : "";
	enum operation op = strcmp(what, "InstanceStart") == 0 ? OP_INSTANCE_START
			  : strcmp(what, "FlushMetrics") == 0  ? OP_FLUSH_METRICS
			  : strcmp(what, "SendCtrlAltDel") == 0 ? OP_CTRL_ALT_DEL
								: OP_CONFIG;

	value_free(body);
	free(why);
	return op;
}

/* Does the body say so in this member? */
static bool says(const struct api_request *r, const char *key, const char *text)
{
	char *why = NULL;
	struct value *body = schema_read_any(r->body, r->len, &why);
	const char *said = value_text(body, key);
	bool so = said && strcmp(said, text) == 0;

	value_free(body);
	free(why);
	return so;
}

enum operation api_operation(const struct api_request *request)
{
	struct path path = split(request->path);
	const struct route *route = find(request, &path, 17);
	action *act = route ? route->act : NULL;

	free(path.text);
	if (act == act_info || act == act_version)
		return OP_GET;
	if (act == act_action)
		return action_operation(request);
	if (act == act_vm_state)
		return says(request, "state", "Paused") ? OP_PAUSE : OP_RESUME;
	if (act == act_create)
		return says(request, "snapshot_type", "Diff") ? OP_SNAPSHOT_DIFF : OP_SNAPSHOT_FULL;
	return act == act_load ? OP_SNAPSHOT_LOAD : OP_CONFIG;
}
