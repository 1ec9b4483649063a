#include "print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "explain.h"
#include "table.h"
#include "wording.h"

static const char *const status_names[] = {"pass", "missing", "inconclusive", "fail"};

static void add_margin(struct table *table, const struct gate_verdict *v)
{
	const struct target *t = v->target;
	double percent = 100 * v->margin, difference = v->value - t->value;
	char text[UNIT_TEXT_MAX];

	if (isnan(v->value) || (v->fit && isnan(v->margin))) {
		table_add(table, "-");
	} else if (!isnan(v->margin)) {
		if (percent != 0 && fabs(percent) < 0.1)
			table_addf(table, "%+.1g %%", percent);
		else
			table_addf(table, "%+.*f %%", fabs(percent) >= 1000 ? 0 : 1, percent);
	} else {
		explain_quantity(text, v, difference);
		table_addf(table, "%s%s", difference > 0 ? "+" : "", text);
	}
}

/* Without --all a target's measurements that hold are told by the closest of them. */
static bool is_shown(const struct print *p, size_t i)
{
	const struct gate_verdict *v = &p->gate->verdict[i];

	return p->all || v->status != GATE_PASS || v->closest;
}

static void add_row(struct table *table, const struct print *p, const struct gate_verdict *v, bool with_note)
{
	static const enum table_colour colours[] = {TABLE_GREEN, TABLE_YELLOW, TABLE_YELLOW, TABLE_RED};
	char measured[UNIT_TEXT_MAX], *name = wording_name(v);

	table_colour(table, colours[v->status]);
	table_add(table, wording_status(v->status));
	table_colour(table, TABLE_PLAIN);
	if (p->gate->tiers)
		table_add(table, v->target->tier ? v->target->tier : "-");
	table_add(table, name);
	free(name);
	table_add(table, v->target->stat);
	wording_measured(measured, v);
	table_add(table, measured);
	table_addf(table, "%s %s", target_op_name(v->target->op), v->target->wanted);
	add_margin(table, v);
	if (with_note)
		table_add(table, v->reason ? v->reason : "");
}

static bool any_reason(const struct print *p)
{
	for (size_t i = 0; i < p->gate->n; i++) {
		if (is_shown(p, i) && p->gate->verdict[i].reason)
			return true;
	}
	return false;
}

/* Returns how many measurements that hold are left out. */
static size_t print_rows(FILE *out, const struct print *p, enum table_style style, bool with_notes)
{
	static const char *const columns[] = {"", "tier", "measurement", "stat", "measured", "wanted", "margin", "note"};
	const char *header[8];
	char align[] = "lllrlrl\0";
	size_t n = 0, hidden = 0;

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		if ((i != 1 || p->gate->tiers) && (i != 7 || with_notes))
			header[n++] = columns[i];
	}
	if (p->gate->tiers)
		strcpy(align, "llllrlrl");
	align[n] = '\0';
	struct table *table = x_table_new(align, header);
	for (size_t i = 0; i < p->gate->n; i++) {
		if (is_shown(p, i))
			add_row(table, p, &p->gate->verdict[i], with_notes);
		else
			hidden++;
	}
	x_table_print(table, out, style, p->colour);
	return hidden;
}

static void print_text(FILE *out, const struct print *p)
{
	char *headline = wording_headline(p->gate);
	bool first = true;

	table_put_text(out, headline, TABLE_TEXT);
	fputs("\n\n", out);
	free(headline);
	size_t hidden = print_rows(out, p, TABLE_TEXT, false);
	for (size_t i = 0; i < p->gate->n; i++) {
		const struct gate_verdict *v = &p->gate->verdict[i];
		if (!is_shown(p, i) || !v->reason)
			continue;
		char *name = wording_name(v), *note = x_asprintf("%s %s: %s", name, v->target->stat, v->reason);
		fputs(first ? "\n" : "", out);
		table_put_text(out, note, TABLE_TEXT);
		putc('\n', out);
		free(note);
		free(name);
		first = false;
	}
	if (hidden)
		fprintf(out, "\n%zu more measurement%s hold%s with more room (--all shows them)\n", hidden,
			hidden == 1 ? "" : "s", hidden == 1 ? "s" : "");
}

