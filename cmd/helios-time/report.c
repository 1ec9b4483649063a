#include "report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "compare.h"
#include "die.h"
#include "stat.h"
#include "table.h"
#include "units.h"

static void add_ns(struct table *table, double value)
{
	table_add(table, isnan(value) ? "-" : unit_text(UNIT_NS, value).s);
}

static double median_of(const double *values, size_t n)
{
	size_t found;
	double *sorted = compare_sorted(values, n, &found), median = found ? stat_quantile(sorted, found, 0.5) : NAN;

	free(sorted);
	return median;
}

/* --- the table --- */

static void add_row(struct table *table, const struct side *side, enum op op, size_t rounds)
{
	const struct tally *t = &side->tally[op];
	size_t n;
	double *sorted = compare_sorted(t->latency, rounds, &n);

	table_addf(table, "%s%s", mode_prefix(side->mode), side->bench[op]);
	table_addf(table, "%zu", n);
	add_ns(table, n ? stat_quantile(sorted, n, 0.5) : NAN);
	add_ns(table, n ? sorted[0] : NAN);
	add_ns(table, n ? stat_quantile(sorted, n, 0.95) : NAN);
	add_ns(table, n ? sorted[n - 1] : NAN);
	add_ns(table, median_of(t->first, rounds));
	add_ns(table, median_of(t->less_open, rounds));
	add_ns(table, n ? t->cpu / (double)n : NAN);
	table_add(table, t->max_rss ? unit_text(UNIT_BYTES, (double)t->max_rss).s : "-");
	table_addf(table, "%" PRIu64, t->failed);
	free(sorted);
}

static void print_table(FILE *out, const struct rounds *r)
{
	static const char *const header[] = {"operation", "n",         "median", "min",    "p95",    "max",
					     "first",     "less open", "CPU",    "memory", "errors", NULL};
	struct table *table = x_table_new("lrrrrrrrrrr", header);

	for (int op = 0; op < OP_COUNT; op++) {
		for (size_t i = 0; i < r->sides; i++) {
			const struct tally *t = &r->side[i].tally[op];

			if (t->latency && (t->n || t->failed))
				add_row(table, &r->side[i], (enum op)op, (size_t)r->options->count);
		}
	}
	if (table_rows(table)) {
		x_table_print(table, out, TABLE_TEXT, cli_colour(out));
		fputs("first: directly after a commit. less open: without as many openings of the store as it has "
		      "runs of the program.\n",
		      out);
	} else {
		table_free(table);
	}
}

/* --- what it was measured on --- */

static void print_content(FILE *out, const struct rounds *r, const struct place_found *place, uint64_t left_out)
{
	const struct manifest *m = &r->content->manifest;

	fprintf(out, "%zu file%s, %s, in %s (%s, %s free)", m->n, m->n == 1 ? "" : "s",
		unit_text(UNIT_BYTES, (double)m->bytes).s, place->path, place->type,
		unit_text(UNIT_BYTES, (double)place->free).s);
	if (r->changed.files)
		fprintf(out, "; %" PRIu64 " of them, %s, change before each commit", r->changed.files,
			unit_text(UNIT_BYTES, (double)r->changed.bytes).s);
	fputs(".\n", out);
	if (left_out)
		fprintf(out,
			"Left out of the copy of %s: %" PRIu64
			" entr%s no regular file or directory, or named .git or .helios.\n",
			r->options->content.from, left_out, left_out == 1 ? "y that is" : "ies that are");
}

static void print_who(FILE *out, const struct side *side)
{
	fprintf(out, "%s%s: %s, which says ", mode_prefix(side->mode), side->backend->name, side->store.path);
	table_put_text(out, side->store.version, TABLE_TEXT);
	if (strcmp(side->backend->name, side->backend->dialect) != 0)
		fprintf(out, "; dialect %s", side->backend->dialect);
	fputs(".\n", out);
}

