/* bench-gate: hold measurements against written targets. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "die.h"
#include "input.h"
#include "print.h"
#include "report.h"

static const char usage[] =
	"usage: bench-gate [options] TARGETS [FILE...]\n"
	"Hold what bench-record(5) files, or standard input (also '-'), measured against the targets of a\n"
	"bench-targets(5) file, such as: http/version latency p95 < 50ms\n"
	"\n"
	"  -T, --tier NAME       only this tier's targets, and those of no tier (repeatable)\n"
	"      --strict          a target that nothing measured, or that the data cannot decide, fails: exit\n"
	"                        status 3\n"
	"  -a, --all             show every measurement that holds, not just each target's closest\n"
	"  -f, --filter GLOB     only benchmarks that match, and targets about them (repeatable)\n"
	"  -m, --metric GLOB     only metrics that match, and targets about them (repeatable)\n"
	"      --format FORMAT   auto|text|markdown|ndjson|github|junit; auto is text on a terminal, else\n"
	"                        ndjson\n"
	"      --report FORMAT=FILE\n"
	"                        write FILE too, in one of these formats; summary=FILE appends Markdown\n"
	"                        (repeatable)\n"
	"      --warmup          take warm-up samples too\n"
	"      --lenient         leave broken lines out, and say how many\n"
	"  -h, --help            print this and exit\n"
	"  -V, --version         print the version and exit\n"
	"\n"
	"Exit status: 0 all hold, 2 any is missed, 3 with --strict where any was not measured or undecided, 1 trouble.\n";

struct options {
	struct series_options series;
	struct gate_options gate;
	struct gate_fits fits;
	struct reports reports;
	enum cli_format format;
	bool strict, all;
};

static void parse_options(int argc, char **argv, struct options *o)
{
	enum { OPTION_STRICT = 256, OPTION_FORMAT, OPTION_REPORT };
	static const struct option longs[] = {
		{"tier", required_argument, NULL, 'T'},
		{"strict", no_argument, NULL, OPTION_STRICT},
		{"all", no_argument, NULL, 'a'},
		{"format", required_argument, NULL, OPTION_FORMAT},
		{"report", required_argument, NULL, OPTION_REPORT},
		INPUT_LONG,
		{0},
	};
	const char **tier = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "T:a" INPUT_SHORT, longs, NULL)) != -1) {
		switch (c) {
		case 'T':
			tier = cli_append(tier, optarg);
			break;
		case OPTION_STRICT:
			o->strict = true;
			break;
		case 'a':
			o->all = true;
			break;
		case OPTION_FORMAT:
			o->format = cli_format(optarg, "auto|text|markdown|ndjson|github|junit");
			break;
		case OPTION_REPORT:
			report_add(&o->reports, optarg, "text|markdown|ndjson|github|junit|summary");
			break;
		default:
			input_option(&o->series, c, optarg, usage);
		}
	}
	/* All is read, so that a target can tell what else there is; judging makes the choice. */
	o->gate = (struct gate_options){tier, o->series.filter, o->series.metric};
	o->series.filter = o->series.metric = NULL;
	o->series.keep = gate_fits_keep;
	o->series.keep_data = &o->fits;
	o->format = cli_format_resolve(o->format);
	if (o->format == FORMAT_NDJSON)
		o->series.pass = stdout;
	if (optind == argc)
		die_usage("expected a targets file");
}

static bool has_tier(const struct targets *targets, const char *name)
{
	for (size_t i = 0; i < targets->ntiers; i++) {
		if (strcmp(targets->tier[i], name) == 0)
			return true;
	}
	return false;
}

static int check_tiers(const struct targets *targets, const char *path, const char *const *tier)
{
	while (tier && *tier && has_tier(targets, *tier))
		tier++;
	if (!tier || !*tier)
		return 0;
	char *known = x_strdup("");
	for (size_t i = 0; i < targets->ntiers; i++) {
		char *longer = x_asprintf("%s%s%s", known, i ? ", " : "", targets->tier[i]);
		free(known);
		known = longer;
	}
	if (targets->ntiers == 0)
		warn("--tier '%s': %s has no tiers", *tier, path);
	else
		warn("--tier '%s': %s has no such tier, but %s", *tier, path, known);
	free(known);
	return -1;
}

/* These three say what is wrong and return -1, so that main frees what there is. */
static int read_targets(struct targets *targets, const char *path, const struct options *o)
{
	if (targets_read(targets, path) != 0) {
		warn("%s", targets_error(targets));
		return -1;
	}
	return check_tiers(targets, path, o->gate.tier);
}

static int judge(struct gate *gate, const struct targets *targets, const char *name, const struct series_set *set,
		 const struct options *o)
{
	const struct gate_options *options = &o->gate;

	if (gate_judge(gate, targets, name, set, &o->fits, options) != 0) {
		warn("%s", gate->error ? gate->error : "out of memory");
		return -1;
	}
	if (gate->targets == 0) {
		warn("%s: no target %s", name,
		     options->filter || options->metric ? "is about what was chosen" : "is of the tier");
		return -1;
	}
	return 0;
}

static void write_report(FILE *out, enum cli_format format, void *data)
{
	struct print print = *(struct print *)data;

	print.colour = false;
	print_gate(out, format, &print);
}

static int status_of(const struct gate *gate, bool strict)
{
	if (gate->missed)
		return STATUS_BAD;
	return (gate->missing || gate->unsure) && strict ? STATUS_UNSURE : STATUS_DONE;
}

/* Standard input can hold the targets or the records. */
static void check_inputs(const char *path, char **files)
{
	if (strcmp(path, "-") != 0)
		return;
	if (!*files)
		die_usage("standard input cannot be both targets and records");
	for (; *files; files++) {
		if (strcmp(*files, "-") == 0)
			die_usage("standard input cannot be both targets and records");
	}
}

static int print(const struct gate *gate, const char *name, const struct options *o)
{
	struct print p = {gate, name, o->strict, o->all, cli_colour(stdout)};
	const char *failed = "";

	print_gate(stdout, o->format, &p);
	if (report_write(&o->reports, write_report, &p, &failed) == 0)
		return status_of(gate, o->strict);
	warn("%s:", failed);
	return STATUS_TROUBLE;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct gate gate = {0};
	int status = STATUS_TROUBLE;

	die_init(argv);
	parse_options(argc, argv, &o);
	const char *path = argv[optind], *name = strcmp(path, "-") == 0 ? "standard input" : path;
	char **files = argv + optind + 1;
	check_inputs(path, files);
	struct targets *targets = targets_new();
	struct series_set *set = series_new(&o.series);
	if (!targets || !set)
		warn("out of memory");
	else if (read_targets(targets, path, &o) == 0 && input_read(set, files) == 0 &&
		 judge(&gate, targets, name, set, &o) == 0)
		status = print(&gate, name, &o);
	gate_free(&gate);
	series_free(set);
	targets_free(targets);
	gate_fits_free(&o.fits);
	report_free(&o.reports);
	free((void *)o.gate.tier);
	free((void *)o.gate.filter);
	free((void *)o.gate.metric);
	return finish(status);
}
