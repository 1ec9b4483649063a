#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "programs.h"
#include "rng.h"
#include "system.h"

/* The directories, links, programs and settings that every system has. */

static void directories(struct build *b)
{
	static const struct {
		const char *path;
		mode_t mode;
	} plain[] = {{"/boot", 0755}, {"/dev", 0755},       {"/media", 0755},     {"/mnt", 0755},
		     {"/opt", 0755},  {"/proc", 0555},      {"/run", 0755},       {"/srv", 0755},
		     {"/sys", 0555},  {"/tmp", 01777},      {"/var/tmp", 01777},  {"/var/cache", 0755},
		     {"/home", 0755}, {"/var/spool", 0755}, {"/usr/share", 0755}, {"/usr/local/bin", 0755}};

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		tree_directory(b->tree, plain[i].path, plain[i].mode, b->installed);
	tree_link(b->tree, "/var/run", "../run", b->installed);
}

/* /bin and its like: links where the distribution merged them into /usr. */
static void merged(struct build *b)
{
	enum os os = b->image->os;
	bool one_sbin = os == OS_ARCH || (os == OS_FEDORA && strcmp(b->release->version, "42") >= 0);

	tree_link(b->tree, "/bin", "usr/bin", b->installed);
	tree_link(b->tree, "/lib", "usr/lib", b->installed);
	tree_link(b->tree, "/sbin", os == OS_ARCH ? "usr/bin" : "usr/sbin", b->installed);
	if (one_sbin)
		tree_link(b->tree, "/usr/sbin", "bin", b->installed);
	else
		tree_directory(b->tree, "/usr/sbin", 0755, b->installed);
	tree_link(b->tree, "/lib64", os == OS_ARCH ? "usr/lib" : "usr/lib64", b->installed);
	if (os == OS_ARCH)
		tree_link(b->tree, "/usr/lib64", "lib", b->installed);
	else
		tree_directory(b->tree, "/usr/lib64", 0755, b->installed);
	make_init(b->tree, one_sbin ? "/usr/bin/init" : "/usr/sbin/init", b->installed);
}

static void programs(struct build *b)
{
	static const char *const tools[] = {"ash", "cat", "cp", "date",  "echo", "ls",   "mkdir",
					    "mv",  "rm",  "sh", "sleep", "true", "uname"};
	bool alpine = b->image->os == OS_ALPINE;
	char path[64];

	for (const struct program *program = programs_of(b->family); program->name; program++) {
		snprintf(path, sizeof path, "%s/%s", alpine ? "/bin" : "/usr/bin", program->name);
		make_program(b->tree, path, b->installed);
	}
	if (!alpine) {
		merged(b);
		tree_link(b->tree, "/usr/bin/sh", b->family == FAMILY_DEB ? "dash" : "bash", b->installed);
		return;
	}
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
		snprintf(path, sizeof path, "/bin/%s", tools[i]);
		tree_link(b->tree, path, "/bin/busybox", b->installed);
	}
	tree_directory(b->tree, "/lib", 0755, b->installed);
	tree_directory(b->tree, "/usr/bin", 0755, b->installed);
	make_program(b->tree, "/sbin/apk", b->installed);
	make_init(b->tree, "/sbin/init", b->installed);
}

/* Universal time as a TZif file (RFC 9636), version 2: the same block of data twice, for old readers and new ones. */
static void time_zone(struct build *b)
{
	static const char footer[] = "\nUTC0\n";
	char block[54] = {0};
	struct text text;

	memcpy(block, "TZif2", 5);
	block[39] = 1; /* one type of local time */
	block[43] = 4; /* four characters of abbreviations */
	memcpy(block + 50, "UTC", 4);
	text_open(&text);
	fwrite(block, 1, sizeof block, text.stream);
	fwrite(block, 1, sizeof block, text.stream);
	fwrite(footer, 1, sizeof footer - 1, text.stream);
	tree_text(b->tree, "/usr/share/zoneinfo/Etc/UTC", 0644, b->installed, &text);
	tree_link(b->tree, "/etc/localtime",
		  b->image->os == OS_ALPINE ? "/usr/share/zoneinfo/Etc/UTC" : "../usr/share/zoneinfo/Etc/UTC",
		  b->installed);
}

static void settings(struct build *b)
{
	const char *root = b->image->os == OS_UBUNTU ? "LABEL" : "UUID";
	const char *which = b->image->os == OS_UBUNTU ? os_label(b->image->os) : b->root_uuid;
	uint64_t key = rng_key(b->image->key, "machine-id");
	struct tree *tree = b->tree;
	int64_t time = b->installed;

	tree_print(tree, "/etc/fstab", time,
		   "# <file system> <mount point> <type> <options> <dump> <pass>\n%s=%s\t/\text4\t%s\t0 "
		   "1\ntmpfs\t/tmp\ttmpfs\tnosuid,nodev\t0 0\n",
		   root, which, b->image->os == OS_ALPINE ? "rw,relatime" : "defaults");
	tree_print(tree, "/etc/shells", time, "%s",
		   b->image->os == OS_ALPINE ? "/bin/sh\n/bin/ash\n"
					     : "/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n");
	tree_print(tree, "/etc/profile", time,
		   "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\numask 022\n");
	tree_print(tree, "/etc/nsswitch.conf", time,
		   "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n");
	tree_link(tree, "/etc/mtab", "../proc/self/mounts", time);
	if (b->image->os == OS_ALPINE) {
		tree_print(tree, "/etc/inittab", time,
			   "::sysinit:/sbin/openrc sysinit\n::sysinit:/sbin/openrc boot\n::wait:/sbin/openrc default\n"
			   "ttyS0::respawn:/sbin/getty -L ttyS0 115200 vt100\n::shutdown:/sbin/openrc shutdown\n");
		return;
	}
	tree_print(tree, "/etc/machine-id", time, "%016llx%016llx\n", (unsigned long long)rng_at(key, 0),
		   (unsigned long long)rng_at(key, 1))
		->mode = 0444;
	if (b->image->os == OS_UBUNTU || b->image->os == OS_DEBIAN) {
		tree_print(tree, "/etc/timezone", time, "Etc/UTC\n");
		tree_print(tree, "/etc/default/locale", time, "LANG=C.UTF-8\n");
	} else {
		tree_print(tree, "/etc/locale.conf", time, "LANG=C.UTF-8\n");
	}
	tree_link(tree, "/etc/systemd/system/default.target", "/usr/lib/systemd/system/multi-user.target", time);
	tree_print(tree, "/usr/lib/systemd/system/multi-user.target", time,
		   "[Unit]\nDescription=Multi-User System\nRequires=basic.target\nAllowIsolate=yes\n");
}

void make_system(struct build *b)
{
	directories(b);
	programs(b);
	make_release(b);
	settings(b);
	time_zone(b);
	make_network(b);
	make_repositories(b);
}
