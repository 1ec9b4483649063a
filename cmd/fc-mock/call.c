#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

static const struct {
	const char *words;
	const char *before; /* 1.6; NULL: none */
} groups[] = {
	[GROUP_NONE] = {"", NULL},
	[GROUP_BALLOON] = {"Balloon config error: ", NULL},
	[GROUP_BALLOON_UPDATE] = {"Balloon update error: ", NULL},
	[GROUP_BOOT_SOURCE] = {"Boot source error: ", NULL},
	[GROUP_CREATE] = {"Create snapshot error: ", NULL},
	[GROUP_DRIVE] = {"Drive config error: ", NULL},
	[GROUP_PMEM] = {"Pmem config error: ", NULL},
	[GROUP_HOTPLUG] = {"Memory hotplug config error: ", NULL},
	[GROUP_HOTPLUG_UPDATE] = {"Memory hotplug update error: ", NULL},
	[GROUP_INTERNAL] = {"Internal VMM error: ", "Internal Vmm error: "},
	[GROUP_LOAD] = {"Load snapshot error: ", "Load microVM snapshot error: "},
	[GROUP_LOGGER] = {"Logger error: ", NULL},
	[GROUP_MACHINE] = {"Machine config error: ", NULL},
	[GROUP_METRICS] = {"Metrics error: ", NULL},
	[GROUP_MMDS] = {"MMDS error: ", NULL},
	[GROUP_MMDS_CONFIG] = {"MMMDS config error: ", NULL},
	[GROUP_MMDS_LIMIT] = {"MMDS limit exceeded error: ", NULL},
	[GROUP_NETWORK] = {"Network config error: ", NULL},
	[GROUP_START] = {"Start microvm error: ", NULL},
	[GROUP_VSOCK] = {"Vsock config error: ", NULL},
};

static char *fault(const char *text)
{
	struct value *v = value_new(JSON_OBJECT);
	char *json;

	value_add(v, "fault_message", value_string(text));
	json = value_to_json(v);
	value_free(v);
	return json;
}

char *api_fault(const char *format, ...)
{
	va_list args;
	char *text, *json;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		die("out of memory");
	va_end(args);
	json = fault(text);
	free(text);
	return json;
}

static const char *group_words(const struct call *call, enum group group)
{
	if (call->words)
		return call->words;
	if (call->minor < 6)
		return groups[group].before ? groups[group].before : "";
	if (group == GROUP_PMEM && call->minor < 16)
		return "Pmem device error: ";
	return groups[group].words;
}

void call_refuse(struct call *call, enum group group, const char *format, ...)
{
	va_list args;
	char *text, *whole;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		die("out of memory");
	va_end(args);
	whole = x_asprintf("%s%s", group_words(call, group), text);
	call->reply->status = group == GROUP_MMDS_LIMIT ? 413 : 400;
	free(text);
	if (call->why) {
		*call->why = whole;
		return;
	}
	call->reply->body = fault(whole);
	free(whole);
}

void call_done(struct call *call)
{
	call->reply->status = 204;
}

void call_show(struct call *call, struct value *v)
{
	call->reply->status = 200;
	call->reply->body = value_to_json(v);
	value_free(v);
}

char *call_os_error(int error)
{
	return x_asprintf("%s (os error %d)", strerror(error), error);
}
