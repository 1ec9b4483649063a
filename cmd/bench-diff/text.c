/* The verdicts for people: aligned text, and Markdown in sections. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "wording.h"

static enum table_colour colour_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_REGRESSION:
		return TABLE_RED;
	case VERDICT_IMPROVEMENT:
		return TABLE_GREEN;
	case VERDICT_UNCHANGED:
	case VERDICT_NEW:
		return TABLE_DIM;
	default:
		return TABLE_YELLOW;
	}
}

static bool is_listed(const struct output *o, const struct comparison *c)
{
	return o->list_all || c->verdict != VERDICT_UNCHANGED;
}

/* Takes the text over. */
static void add(struct table *table, char *text)
{
	table_add(table, text);
	free(text);
}

static void add_q(struct table *table, const struct comparison *c)
{
	if (isnan(c->q))
		table_add(table, "-");
	else if (c->q < 0.0001)
		table_add(table, "<0.0001");
	else
		table_addf(table, "%.2g", c->q);
}

static void add_row(struct table *table, const struct comparison *c)
{
	table_colour(table, TABLE_PLAIN);
	table_add(table, c->label);
	add(table, wording_value(c, c->base_value));
	add(table, wording_value(c, c->value));
	table_colour(table, colour_of(c->verdict));
	add(table, wording_change(c));
	table_colour(table, TABLE_PLAIN);
	add(table, wording_interval(c));
	add_q(table, c);
	add(table, wording_n(c));
	table_colour(table, colour_of(c->verdict));
	add(table, wording_verdict(c));
	table_colour(table, TABLE_PLAIN);
}

static struct table *new_table(double alpha)
{
	char *interval = x_asprintf("%g %% interval", 100 * (1 - alpha));
	const char *const header[] = {"measurement", "baseline", "current", "change", interval, "q", "n", "verdict"};
	struct table *table = x_table_new("lrrrrrrl", header);

	free(interval);
	return table;
}

/* One that follows what is listed; NULL at the end. */
static const struct comparison *next_listed(const struct output *o, const struct comparison *c)
{
	for (c++; c < o->all->list + o->all->n; c++) {
		if (is_listed(o, c))
			return c;
	}
	return NULL;
}

static void put_plain(FILE *out, const char *text)
{
	for (; *text; text++)
		putc((unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text, out);
}

/* A line for each reason; neighbours that share one share the line. */
static void print_reasons(FILE *out, const struct output *o)
{
	bool first = true;

	for (size_t i = 0; i < o->all->n; i++) {
		const struct comparison *c = &o->all->list[i], *next = c;
		size_t more = 0;
		if (!is_listed(o, c) || !c->reason)
			continue;
		while ((next = next_listed(o, next)) && next->reason && strcmp(next->reason, c->reason) == 0) {
			more++;
			i = (size_t)(next - o->all->list);
		}
		if (first)
			putc('\n', out);
		put_plain(out, c->label);
		if (more)
			fprintf(out, " and %zu more", more);
		fputs(": ", out);
		put_plain(out, c->reason);
		putc('\n', out);
		first = false;
	}
}

static void print_listed(FILE *out, const struct output *o, bool colour)
{
	struct table *table = NULL;

	for (size_t i = 0; i < o->all->n; i++) {
		if (!is_listed(o, &o->all->list[i]))
			continue;
		if (!table)
			table = new_table(o->alpha);
		add_row(table, &o->all->list[i]);
	}
	if (!table)
		return;
	putc('\n', out);
	x_table_print(table, out, TABLE_TEXT, colour);
}

void output_text(FILE *out, const struct output *o, bool colour)
{
	char *headline = wording_headline(o->all);

	put_plain(out, headline);
	putc('\n', out);
	free(headline);
	print_listed(out, o, colour);
	print_reasons(out, o);
	putc('\n', out);
	wording_geomeans(out, o->all, "");
	wording_notes(out, o, "");
}

static const char *heading(enum verdict verdict)
{
	static const char *const headings[] = {"\xe2\x9d\x8c Regressions", "Missing",
					       "Incomparable",             "Inconclusive",
					       "Changed",                  "\xe2\x9c\x85 Improvements",
					       "New",                      "Unchanged"};

	return headings[verdict];
}

/* In running text Markdown takes these for its own. */
static void put_markdown(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\*_<>`[]|#", *text))
			putc('\\', out);
		putc((unsigned char)*text < 0x20 ? ' ' : *text, out);
	}
}

static void markdown_section(FILE *out, const struct output *o, enum verdict verdict)
{
	struct table *table;
	bool first = true;

	if (verdict == VERDICT_REGRESSION && o->all->count[verdict] == 0) {
		fprintf(out, "\n### %s\n\nNone detected\n", heading(verdict));
		return;
	}
	if (o->all->count[verdict] == 0 || (verdict == VERDICT_UNCHANGED && !o->list_all))
		return;
	fprintf(out, "\n### %s\n\n", heading(verdict));
	table = new_table(o->alpha);
	for (size_t i = 0; i < o->all->n; i++) {
		if (o->all->list[i].verdict == verdict)
			add_row(table, &o->all->list[i]);
	}
	x_table_print(table, out, TABLE_MARKDOWN, false);
	for (size_t i = 0; i < o->all->n; i++) {
		const struct comparison *c = &o->all->list[i];
		if (c->verdict != verdict || !c->reason)
			continue;
		fputs(first ? "\n- " : "- ", out);
		put_markdown(out, c->label);
		fputs(": ", out);
		put_markdown(out, c->reason);
		putc('\n', out);
		first = false;
	}
}

void output_markdown(FILE *out, const struct output *o)
{
	static const enum verdict sections[] = {VERDICT_IMPROVEMENT,  VERDICT_REGRESSION, VERDICT_MISSING,
						VERDICT_INCOMPARABLE, VERDICT_INCONCLUSIVE, VERDICT_CHANGED,
						VERDICT_NEW,          VERDICT_UNCHANGED};
	char *headline = wording_headline(o->all);

	fputs("## Baseline Comparison\n\n**", out);
	put_markdown(out, headline);
	fputs("**\n", out);
	free(headline);
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		markdown_section(out, o, sections[i]);
	fputs("\n### Overall\n\n", out);
	wording_geomeans(out, o->all, "- ");
	wording_notes(out, o, "- ");
}
