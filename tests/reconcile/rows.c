#include "rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("model: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t used = 0, size = 1 << 16;
	char *text = malloc(size);

	if (!f || !text)
		fail("%s: cannot be read", path);
	while ((used += fread(text + used, 1, size - used - 1, f)) == size - 1) {
		text = realloc(text, size *= 2);
		if (!text)
			fail("out of memory");
	}
	fclose(f);
	text[used] = '\0';
	return text;
}

struct rows rows_read(const char *directory, const char *name, size_t columns)
{
	struct rows r = {.columns = columns};
	char path[4096];
	size_t lines = 0;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	r.text = read_file(path);
	for (const char *p = r.text; *p; p++)
		lines += *p == '\n';
	r.cell = malloc((lines * columns + 1) * sizeof *r.cell);
	if (!r.cell)
		fail("out of memory");
	char *at = r.text;
	for (; r.n < lines; r.n++) {
		for (size_t column = 0; column < columns; column++) {
			size_t len = strcspn(at, "\t\n");
			if (at[len] != (column == columns - 1 ? '\n' : '\t'))
				fail("%s:%zu: expected %zu columns", path, r.n + 1, columns);
			at[len] = '\0';
			r.cell[r.n * columns + column] = at;
			at += len + 1;
		}
	}
	return r;
}

void rows_free(struct rows *rows)
{
	free(rows->cell);
	free(rows->text);
}

const char *rows_text(const struct rows *rows, size_t row, size_t column)
{
	const char *text = rows->cell[row * rows->columns + column];

	return strcmp(text, "\\N") == 0 ? NULL : text;
}

int64_t rows_integer(const struct rows *rows, size_t row, size_t column)
{
	return strtoll(rows->cell[row * rows->columns + column], NULL, 10);
}

size_t rows_find(const struct rows *rows, int64_t id)
{
	for (size_t i = 0; i < rows->n; i++) {
		if (rows_integer(rows, i, 0) == id)
			return i;
	}
	fail("no row %lld", (long long)id);
}
