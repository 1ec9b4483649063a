#include "options.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "units.h"

#define SECOND 1000000000LL
#define CLIENTS_MAX 10000

static const char usage[] =
	"usage: db-load [OPTION]... DATABASE\n"
	"Put SQL load on an SQLite database, on a copy of it; write bench-record(5).\n"
	"\n"
	"what is run\n"
	"  -b, --builtin NAME[@WEIGHT]  a workload that is built in; repeatable\n"
	"  -f, --file FILE[@WEIGHT]     a script; repeatable\n"
	"      --list                   the built-in workloads\n"
	"      --show NAME              the script of one\n"
	"  -D, --define NAME=VALUE      a variable of the scripts, whatever they \\set; repeatable\n"
	"how much\n"
	"  -c, --clients N              connections at the same time (1)\n"
	"  -j, --threads N              threads that serve them (as many)\n"
	"  -T, --time TIME              how long (10s)\n"
	"  -n, --transactions N         how many of each client\n"
	"      --warmup TIME|N          first run so long, or so many, that do not count\n"
	"  -R, --rate RATE              arrivals a second, of all clients; latency from the arrival\n"
	"      --schedule KIND          of the arrivals: poisson or constant\n"
	"  -L, --limit TIME             count what takes longer; with --rate skip what starts later\n"
	"      --max-errors N           stop and fail once more transactions than that have failed\n"
	"the database\n"
	"      --in-place               the database itself, not a copy\n"
	"      --work-dir DIR           where the copy lies (beside the database)\n"
	"      --journal MODE           journal_mode (wal)\n"
	"      --sync MODE              synchronous (normal)\n"
	"      --cache hot|cold         the file in memory; nothing in memory at each transaction\n"
	"      --busy-timeout TIME      how long to wait for a lock (5s)\n"
	"      --busy-handler KIND      how: poll, or with the delays of sqlite\n"
	"      --checkpoint-pages N     checkpoint at so many pages of WAL (1000); 0: never\n"
	"      --max-memory SIZE        memory to get along with\n"
	"      --explain                plans, and what the statements had to do\n"
	"what is written\n"
	"  -o, --output FILE            records into FILE, the summary on stdout\n"
	"      --bench NAME             the benchmark's name\n"
	"      --param KEY=VALUE        one more param; repeatable\n"
	"      --mode mock              say that a stand-in was measured\n"
	"      --interval TIME          of the histograms and throughputs (1s)\n"
	"      --seed N                 of all that is random (1)\n"
	"  -P, --progress-every TIME    a line of progress so often\n"
	"      --progress WHEN          auto, always or never\n"
	"      --format FORMAT          auto, ndjson or text\n"
	"  -h, --help\n"
	"  -V, --version\n";

enum { /* options without a letter */
	OPT_LIST = 256,
	OPT_SHOW,
	OPT_SCHEDULE,
	OPT_WARMUP,
	OPT_MAX_ERRORS,
	OPT_CACHE,
	OPT_JOURNAL,
	OPT_SYNC,
	OPT_BUSY_TIMEOUT,
	OPT_BUSY_HANDLER,
	OPT_CHECKPOINT_PAGES,
	OPT_MAX_MEMORY,
	OPT_EXPLAIN,
	OPT_IN_PLACE,
	OPT_WORK_DIR,
	OPT_INTERVAL
};

static const struct option long_options[] = {
	{ "builtin", required_argument, NULL, 'b' },
	{ "file", required_argument, NULL, 'f' },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "show", required_argument, NULL, OPT_SHOW },
	{ "define", required_argument, NULL, 'D' },
	{ "clients", required_argument, NULL, 'c' },
	{ "threads", required_argument, NULL, 'j' },
	{ "time", required_argument, NULL, 'T' },
	{ "transactions", required_argument, NULL, 'n' },
	{ "warmup", required_argument, NULL, OPT_WARMUP },
	{ "rate", required_argument, NULL, 'R' },
	{ "schedule", required_argument, NULL, OPT_SCHEDULE },
	{ "limit", required_argument, NULL, 'L' },
	{ "max-errors", required_argument, NULL, OPT_MAX_ERRORS },
	{ "in-place", no_argument, NULL, OPT_IN_PLACE },
	{ "work-dir", required_argument, NULL, OPT_WORK_DIR },
	{ "journal", required_argument, NULL, OPT_JOURNAL },
	{ "sync", required_argument, NULL, OPT_SYNC },
	{ "cache", required_argument, NULL, OPT_CACHE },
	{ "busy-timeout", required_argument, NULL, OPT_BUSY_TIMEOUT },
	{ "busy-handler", required_argument, NULL, OPT_BUSY_HANDLER },
	{ "checkpoint-pages", required_argument, NULL, OPT_CHECKPOINT_PAGES },
	{ "max-memory", required_argument, NULL, OPT_MAX_MEMORY },
	{ "explain", no_argument, NULL, OPT_EXPLAIN },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "progress-every", required_argument, NULL, 'P' },
	MEASURING_OPTIONS,
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char *const journals[] = { "delete", "truncate", "persist", "memory", "wal", "off", NULL };
static const char *const syncs[] = { "off", "normal", "full", "extra", NULL };

