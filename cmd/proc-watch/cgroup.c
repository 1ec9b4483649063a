#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "procfs.h"

#define MEMBERS "cgroup.procs"
#define DEEPEST 64

struct group {
	char *path;
	nlink_t links; /* of a directory: as many as it has below it, and two */
};

struct cgroup {
	char *path;
	struct group *group; /* itself and all below it */
	size_t n, room;
};

static bool has_members(const char *path)
{
	char *file = x_asprintf("%s/" MEMBERS, path);
	bool has = access(file, R_OK) == 0;

	free(file);
	return has;
}

/* Where a hierarchy is mounted that has name; the caller frees. NULL: none. Version 2 goes first. */
static char *find_mounted(const char *name)
{
	static const char *const types[] = {"cgroup2", "cgroup"};
	char *found = NULL;

	for (size_t i = 0; i < sizeof types / sizeof *types && !found; i++) {
		FILE *mounts = setmntent("/proc/self/mounts", "re");
		const struct mntent *m;

		while (mounts && !found && (m = getmntent(mounts))) {
			if (strcmp(m->mnt_type, types[i]) != 0)
				continue;
			found = x_asprintf("%s%s%s", m->mnt_dir, *name == '/' ? "" : "/", name);
			if (!has_members(found)) {
				free(found);
				found = NULL;
			}
		}
		if (mounts)
			endmntent(mounts);
	}
	return found;
}

static void forget(struct cgroup *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->group[i].path);
	g->n = 0;
}

void cgroup_free(struct cgroup *g)
{
	if (!g)
		return;
	forget(g);
	free(g->group);
	free(g->path);
	free(g);
}

/* path, which is taken, and all below it. */
static void scan(struct cgroup *g, char *path, int depth)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	struct stat st;

	if (!directory || fstat(dirfd(directory), &st) != 0) {
		if (directory)
			closedir(directory);
		free(path);
		return;
	}
	if (g->n == g->room) {
		g->room = g->room ? 2 * g->room : 4;
		g->group = x_reallocarray(g->group, g->room, sizeof *g->group);
	}
	g->group[g->n++] = (struct group){.path = path, .links = st.st_nlink};
	while (depth < DEEPEST && (entry = readdir(directory))) {
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			scan(g, x_asprintf("%s/%s", path, entry->d_name), depth + 1);
	}
	closedir(directory);
}

/* Has any been made or removed? Where directories do not count those below them, that cannot be told. */
static bool has_changed(const struct cgroup *g)
{
	struct stat st;

	for (size_t i = 0; i < g->n; i++) {
		if (stat(g->group[i].path, &st) != 0 || st.st_nlink != g->group[i].links || st.st_nlink < 2)
			return true;
	}
	return g->n == 0;
}

struct cgroup *cgroup_open(const char *path, char why[CGROUP_WHY])
{
	struct cgroup *g;
	char *found = *path && has_members(path) ? x_strdup(path) : NULL;
	struct stat st;

	if (!found && *path)
		found = find_mounted(path);
	if (!found) {
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			snprintf(why, CGROUP_WHY, "no cgroup: there is no " MEMBERS " in it that can be read");
		else
			snprintf(why, CGROUP_WHY, "no such cgroup");
		return NULL;
	}
	g = x_calloc(1, sizeof *g);
	g->path = found;
	return g;
}

/* What could not be read has no members: it has been removed, or it is a threaded one, whose processes are members of
 * the one above. */
static size_t read_members(const char *path, struct kept *k, size_t n)
{
	char *name = x_asprintf("%s/" MEMBERS, path);
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	const char *at, *end;
	pid_t pid;

	free(name);
	if (fd < 0)
		return n;
	if (kept_read_open(k, fd) == 0) {
		at = k->text;
		end = at + k->len;
		while (procfs_pid(&at, end, &pid) == 1) {
			if (pid > 0)
				kept_add(k, n++, pid);
		}
	}
	close(fd);
	return n;
}

size_t cgroup_members(struct cgroup *g, struct kept *k)
{
	size_t n = 0;

	if (has_changed(g)) {
		forget(g);
		scan(g, x_strdup(g->path), 0);
	}
	for (size_t i = 0; i < g->n; i++)
		n = read_members(g->group[i].path, k, n);
	return n;
}
