#include "plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "proc.h"
#include "words.h"

static char *set_param(char *params, const char *key, const char *value)
{
	char *set = measuring_params(params, key, value);

	free(params);
	return set;
}

static char *base_params(const struct options *o, const struct scan *scans, size_t n, size_t combination)
{
	char *params = x_strdup(o->common.params);

	for (size_t i = 0; i < n; i++)
		params = set_param(params, scans[i].name, scan_value(scans, n, i, combination));
	return params;
}

/* cmd/ and the last part of the program's path; of a shell's line, of its first word. */
static char *bench_name(const char *program, bool shell)
{
	size_t len = shell ? strcspn(program, " \t\n") : strlen(program);
	const char *base = program;

	for (const char *at = program; at < program + len; at++) {
		if (*at == '/' && at + 1 < program + len)
			base = at + 1;
	}
	return x_asprintf("cmd/%.*s", (int)(program + len - base), base);
}

static char **shell_words(char **words)
{
	char **argv = x_calloc(4, sizeof(*argv));

	argv[0] = x_strdup("/bin/sh");
	argv[1] = x_strdup("-c");
	argv[2] = words_join(words);
	words_free(words);
	return argv;
}

static int find_program(struct plan *plan, int side)
{
	char path[PATH_MAX];
	const char *name = plan->argv[side][0];

	if (!name) {
		warn("--vs: no command");
		return STATUS_TROUBLE;
	}
	if (proc_find(name, path) < 0) {
		int status = errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;

		warn("%s: %s", name, status == STATUS_NOT_FOUND ? "command not found" : strerror(errno));
		return status;
	}
	plan->path[side] = x_strdup(path);
	return STATUS_DONE;
}

static char **replace_words(char *const *words, const struct scan *scans, size_t n, size_t combination)
{
	size_t count = 0;
	char **copy;

	while (words[count])
		count++;
	copy = x_calloc(count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = scan_replace(words[i], scans, n, combination);
	return copy;
}

/* The second command's words. A shell splits it itself. */
static char **vs_words(const struct options *o)
{
	char **words;

	if (o->shell) {
		words = x_calloc(2, sizeof(*words));
		words[0] = x_strdup(o->vs);
		return words;
	}
	words = words_split(o->vs);
	if (!words)
		die_usage("--vs '%s': a quote is not closed", o->vs);
	return words;
}

int plan_make(struct plan *plan, const struct options *o, const struct scan *scans, size_t n, size_t combination)
{
	int status = STATUS_DONE;

	*plan = (struct plan){ .sides = o->vs ? 2 : 1 };
	plan->setup = scan_replace(o->setup, scans, n, combination);
	plan->prepare = scan_replace(o->prepare, scans, n, combination);
	plan->cleanup = scan_replace(o->cleanup, scans, n, combination);
	plan->common = base_params(o, scans, n, combination);
	plan->params[SIDE_A] = x_strdup(plan->common);
	plan->argv[SIDE_A] = replace_words(o->command, scans, n, combination);
	plan->bench = o->common.bench ? x_strdup(o->common.bench) : bench_name(plan->argv[SIDE_A][0], o->shell);
	if (o->vs) {
		char **words = vs_words(o);

		plan->params[SIDE_B] = set_param(x_strdup(plan->common), "variant", "B");
		plan->params[SIDE_A] = set_param(plan->params[SIDE_A], "variant", "A");
		plan->argv[SIDE_B] = replace_words(words, scans, n, combination);
		words_free(words);
	}
	for (int side = 0; side < plan->sides && status == STATUS_DONE; side++) {
		if (o->shell)
			plan->argv[side] = shell_words(plan->argv[side]);
		status = find_program(plan, side);
	}
	return status;
}

void plan_free(struct plan *plan)
{
	for (int side = 0; side < SIDE_COUNT; side++) {
		free(plan->params[side]);
		free(plan->path[side]);
		words_free(plan->argv[side]);
	}
	free(plan->common);
	free(plan->bench);
	free(plan->setup);
	free(plan->prepare);
	free(plan->cleanup);
}
