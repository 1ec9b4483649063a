#include "table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

struct cell {
	char *text;
	enum table_colour colour;
};

struct table {
	char *align;
	size_t columns;
	struct cell *cell; /* the header's row first */
	size_t cells, size;
	enum table_colour colour;
	bool failed; /* an allocation did */
};

static const char *const colour_codes[] = {"", "\033[31m", "\033[32m", "\033[33m", "\033[2m"};

struct table *table_new(const char *align, const char *const *header)
{
	struct table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->align = strdup(align);
	t->columns = strlen(align);
	for (size_t i = 0; i < t->columns; i++)
		table_add(t, header[i]);
	if (t->align && !t->failed)
		return t;
	table_free(t);
	errno = ENOMEM;
	return NULL;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->cells; i++)
		free(t->cell[i].text);
	free(t->cell);
	free(t->align);
	free(t);
}

/* Takes text over. */
static void append(struct table *t, char *text)
{
	if (text && t->cells == t->size) {
		size_t size = t->size ? 2 * t->size : 64;
		struct cell *cell = reallocarray(t->cell, size, sizeof *cell);
		if (cell) {
			t->cell = cell;
			t->size = size;
		}
	}
	if (!text || t->cells == t->size) {
		t->failed = true;
		free(text);
		return;
	}
	t->cell[t->cells++] = (struct cell){text, t->colour};
}

void table_add(struct table *t, const char *cell)
{
	append(t, strdup(cell));
}

void table_addf(struct table *t, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	append(t, text);
}

void table_colour(struct table *t, enum table_colour colour)
{
	t->colour = colour;
}

size_t table_rows(const struct table *t)
{
	return t->failed ? 1 : t->cells / t->columns - 1;
}

/* Code points, which is what most text of ours takes in columns. */
static size_t width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

void table_put_text(FILE *out, const char *text, enum table_style style)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (style == TABLE_MARKDOWN && (c == '|' || c == '\\' || c == '*' || c == '_' || c == '<' || c == '`'))
			putc('\\', out);
		putc(c < 0x20 || c == 0x7f ? ' ' : c, out);
	}
}

static void put_spaces(FILE *out, size_t n)
{
	while (n-- > 0)
		putc(' ', out);
}

static void print_text_row(const struct table *t, const struct cell *row, const size_t *widths, bool colour, FILE *out)
{
	for (size_t c = 0; c < t->columns; c++) {
		size_t pad = widths[c] - width(row[c].text);
		bool coloured = colour && row[c].colour != TABLE_PLAIN;
		if (c > 0)
			fputs("  ", out);
		if (t->align[c] == 'r')
			put_spaces(out, pad);
		if (coloured)
			fputs(colour_codes[row[c].colour], out);
		table_put_text(out, row[c].text, TABLE_TEXT);
		if (coloured)
			fputs("\033[0m", out);
		if (t->align[c] != 'r' && c + 1 < t->columns)
			put_spaces(out, pad);
	}
	putc('\n', out);
}

static void print_markdown_row(const struct table *t, const struct cell *row, FILE *out)
{
	putc('|', out);
	for (size_t c = 0; c < t->columns; c++) {
		putc(' ', out);
		table_put_text(out, row[c].text, TABLE_MARKDOWN);
		fputs(" |", out);
	}
	putc('\n', out);
}

int table_print(struct table *t, FILE *out, enum table_style style, bool colour)
{
	size_t *widths = t->failed ? NULL : calloc(t->columns, sizeof *widths);
	size_t rows = t->cells / t->columns;

	if (!widths) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < rows * t->columns; i++) {
		size_t w = width(t->cell[i].text), *max = &widths[i % t->columns];
		*max = w > *max ? w : *max;
	}
	for (size_t r = 0; r < rows; r++) {
		const struct cell *row = t->cell + r * t->columns;
		if (style == TABLE_TEXT) {
			print_text_row(t, row, widths, colour, out);
			continue;
		}
		print_markdown_row(t, row, out);
		for (size_t c = 0; r == 0 && c < t->columns; c++)
			fputs(t->align[c] == 'r' ? "|---:" : "|:---", out);
		if (r == 0)
			fputs("|\n", out);
	}
	free(widths);
	return ferror(out) ? -1 : 0;
}

struct table *x_table_new(const char *align, const char *const *header)
{
	struct table *table = table_new(align, header);

	if (!table)
		die("out of memory");
	return table;
}

void x_table_print(struct table *table, FILE *out, enum table_style style, bool colour)
{
	if (table_print(table, out, style, colour) < 0 && !ferror(out))
		die("out of memory");
	table_free(table);
}
