#include "options.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "units.h"

#define THREADS_DEFAULT 4 /* at most; one thread inserts, and more than a few generators never help it */
#define THREADS_MAX 64

static const char usage[] =
	"usage: db-seed [OPTION]... DATABASE\n"
	"Fill an SQLite database with production-like rows; write bench-record(5).\n"
	"\n"
	"what is filled\n"
	"      --profile NAME       a schema and spec that db-seed brings along (--list)\n"
	"      --schema FILE        SQL text, or an SQLite database whose schema is taken;\n"
	"                           without either the one that DATABASE has\n"
	"      --spec FILE          how columns are filled, as JSON\n"
	"      --rows TABLE=N       rows of a table (10k, 1M); repeatable\n"
	"      --scale X            multiply the other tables' rows by X\n"
	"      --seed N             other values, the same shape (1)\n"
	"      --append             add rows to what DATABASE holds, in one transaction\n"
	"      --force              replace DATABASE\n"
	"how it is made\n"
	"  -j, --threads N          generate on N threads (one a processor, at most 4)\n"
	"      --check HOW          quick (foreign_key_check, quick_check), which is the default, full\n"
	"                           (integrity_check in place of quick_check) or none\n"
	"      --no-check           as --check none\n"
	"      --page-size N        512 to 65536, a power of two (the schema's own, or 4096)\n"
	"      --journal MODE       wal (default) or delete, of the finished database\n"
	"instead of making it\n"
	"  -n, --dry-run            tables, rows, how each column is filled, the size to expect\n"
	"      --print TABLE        a table's rows as JSON lines; needs no DATABASE\n"
	"      --list               the profiles\n"
	"      --show-schema        a profile's schema\n"
	"      --show-spec          a profile's spec\n"
	"what is written\n"
	"  -o, --output FILE        records into FILE, the statistics on stdout\n"
	"      --bench NAME         what the benchmarks' names begin with (db/seed)\n"
	"      --param KEY=VALUE    one more param; repeatable\n"
	"      --mode mock          say that a stand-in was measured\n"
	"      --format FORMAT      auto, ndjson or text\n"
	"      --progress WHEN      auto, always or never\n"
	"  -h, --help\n"
	"  -V, --version\n";

enum { /* options without a letter */
	OPT_PROFILE = 256,
	OPT_SCHEMA,
	OPT_SPEC,
	OPT_ROWS,
	OPT_SCALE,
	OPT_APPEND,
	OPT_FORCE,
	OPT_CHECK,
	OPT_NO_CHECK,
	OPT_PAGE_SIZE,
	OPT_JOURNAL,
	OPT_PRINT,
	OPT_LIST,
	OPT_SHOW_SCHEMA,
	OPT_SHOW_SPEC
};

static const struct option long_options[] = {
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "schema", required_argument, NULL, OPT_SCHEMA },
	{ "spec", required_argument, NULL, OPT_SPEC },
	{ "rows", required_argument, NULL, OPT_ROWS },
	{ "scale", required_argument, NULL, OPT_SCALE },
	{ "append", no_argument, NULL, OPT_APPEND },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "threads", required_argument, NULL, 'j' },
	{ "check", required_argument, NULL, OPT_CHECK },
	{ "no-check", no_argument, NULL, OPT_NO_CHECK },
	{ "page-size", required_argument, NULL, OPT_PAGE_SIZE },
	{ "journal", required_argument, NULL, OPT_JOURNAL },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "print", required_argument, NULL, OPT_PRINT },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "show-schema", no_argument, NULL, OPT_SHOW_SCHEMA },
	{ "show-spec", no_argument, NULL, OPT_SHOW_SPEC },
	MEASURING_OPTIONS,
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void take_rows(struct options *o, const char *argument)
{
	const char *equals = strrchr(argument, '=');
	int64_t rows;

	if (!equals || equals == argument || count_parse(equals + 1, &rows) != 0)
		die_usage("--rows '%s': expected TABLE=N", argument);
	o->count = x_reallocarray(o->count, o->ncounts + 1, sizeof(*o->count));
	o->count[o->ncounts++] = (struct plan_count){
		.table = x_asprintf("%.*s", (int)(equals - argument), argument), .rows = (uint64_t)rows
	};
}

static double parse_scale(const char *text)
{
	double scale;

	if (number_parse(text, &scale) != 0 || scale <= 0)
		die_usage("--scale '%s': expected a number above 0", text);
	return scale;
}

static int64_t parse_page_size(const char *text)
{
	int64_t size;

	if (size_parse(text, &size) != 0 || size < 512 || size > 65536 || (size & (size - 1)))
		die_usage("--page-size '%s': expected a power of two from 512 to 65536", text);
	return size;
}

