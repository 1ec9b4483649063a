#include "preview.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "estimate.h"
#include "units.h"

#define EXAMPLE_MAX 40 /* characters */

static void put_bytes(FILE *out, double bytes)
{
	char text[UNIT_TEXT_MAX];

	unit_format(text, UNIT_BYTES, bytes);
	fputs(text, out);
}

static void put_text(FILE *out, const struct value *value)
{
	putc('\'', out);
	for (size_t i = 0; i < value->len; i++) {
		unsigned char c = (unsigned char)value->bytes[i];

		if (i >= EXAMPLE_MAX && (c & 0xc0) != 0x80) {
			fputs("…", out);
			break;
		}
		putc(c < ' ' ? ' ' : c, out);
	}
	putc('\'', out);
}

static void put_value(FILE *out, const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		fputs("NULL", out);
		break;
	case VALUE_INTEGER:
		fprintf(out, "%" PRId64, value->integer);
		break;
	case VALUE_REAL:
		fprintf(out, "%.15g", value->real);
		break;
	case VALUE_TEXT:
		put_text(out, value);
		break;
	case VALUE_BLOB:
		fprintf(out, "blob of %zu bytes", value->len);
		break;
	}
}

/* A text that may have line ends in it, as one line. */
static void put_line(FILE *out, const char *text)
{
	for (; *text; text++)
		putc((unsigned char)*text < ' ' ? ' ' : *text, out);
}

/* The column's value in the first row. */
static int put_example(FILE *out, const struct plan_table *table, size_t column, struct arena *arena)
{
	struct value value;
	const char *why;

	arena_reset(arena);
	if (generate(table->generator[column], table->first, arena, &value, &why) != 0) {
		complain("%s.%s: %s", table->table->name, table->table->column[column].name, why ? why : "out of memory");
		return -1;
	}
	put_value(out, &value);
	return 0;
}

static int widest(const struct table *table)
{
	size_t width = 0;

	for (size_t i = 0; i < table->ncolumns; i++) {
		size_t len = strlen(table->column[i].name);

		width = len > width ? len : width;
	}
	return (int)width;
}

static int put_column(FILE *out, const struct plan *plan, const struct plan_table *table, size_t column, int width,
		      struct arena *arena)
{
	char *words;
	int result = 0;

	fprintf(out, "  %-*s  ", width, table->table->column[column].name);
	if (!table->generator[column]) {
		fputs("computed by the database\n", out);
		return 0;
	}
	words = plan_describe(plan, table, column);
	if (!words) {
		complain("out of memory");
		return -1;
	}
	put_line(out, words);
	if (table->rows && table->generator[column]->kind != GEN_CONSTANT) {
		fputs(": ", out);
		result = put_example(out, table, column, arena);
	}
	putc('\n', out);
	free(words);
	return result;
}

static int put_table(FILE *out, const struct plan *plan, const struct plan_table *table, double bytes,
		     struct arena *arena)
{
	int width = widest(table->table), result = 0;

	fprintf(out, "\n%s: %" PRIu64 " rows, about ", table->table->name, table->rows);
	put_bytes(out, bytes);
	fprintf(out, "%s%s\n", table->note ? "   " : "", table->note ? table->note : "");
	for (size_t i = 0; result == 0 && i < table->table->ncolumns; i++)
		result = put_column(out, plan, table, i, width, arena);
	return result;
}

static int put_all(FILE *out, const struct source *source, const struct options *o, const struct estimate *estimate,
		   struct arena *arena)
{
	const struct plan *plan = &source->plan;
	uint64_t rows = 0;
	double bytes = estimate->rest;
	int result = 0;

	for (size_t i = 0; i < plan->ntables; i++) {
		rows += plan->table[i].rows;
		bytes += estimate->bytes[i];
	}
	fprintf(out, "%s%s%" PRIu64 " rows, about ", o->database ? o->database : "", o->database ? ": " : "", rows);
	put_bytes(out, bytes);
	fprintf(out, " with indexes, seed %" PRIu64 "\n", plan->seed);
	for (size_t i = 0; result == 0 && i < plan->ntables; i++)
		result = put_table(out, plan, &plan->table[i], estimate->bytes[i], arena);
	for (size_t i = 0; i < source->schema.nvirtual; i++)
		fprintf(out, "\n%s: a virtual table, left empty\n", source->schema.virtual[i]);
	return result;
}

int preview(FILE *out, const struct source *source, const struct options *options)
{
	struct estimate estimate;
	struct arena *arena = arena_new();
	int result = -1;

	if (!arena)
		complain("out of memory");
	else if (estimate_make(&estimate, source, options) == 0)
		result = put_all(out, source, options, &estimate, arena);
	if (arena)
		estimate_free(&estimate);
	arena_free(arena);
	return result;
}
