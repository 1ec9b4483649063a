#include "options.h"

#include <stdlib.h>

#include "die.h"

#define SECOND 1000000000LL

static const char usage[] =
	"usage: cmd-time [OPTION]... [--] COMMAND [ARGUMENT]...\n"
	"Time a command without a shell; write bench-record(5).\n"
	"\n"
	"how often\n"
	"  -n, --runs N             exactly N timed runs\n"
	"  -w, --warmup N           N runs before them that do not count\n"
	"      --min-time TIME      without -n: at least 10 runs and TIME (3s)\n"
	"      --max-runs N         without -n: at most N runs\n"
	"      --max-time TIME      without -n: no run starts after TIME\n"
	"      --until-precision P  until the median is known within +-P (1%); at most 1m\n"
	"      --timeout TIME       stop a run that takes longer, and fail\n"
	"what is run\n"
	"      --vs COMMAND         a second command, interleaved with the first\n"
	"      --scan NAME=VALUES   1,2,4 or A..B/STEP or A..B*FACTOR for {NAME}; repeatable\n"
	"      --shell              run the command line by /bin/sh -c\n"
	"      --setup COMMAND      by sh, once before the runs\n"
	"  -p, --prepare COMMAND    by sh, before each run\n"
	"  -c, --cleanup COMMAND    by sh, once after the runs\n"
	"  -i, --input FILE         standard input (/dev/null)\n"
	"      --ignore-failure     an exit status other than 0 is no failure\n"
	"      --show-output        let the command's output through, on stderr\n"
	"what is measured besides latency, cpu-user, cpu-sys and max-rss\n"
	"      --allocs             allocations and their bytes, in runs of their own\n"
	"      --counters           instructions, cycles, page faults, context switches\n"
	"what is written\n"
	"  -o, --output FILE        records into FILE, the summary on stdout\n"
	"      --bench NAME         the benchmark's name (cmd/COMMAND)\n"
	"      --param KEY=VALUE    one more param; repeatable\n"
	"      --mode mock          say that a stand-in was measured\n"
	"      --seed N             recorded\n"
	"      --format FORMAT      auto, ndjson or text\n"
	"      --progress WHEN      auto, always or never\n"
	"  -h, --help\n"
	"  -V, --version\n";

enum { /* options without a letter */
	OPT_MIN_TIME = 256,
	OPT_MAX_RUNS,
	OPT_MAX_TIME,
	OPT_PRECISION,
	OPT_TIMEOUT,
	OPT_VS,
	OPT_SCAN,
	OPT_SHELL,
	OPT_SETUP,
	OPT_IGNORE_FAILURE,
	OPT_SHOW_OUTPUT,
	OPT_ALLOCS,
	OPT_COUNTERS
};

static const struct option long_options[] = {
	{ "runs", required_argument, NULL, 'n' },
	{ "warmup", required_argument, NULL, 'w' },
	{ "min-time", required_argument, NULL, OPT_MIN_TIME },
	{ "max-runs", required_argument, NULL, OPT_MAX_RUNS },
	{ "max-time", required_argument, NULL, OPT_MAX_TIME },
	{ "until-precision", required_argument, NULL, OPT_PRECISION },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "vs", required_argument, NULL, OPT_VS },
	{ "scan", required_argument, NULL, OPT_SCAN },
	{ "shell", no_argument, NULL, OPT_SHELL },
	{ "setup", required_argument, NULL, OPT_SETUP },
	{ "prepare", required_argument, NULL, 'p' },
	{ "cleanup", required_argument, NULL, 'c' },
	{ "input", required_argument, NULL, 'i' },
	{ "ignore-failure", no_argument, NULL, OPT_IGNORE_FAILURE },
	{ "show-output", no_argument, NULL, OPT_SHOW_OUTPUT },
	{ "allocs", no_argument, NULL, OPT_ALLOCS },
	{ "counters", no_argument, NULL, OPT_COUNTERS },
	MEASURING_OPTIONS,
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static double parse_precision(const char *text)
{
	double share = cli_share("--until-precision", text);

	if (share <= 0)
		die_usage("--until-precision '%s': expected more than 0", text);
	return share;
}

/* How often, and how long. */
static bool take_amount(struct options *o, int option, const char *argument)
{
	switch (option) {
	case 'n':
		o->runs = cli_count("--runs", argument, 1);
		return true;
	case 'w':
		o->warmup = cli_count("--warmup", argument, 0);
		return true;
	case OPT_MIN_TIME:
		o->min_time = cli_duration("--min-time", argument);
		return true;
	case OPT_MAX_RUNS:
		o->max_runs = cli_count("--max-runs", argument, 1);
		return true;
	case OPT_MAX_TIME:
		o->max_time = cli_duration("--max-time", argument);
		return true;
	case OPT_PRECISION:
		o->precision = parse_precision(argument);
		return true;
	case OPT_TIMEOUT:
		o->timeout = cli_duration("--timeout", argument);
		if (o->timeout == 0)
			die_usage("--timeout '%s': expected more than 0", argument);
		return true;
	default:
		return false;
	}
}

/* What is run and what is measured. */
static bool take_command(struct options *o, int option, const char *argument)
{
	switch (option) {
	case OPT_VS:
		o->vs = argument;
		return true;
	case OPT_SCAN:
		o->scan = cli_append(o->scan, argument);
		return true;
	case OPT_SHELL:
		o->shell = true;
		return true;
	case OPT_SETUP:
		o->setup = argument;
		return true;
	case 'p':
		o->prepare = argument;
		return true;
	case 'c':
		o->cleanup = argument;
		return true;
	case 'i':
		o->input = argument;
		return true;
	case OPT_IGNORE_FAILURE:
		o->ignore_failure = true;
		return true;
	case OPT_SHOW_OUTPUT:
		o->show_output = true;
		return true;
	case OPT_ALLOCS:
		o->allocs = true;
		return true;
	case OPT_COUNTERS:
		o->counters = true;
		return true;
	default:
		return false;
	}
}

static void settle(struct options *o)
{
	bool open_ended = o->min_time >= 0 || o->max_runs != INT64_MAX || o->max_time != INT64_MAX || o->precision > 0;

	if (o->runs && open_ended)
		die_usage("--runs: says how many; it does not go with --min-time, --max-runs, --max-time "
			  "or --until-precision");
	if (o->precision > 0 && o->max_time == INT64_MAX)
		o->max_time = 60 * SECOND;
	if (o->min_time < 0)
		o->min_time = o->precision > 0 ? 0 : 3 * SECOND;
	if (o->runs) {
		o->min_runs = o->max_runs = o->runs;
		o->min_time = 0;
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){
		.min_runs = 10, .min_time = -1, .max_runs = INT64_MAX, .max_time = INT64_MAX
	};
	measuring_init(&o->common, 0);
	/* "+": what follows the command's name is the command's. */
	while ((option = getopt_long(argc, argv, "+n:w:p:c:i:o:hV", long_options, NULL)) != -1) {
		if (!take_amount(o, option, optarg) && !take_command(o, option, optarg) &&
		    !measuring_take(&o->common, option, optarg))
			cli_other(option, usage);
	}
	o->command = argv + optind;
	if (!o->command[0] || !o->command[0][0])
		die_usage("no command to time");
	settle(o);
}

void options_free(struct options *o)
{
	measuring_free(&o->common);
	free(o->scan);
}