static bool parse_journal(const char *text)
{
	if (strcmp(text, "wal") != 0 && strcmp(text, "delete") != 0)
		die_usage("--journal '%s': expected wal or delete", text);
	return strcmp(text, "wal") == 0;
}

static enum audit parse_check(const char *text)
{

	for (int i = AUDIT_NONE; i <= AUDIT_FULL; i++) {
		if (strcmp(text, audit_name((enum audit)i)) == 0)
			return (enum audit)i;
	}
	die_usage("--check '%s': expected full, quick or none", text);
}

/* Tasks other than building exclude each other; --append may also say how --dry-run numbers its rows. */
static void take_task(struct options *o, enum task task)
{
	if (o->task != TASK_BUILD && o->task != task)
		die_usage("only one of --dry-run, --print, --list, --show-schema and --show-spec");
	o->task = task;
}

static bool take_what(struct options *o, int option, const char *argument)
{
	switch (option) {
	case OPT_PROFILE:
		o->profile = argument;
		return true;
	case OPT_SCHEMA:
		o->schema = argument;
		return true;
	case OPT_SPEC:
		o->spec = argument;
		return true;
	case OPT_ROWS:
		take_rows(o, argument);
		return true;
	case OPT_SCALE:
		o->scale = parse_scale(argument);
		return true;
	case OPT_APPEND:
		o->append = true;
		return true;
	case OPT_FORCE:
		o->force = true;
		return true;
	default:
		return false;
	}
}

static bool take_how(struct options *o, int option, const char *argument)
{
	int64_t threads;

	switch (option) {
	case 'j':
		threads = cli_count("--threads", argument, 1);
		o->threads = threads < THREADS_MAX ? (unsigned)threads : THREADS_MAX;
		return true;
	case OPT_CHECK:
		o->check = parse_check(argument);
		return true;
	case OPT_NO_CHECK:
		o->check = AUDIT_NONE;
		return true;
	case OPT_PAGE_SIZE:
		o->page_size = parse_page_size(argument);
		return true;
	case OPT_JOURNAL:
		o->wal = parse_journal(argument);
		return true;
	case 'n':
		take_task(o, TASK_DRY_RUN);
		return true;
	case OPT_PRINT:
		take_task(o, TASK_PRINT);
		o->print = argument;
		return true;
	case OPT_LIST:
		take_task(o, TASK_LIST);
		return true;
	case OPT_SHOW_SCHEMA:
		take_task(o, TASK_SHOW_SCHEMA);
		return true;
	case OPT_SHOW_SPEC:
		take_task(o, TASK_SHOW_SPEC);
		return true;
	default:
		return false;
	}
}

static unsigned default_threads(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n < THREADS_DEFAULT ? (unsigned)n : THREADS_DEFAULT;
}

static void settle(struct options *o)
{
	bool profile_only = o->task == TASK_LIST || o->task == TASK_SHOW_SCHEMA || o->task == TASK_SHOW_SPEC;

	if (o->profile && o->schema)
		die_usage("--profile and --schema: both say what the tables are");
	if (o->append && o->force)
		die_usage("--append and --force: either add to the database or replace it");
	if (o->append && o->schema)
		die_usage("--append: the database has its schema; --schema does not go with it");
	if (o->append && (o->page_size || !o->wal))
		die_usage("--append: page size and journal mode stay as the database has them");
	if (profile_only && o->task != TASK_LIST && !o->profile)
		die_usage("--show-schema and --show-spec: of which --profile?");
	if (profile_only)
		return;
	if (o->task == TASK_BUILD && o->append)
		o->task = TASK_APPEND;
	if (!o->database && (o->task == TASK_BUILD || o->append))
		die_usage("no database to fill");
	if (!o->database && !o->profile && !o->schema)
		die_usage("no schema: --profile, --schema or a database that has one");
	if (o->task == TASK_BUILD && !o->profile && !o->schema && !o->force)
		die_usage("%s: fill it with --append or --force, or name a --profile or --schema", o->database);
}

void options_parse(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){
		.scale = 1, .threads = default_threads(), .check = AUDIT_QUICK, .wal = true
	};
	measuring_init(&o->common, 1);
	while ((option = getopt_long(argc, argv, "j:no:hV", long_options, NULL)) != -1) {
		if (!take_what(o, option, optarg) && !take_how(o, option, optarg) &&
		    !measuring_take(&o->common, option, optarg))
			cli_other(option, usage);
	}
	o->database = argv[optind];
	if (o->database && argv[optind + 1])
		die_usage("'%s': only one database", argv[optind + 1]);
	if (o->database && !*o->database)
		die_usage("'': expected a database");
	if (!o->common.bench)
		o->common.bench = "db/seed";
	settle(o);
}

void options_free(struct options *o)
{
	for (size_t i = 0; i < o->ncounts; i++)
		free((char *)o->count[i].table);
	free(o->count);
	measuring_free(&o->common);
}
