/* bench-fit: how costs grow with a param. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "die.h"
#include "input.h"
#include "params.h"
#include "print.h"
#include "wording.h"

static const char usage[] =
	"usage: bench-fit --x PARAM [options] [FILE...]\n"
	"Tell how costs grow with a param, from bench-record(5) files or standard input (also '-'): the class,\n"
	"O(1) to O(n^3), or those between which the data cannot tell, and the exponent with its interval.\n"
	"\n"
	"  -x, --x PARAM         the param that is the size; its values are numbers over 0\n"
	"      --stat STAT       what is fitted of each size: median (the default), mean, min, max, p90, p95,\n"
	"                        p99 or p99.9\n"
	"      --confidence SHARE\n"
	"                        of the classes kept and of the exponent's interval; 99% unless given\n"
	"      --strict          exit status 3 where there is no class, or more than one\n"
	"  -f, --filter GLOB     only benchmarks that match (repeatable)\n"
	"  -m, --metric GLOB     only metrics that match, and such that are no costs too (repeatable)\n"
	"      --format FORMAT   auto|text|markdown|ndjson; auto is text on a terminal, else ndjson\n"
	"      --warmup          take warm-up samples too\n"
	"      --lenient         leave broken lines out, and say how many\n"
	"  -h, --help            print this and exit\n"
	"  -V, --version         print the version and exit\n";

#define NAMED 5 /* of those left out; the others are counted */

struct options {
	struct series_options series;
	struct group_options group;
	enum cli_format format;
	bool strict;
};

static double parse_confidence(const char *text)
{
	double share = cli_share("--confidence", text);

	if (share < 0.5 || share > 0.99999)
		die_usage("--confidence '%s': expected a share from 50%% to 99.999%%", text);
	return share;
}

static void parse_options(int argc, char **argv, struct options *o)
{
	enum { OPTION_STAT = 256, OPTION_CONFIDENCE, OPTION_STRICT, OPTION_FORMAT };
	static const struct option longs[] = {
		{"x", required_argument, NULL, 'x'},
		{"stat", required_argument, NULL, OPTION_STAT},
		{"confidence", required_argument, NULL, OPTION_CONFIDENCE},
		{"strict", no_argument, NULL, OPTION_STRICT},
		{"format", required_argument, NULL, OPTION_FORMAT},
		INPUT_LONG,
		{0},
	};
	int c;

	statistic_parse("median", &o->group.statistic);
	o->group.confidence = 0.99;
	while ((c = getopt_long(argc, argv, "x:" INPUT_SHORT, longs, NULL)) != -1) {
		switch (c) {
		case 'x':
			o->group.x = optarg;
			break;
		case OPTION_STAT:
			if (statistic_parse(optarg, &o->group.statistic) != 0)
				die_usage("--stat '%s': expected median, mean, min, max, p90, p95, p99 or p99.9", optarg);
			break;
		case OPTION_CONFIDENCE:
			o->group.confidence = parse_confidence(optarg);
			break;
		case OPTION_STRICT:
			o->strict = true;
			break;
		case OPTION_FORMAT:
			o->format = cli_format(optarg, "auto|text|markdown|ndjson");
			break;
		default:
			input_option(&o->series, c, optarg, usage);
		}
	}
	if (!o->group.x || !*o->group.x)
		die_usage("expected --x and the param that is the size");
	o->group.any_metric = o->series.metric != NULL;
	o->format = cli_format_resolve(o->format);
	if (o->format == FORMAT_NDJSON)
		o->series.pass = stdout;
}

static void tell_left_out(const struct groups *groups, const char *x)
{
	size_t n = groups->nleft_out, named = n > NAMED + 1 ? NAMED : n;

	for (size_t i = 0; i < named; i++) {
		char *text = wording_left_out(&groups->left_out[i], x);
		warn("%s", text);
		free(text);
	}
	if (named < n)
		warn("%zu more left out, %zu in all", n - named, n);
}

/* Why there is nothing to fit. */
static void tell_nothing(const struct series_set *set, const struct groups *groups, const struct options *o)
{
	if (set->nseries == 0)
		warn("no measurements%s", o->series.filter || o->series.metric ? " match" : " in the input");
	else if (groups->nleft_out)
		warn("no measurement has a size '%s'", o->group.x);
	else
		warn("no measurement is of a cost; --metric takes others too");
}

static bool is_clear(const struct group *g)
{
	unsigned classes = g->result.plausible;

	return g->free_of_cost || (classes && (classes & (classes - 1)) == 0);
}

static int status_of(const struct groups *groups, bool strict)
{
	for (size_t i = 0; strict && i < groups->n; i++) {
		if (!is_clear(&groups->group[i]))
			return STATUS_UNSURE;
	}
	return STATUS_DONE;
}

static int fit(const struct series_set *set, const struct options *o)
{
	struct groups groups;
	int status = STATUS_TROUBLE;

	if (groups_fit(&groups, set, &o->group) != 0) {
		warn("out of memory");
	} else {
		tell_left_out(&groups, o->group.x);
		if (groups.n == 0) {
			tell_nothing(set, &groups, o);
		} else {
			struct print print = {&groups, set, &o->group, cli_colour(stdout)};
			print_groups(stdout, o->format, &print);
			status = status_of(&groups, o->strict);
		}
	}
	groups_free(&groups);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct series_set *set;
	int status = STATUS_TROUBLE;

	die_init(argv);
	parse_options(argc, argv, &o);
	set = series_new(&o.series);
	if (!set)
		warn("out of memory");
	else if (input_read(set, argv + optind) == 0)
		status = fit(set, &o);
	series_free(set);
	input_options_free(&o.series);
	return finish(status);
}
