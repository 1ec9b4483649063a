#ifndef BENCHPIPE_JSON_H
#define BENCHPIPE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A strict pull reader of JSON (RFC 8259) in memory.
 * The reader keeps spans into the text, which must outlive it, and allocates nothing
 * but, for a moment, a copy of a number of 64 characters or more.
 * Not JSON, and so refused: NaN, Infinity, a number that overflows a double, NUL,
 * control characters in strings, invalid UTF-8, lone surrogates, nesting over 64. */

enum json_type { JSON_END, JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_NUMBER, JSON_BOOL, JSON_NULL };

struct json {
	const char *at, *end;
	const char *expected; /* after an error: what should have stood at `at`; NULL: out of memory */
	bool first;           /* nothing read yet in the innermost container */
};

struct json_span { /* a string's raw text between the quotes */
	const char *text;
	size_t len;
	bool escaped; /* holds backslashes: take it through json_unescape() */
};

void json_open(struct json *j, const char *text, size_t len);

/* The type of the next value, JSON_END where there is none; reads nothing. */
enum json_type json_peek(struct json *j);

/* Each of these reads one thing and returns 0, or -1 with j->expected set.
 * json_key and json_element: 1 where there is another (the key is read, its value
 * comes next), 0 at the container's end (which is read). */
int json_object(struct json *j);
int json_key(struct json *j, struct json_span *key);
int json_array(struct json *j);
int json_element(struct json *j);
int json_string(struct json *j, struct json_span *span);
int json_number(struct json *j, double *value);
int json_integer(struct json *j, int64_t *value); /* a number without fraction, within int64 */
int json_count(struct json *j, uint64_t *value);  /* the same, of 0 or more, within uint64 */
int json_bool(struct json *j, bool *value);
int json_skip(struct json *j);                    /* any value, checked */
int json_done(struct json *j);                    /* only white space is left */

/* Is span exactly this text? */
bool json_is(const struct json_span *span, const char *text);

/* Decode span into out, which has room for span->len + 1 bytes; NUL-terminated.
 * The length, or -1 where it holds \u0000 (out then holds no text). */
int64_t json_unescape(const struct json_span *span, char *out);

/* Decode span into out, which holds size bytes (1 or more), cut between characters where
 * it is too long; NUL-terminated. 0, or -1 where it holds \u0000 before the cut. */
int json_copy(const struct json_span *span, char *out, size_t size);

#endif
