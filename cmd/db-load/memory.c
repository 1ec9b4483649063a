#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "sql.h"

struct flavour { /* of control groups */
	const char *root;
	const char *limit, *swap;
	bool unified;
};

static const struct flavour flavours[] = {
	{"/sys/fs/cgroup", "memory.max", "memory.swap.max", true},
	{"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", false},
};

const char *memory_kind_name(enum memory_kind kind)
{
	static const char *const names[] = {"none", "cgroup", "sqlite"};

	return names[kind];
}

static int write_number(const char *directory, const char *file, int64_t number)
{
	char *path = *file ? x_asprintf("%s/%s", directory, file) : x_strdup(directory), text[32];
	int fd = open(path, O_WRONLY | O_CLOEXEC), len = snprintf(text, sizeof text, "%" PRId64, number);
	ssize_t written = fd < 0 ? -1 : write(fd, text, (size_t)len);

	if (fd >= 0)
		close(fd);
	free(path);
	return written == len ? 0 : -1;
}

/* Where this process is below the flavour's root: "/user.slice", "/"; caller frees. NULL: nowhere. */
static char *own_group(const struct flavour *flavour)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char *line = NULL, *found = NULL;
	size_t room = 0;

	/* "4:memory:/path", or of the unified hierarchy "0::/path". */
	while (file && !found && getline(&line, &room, file) > 0) {
		char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (strcmp(controllers + 1, flavour->unified ? "" : "memory") == 0)
			found = x_strdup(path);
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

/* Make a group in parent with the limit and enter it. 0, or -1 with nothing changed. */
static int enter(struct memory *m, const struct flavour *flavour, const char *parent, int64_t bytes)
{
	char *group = x_asprintf("%s/benchpipe.%d", parent, (int)getpid());

	if (mkdir(group, 0755) < 0) {
		free(group);
		return -1;
	}
	if (write_number(group, flavour->limit, bytes) == 0) {
		/* Memory and swap together, or swap alone; many kernels have neither. */
		(void)write_number(group, flavour->swap, flavour->unified ? 0 : bytes);
		if (write_number(group, "cgroup.procs", getpid()) == 0) {
			m->group = group;
			m->kind = MEMORY_CGROUP;
			return 0;
		}
	}
	rmdir(group);
	free(group);
	return -1;
}

static int enter_any(struct memory *m, int64_t bytes)
{
	int result = -1;

	for (size_t i = 0; result < 0 && i < sizeof flavours / sizeof flavours[0]; i++) {
		const struct flavour *flavour = &flavours[i];
		char *own = own_group(flavour), *place, *slash;

		if (!own)
			continue;
		place = x_asprintf("%s%s", flavour->root, strcmp(own, "/") ? own : "");
		m->home = x_asprintf("%s/cgroup.procs", place);
		free(own);
		/* A unified group with processes in it lets no child have a limit: a sibling then. */
		result = enter(m, flavour, place, bytes);
		slash = strrchr(place, '/');
		if (result < 0 && flavour->unified && slash && strlen(place) > strlen(flavour->root)) {
			*slash = '\0';
			result = enter(m, flavour, place, bytes);
		}
		free(place);
		if (result < 0) {
			free(m->home);
			m->home = NULL;
		}
	}
	return result;
}

void memory_limit(struct memory *m, int64_t bytes)
{
	*m = (struct memory){.kind = MEMORY_SQLITE};
	if (enter_any(m, bytes) == 0)
		return;
	sql_memory_limit(bytes);
#ifndef __SANITIZE_ADDRESS__ /* whose own needs are beyond any limit */
	setrlimit(RLIMIT_DATA, &(struct rlimit){.rlim_cur = (rlim_t)bytes, .rlim_max = (rlim_t)bytes});
#endif
}

void memory_unlimit(struct memory *m)
{
	if (m->group) {
		(void)write_number(m->home, "", getpid());
		/* The kernel may still be busy with its last process. */
		for (int i = 0; rmdir(m->group) < 0 && errno == EBUSY && i < 100; i++)
			usleep(1000);
	}
	free(m->group);
	free(m->home);
	*m = (struct memory){.kind = MEMORY_UNLIMITED};
}
