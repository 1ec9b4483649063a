#ifndef BENCHPIPE_UUID_H
#define BENCHPIPE_UUID_H

#include <stdbool.h>

#define UUID_TEXT 37 /* with its NUL */

/* A fresh UUID version 7 (RFC 9562): time-ordered, 74 random bits. Thread-safe. */
void uuid_v7(char text[UUID_TEXT]);

/* Is text a UUID in lower-case hexadecimal, of any version? */
bool uuid_is(const char *text);

#endif
