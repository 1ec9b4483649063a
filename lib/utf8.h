#ifndef BENCHPIPE_UTF8_H
#define BENCHPIPE_UTF8_H

#include <stddef.h>

/* UTF-8 as of RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF. */

/* The length (2 to 4) of the sequence at text that does not reach past end, 0 where there is
 * none. For bytes under 0x80, which stand for themselves, 0 too. text < end. */
size_t utf8_length(const char *text, const char *end);

/* Write the sequence of a code point up to U+10FFFF; its length, 1 to 4. */
size_t utf8_put(char *out, unsigned code);

/* The end of the characters from p on that stand in a JSON string as they are: ASCII, and
 * neither control characters, quotes nor backslashes. */
const char *utf8_plain_run(const char *p, const char *end);

#endif
