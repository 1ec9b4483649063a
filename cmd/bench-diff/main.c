/* bench-diff: judge measurements against a baseline. */
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "input.h"
#include "options.h"
#include "output.h"
#include "pairing.h"
#include "wording.h"

static struct series_set *new_set(const struct series_options *options)
{
	struct series_set *set = series_new(options);

	if (!set)
		die("out of memory");
	return set;
}

static void read_file(struct series_set *set, const char *path)
{
	if (series_read(set, path) != 0)
		die("%s", series_error(set));
}

static void warn_left_out(const struct series_set *set, const char *side)
{
	if (set->left_out)
		warn("%llu broken line%s left out of the %s", (unsigned long long)set->left_out,
		     set->left_out == 1 ? "" : "s", side);
}

/* The first run whose host is known; NULL where none is. */
static const struct series_info *known_host(const struct series_set *set)
{
	for (size_t i = 0; i < set->nruns; i++) {
		if (set->run[i].host[0])
			return &set->run[i];
	}
	return NULL;
}

static bool has_host(const struct series_set *set, const char *host)
{
	for (size_t i = 0; i < set->nruns; i++) {
		if (strcmp(set->run[i].host, host) == 0)
			return true;
	}
	return false;
}

static void warn_hosts(const struct series_set *base, const struct series_set *current)
{
	const struct series_info *usual = known_host(base);

	for (size_t i = 0; usual && i < current->nruns; i++) {
		const struct series_info *run = &current->run[i];
		if (!run->host[0] || has_host(base, run->host))
			continue;
		warn("the sides ran on different hosts: baseline %s (%s, %s), current %s (%s, %s)", usual->host,
		     usual->cpu, usual->os, run->host, run->cpu, run->os);
		return;
	}
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void warn_same_runs(const struct series_set *base, const struct series_set *current)
{
	const char **ids = x_reallocarray(NULL, base->nruns + 1, sizeof *ids);
	size_t same = 0;

	for (size_t i = 0; i < base->nruns; i++)
		ids[i] = base->run[i].id;
	qsort(ids, base->nruns, sizeof *ids, compare_ids);
	for (size_t i = 0; i < current->nruns; i++) {
		const char *id = current->run[i].id;
		same += *id && bsearch(&id, ids, base->nruns, sizeof *ids, compare_ids);
	}
	free(ids);
	if (same)
		warn("%zu of the current side's %zu run%s %s in the baseline too: what is the same is no evidence",
		     same, current->nruns, current->nruns == 1 ? "" : "s", same == 1 ? "is" : "are");
}

static void warn_modes(const struct comparisons *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = &all->list[i];
		n += c->base && c->current && c->base->mode != c->current->mode;
	}
	if (n)
		warn("%zu measurement%s differ%s in mode between the sides and cannot be compared", n,
		     n == 1 ? "" : "s", n == 1 ? "s" : "");
}

/* The first few names on one side. */
static char *names(const struct comparisons *all, bool base)
{
	char *text = x_strdup("");
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = &all->list[i];
		if (!(base ? c->base : c->current) || n++ >= 3)
			continue;
		char *more = x_asprintf("%s%s%s", text, *text ? ", " : "", c->label);
		free(text);
		text = more;
	}
	if (n > 3 || n == 0) {
		char *more = n ? x_asprintf("%s and %zu more", text, n - 3) : x_strdup("nothing");
		free(text);
		text = more;
	}
	return text;
}

static _Noreturn void die_nothing_shared(const struct comparisons *all)
{
	char *base = names(all, true), *current = names(all, false);

	die("nothing in common: the baseline has %s, the current side %s", base, current);
}

static void write_form(FILE *out, enum cli_format format, void *data)
{
	const struct output *o = data;

	switch (format) {
	case FORMAT_MARKDOWN:
	case FORMAT_SUMMARY:
		output_markdown(out, o);
		break;
	case FORMAT_NDJSON:
		output_ndjson(out, o);
		break;
	case FORMAT_GITHUB:
		output_github(out, o);
		break;
	case FORMAT_JUNIT:
		output_junit(out, o);
		break;
	case FORMAT_SARIF:
		output_sarif(out, o);
		break;
	default:
		output_text(out, o, cli_colour(out));
		break;
	}
}

static int status_of(const struct comparisons *all, bool strict)
{
	if (all->count[VERDICT_REGRESSION])
		return STATUS_BAD;
	for (size_t i = 0; strict && i < all->n; i++) {
		if (wording_is_unsure(&all->list[i]))
			return STATUS_UNSURE;
	}
	return STATUS_DONE;
}

/* Read and pair the two sides. 0, or -1 once it is said what is wrong. */
static int read_sides(struct comparisons *all, const struct options *o, struct series_set *base,
		      struct series_set *current)
{
	if (o->by_key) {
		if (input_read(current, o->file) != 0)
			return -1;
		pair_by(all, current, o->by_key, o->by_base, o->by_current);
		return 0;
	}
	read_file(base, o->file[0]);
	read_file(current, o->file[1]);
	warn_left_out(base, "baseline");
	warn_left_out(current, "current side");
	warn_hosts(base, current);
	warn_same_runs(base, current);
	pair_sets(all, base, current);
	return 0;
}

/* Judge, write every form, and say what to exit with. */
static int compare(struct comparisons *all, struct options *o, const struct series_set *current)
{
	struct output output = {all, o->nfiles ? o->file[o->nfiles - 1] : "-", o->judge.alpha, o->all, o->strict};
	const char *failed;
	bool reported;

	if (all->shared == 0)
		die_nothing_shared(all);
	o->judge.current = current;
	judge(all, &o->judge);
	warn_modes(all);
	reported = report_write(&o->reports, write_form, &output, &failed) == 0;
	if (!reported)
		warn("%s:", failed);
	write_form(stdout, o->format, &output);
	return reported ? status_of(all, o->strict) : STATUS_TROUBLE;
}

int main(int argc, char **argv)
{
	struct options o;
	struct comparisons all = {0};
	struct series_set *base, *current;
	int status = STATUS_TROUBLE;

	die_init(argv);
	options_parse(&o, argc, argv);
	struct series_options current_options = o.series;
	if (o.format == FORMAT_NDJSON)
		current_options.pass = stdout;
	base = new_set(&o.series);
	current = new_set(&current_options);
	if (read_sides(&all, &o, base, current) == 0)
		status = compare(&all, &o, current);
	comparisons_free(&all);
	series_free(base);
	series_free(current);
	options_free(&o);
	return finish(status);
}