static void print_end(FILE *out, const struct rounds *r)
{
	int caught = atomic_load(&r->signals->caught);

	if (caught)
		fprintf(out, "Interrupted by signal %d (%s): this is what there was until then.\n", caught,
			strsignal(caught));
	else if (*r->why)
		fprintf(out, "Ended early: this is what there was until then. %s\n", r->why);
}

/* --- what can be said of one side --- */

static void print_store(FILE *out, const struct side *side)
{
	const struct stored *s = &side->sum;
	const struct tally *t = &side->tally[OP_COMMIT];

	if (!t->latency || !t->n)
		return;
	fprintf(out, "%s%s makes %.3g commits a second", mode_prefix(side->mode), side->backend->name,
		(double)t->n * 1e9 / t->sum);
	if (!isnan(t->initial))
		fprintf(out, "; the first of all took %s", unit_text(UNIT_NS, t->initial).s);
	fputs(".\n", out);
	if (!s->commits)
		return;
	fprintf(out, "%s%s's store: %s after the first commit, %s after the last; %s more a commit",
		mode_prefix(side->mode), side->backend->name, unit_text(UNIT_BYTES, (double)side->stored_first).s,
		unit_text(UNIT_BYTES, (double)side->stored_last).s,
		unit_text(UNIT_BYTES, (double)s->growth / (double)s->commits).s);
	if (s->changed.bytes)
		fprintf(out, ", %.3g times the bytes that changed", (double)s->growth / (double)s->changed.bytes);
	fputs(".\n", out);
}

static void print_restore(FILE *out, const struct side *side)
{
	if (!side->tally[OP_RESTORE].n)
		return;
	if (strcmp(side->backend->restore_scope, "files") == 0)
		fprintf(out, "%s%s restore writes the files, which were verified.\n", mode_prefix(side->mode),
			side->backend->name);
	else if (side->backend == &backend_git)
		fprintf(out, "%sgit restore is git reset --soft: it moves a name and writes no file.\n",
			mode_prefix(side->mode));
	else
		fprintf(out, "%s%s restore reads metadata only and writes no file; materialize is the true restore.\n",
			mode_prefix(side->mode), side->backend->name);
}

static void print_verified(FILE *out, const struct side *side)
{
	if (side->verified)
		fprintf(out, "%s%s: what was restored was verified %" PRIu64 " time%s, each file by its SHA-256%s.\n",
			mode_prefix(side->mode), side->backend->name, side->verified, side->verified == 1 ? "" : "s",
			side->wrong ? ", and was not always right" : "");
}

static void print_failures(FILE *out, const struct side *side)
{
	for (int op = 0; op < OP_COUNT; op++) {
		const struct tally *t = &side->tally[op];

		if (t->failed)
			fprintf(out, "%s%s: %" PRIu64 " of %" PRIu64 " failed, the first: %s\n",
				mode_prefix(side->mode), side->bench[op], t->failed, t->failed + t->n, t->why);
	}
}

static void print_missing(FILE *out, const struct side *side, const struct options *o)
{
	if (*side->skip) {
		fprintf(out, "%s was not measured: %s\n", side->backend->name, side->skip);
		return;
	}
	for (int op = 0; op < OP_COUNT; op++) {
		const char *lacks = side_lacks(side, (enum op)op);

		if (o->op[op] && lacks)
			fprintf(out, "%s was not measured: %s\n", side->bench[op], lacks);
	}
}

void report_print(FILE *out, const struct rounds *r, const struct place_found *place, uint64_t left_out)
{
	print_table(out, r);
	print_end(out, r);
	if (r->content->manifest.n)
		print_content(out, r, place, left_out);
	for (size_t i = 0; i < r->sides; i++) {
		const struct side *side = &r->side[i];

		print_who(out, side);
		print_store(out, side);
		print_restore(out, side);
		print_verified(out, side);
		print_failures(out, side);
		print_missing(out, side, r->options);
	}
	if (r->sides == 2)
		compare_print(out, &r->side[0], &r->side[1], r->options);
	for (size_t i = 0; i < r->absents; i++)
		print_missing(out, &r->absent[i], r->options);
}
