#ifndef BENCHPIPE_TABLE_H
#define BENCHPIPE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Aligned text and Markdown tables. Cells are UTF-8 and copied; widths count code points. */

enum table_style { TABLE_TEXT, TABLE_MARKDOWN };
enum table_colour { TABLE_PLAIN, TABLE_RED, TABLE_GREEN, TABLE_YELLOW, TABLE_DIM };

struct table;

/* align holds a letter a column, 'l' or 'r'; header a name a column. NULL with ENOMEM. */
struct table *table_new(const char *align, const char *const *header);
void table_free(struct table *table); /* NULL is fine */

/* Append the next cell; rows fill from left to right. A failure to allocate is kept and
 * told by table_print(). */
void table_add(struct table *table, const char *cell);
void table_addf(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Colour for the cells added from now on; only on text tables printed with colour. */
void table_colour(struct table *table, enum table_colour colour);

/* How many there are below the header; 1 after a failure to allocate, so that table_print() gets to tell it. */
size_t table_rows(const struct table *table);

/* A cell's text as table_print() writes it, for what stands beside a table: control characters as
 * blanks, and what means something in Markdown escaped. */
void table_put_text(FILE *out, const char *text, enum table_style style);

/* 0, or -1 with ENOMEM or the stream's error. */
int table_print(struct table *table, FILE *out, enum table_style style, bool colour);

/* For programs that die where there is no memory: table_new(), and table_print() with table_free(). What the stream
 * itself could not take is told when it is closed. */
struct table *x_table_new(const char *align, const char *const *header);
void x_table_print(struct table *table, FILE *out, enum table_style style, bool colour);

#endif
