#ifndef BENCHPIPE_LINES_H
#define BENCHPIPE_LINES_H

#include <stddef.h>
#include <stdint.h>

/* Lines of a file, a pipe or memory, without copying where it can be. */

enum lines_result {
	LINES_FAILED = -1, /* reading failed, errno says why */
	LINES_END = 0,
	LINES_ONE = 1,
	LINES_TOO_LONG = 2 /* a line longer than the limit was passed over */
};

struct lines;

/* "-" is stdin. NULL with errno; a directory is EISDIR. max: the longest line in bytes. */
struct lines *lines_open(const char *path, size_t max);
struct lines *lines_open_memory(const char *text, size_t len, size_t max);
void lines_close(struct lines *lines); /* NULL is fine */

/* The next line without its newline, not NUL-terminated; valid until the next call. The last
 * line need not end in a newline. */
enum lines_result lines_next(struct lines *lines, const char **line, size_t *len);

/* The number of the line that lines_next() gave last, from 1. */
uint64_t lines_number(const struct lines *lines);

#endif
