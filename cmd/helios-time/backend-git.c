#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "git.h"
#include "program.h"
#include "said.h"

#define EPOCH 1700000000L /* when the first commit is said to be made */

static bool is_id(const char *id)
{
	size_t len = strlen(id);

	return (len == 40 || len == 64) && strspn(id, "0123456789abcdef") == len;
}

/* The answer of rev-parse: one id on a line. */
static int take_id(struct store *s, char id[ID_MAX], enum run_failure *failure, char why[RUN_WHY])
{
	const struct git *g = s->own;
	char shown[ID_MAX];

	snprintf(id, ID_MAX, "%.*s", (int)strcspn(g->output.out, "\n"), g->output.out);
	if (is_id(id) && g->output.len == strlen(id) + 1)
		return 0;
	said_printable(shown, sizeof shown, g->output.out, g->output.len);
	snprintf(why, RUN_WHY, "git rev-parse: expected an id of 40 or 64 hexadecimal digits, but got: %s", shown);
	return program_lied(failure);
}

static int rev_parse(struct store *s, char id[ID_MAX], struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	static const char *const tail[] = {"rev-parse", "--verify", "-q", "HEAD", NULL};
	struct git *g = s->own;

	return git_run(s, tail, g->environment.variable, 0, cost, failure, why) < 0 ? -1 : take_id(s, id, failure, why);
}

static int check_head(const struct git *g, const char *id, enum run_failure *failure, char why[RUN_WHY])
{
	if (!*g->head || strcmp(g->head, id) == 0)
		return 0;
	snprintf(why, RUN_WHY, "HEAD is another: expected %s, but got %s", g->head, id);
	return program_lied(failure);
}

static int spawn(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	struct git *g = s->own;
	char before[sizeof s->version];

	if (git_version(s, cost, failure, why) < 0)
		return -1;
	memcpy(before, s->version, sizeof before);
	program_version(s, &g->output);
	if (strcmp(before, s->version) == 0)
		return 0;
	snprintf(why, RUN_WHY, "its version was %s, and is now %s", before, s->version);
	return program_lied(failure);
}

static int open_store(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	char id[ID_MAX];

	return rev_parse(s, id, cost, failure, why) < 0 ? -1 : check_head(s->own, id, failure, why);
}

static int commit(struct store *s, char id[ID_MAX], struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	struct git *g = s->own;
	const char *const add[] = {g->work_tree, "add", "-A", "-f", NULL};
	const char *const make[] = {g->work_tree, "commit", "-q", "--allow-empty-message", "-m", "", NULL};
	struct cost untimed = {.runs = 0};
	char date[40];

	snprintf(date, sizeof date, "%ld +0000", EPOCH + g->commits++);
	environment_set(&g->environment, "GIT_AUTHOR_DATE", date);
	environment_set(&g->environment, "GIT_COMMITTER_DATE", date);
	g->head[0] = '\0';
	if (git_run(s, add, g->environment.variable, g->work, cost, failure, why) < 0 ||
	    git_run(s, make, g->environment.variable, g->work, cost, failure, why) < 0 ||
	    rev_parse(s, id, &untimed, failure, why) < 0)
		return -1;
	if (!ids_add(g->ids, id)) {
		snprintf(why, RUN_WHY, "%s is the id of an earlier commit, though the content is new", id);
		return program_lied(failure);
	}
	memcpy(g->head, id, ID_MAX);
	return 0;
}

static int restore(struct store *s, const char *id, const char *out, struct cost *cost, enum run_failure *failure,
		   char why[RUN_WHY])
{
	struct git *g = s->own;
	const char *const reset[] = {"reset", "-q", "--soft", id, NULL};
	struct cost untimed = {.runs = 0};
	char head[ID_MAX];

	(void)out;
	g->head[0] = '\0';
	if (git_run(s, reset, g->environment.variable, 0, cost, failure, why) < 0 ||
	    rev_parse(s, head, &untimed, failure, why) < 0)
		return -1;
	snprintf(g->head, sizeof g->head, "%s", id);
	return check_head(g, head, failure, why);
}

static int materialize(struct store *s, const char *id, const char *out, struct cost *cost, enum run_failure *failure,
		       char why[RUN_WHY])
{
	struct git *g = s->own;
	char *work_tree = x_asprintf("--work-tree=%s", out);
	const char *const checkout[] = {work_tree, "checkout", "-q", "-f", id, "--", ".", NULL};
	int directory = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = -1;

	if (directory < 0 || (unlink(g->index) < 0 && errno != ENOENT)) {
		snprintf(why, RUN_WHY, "%.400s: %s", directory < 0 ? out : g->index, strerror(errno));
		*failure = RUN_FAILED;
	} else {
		result = git_run(s, checkout, g->writing.variable, directory, cost, failure, why);
		unlink(g->index); /* of what is written out, and no part of the store */
	}
	if (directory >= 0)
		close(directory);
	free(work_tree);
	return result;
}

static int diff(struct store *s, const char *from, const char *to, size_t changed, struct cost *cost,
		enum run_failure *failure, char why[RUN_WHY])
{
	struct git *g = s->own;
	const char *const tail[] = {"diff", "--name-status", from, to, NULL};

	if (git_run(s, tail, g->environment.variable, 0, cost, failure, why) < 0)
		return -1;
	if (g->output.lines == changed)
		return 0;
	snprintf(why, RUN_WHY, "its diff is wrong: expected %zu changed files, but got %zu", changed, g->output.lines);
	return program_lied(failure);
}

static int refuses(struct store *s, enum run_failure *failure, char why[RUN_WHY])
{
	struct git *g = s->own;
	char id[ID_MAX] = "0000000000000000000000000000000000000000000000000000000000000000";
	const char *const reset[] = {"reset", "-q", "--soft", id, NULL};
	struct cost cost = {.runs = 0};

	if (strlen(g->head) != 64)
		id[40] = '\0';
	if (git_run(s, reset, g->environment.variable, 0, &cost, failure, why) == 0) {
		snprintf(why, RUN_WHY, "exit status 0 for %s, which was never committed", id);
		return program_lied(failure);
	}
	if (*failure != RUN_FAILED || !cost.runs || WIFSIGNALED(g->output.status) || said_locked(g->output.words))
		return -1;
	*failure = RUN_FINE;
	return 0;
}

const struct backend backend_git = {
	.name = "git",
	.dialect = "git",
	.restore_scope = "metadata",
	.prepare = git_prepare,
	.dispose = git_dispose,
	.spawn = spawn,
	.open = open_store,
	.commit = commit,
	.restore = restore,
	.materialize = materialize,
	.diff = diff,
	.refuses = refuses,
};
