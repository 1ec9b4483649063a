#include "options.h"

#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "die.h"
#include "units.h"

#define THREADS_MAX 256
#define BUNDLE_MAX (10LL << 20) /* what the API takes */

static const char usage[] =
	"usage: api-mock [OPTION]... DATABASE\n"
	"Serve NebulaGC's HTTP API from a database made by db-seed --profile nebulagc, from a copy of it.\n"
	"Prints its URL on stdout once it serves. Every answer says 'X-Benchpipe: mock'.\n"
	"\n"
	"where\n"
	"  -l, --listen ADDRESS       HOST:PORT, port 0 for a free one, or unix:PATH (127.0.0.1:0)\n"
	"  -j, --threads N            threads that serve, each with a connection to the database (as many as processors)\n"
	"      --ready-file FILE      the URL in a file, which is there once it serves\n"
	"how\n"
	"      --latency TIME         answers take at least so long: 10ms, normal:10ms,2ms, lognormal:10ms,0.5,\n"
	"                             exponential:10ms\n"
	"      --fail-rate SHARE      so many requests get status 503\n"
	"      --stall TIME@PERIOD    everything stands still for TIME in every PERIOD: 200ms@2s\n"
	"      --seed N               of latency and failures (1)\n"
	"      --rate-limits          those of the server: status 429\n"
	"the database\n"
	"      --bundle-size SIZE     one bundle a cluster, so big\n"
	"      --in-place             the database itself, not a copy; its tokens stay as they are\n"
	"      --set-tokens           with --in-place: set the tokens nevertheless\n"
	"      --work-dir DIR         where the copy lies (beside the database)\n"
	"how long\n"
	"  -n, --requests N           end after so many answers\n"
	"  -d, --duration TIME        end after so long\n"
	"  -h, --help\n"
	"  -V, --version\n"
	"\n"
	"Tokens: benchpipe-node-ID in X-NebulaGC-Node-Token, benchpipe-cluster-ID in X-NebulaGC-Cluster-Token, the ID being\n"
	"what 'db-seed --profile nebulagc --print nodes' shows as id, and --print clusters.\n";

enum { /* options without a letter */
	OPT_READY_FILE = 256,
	OPT_LATENCY,
	OPT_FAIL_RATE,
	OPT_STALL,
	OPT_SEED,
	OPT_RATE_LIMITS,
	OPT_BUNDLE_SIZE,
	OPT_IN_PLACE,
	OPT_SET_TOKENS,
	OPT_WORK_DIR
};

static const struct option long_options[] = {
	{ "listen", required_argument, NULL, 'l' },
	{ "threads", required_argument, NULL, 'j' },
	{ "ready-file", required_argument, NULL, OPT_READY_FILE },
	{ "latency", required_argument, NULL, OPT_LATENCY },
	{ "fail-rate", required_argument, NULL, OPT_FAIL_RATE },
	{ "stall", required_argument, NULL, OPT_STALL },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "rate-limits", no_argument, NULL, OPT_RATE_LIMITS },
	{ "bundle-size", required_argument, NULL, OPT_BUNDLE_SIZE },
	{ "in-place", no_argument, NULL, OPT_IN_PLACE },
	{ "set-tokens", no_argument, NULL, OPT_SET_TOKENS },
	{ "work-dir", required_argument, NULL, OPT_WORK_DIR },
	{ "requests", required_argument, NULL, 'n' },
	{ "duration", required_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* What it does to requests. */
static bool take_fault(struct fault *f, int option, const char *argument)
{
	switch (option) {
	case OPT_LATENCY:
		if (fault_parse_latency(f, argument) < 0)
			die_usage("--latency '%s': expected 10ms, normal:10ms,2ms, lognormal:10ms,0.5 or exponential:10ms",
				  argument);
		return true;
	case OPT_FAIL_RATE:
		f->fail = cli_share("--fail-rate", argument);
		if (f->fail > 1)
			die_usage("--fail-rate '%s': expected at most 100%%", argument);
		return true;
	case OPT_STALL:
		if (fault_parse_stall(f, argument) < 0)
			die_usage("--stall '%s': expected a time and the longer period in which it comes once, such as 200ms@2s",
				  argument);
		return true;
	case OPT_SEED:
		f->seed = (uint64_t)cli_count("--seed", argument, 0);
		return true;
	default:
		return false;
	}
}

static bool take_database(struct options *o, int option, const char *argument)
{
	switch (option) {
	case OPT_IN_PLACE:
		o->in_place = true;
		return true;
	case OPT_SET_TOKENS:
		o->set_tokens = true;
		return true;
	case OPT_WORK_DIR:
		o->work_dir = argument;
		return true;
	case OPT_BUNDLE_SIZE:
		if (size_parse(argument, &o->bundle_size) < 0 || o->bundle_size < 1 || o->bundle_size > BUNDLE_MAX)
			die_usage("--bundle-size '%s': expected a size such as 100kB or 1MB, at most 10MiB", argument);
		return true;
	default:
		return false;
	}
}

static void take_rest(struct options *o, int option, const char *argument)
{
	switch (option) {
	case 'l':
		o->listen = argument;
		break;
	case 'j':
		o->threads = cli_count("--threads", argument, 1);
		if (o->threads > THREADS_MAX)
			die_usage("--threads: at most %d", THREADS_MAX);
		break;
	case OPT_READY_FILE:
		o->ready_file = argument;
		break;
	case OPT_RATE_LIMITS:
		o->rate_limits = true;
		break;
	case 'n':
		o->requests = cli_count("--requests", argument, 1);
		break;
	case 'd':
		o->duration = cli_duration("--duration", argument);
		if (!o->duration)
			die_usage("--duration '%s': expected more than 0", argument);
		break;
	default:
		cli_other(option, usage);
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int option;

	*o = (struct options){ .listen = "127.0.0.1:0", .fault = { .seed = 1 } };
	o->threads = processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : processors;
	while ((option = getopt_long(argc, argv, "l:j:n:d:hV", long_options, NULL)) != -1) {
		if (!take_fault(&o->fault, option, optarg) && !take_database(o, option, optarg))
			take_rest(o, option, optarg);
	}
	if (optind == argc)
		die_usage("no database");
	if (argc - optind > 1)
		die_usage("%s: one database is enough", argv[optind + 1]);
	o->database = argv[optind];
	if (o->in_place && o->work_dir)
		die_usage("--in-place: there is no copy; leave out --work-dir");
	if (o->set_tokens && !o->in_place)
		die_usage("--set-tokens: in a copy they are set anyway; expected --in-place with it");
	if (o->bundle_size && o->in_place)
		die_usage("--bundle-size: deletes bundles, which it does in a copy alone; leave out --in-place");
}
