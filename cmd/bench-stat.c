/* bench-stat: summaries of a record stream, one line for each measurement. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "die.h"
#include "input.h"
#include "params.h"
#include "summary.h"
#include "table.h"

static const char usage[] =
	"usage: bench-stat [options] [FILE...]\n"
	"Summarize bench-record(5) files, or standard input (also '-'): for each measurement the number of\n"
	"samples and runs, the mean with its 95 % interval, the quantiles, minimum and maximum.\n"
	"\n"
	"  -f, --filter GLOB     only benchmarks that match (repeatable)\n"
	"  -m, --metric GLOB     only metrics that match (repeatable)\n"
	"      --format FORMAT   auto|text|markdown|ndjson; auto is text on a terminal, else ndjson\n"
	"      --warmup          take warm-up samples too\n"
	"      --lenient         leave broken lines out, and say how many\n"
	"  -h, --help            print this and exit\n"
	"  -V, --version         print the version and exit\n";

struct options {
	struct series_options series;
	enum cli_format format;
};

static void add_quantity(struct table *table, enum unit unit, double value)
{
	char text[UNIT_TEXT_MAX];

	if (!isfinite(value)) {
		table_add(table, "-");
		return;
	}
	unit_format(text, unit, value);
	table_add(table, text);
}

/* "± 1.2 %": half the interval's width against the mean. */
static void add_precision(struct table *table, const struct record_stat *stat)
{
	double half = (stat->mean_hi - stat->mean_lo) / 2;

	if (isfinite(half) && stat->mean > 0)
		table_addf(table, "\xc2\xb1 %.1f %%", 100 * half / stat->mean);
	else
		table_add(table, "-");
}

static void add_row(struct table *table, const struct series *series, const struct record_stat *stat)
{
	const double values[] = {stat->min, stat->p50, stat->p90, stat->p95, stat->p99, stat->p999, stat->max};
	char *label = series_label(series);

	if (!label)
		die("out of memory");
	table_add(table, label);
	free(label);
	table_addf(table, "%llu", (unsigned long long)stat->n);
	table_addf(table, "%llu", (unsigned long long)stat->runs);
	add_quantity(table, series->unit, stat->mean);
	add_precision(table, stat);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		add_quantity(table, series->unit, values[i]);
	table_addf(table, "%llu", (unsigned long long)stat->errors);
}

static void print_skip(const struct series_skip *skip, enum table_style style, bool first)
{
	char *params = params_text(skip->params);

	if (!params)
		die("out of memory");
	char *text = x_asprintf("skipped %s%s%s%s%s%s: %s", skip->bench, *params ? "{" : "", params, *params ? "}" : "",
				*skip->metric ? " " : "", skip->metric, skip->reason);
	fputs(first ? "\n" : "", stdout);
	fputs(style == TABLE_MARKDOWN ? "- " : "", stdout);
	table_put_text(stdout, text, style);
	putchar('\n');
	free(text);
	free(params);
}

static int compare_contents(const struct series_skip *x, const struct series_skip *y)
{
	int order = strcmp(x->bench, y->bench);

	order = order ? order : strcmp(x->params, y->params);
	order = order ? order : strcmp(x->metric, y->metric);
	return order ? order : strcmp(x->reason, y->reason);
}

static int compare_places(const void *a, const void *b)
{
	const struct series_skip *x = *(const struct series_skip *const *)a, *y = *(const struct series_skip *const *)b;

	return (x > y) - (x < y);
}

static int compare_skips(const void *a, const void *b)
{
	int order = compare_contents(*(const struct series_skip *const *)a, *(const struct series_skip *const *)b);

	return order ? order : compare_places(a, b);
}

/* Each once, however many runs say it, in order of first appearance. */
static void print_skips(const struct series_set *set, enum table_style style)
{
	const struct series_skip **skip = x_malloc((set->nskips + 1) * sizeof *skip);
	size_t n = 0;

	for (size_t i = 0; i < set->nskips; i++)
		skip[i] = &set->skip[i];
	qsort(skip, set->nskips, sizeof *skip, compare_skips);
	for (size_t i = 0; i < set->nskips; i++) {
		if (n == 0 || compare_contents(skip[i], skip[n - 1]) != 0)
			skip[n++] = skip[i];
	}
	qsort(skip, n, sizeof *skip, compare_places);
	for (size_t i = 0; i < n; i++)
		print_skip(skip[i], style, i == 0);
	free(skip);
}

static void print_table(const struct series_set *set, enum table_style style)
{
	static const char *const header[] = {"benchmark", "n",   "runs", "mean", "95 %", "min",   "median",
					     "p90",       "p95", "p99",  "p99.9", "max", "errors"};
	struct table *table = x_table_new("lrrrrrrrrrrrr", header);

	for (size_t i = 0; i < set->nseries; i++) {
		struct record_stat stat;
		if (summary_of(set->series[i], &stat) != 0)
			die("out of memory");
		add_row(table, set->series[i], &stat);
	}
	x_table_print(table, stdout, style, false);
	print_skips(set, style);
}

static void print_records(const struct series_set *set)
{
	for (size_t i = 0; i < set->nseries; i++) {
		const struct series *s = set->series[i];
		struct record r = record_new(RECORD_STAT);
		r.bench = s->bench;
		r.params = s->params;
		r.metric = s->metric;
		r.unit = s->unit;
		r.better = s->better;
		r.mode = s->mode;
		if (summary_of(s, &r.stat) != 0)
			die("out of memory");
		if (record_write(stdout, &r) != 0 && !ferror(stdout))
			die("%s %s: its summary cannot be written:", s->bench, s->metric);
	}
}

static void parse_options(int argc, char **argv, struct options *o)
{
	enum { OPTION_FORMAT = 256 };
	static const struct option longs[] = {{"format", required_argument, NULL, OPTION_FORMAT}, INPUT_LONG, {0}};
	int c;

	while ((c = getopt_long(argc, argv, INPUT_SHORT, longs, NULL)) != -1) {
		if (c == OPTION_FORMAT)
			o->format = cli_format(optarg, "auto|text|markdown|ndjson");
		else
			input_option(&o->series, c, optarg, usage);
	}
	o->format = cli_format_resolve(o->format);
	if (o->format == FORMAT_NDJSON)
		o->series.pass = stdout;
}

static int summarize(const struct series_set *set, const struct options *o)
{
	if (set->nseries == 0 && set->nskips == 0) {
		warn("no measurements%s", o->series.filter || o->series.metric ? " match" : " in the input");
		return STATUS_TROUBLE;
	}
	if (o->format == FORMAT_NDJSON)
		print_records(set);
	else
		print_table(set, o->format == FORMAT_MARKDOWN ? TABLE_MARKDOWN : TABLE_TEXT);
	return STATUS_DONE;
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
		status = summarize(set, &o);
	series_free(set);
	input_options_free(&o.series);
	return finish(status);
}
