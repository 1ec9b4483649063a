#ifndef BENCHPIPE_PROCTEXT_H
#define BENCHPIPE_PROCTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parts of what the kernel writes into files of /proc: of a text up to end, which need not end in NUL. What is read begins
 * at *at, which is moved behind it; where it is not there, false, and *at stays. */

bool proctext_is_blank(char c); /* a space or a tab */
void proctext_skip_blanks(const char **at, const char *end);

/* Digits, one at least: of base 10 or 16, in either case. */
bool proctext_unsigned(const char **at, const char *end, unsigned base, uint64_t *value);

/* A decimal number from 0 to INT64_MAX. */
bool proctext_number(const char **at, const char *end, int64_t *value);

/* A number of KiB ("123 kB", whose unit is not looked at), in bytes. */
bool proctext_size(const char *at, const char *end, int64_t *bytes);

/* One line after the other, without its newline. false: there is none. */
bool proctext_line(const char **at, const char *end, const char **line, const char **line_end);

/* Is it the line "NAME: value"? *value is where that begins, behind the blanks. */
bool proctext_named(const char *line, const char *end, const char *name, const char **value);

#endif
