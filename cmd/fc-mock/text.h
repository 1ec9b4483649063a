#ifndef FC_MOCK_TEXT_H
#define FC_MOCK_TEXT_H

#include <stddef.h>

/* Bytes that grow. All zero is an empty one. What needs memory gets it or dies. */

struct text {
	char *bytes; /* not NUL-terminated */
	size_t len, room;
};

void text_bytes(struct text *t, const char *bytes, size_t len);
void text_byte(struct text *t, char byte);
void text_string(struct text *t, const char *string);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Take the first len bytes away, len <= t->len. What is large and empty afterwards gives its memory back. */
void text_cut(struct text *t, size_t len);

void text_free(struct text *t); /* empty again */

#endif
