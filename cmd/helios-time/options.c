#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "die.h"
#include "units.h"
#include "usage.h"

#define COUNT_MAX 100000
#define FILES_MAX 10000000
#define SIZE_MAX_BYTES (1LL << 40)

enum { /* options without a letter */
	OPT_BACKEND = 256,
	OPT_CLI,
	OPT_DIALECT,
	OPT_GIT,
	OPT_GIT_CONFIG,
	OPT_FILES,
	OPT_FILE_SIZE,
	OPT_CHANGE,
	OPT_WORK,
	OPT_WARMUP,
	OPT_COLD,
	OPT_TIMEOUT,
	OPT_IGNORE_FAILURE
};

static const struct option long_options[] = {
	{"backend", required_argument, NULL, OPT_BACKEND},
	{"cli", required_argument, NULL, OPT_CLI},
	{"dialect", required_argument, NULL, OPT_DIALECT},
	{"git", required_argument, NULL, OPT_GIT},
	{"git-config", required_argument, NULL, OPT_GIT_CONFIG},
	{"files", required_argument, NULL, OPT_FILES},
	{"file-size", required_argument, NULL, OPT_FILE_SIZE},
	{"change", required_argument, NULL, OPT_CHANGE},
	{"work", required_argument, NULL, OPT_WORK},
	{"directory", required_argument, NULL, 'd'},
	{"count", required_argument, NULL, 'n'},
	{"warmup", required_argument, NULL, OPT_WARMUP},
	{"cold", no_argument, NULL, OPT_COLD},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"ignore-failure", no_argument, NULL, OPT_IGNORE_FAILURE},
	MEASURING_OPTIONS,
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char *const op_names[OP_COUNT] = {
	[OP_SPAWN] = "spawn",
	[OP_OPEN] = "open",
	[OP_COMMIT] = "commit",
	[OP_RESTORE] = "restore",
	[OP_MATERIALIZE] = "materialize",
	[OP_CYCLE] = "cycle",
	[OP_DIFF] = "diff",
};

const char *op_name(enum op op)
{
	return op_names[op];
}

struct parsing { /* what was said, and is only right together with the rest */
	struct options *o;
	bool said_files, said_dialect;
};

static void take_backends(struct options *o, const char *argument)
{
	char *text = x_strdup(argument), *rest = text, *word;

	o->helios = o->git = false;
	while ((word = strsep(&rest, ",")) != NULL) {
		bool *which = strcmp(word, "helios") == 0 ? &o->helios : strcmp(word, "git") == 0 ? &o->git : NULL;

		if (!which || *which)
			die_usage("--backend '%s': expected helios, git or helios,git", argument);
		*which = true;
	}
	free(text);
}

static void take_dialect(struct options *o, const char *argument)
{
	o->autonav = strcmp(argument, "autonav") == 0;
	if (!o->autonav && strcmp(argument, "helios") != 0)
		die_usage("--dialect '%s': expected helios or autonav", argument);
}

/* What git takes as -c: a name with a section, and a value. */
static void take_git_config(struct options *o, const char *argument)
{
	const char *equals = strchr(argument, '='), *dot = strchr(argument, '.');

	if (!equals || !dot || dot == argument || dot + 1 >= equals)
		die_usage("--git-config '%s': expected SECTION.NAME=VALUE", argument);
	o->git_config = cli_append(o->git_config, argument);
}

static const char *parse_file(const char *option, const char *argument)
{
	if (!*argument)
		die_usage("%s '': expected a file", option);
	return argument;
}

/* "1KiB", or "1KiB-1MiB". */
static void take_file_size(struct options *o, const char *argument)
{
	const char *dash = strchr(argument, '-');
	char *from = dash ? x_asprintf("%.*s", (int)(dash - argument), argument) : x_strdup(argument);
	struct content_spec *c = &o->content;

	if (size_parse(from, &c->size_min) < 0 || size_parse(dash ? dash + 1 : from, &c->size_max) < 0 ||
	    c->size_min > c->size_max)
		die_usage("--file-size '%s': expected a size such as 1KiB, or a range such as 1KiB-1MiB", argument);
	if (c->size_max > SIZE_MAX_BYTES)
		die_usage("--file-size '%s': expected at most 1024GiB", argument);
	o->size_text = argument;
	free(from);
}

