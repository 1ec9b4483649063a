#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "input.h"

#define REPORT_FORMATS "text|markdown|ndjson|github|summary|junit|sarif"

static const char usage[] =
	"usage: bench-diff [options] BASELINE CURRENT\n"
	"       bench-diff [options] --by KEY=A,B [FILE...]\n"
	"Judge the measurements of CURRENT against BASELINE, bench-record(5) files of which one may be '-':\n"
	"what changed, by how much, with what certainty. With --by both sides are in the same input: the params\n"
	"that have KEY=A are the baseline, those with KEY=B the current side.\n"
	"\n"
	"  -t, --threshold SPEC     changes up to this do not count (5%); 'METRIC=10%', 'BENCH METRIC=10%'\n"
	"      --floor SPEC         nor do changes smaller than this; 'latency=100us'\n"
	"      --alpha SHARE        false-discovery rate over the file (0.05)\n"
	"      --quantile LIST      of histograms, in percent (50,99)\n"
	"      --by KEY=A,B         both sides are in the same input, told apart by this param\n"
	"      --paired WHEN        compare samples of equal seq in pairs: auto (with --by), always, never\n"
	"  -f, --filter GLOB        only benchmarks that match (repeatable)\n"
	"  -m, --metric GLOB        only metrics that match (repeatable)\n"
	"  -a, --all                list what is unchanged too\n"
	"      --strict             exit 3 where something could not be decided or is missing\n"
	"      --format FORMAT      auto|text|markdown|ndjson|github|junit|sarif\n"
	"      --report FORMAT=FILE write that form too (repeatable); summary=FILE appends Markdown\n"
	"      --warmup             take warm-up samples too\n"
	"      --lenient            leave broken lines out, and say how many\n"
	"  -h, --help               print this and exit\n"
	"  -V, --version            print the version and exit\n"
	"\n"
	"exit status: 0 no regression, 1 trouble, 2 a regression, 3 undecided with --strict\n";

enum { OPTION_FLOOR = 256, OPTION_ALPHA, OPTION_QUANTILE, OPTION_BY, OPTION_PAIRED, OPTION_STRICT, OPTION_FORMAT,
       OPTION_REPORT };

static const struct option longs[] = {
	{"threshold", required_argument, NULL, 't'},
	{"floor", required_argument, NULL, OPTION_FLOOR},
	{"alpha", required_argument, NULL, OPTION_ALPHA},
	{"quantile", required_argument, NULL, OPTION_QUANTILE},
	{"by", required_argument, NULL, OPTION_BY},
	{"paired", required_argument, NULL, OPTION_PAIRED},
	{"strict", no_argument, NULL, OPTION_STRICT},
	{"all", no_argument, NULL, 'a'},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{"report", required_argument, NULL, OPTION_REPORT},
	INPUT_LONG,
	{0},
};

static void parse_quantiles(struct series_options *o, const char *list)
{
	char *copy = x_strdup(list), *rest = copy, *item;

	o->nquantiles = 0;
	while ((item = strsep(&rest, ","))) {
		double percent;
		if (number_parse(item, &percent) != 0 || percent < 0 || percent > 100)
			die_usage("--quantile '%s': expected percentages such as 50,99", list);
		if (o->nquantiles == sizeof o->quantile / sizeof *o->quantile)
			die_usage("--quantile '%s': expected at most %zu of them", list,
				  sizeof o->quantile / sizeof *o->quantile);
		o->quantile[o->nquantiles++] = percent / 100;
	}
	free(copy);
}

static void parse_by(struct options *o, const char *text)
{
	free(o->by);
	o->by = x_strdup(text);
	char *equals = strchr(o->by, '='), *comma = equals ? strchr(equals, ',') : NULL;

	if (!comma || equals == o->by || comma == equals + 1 || !comma[1] || strchr(comma + 1, ','))
		die_usage("--by '%s': expected KEY=A,B", text);
	*equals = *comma = '\0';
	o->by_key = o->by;
	o->by_base = equals + 1;
	o->by_current = comma + 1;
	if (strcmp(o->by_base, o->by_current) == 0)
		die_usage("--by '%s': the two values are the same", text);
}

static double parse_alpha(const char *text)
{
	double alpha = cli_share("--alpha", text);

	if (!(alpha > 0 && alpha <= 0.5))
		die_usage("--alpha '%s': expected a share over 0 and up to 0.5", text);
	return alpha;
}

static void parse_option(struct options *o, int c, const char *argument)
{
	static const enum pairing pairings[] = {
		[WHEN_AUTO] = PAIRED_AUTO, [WHEN_ALWAYS] = PAIRED_ALWAYS, [WHEN_NEVER] = PAIRED_NEVER};

	switch (c) {
	case 't':
		rules_add_threshold(&o->judge.thresholds, argument);
		break;
	case OPTION_FLOOR:
		rules_add_floor(&o->judge.floors, argument);
		break;
	case OPTION_ALPHA:
		o->judge.alpha = parse_alpha(argument);
		break;
	case OPTION_QUANTILE:
		parse_quantiles(&o->series, argument);
		break;
	case OPTION_BY:
		parse_by(o, argument);
		break;
	case OPTION_PAIRED:
		o->judge.pairing = pairings[cli_when(argument)];
		break;
	case OPTION_STRICT:
		o->strict = true;
		break;
	case 'a':
		o->all = true;
		break;
	case OPTION_FORMAT:
		o->format = cli_format(argument, "auto|text|markdown|ndjson|github|junit|sarif");
		break;
	case OPTION_REPORT:
		report_add(&o->reports, argument, REPORT_FORMATS);
		break;
	default:
		input_option(&o->series, c, argument, usage);
	}
}

static void check_operands(const struct options *o)
{
	if (o->by_key) {
		int stdins = 0;
		for (int i = 0; i < o->nfiles; i++)
			stdins += strcmp(o->file[i], "-") == 0;
		if (stdins > 1)
			die_usage("standard input can be read once");
		return;
	}
	if (o->nfiles != 2)
		die_usage("expected BASELINE and CURRENT, got %d operand%s", o->nfiles, o->nfiles == 1 ? "" : "s");
	if (strcmp(o->file[0], "-") == 0 && strcmp(o->file[1], "-") == 0)
		die_usage("only one side can be standard input");
}

void options_parse(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){.judge.alpha = 0.05, .series = {.quantile = {0.5, 0.99}, .nquantiles = 2}};
	while ((c = getopt_long(argc, argv, "t:a" INPUT_SHORT, longs, NULL)) != -1)
		parse_option(o, c, optarg);
	o->file = argv + optind;
	o->nfiles = argc - optind;
	check_operands(o);
	o->format = cli_format_resolve(o->format);
	o->series.keep_seq = o->judge.pairing == PAIRED_ALWAYS || (o->by_key && o->judge.pairing == PAIRED_AUTO);
}

void options_free(struct options *o)
{
	rules_free(&o->judge.thresholds);
	rules_free(&o->judge.floors);
	report_free(&o->reports);
	input_options_free(&o->series);
	free(o->by);
}
