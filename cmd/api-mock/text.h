#ifndef API_MOCK_TEXT_H
#define API_MOCK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A text that grows. Where there is no memory for it, it stays as it is and says so. */

struct text {
	char *bytes; /* NUL-terminated once there is something in it */
	size_t len, size;
	bool failed;
};

void text_add(struct text *t, const char *bytes);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_string(struct text *t, const char *string); /* as a string of JSON, with its quotes; NULL as null */

#endif
