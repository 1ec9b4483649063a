#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "die.h"
#include "shapes.h"

/* --config-file: one JSON file for a whole machine. */

#define FILE_MAX 16777216
#define NOT_PARSED "Configuration for VMM from one single json failed: "

static char *read_file(const char *path, size_t *len, char **why)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	*len = 0;
	for (size_t n = 1; file && n && *len <= FILE_MAX; *len += n) {
		if (*len == room) {
			room = room ? 2 * room : 4096;
			text = x_reallocarray(text, room, 1);
		}
		n = fread(text + *len, 1, room - *len, file);
	}
	if (!file || ferror(file)) {
		char *os = call_os_error(errno);

		*why = x_asprintf(NOT_PARSED "File operation error: %s", os);
		free(os);
	} else if (*len > FILE_MAX) {
		*why = x_asprintf(NOT_PARSED "File operation error: %s is larger than %d bytes", path, FILE_MAX);
	}
	if (file)
		fclose(file);
	if (!*why)
		return text;
	free(text);
	return NULL;
}

static const struct section {
	const char *name, *words;
	action *act;
} sections[] = { /* in the order in which they are carried out */
	{"logger", "Logger error: ", act_logger},
	{"metrics", "Metrics error: ", act_metrics},
	{"machine-config", "VM config error: ", act_machine},
	{"boot-source", "Boot source error: ", act_boot_source},
	{"drives", "Block device error: ", act_drive},
	{"network-interfaces", "Network device error: ", act_interface},
	{"vsock", "Vsock device error: ", act_vsock},
	{"balloon", "Balloon device error: ", act_balloon},
	{"mmds-config", "MMDS config error: ", act_mmds_config},
	{"entropy", "", act_entropy},
	{"pmem", "Pmem device error: ", act_pmem},
	{"memory-hotplug", "Memory hotplug config error: ", act_hotplug},
};

/* 0, or -1 with *call->why. */
static int carry_out(struct call *call, const struct section *s, const struct value *v)
{
	size_t n = v->type == JSON_ARRAY ? v->count : 1;

	call->words = s->words;
	for (size_t i = 0; i < n; i++) {
		s->act(call, v->type == JSON_ARRAY ? v->members[i].value : v);
		if (*call->why)
			return -1;
	}
	return 0;
}

static int prefix(char **why, const char *words)
{
	char *inner = *why;

	*why = x_asprintf("%s%s", words, inner);
	free(inner);
	return -1;
}

int api_configure(struct vm *vm, const char *path, char **why)
{
	struct api_reply reply = {0};
	struct call call = {.vm = vm, .config = vm->config, .minor = vm->version.minor, .reply = &reply, .why = why};
	struct value *all;
	size_t len;
	char *text;

	*why = NULL;
	text = read_file(path, &len, why);
	if (!text)
		return -1;
	all = schema_read(&shape_config_file, call.minor, text, len, why);
	free(text);
	if (!all)
		return prefix(why, NOT_PARSED "Invalid JSON: ");
	vm->config->boots = true;
	for (const struct section *s = sections; !*why && s < sections + sizeof(sections) / sizeof(*sections); s++)
		if (value_get(all, s->name) && carry_out(&call, s, value_get(all, s->name)) != 0)
			prefix(why, NOT_PARSED);
	value_free(all);
	if (*why)
		return -1;
	all = value_parse("{\"action_type\":\"InstanceStart\"}");
	call.words = "";
	act_action(&call, all);
	value_free(all);
	return *why ? prefix(why, "Could not Start MicroVM from one single json: ") : 0;
}
