#ifndef HELIOS_TIME_SAID_H
#define HELIOS_TIME_SAID_H

#include <stdbool.h>
#include <stddef.h>

/* What a program says, and which line of it is worth being quoted. */

#define SAID_MAX 256

struct said {                /* zero it before the first byte */
	char line[SAID_MAX]; /* as it comes: its first bytes */
	size_t len;
	char last[SAID_MAX];  /* the last line that is not empty, printable */
	char error[SAID_MAX]; /* the first that begins with "error:", "fatal:", "fatal error:" or "panic:" */
};

void said_take(struct said *said, const char *bytes, size_t len);

/* After the last byte: what is wrong, in the words of git and of Go's run time, which say more behind it; else the last
 * line. "": nothing. Valid with *said. */
const char *said_words(struct said *said);

/* Write text for people into out, which holds room bytes (1 or more): whole characters as far as they fit, '?' for each
 * byte that is no printable UTF-8, a blank for each tab. NUL-terminated. The length. */
size_t said_printable(char *out, size_t room, const char *text, size_t len);

/* Do these words complain about a lock that something else holds? */
bool said_locked(const char *words);

#endif
