#ifndef BENCHPIPE_JSONOUT_H
#define BENCHPIPE_JSONOUT_H

#include <stddef.h>
#include <stdio.h>

/* The writing of JSON's scalars. */

/* Write text as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void json_put_string(FILE *out, const char *text);

/* The same into memory: out has room for 6 * len + 8 bytes; NUL-terminated; the length. */
size_t json_format_string(char *out, const char *text, size_t len);

/* Write the shortest decimal that reads back as value; null where it is not finite. */
void json_put_number(FILE *out, double value);

#define JSON_NUMBER_MAX 32
/* The same into text; the length. */
size_t json_format_number(char text[JSON_NUMBER_MAX], double value);

#endif