static void print_markdown(FILE *out, const struct print *p)
{
	char *headline = wording_headline(p->gate);

	fputs("**", out);
	table_put_text(out, headline, TABLE_MARKDOWN);
	fputs("**\n\n", out);
	free(headline);
	size_t hidden = print_rows(out, p, TABLE_MARKDOWN, any_reason(p));
	if (hidden)
		fprintf(out, "\n%zu more hold with more room.\n", hidden);
	putc('\n', out);
}

static bool is_plain(const char *glob)
{
	return !strpbrk(glob, "*?[\\");
}

/* What a verdict on a class says more: {"class":"O(n)","plausible":["O(n)"]}. NULL for others. */
static char *more_members(const struct gate_verdict *v)
{
	char *text;
	const char *between = "";

	if (!v->fit || v->target->kind != TARGET_CLASS || isnan(v->value))
		return NULL;
	text = x_asprintf("{\"class\":\"%s\",\"plausible\":[", growth_name(v->fit->class));
	for (int class = GROWTH_1; class < GROWTH_COUNT; class++) {
		if (!(v->fit->plausible >> class & 1))
			continue;
		char *longer = x_asprintf("%s%s\"%s\"", text, between, growth_name((enum growth)class));
		free(text);
		text = longer;
		between = ",";
	}
	char *whole = x_asprintf("%s]}", text);
	free(text);
	return whole;
}

static void put_growth(struct record_verdict *verdict, const struct gate_verdict *v)
{
	if (v->target->kind == TARGET_CLASS) {
		/* Classes are no numbers. */
		verdict->value = verdict->threshold = NAN;
	} else if (v->fit) {
		verdict->lo = v->fit->lo;
		verdict->hi = v->fit->hi;
	}
}

static void print_record(FILE *out, const struct gate_verdict *v)
{
	const struct target *t = v->target;
	struct record r = record_new(RECORD_VERDICT);

	if (v->series) {
		r.bench = v->series->bench;
		r.params = v->series->params;
		r.metric = v->series->metric;
		r.mode = v->series->mode;
		r.unit = target_is_count(t) ? UNIT_ONE : v->series->unit;
		r.better = target_is_count(t) ? BETTER_NONE : v->series->better;
		r.verdict.n = (int64_t)v->n;
	} else {
		/* The target names it, unless by globs. */
		r.bench = is_plain(t->bench) ? t->bench : "";
		r.metric = is_plain(t->metric) ? t->metric : "";
		r.unit = t->unit;
		r.better = unit_better(t->unit);
	}
	r.verdict.status = status_names[v->status];
	r.verdict.stat = t->stat;
	r.verdict.value = v->value;
	/* A bare number's unit is the measurement's, which is not known where nothing was measured. */
	r.verdict.threshold = v->series || !t->bare || target_is_count(t) ? t->value : NAN;
	r.verdict.target = t->text;
	r.verdict.tier = t->tier;
	r.verdict.reason = v->reason;
	put_growth(&r.verdict, v);
	char *more = more_members(v);
	r.data = more;
	record_write(out, &r);
	free(more);
}

void print_gate(FILE *out, enum cli_format format, const struct print *p)
{
	switch (format) {
	case FORMAT_NDJSON:
		for (size_t i = 0; i < p->gate->n; i++)
			print_record(out, &p->gate->verdict[i]);
		break;
	case FORMAT_MARKDOWN:
	case FORMAT_SUMMARY:
		print_markdown(out, p);
		break;
	case FORMAT_GITHUB:
		print_github(out, p);
		break;
	case FORMAT_JUNIT:
		print_junit(out, p);
		break;
	default:
		print_text(out, p);
	}
}