/* The one of words that text is in whatever case, or die_usage(). */
static const char *one_of(const char *option, const char *text, const char *const *words, const char *expected)
{
	for (; *words; words++) {
		if (strcasecmp(*words, text) == 0)
			return *words;
	}
	die_usage("%s '%s': expected %s", option, text, expected);
}

static const char *parse_define(const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		die_usage("--define '%s': expected NAME=VALUE", text);
	return text;
}

static int64_t some_time(const char *option, const char *text)
{
	int64_t ns = cli_duration(option, text);

	if (ns == 0)
		die_usage("%s '%s': expected more than 0", option, text);
	return ns;
}

static void add_source(struct options *o, bool builtin, const char *text)
{
	const char *option = builtin ? "--builtin" : "--file", *at = strrchr(text, '@');
	struct source source = { .builtin = builtin, .weight = 1 };

	/* A name may hold an '@' of its own. */
	if (at && !(at[1] && strspn(at + 1, "0123456789") == strlen(at + 1)))
		at = NULL;
	if (at && (count_parse(at + 1, &source.weight) < 0 || source.weight < 1 || source.weight > 1000000000))
		die_usage("%s '%s': expected a weight from 1 to 1000000000 after the @", option, text);
	source.name = x_asprintf("%.*s", at ? (int)(at - text) : (int)strlen(text), text);
	if (!*source.name)
		die_usage("%s '%s': expected a name", option, text);
	o->source = x_reallocarray(o->source, o->nsources + 1, sizeof *o->source);
	o->source[o->nsources++] = source;
}

static double parse_rate(const char *text)
{
	enum unit unit;
	bool bare;
	double rate;

	if (quantity_parse(text, &unit, &rate, &bare) < 0 || (!bare && unit != UNIT_PER_SECOND) || !(rate > 0) ||
	    rate > 1e9)
		die_usage("--rate '%s': expected a rate such as 500/s", text);
	return rate;
}

static void parse_warmup(struct options *o, const char *text)
{
	size_t digits = strspn(text, "0123456789.");
	bool is_time = text[digits] == 's' || text[digits] == 'm' || text[digits] == 'u' || text[digits] == 'n' ||
		       text[digits] == 'h';

	if (is_time)
		o->warmup_time = cli_duration("--warmup", text);
	else
		o->warmup_count = cli_count("--warmup", text, 0);
}

static void parse_memory(struct options *o, const char *text)
{
	if (size_parse(text, &o->max_memory) < 0 || o->max_memory < 4 << 20)
		die_usage("--max-memory '%s': expected a size such as 512MiB, at least 4MiB", text);
}

/* What is run, and how much. */
static bool take_load(struct options *o, int option, const char *argument)
{
	static const char *const schedules[] = { "constant", "poisson", NULL };

	switch (option) {
	case 'b':
	case 'f':
		add_source(o, option == 'b', argument);
		return true;
	case 'D':
		o->define = cli_append(o->define, parse_define(argument));
		return true;
	case 'c':
		o->clients = cli_count("--clients", argument, 1);
		return true;
	case 'j':
		o->threads = cli_count("--threads", argument, 1);
		return true;
	case 'T':
		o->time = some_time("--time", argument);
		return true;
	case 'n':
		o->transactions = cli_count("--transactions", argument, 1);
		return true;
	case OPT_WARMUP:
		parse_warmup(o, argument);
		return true;
	case 'R':
		o->rate = parse_rate(argument);
		return true;
	case OPT_SCHEDULE:
		o->schedule = one_of("--schedule", argument, schedules, "poisson or constant") == schedules[0]
				      ? PACE_CONSTANT : PACE_POISSON;
		return true;
	case 'L':
		o->limit = some_time("--limit", argument);
		return true;
	case OPT_MAX_ERRORS:
		o->max_errors = cli_count("--max-errors", argument, 0);
		return true;
	default:
		return false;
	}
}

