#ifndef BENCHPIPE_PARAMS_H
#define BENCHPIPE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"

/* The params of a measurement: an object of scalars in canonical text, keys sorted,
 * no white space, numbers shortest: {"connections":100,"tls":true}. Two equal sets of
 * params have equal text. Texts are NUL-terminated; the empty set is "{}". */

/* Read an object from j and write its canonical text to out, which has room for
 * size bytes (six times the object's raw length + 16 is enough). The length, or -1
 * with j->expected set (not an object of scalars, a key twice, over 64 keys, no room;
 * NULL: out of memory). */
long params_read(struct json *j, char *out, size_t size);

/* A new text (caller frees) with key set to value, or with key taken out where value is
 * NULL. A value that is a JSON number, true or false becomes one unless it would not
 * print the same (so 1.10 stays a string); anything else is a string. NULL with ENOMEM
 * or, where params is not canonical text or would hold over 64 keys, EINVAL. */
char *params_set(const char *params, const char *key, const char *value);

/* The value of key as plain text (caller frees), NULL with ENOENT or ENOMEM. */
char *params_get(const char *params, const char *key);

/* "connections=100 tls=true", "" for none; caller frees; NULL with ENOMEM. */
char *params_text(const char *params);

#endif
