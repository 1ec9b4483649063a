#include "world.h"

#include <string.h>
#include <sys/utsname.h>

const char *world_machine(void)
{
	static struct utsname host;

	if (!*host.machine && uname(&host) != 0)
		return "unknown";
	return host.machine;
}

static void read_hostname(const struct world *w, int64_t now, struct text *content)
{
	(void)now;
	text_format(content, "%s\n", w->hostname);
}

static void read_os_release(const struct world *w, int64_t now, struct text *content)
{
	(void)w;
	(void)now;
	text_string(content, "NAME=\"fc-mock\"\nID=fc-mock\nVERSION_ID=" BENCHPIPE_VERSION
			     "\nPRETTY_NAME=\"the guest that fc-mock makes believe\"\n");
}

static void read_cmdline(const struct world *w, int64_t now, struct text *content)
{
	(void)now;
	text_format(content, "%s\n", w->cmdline);
}

static void read_cpuinfo(const struct world *w, int64_t now, struct text *content)
{
	(void)now;
	for (unsigned i = 0; i < w->vcpus; i++)
		text_format(content, "processor\t: %u\nmodel name\t: fc-mock\n\n", i);
}

static void read_meminfo(const struct world *w, int64_t now, struct text *content)
{
	long long total = w->memory / 1024, used = total / 8;

	(void)now;
	text_format(content, "MemTotal:       %8lld kB\nMemFree:        %8lld kB\nMemAvailable:   %8lld kB\n", total,
		    total - used, total - used);
}

static void read_uptime(const struct world *w, int64_t now, struct text *content)
{
	double up = (double)(now - w->booted) / 1e9;

	text_format(content, "%.2f %.2f\n", up, up * w->vcpus);
}

static void read_version(const struct world *w, int64_t now, struct text *content)
{
	(void)w;
	(void)now;
	text_string(content, "Linux version " WORLD_RELEASE " (fc-mock " BENCHPIPE_VERSION ") #1 SMP\n");
}

static const struct file {
	const char *path;
	enum file_kind kind;
	void (*read)(const struct world *w, int64_t now, struct text *content);
} files[] = { /* in alphabetical order */
	{"/", FILE_DIRECTORY, NULL},
	{"/dev", FILE_DIRECTORY, NULL},
	{"/dev/null", FILE_NULL, NULL},
	{"/dev/zero", FILE_ZERO, NULL},
	{"/etc", FILE_DIRECTORY, NULL},
	{"/etc/hostname", FILE_REGULAR, read_hostname},
	{"/etc/os-release", FILE_REGULAR, read_os_release},
	{"/proc", FILE_DIRECTORY, NULL},
	{"/proc/cmdline", FILE_REGULAR, read_cmdline},
	{"/proc/cpuinfo", FILE_REGULAR, read_cpuinfo},
	{"/proc/meminfo", FILE_REGULAR, read_meminfo},
	{"/proc/uptime", FILE_REGULAR, read_uptime},
	{"/proc/version", FILE_REGULAR, read_version},
	{"/root", FILE_DIRECTORY, NULL},
	{"/tmp", FILE_DIRECTORY, NULL},
};

enum { FILES = sizeof files / sizeof *files };

static const struct file *find(const char *path)
{
	for (unsigned i = 0; i < FILES; i++)
		if (strcmp(path, files[i].path) == 0)
			return &files[i];
	return NULL;
}

enum file_kind world_kind(const char *path)
{
	const struct file *file = find(path);

	return file ? file->kind : FILE_NONE;
}

void world_read(const struct world *w, const char *path, int64_t now, struct text *content)
{
	const struct file *file = find(path);

	if (file && file->read)
		file->read(w, now, content);
}

const char *world_path(unsigned i)
{
	return i < FILES ? files[i].path : NULL;
}