/* The database. */
static bool take_database(struct options *o, int option, const char *argument)
{
	static const char *const caches[] = { "hot", "cold", NULL }, *const handlers[] = { "poll", "sqlite", NULL };

	switch (option) {
	case OPT_IN_PLACE:
		o->in_place = true;
		return true;
	case OPT_WORK_DIR:
		o->work_dir = argument;
		return true;
	case OPT_JOURNAL:
		o->journal = one_of("--journal", argument, journals, "wal, delete, truncate, persist, memory or off");
		return true;
	case OPT_SYNC:
		o->sync = one_of("--sync", argument, syncs, "off, normal, full or extra");
		return true;
	case OPT_CACHE:
		o->cache = one_of("--cache", argument, caches, "hot or cold") == caches[0] ? CACHE_HOT : CACHE_COLD;
		return true;
	case OPT_BUSY_TIMEOUT:
		o->busy_timeout = cli_duration("--busy-timeout", argument);
		return true;
	case OPT_BUSY_HANDLER:
		o->busy = one_of("--busy-handler", argument, handlers, "poll or sqlite") == handlers[0] ? BUSY_POLL
													: BUSY_SQLITE;
		return true;
	case OPT_CHECKPOINT_PAGES:
		o->checkpoint_pages = cli_count("--checkpoint-pages", argument, 0);
		return true;
	case OPT_MAX_MEMORY:
		parse_memory(o, argument);
		return true;
	case OPT_EXPLAIN:
		o->explain = true;
		return true;
	default:
		return false;
	}
}

/* What is shown. */
static void take_other(struct options *o, int option, const char *argument)
{
	switch (option) {
	case OPT_INTERVAL:
		o->interval = some_time("--interval", argument);
		break;
	case 'P':
		o->report_every = some_time("--progress-every", argument);
		break;
	case OPT_LIST:
		o->list = true;
		break;
	case OPT_SHOW:
		o->show = argument;
		break;
	default:
		cli_other(option, usage);
	}
}

static void settle(struct options *o)
{
	if (!o->time && !o->transactions)
		o->time = 10 * SECOND;
	if (o->clients > CLIENTS_MAX)
		die_usage("--clients: at most %d", CLIENTS_MAX);
	if (!o->threads || o->threads > o->clients)
		o->threads = o->clients;
	if (o->cache == CACHE_COLD && o->clients > 1)
		die_usage("--cache cold: empties the caches before each transaction, which takes one client");
	if (o->cache == CACHE_COLD && o->rate > 0)
		die_usage("--cache cold: what arrives does not wait for the caches to be emptied; leave out --rate");
	if (o->in_place && o->work_dir)
		die_usage("--in-place: there is no copy; leave out --work-dir");
	if (o->cache == CACHE_HOT && !o->warmup_time && !o->warmup_count)
		o->warmup_time = SECOND;
}

void options_parse(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){ .clients = 1, .schedule = PACE_POISSON, .max_errors = -1, .busy = BUSY_POLL,
			       .busy_timeout = 5 * SECOND, .checkpoint_pages = 1000, .interval = SECOND };
	measuring_init(&o->common, 1);
	while ((option = getopt_long(argc, argv, "b:f:D:c:j:T:n:R:L:o:P:hV", long_options, NULL)) != -1) {
		if (!take_load(o, option, optarg) && !take_database(o, option, optarg) &&
		    !measuring_take(&o->common, option, optarg))
			take_other(o, option, optarg);
	}
	if (o->list || o->show)
		return;
	if (optind == argc)
		die_usage("no database");
	if (argc - optind > 1)
		die_usage("%s: one database is enough", argv[optind + 1]);
	o->database = argv[optind];
	if (!o->nsources)
		die_usage("nothing to run: expected --builtin or --file");
	settle(o);
}

void options_free(struct options *o)
{
	for (size_t i = 0; i < o->nsources; i++)
		free(o->source[i].name);
	free(o->source);
	free(o->define);
	measuring_free(&o->common);
}