static bool take_what(struct parsing *p, int option, const char *argument)
{
	struct options *o = p->o;

	switch (option) {
	case OPT_BACKEND:
		take_backends(o, argument);
		return true;
	case OPT_CLI:
		o->cli = parse_file("--cli", argument);
		return true;
	case OPT_DIALECT:
		take_dialect(o, argument);
		p->said_dialect = true;
		return true;
	case OPT_GIT:
		o->git_path = parse_file("--git", argument);
		return true;
	case OPT_GIT_CONFIG:
		take_git_config(o, argument);
		return true;
	default:
		return false;
	}
}

static bool take_content(struct parsing *p, int option, const char *argument)
{
	struct options *o = p->o;

	switch (option) {
	case OPT_FILES:
		o->content.files = (uint64_t)cli_count("--files", argument, 1);
		if (o->content.files > FILES_MAX)
			die_usage("--files '%s': expected at most %d", argument, FILES_MAX);
		p->said_files = true;
		return true;
	case OPT_FILE_SIZE:
		take_file_size(o, argument);
		p->said_files = true;
		return true;
	case OPT_CHANGE:
		o->content.change = cli_share("--change", argument);
		if (!(o->content.change >= 0 && o->content.change <= 1))
			die_usage("--change '%s': expected a share from 0%% to 100%%", argument);
		return true;
	case OPT_WORK:
		if (!*argument)
			die_usage("--work '': expected a directory");
		o->content.from = argument;
		return true;
	case 'd':
		if (!*argument)
			die_usage("--directory '': expected a directory");
		o->directory = argument;
		return true;
	default:
		return false;
	}
}

static bool take_how(struct parsing *p, int option, const char *argument)
{
	struct options *o = p->o;

	switch (option) {
	case 'n':
		o->count = cli_count("--count", argument, 1);
		if (o->count > COUNT_MAX)
			die_usage("--count '%s': expected at most %d", argument, COUNT_MAX);
		return true;
	case OPT_WARMUP:
		o->warmup = cli_count("--warmup", argument, 0);
		if (o->warmup > COUNT_MAX)
			die_usage("--warmup '%s': expected at most %d", argument, COUNT_MAX);
		return true;
	case OPT_COLD:
		o->cold = true;
		return true;
	case OPT_TIMEOUT:
		o->timeout = cli_duration("--timeout", argument);
		if (!o->timeout)
			die_usage("--timeout: expected more than 0");
		return true;
	case OPT_IGNORE_FAILURE:
		o->ignore_failure = true;
		return true;
	default:
		return false;
	}
}

static void take_ops(struct options *o, char *const *words)
{
	if (!*words) {
		for (int op = 0; op < OP_COUNT; op++)
			o->op[op] = op != OP_DIFF;
		return;
	}
	for (; *words; words++) {
		int op = 0;

		while (op < OP_COUNT && strcmp(*words, op_names[op]) != 0)
			op++;
		if (op == OP_COUNT)
			die_usage("%s: no such operation", *words);
		if (o->op[op])
			die_usage("%s: once is enough", *words);
		o->op[op] = true;
	}
}

static void check(const struct parsing *p)
{
	const struct options *o = p->o;

	if (o->content.from && p->said_files)
		die_usage("--work: the files are as they are there; leave out --files and --file-size");
	if (!o->helios && (o->cli || p->said_dialect))
		die_usage("--backend git: runs no helios-cli; leave out --cli and --dialect");
	if (!o->git && (o->git_path || o->git_config))
		die_usage("--backend helios: runs no git; leave out --git and --git-config");
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct parsing p = {.o = o};
	int option;

	*o = (struct options){.helios = true, .git = true, .count = 10, .warmup = 1, .timeout = INT64_C(60000000000)};
	o->content = (struct content_spec){.files = 1000, .size_min = 1024, .size_max = 1024, .change = 0.1};
	o->size_text = "1KiB";
	measuring_init(&o->common, 1);
	while ((option = getopt_long(argc, argv, "d:n:o:hV", long_options, NULL)) != -1) {
		if (take_what(&p, option, optarg) || take_content(&p, option, optarg) || take_how(&p, option, optarg) ||
		    measuring_take(&o->common, option, optarg))
			continue;
		cli_other(option, usage_text);
	}
	take_ops(o, argv + optind);
	check(&p);
	o->content.seed = o->common.seed;
}

void options_free(struct options *o)
{
	free(o->git_config);
	measuring_free(&o->common);
}
