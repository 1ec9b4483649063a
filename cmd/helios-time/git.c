#include "git.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "program.h"

#define TAIL 10 /* arguments behind those that are always there, with the NULL */

static const char *const settings[] = {
	"gc.auto=0",
	"maintenance.auto=false",
	"commit.gpgsign=false",
	"core.autocrlf=false",
	"core.safecrlf=false",
	"core.hooksPath=/dev/null",
	"core.fsmonitor=false",
	"core.protectNTFS=false",
	"core.protectHFS=false",
	"init.defaultBranch=main",
};

#define SETTINGS (sizeof settings / sizeof settings[0])

static void make_arguments(const struct store *s, struct git *g)
{
	size_t more = 0;

	while (s->config && s->config[more])
		more++;
	g->argv = x_calloc(2 * (SETTINGS + more) + 2 + TAIL, sizeof *g->argv);
	g->argv[g->argc++] = "git";
	for (size_t i = 0; i < SETTINGS + more; i++) {
		g->argv[g->argc++] = "-c";
		g->argv[g->argc++] = i < SETTINGS ? settings[i] : s->config[i - SETTINGS];
	}
	g->argv[g->argc++] = g->git_dir;
}

static void make_environment(const struct store *s, struct environment *e)
{
	environment_copy(e);
	environment_drop(e, "GIT_");
	environment_drop(e, "XDG_CONFIG_HOME=");
	environment_drop(e, "LANGUAGE=");
	environment_set(e, "HOME", s->directory);
	environment_set(e, "LC_ALL", "C");
	environment_set(e, "TZ", "UTC");
	environment_set(e, "GIT_CONFIG_NOSYSTEM", "1");
	environment_set(e, "GIT_CONFIG_GLOBAL", "/dev/null");
	environment_set(e, "GIT_ATTR_NOSYSTEM", "1");
	environment_set(e, "GIT_TERMINAL_PROMPT", "0");
	environment_set(e, "GIT_AUTHOR_NAME", "helios-time");
	environment_set(e, "GIT_AUTHOR_EMAIL", "helios-time@localhost");
	environment_set(e, "GIT_COMMITTER_NAME", "helios-time");
	environment_set(e, "GIT_COMMITTER_EMAIL", "helios-time@localhost");
}

int git_run(struct store *s, const char *const *tail, char *const *envp, int directory, struct cost *cost,
	    enum run_failure *failure, char why[RUN_WHY])
{
	struct git *g = s->own;
	const char *command = tail[0];
	char what[RUN_WHY];

	if (strncmp(command, "--", 2) == 0)
		command = tail[1];
	memset(g->argv + g->argc, 0, TAIL * sizeof *g->argv);
	for (size_t i = 0; tail[i] && i < TAIL - 1; i++)
		g->argv[g->argc + i] = tail[i];
	*failure = run(&s->runner, s->path, g->argv, envp, directory, cost, &g->output, what);
	if (*failure == RUN_FINE)
		return 0;
	snprintf(why, RUN_WHY, "git %s: %.480s", command, what);
	return -1;
}

int git_version(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	static const char *const argv[] = {"git", "version", NULL};
	struct git *g = s->own;

	*failure = run(&s->runner, s->path, argv, g->environment.variable, 0, cost, &g->output, why);
	return *failure == RUN_FINE ? 0 : -1;
}

/* It beats whatever .gitattributes there are in the tree. */
static int write_attributes(const struct git *g, char why[RUN_WHY])
{
	char *directory = x_asprintf("%s/info", g->repository), *path = x_asprintf("%s/attributes", directory);
	int made = program_make_directory(directory, why);
	FILE *f = made == 0 ? fopen(path, "we") : NULL;
	int result = -1;

	if (f) {
		fputs("* -text -ident -filter -working-tree-encoding\n", f);
		result = fclose(f) == 0 ? 0 : -1;
	}
	if (made == 0 && result < 0)
		snprintf(why, RUN_WHY, "%.400s: %s", path, strerror(errno));
	free(path);
	free(directory);
	return result;
}

static int make_repository(struct store *s, char why[RUN_WHY])
{
	struct git *g = s->own;
	const char *const tail[] = {"init", "-q", "--bare", "--template=", NULL};
	struct cost cost = {.runs = 0};
	enum run_failure failure;

	if (git_run(s, tail, g->environment.variable, 0, &cost, &failure, why) < 0)
		return -1;
	return write_attributes(g, why);
}

static struct git *new_own(const struct store *s)
{
	struct git *g = x_calloc(1, sizeof *g);

	g->ids = ids_new();
	g->repository = x_asprintf("%s/repository", s->directory);
	g->index = x_asprintf("%s/index", s->directory);
	g->git_dir = x_asprintf("--git-dir=%s", g->repository);
	g->work_tree = x_asprintf("--work-tree=%s", s->work);
	make_arguments(s, g);
	make_environment(s, &g->environment);
	make_environment(s, &g->writing);
	environment_set(&g->writing, "GIT_INDEX_FILE", g->index);
	g->work = open(s->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return g;
}

void git_dispose(struct store *s)
{
	struct git *g = s->own;

	if (!g)
		return;
	if (g->work >= 0)
		close(g->work);
	environment_free(&g->environment);
	environment_free(&g->writing);
	ids_free(g->ids);
	free(g->repository);
	free(g->index);
	free(g->git_dir);
	free(g->work_tree);
	free(g->argv);
	free(g);
	s->own = NULL;
}

static int try_it(struct store *s, char why[RUN_WHY])
{
	struct cost cost = {.runs = 0};
	enum run_failure failure;
	struct git *g = s->own;
	char what[RUN_WHY];

	if (g->work < 0) {
		snprintf(why, RUN_WHY, "%.400s: %s", s->work, strerror(errno));
		return -1;
	}
	if (git_version(s, &cost, &failure, what) < 0) {
		snprintf(why, RUN_WHY, "git version: %.490s", what);
		return -1;
	}
	program_version(s, &g->output);
	if (strncmp(s->version, "git version ", 12) == 0)
		s->mode = MODE_REAL;
	return make_repository(s, why);
}

int git_prepare(struct store *s, char why[RUN_WHY])
{
	int result = program_find(s, NULL, "git", "install it or set --git", why);

	s->own = NULL;
	s->version[0] = '\0';
	s->mode = MODE_MOCK;
	if (result == 0)
		result = program_make_directory(s->directory, why);
	if (result != 0)
		return result;
	s->own = new_own(s);
	result = try_it(s, why);
	if (result != 0)
		git_dispose(s);
	return result;
}
