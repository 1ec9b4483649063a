#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jsonout.h"

/* Room for so many bytes more, and the NUL. NULL: there is none. */
static char *room(struct text *t, size_t more)
{
	if (t->failed)
		return NULL;
	if (t->len + more >= t->size) {
		size_t size = 2 * t->size > t->len + more + 1 ? 2 * t->size : t->len + more + 256;
		char *bytes = realloc(t->bytes, size);

		if (!bytes) {
			t->failed = true;
			return NULL;
		}
		t->bytes = bytes;
		t->size = size;
	}
	return t->bytes + t->len;
}

void text_add(struct text *t, const char *bytes)
{
	size_t len = strlen(bytes);
	char *at = room(t, len);

	if (!at)
		return;
	memcpy(at, bytes, len + 1);
	t->len += len;
}

void text_format(struct text *t, const char *format, ...)
{
	va_list args, again;
	char *at;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	at = n < 0 ? NULL : room(t, (size_t)n);
	if (at) {
		vsnprintf(at, (size_t)n + 1, format, again);
		t->len += (size_t)n;
	}
	va_end(again);
	va_end(args);
}

void text_string(struct text *t, const char *string)
{
	size_t len = string ? strlen(string) : 0;
	char *at;

	if (!string) {
		text_add(t, "null");
		return;
	}
	at = room(t, 6 * len + 8);
	if (at)
		t->len += json_format_string(at, string, len);
}
