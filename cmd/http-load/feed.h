#ifndef HTTP_LOAD_FEED_H
#define HTTP_LOAD_FEED_H

#include <stddef.h>
#include <stdint.h>

/* Rows of NDJSON that requests take their fields from, all in memory; request n takes row n modulo their number. A row
 * is an object in a line of at most FEED_LINE_MAX bytes; empty lines are passed over. */

#define FEED_LINE_MAX ((size_t)1 << 20)
#define FEED_COLUMNS_MAX 1000

struct feed;
struct lines;

/* "-" is stdin. Dies with name:line: what was expected; of no rows too. */
struct feed *feed_read(const char *path);
/* The same from lines that are called name. NULL with *why, name and all (caller frees). */
struct feed *feed_read_lines(struct lines *lines, const char *name, char **why);
void feed_free(struct feed *feed); /* NULL is fine */
size_t feed_rows(const struct feed *feed);
size_t feed_memory(const struct feed *feed); /* bytes that the rows take */

/* The column called name, -1 where no row has it. */
long feed_column(const struct feed *feed, const char *name);

size_t feed_columns(const struct feed *feed);
const char *feed_column_name(const struct feed *feed, size_t column);

/* The first row, from 1, with a control byte other than a tab in that column; 0: none. */
size_t feed_control(const struct feed *feed, long column);

/* The value in row seq % feed_rows() as text: strings as they are, the rest as JSON writes it, "" for null or absent.
 * Not NUL-terminated, holds no NUL. */
const char *feed_value(const struct feed *feed, uint64_t seq, long column, size_t *len);

#endif
