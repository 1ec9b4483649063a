#ifndef FC_PROBE_SENTINEL_H
#define FC_PROBE_SENTINEL_H

#include <stdbool.h>
#include <stddef.h>

#include "uuid.h"

/* What tells the end of a command's output, in a stream of any length: the line "NONCE N", the nonce being random. */
struct sentinel {
	char text[UUID_TEXT + 2]; /* the line's begin: newline, nonce, space */
	unsigned matched;         /* bytes of it so far */
	unsigned digits;          /* of N, at most 3 */
	bool cr;                  /* a carriage return behind them: a terminal's line end */
	int number;               /* N, once it is found */
};

#define SENTINEL_TAIL 80
/* A sentinel with a nonce of its own, and what is to follow a command: "; printf ..." with its newline. The length of
 * tail. */
size_t sentinel_make(struct sentinel *s, char tail[SENTINEL_TAIL]);

/* Look for the next one; at_line: the stream is at the begin of a line. */
void sentinel_look(struct sentinel *s, bool at_line);

/* Take in what follows of the stream: has the sentinel's line ended in it? What is behind it is not looked at. */
bool sentinel_feed(struct sentinel *s, const char *bytes, size_t len);

#endif
