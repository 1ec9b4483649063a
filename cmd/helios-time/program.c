#include "program.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"
#include "said.h"

/* It is run in other directories: relative to the root, but with links as they are, which some programs look at. */
static int make_absolute(char path[PATH_MAX])
{
	char here[PATH_MAX], *whole;
	int n;

	if (*path == '/')
		return 0;
	if (!getcwd(here, sizeof here))
		return -1;
	n = asprintf(&whole, "%s/%s", here, strncmp(path, "./", 2) == 0 ? path + 2 : path);
	if (n >= 0 && n < PATH_MAX)
		memcpy(path, whole, (size_t)n + 1);
	else
		errno = n < 0 ? ENOMEM : ENAMETOOLONG;
	if (n >= 0)
		free(whole);
	return n >= 0 && n < PATH_MAX ? 0 : -1;
}

int program_find(struct store *s, const char *variable, const char *name, const char *how, char why[RUN_WHY])
{
	const char *set = variable ? getenv(variable) : NULL, *wanted = s->cli;
	const char *origin = "";

	_Static_assert(sizeof s->path == PATH_MAX, "a store holds a path");
	if (!wanted && set && *set) {
		wanted = set;
		origin = variable;
	}
	if (proc_find(wanted ? wanted : name, s->path) == 0 && make_absolute(s->path) == 0)
		return 0;
	if (wanted) {
		int gone = errno == ENOENT || errno == ENOTDIR;

		snprintf(why, RUN_WHY, "%s%s%.300s: %s", origin, *origin ? "=" : "", wanted, strerror(errno));
		return gone && *origin ? 1 : -1;
	}
	if (errno == ENOENT) {
		snprintf(why, RUN_WHY, "%s not found; %s", name, how);
		return 1;
	}
	snprintf(why, RUN_WHY, "%s: %s", name, strerror(errno));
	return -1;
}

void program_version(struct store *s, const struct run_output *output)
{
	said_printable(s->version, sizeof s->version, output->out, strcspn(output->out, "\r\n"));
}

bool program_poses(const char *version)
{
	static const char *const words[] = {"mock", "stand-in", "script", "fake"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcasestr(version, words[i]))
			return true;
	}
	return false;
}

int program_make_directory(const char *path, char why[RUN_WHY])
{
	if (mkdir(path, 0700) == 0)
		return 0;
	snprintf(why, RUN_WHY, "%.400s: %s", path, strerror(errno));
	return -1;
}

int program_lied(enum run_failure *failure)
{
	*failure = RUN_FAILED;
	return -1;
}
