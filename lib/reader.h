#ifndef BENCHPIPE_READER_H
#define BENCHPIPE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* The one reader of bench-record(5). */

#define READER_LINE_MAX (1 << 20) /* bytes, without the newline */

struct reader;

/* Open path ("-" is stdin) for reading. NULL with errno; a directory is EISDIR. */
struct reader *reader_open(const char *path);

/* Read from memory; name is for messages. Both must outlive the reader. NULL with ENOMEM. */
struct reader *reader_open_memory(const char *name, const char *text, size_t len);

void reader_close(struct reader *reader); /* NULL is fine */

/* Leave broken lines out and count them instead of stopping at the first. */
void reader_set_lenient(struct reader *reader, bool lenient);

/* 1 and the next record; 0 at the end; -1 on a broken line, a read error or want of memory, which
 * reader_error() tells. Blank lines are passed over. Memory: a few times the longest line. */
int reader_next(struct reader *reader, struct record *record);

/* "file:line: what: expected …" or "file: why". Lives as long as the reader. */
const char *reader_error(const struct reader *reader);

uint64_t reader_line(const struct reader *reader);     /* of the last record, from 1 */
uint64_t reader_left_out(const struct reader *reader); /* broken lines, lenient only */

#endif
