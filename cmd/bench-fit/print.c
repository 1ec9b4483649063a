#include "print.h"

#include <math.h>
#include <stdlib.h>

#include "die.h"
#include "params.h"
#include "table.h"
#include "wording.h"

/* Takes text over. */
static void add(struct table *table, char *text)
{
	table_add(table, text);
	free(text);
}

static void add_row(struct table *table, const struct group *g)
{
	const struct growth_result *r = &g->result;
	char classes[GROWTH_TEXT_MAX];

	growth_format(classes, g->free_of_cost ? 1u << GROWTH_1 : r->plausible);
	if (r->plausible & (r->plausible - 1))
		table_colour(table, TABLE_YELLOW);
	table_add(table, classes);
	table_colour(table, TABLE_PLAIN);
	add(table, wording_exponent(g));
	add(table, wording_interval(g));
	add(table, wording_name(g));
	add(table, wording_equation(g));
	if (isnan(r->residual))
		table_add(table, "-");
	else
		table_addf(table, "%.1f %%", 100 * r->residual);
	table_addf(table, "%zu", g->sizes);
	table_addf(table, "%llu", (unsigned long long)g->n);
}

/* A line below the table; takes text over. */
static void put_note(FILE *out, char *text, enum table_style style, bool *first)
{
	fputs(*first ? "\n" : "", out);
	fputs(style == TABLE_MARKDOWN ? "- " : "", out);
	table_put_text(out, text, style);
	putc('\n', out);
	free(text);
	*first = false;
}

static void put_notes_of_group(FILE *out, const struct group *g, const char *x, enum table_style style, bool *first)
{
	char *name = wording_name(g), *reason = wording_reason(g, x);

	if (reason)
		put_note(out, x_asprintf("%s: %s", name, reason), style, first);
	if (g->result.of_growing_part)
		put_note(out, x_asprintf("%s: the exponent is that of the growing part, without a fixed cost", name),
			 style, first);
	if (g->without && g->result.note != GROWTH_TOO_FEW)
		put_note(out, x_asprintf("%s: %zu size%s without a value", name, g->without, g->without == 1 ? "" : "s"),
			 style, first);
	free(reason);
	free(name);
}

static void put_skip(FILE *out, const struct series_skip *skip, enum table_style style, bool *first)
{
	char *params = params_text(skip->params);

	if (!params)
		die("out of memory");
	put_note(out, x_asprintf("skipped %s%s%s%s%s%s: %s", skip->bench, *params ? "{" : "", params, *params ? "}" : "",
				 *skip->metric ? " " : "", skip->metric, skip->reason), style, first);
	free(params);
}

static void print_table(FILE *out, const struct print *p, enum table_style style)
{
	char interval[32];
	const char *const header[] = {"class", "exponent", interval,   "measurement",
				      "cost",  "residual", "sizes", "samples"};
	char *headline = x_asprintf("growth with n = %s, %s", p->options->x, p->options->statistic.name);
	bool first = true;

	snprintf(interval, sizeof interval, "%.10g %%", 100 * p->options->confidence);
	fputs(style == TABLE_MARKDOWN ? "**" : "", out);
	table_put_text(out, headline, style);
	fputs(style == TABLE_MARKDOWN ? "**\n\n" : "\n\n", out);
	free(headline);
	struct table *table = x_table_new("lrllrrrr", header);
	for (size_t i = 0; i < p->groups->n; i++)
		add_row(table, &p->groups->group[i]);
	x_table_print(table, out, style, p->colour);
	for (size_t i = 0; i < p->groups->n; i++)
		put_notes_of_group(out, &p->groups->group[i], p->options->x, style, &first);
	for (size_t i = 0; i < p->set->nskips; i++)
		put_skip(out, &p->set->skip[i], style, &first);
}

static void print_record(FILE *out, const struct group *g, const struct group_options *o)
{
	const struct growth_result *found = &g->result;
	char *reason = wording_reason(g, o->x);
	struct record r = record_new(RECORD_FIT);

	r.bench = g->identity.bench;
	r.params = g->identity.params;
	r.metric = g->identity.metric;
	r.unit = g->identity.unit;
	r.better = g->identity.better;
	r.mode = g->identity.mode;
	r.fit = (struct record_fit){
		.x = o->x, .stat = o->statistic.name, .class = found->class, .plausible = found->plausible,
		.exponent = found->exponent, .lo = found->lo, .hi = found->hi, .confidence = o->confidence,
		.a = found->a, .b = found->b > 0 ? found->b : NAN, .residual = found->residual,
		.x_min = g->smallest, .x_max = g->largest, .sizes = g->sizes, .n = g->n, .reason = reason,
	};
	if (g->free_of_cost) {
		r.fit.class = GROWTH_1;
		r.fit.plausible = 1u << GROWTH_1;
		r.fit.a = 0;
	}
	if (!isnan(found->exponent))
		r.fit.basis = found->of_growing_part ? "growing part" : "cost";
	if (record_write(out, &r) != 0 && !ferror(out))
		die("%s %s: its fit cannot be written:", r.bench, r.metric);
	free(reason);
}

void print_groups(FILE *out, enum cli_format format, const struct print *p)
{
	if (format == FORMAT_NDJSON) {
		for (size_t i = 0; i < p->groups->n; i++)
			print_record(out, &p->groups->group[i], p->options);
	} else {
		print_table(out, p, format == FORMAT_MARKDOWN ? TABLE_MARKDOWN : TABLE_TEXT);
	}
}
