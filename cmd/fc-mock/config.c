#include "config.h"

#include <stdlib.h>

#include "api.h"
#include "die.h"

#define MIB 1048576

struct config *config_new(void)
{
	struct config *c = x_calloc(1, sizeof(*c));

	c->machine = config_machine(17, &(struct machine){1, 128, false, false, NULL, "None"});
	c->drives = value_new(JSON_ARRAY);
	c->interfaces = value_new(JSON_ARRAY);
	c->pmem = value_new(JSON_ARRAY);
	c->mmds = value_new(JSON_NULL);
	return c;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	struct value *values[] = {config->boot_source, config->balloon,     config->vsock,   config->entropy,
				  config->hotplug,     config->mmds_config, config->machine, config->drives,
				  config->interfaces,  config->pmem,        config->mmds};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		value_free(values[i]);
	free(config);
}

const char *config_vsock_path(const struct config *config)
{
	return value_text(config->vsock, "uds_path");
}

const char *config_boot_args(const struct config *config)
{
	return value_text(config->boot_source, "boot_args");
}

unsigned config_vsock_cid(const struct config *config)
{
	return (unsigned)value_number(config->vsock, "guest_cid");
}

int64_t config_memory(const struct config *config)
{
	return (int64_t)(value_number(config->machine, "mem_size_mib") * MIB);
}

unsigned config_vcpus(const struct config *config)
{
	return (unsigned)value_number(config->machine, "vcpu_count");
}

const char *config_root_drive(const struct config *config)
{
	const struct value *first = config->drives->count ? config->drives->members[0].value : NULL;

	return value_is_true(first, "is_root_device") ? value_text(first, "path_on_host") : NULL;
}

struct value *config_machine(unsigned minor, const struct machine *machine)
{
	struct value *v = value_new(JSON_OBJECT);

	value_add(v, "vcpu_count", value_integer(machine->vcpus));
	value_add(v, "mem_size_mib", value_integer(machine->mib));
	value_add(v, "smt", value_bool(machine->smt));
	if (machine->template)
		value_add(v, "cpu_template", value_string(machine->template));
	value_add(v, "track_dirty_pages", value_bool(machine->track));
	if (minor >= 7)
		value_add(v, "huge_pages", value_string(machine->pages ? machine->pages : "None"));
	return v;
}

struct machine config_machine_of(const struct config *config)
{
	const struct value *v = config->machine;

	return (struct machine){value_number(v, "vcpu_count"), value_number(v, "mem_size_mib"),
				value_is_true(v, "smt"),       value_is_true(v, "track_dirty_pages"),
				value_text(v, "cpu_template"), value_text(v, "huge_pages")};
}

static void show(struct value *all, const char *name, const struct value *v)
{
	value_add(all, name, v ? value_copy(v) : value_new(JSON_NULL));
}

static struct value *no_boot_source(unsigned minor)
{
	struct value *v = value_new(JSON_OBJECT);

	value_add(v, "kernel_image_path", value_string(""));
	value_add(v, "initrd_path", value_new(JSON_NULL));
	if (minor >= 7)
		value_add(v, "boot_args", value_new(JSON_NULL));
	return v;
}

struct value *config_show(const struct config *config, unsigned minor)
{
	struct value *all = value_new(JSON_OBJECT);
	struct machine machine = config_machine_of(config);

	show(all, "balloon", config->balloon);
	show(all, "drives", config->drives);
	value_add(all, "boot-source", config->boot_source ? value_copy(config->boot_source) : no_boot_source(minor));
	if (minor >= 4)
		show(all, "cpu-config", NULL);
	show(all, "logger", NULL);
	value_add(all, "machine-config", config_machine(minor, &machine));
	show(all, "metrics", NULL);
	show(all, "mmds-config", config->mmds_config);
	show(all, "network-interfaces", config->interfaces);
	show(all, "vsock", config->vsock);
	if (minor >= 4)
		show(all, "entropy", config->entropy);
	if (minor >= 14) {
		show(all, "pmem", config->pmem);
		show(all, "memory-hotplug", config->hotplug);
	}
	return all;
}
