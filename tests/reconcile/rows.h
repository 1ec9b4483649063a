#ifndef RECONCILE_ROWS_H
#define RECONCILE_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* Tables as `sqlite3 -tabs` prints them: a line a row, NULL as \N. */

struct rows {
	char *text;
	char **cell; /* n * columns */
	size_t n, columns;
};

/* DIRECTORY/NAME, which has so many columns. Dies of anything wrong. */
struct rows rows_read(const char *directory, const char *name, size_t columns);
void rows_free(struct rows *rows);

const char *rows_text(const struct rows *rows, size_t row, size_t column); /* NULL for NULL */
int64_t rows_integer(const struct rows *rows, size_t row, size_t column);

/* The row whose first column is this number. Dies where there is none. */
size_t rows_find(const struct rows *rows, int64_t id);

_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
