#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

#define KEPT 1024 /* an empty one keeps as much as this */

static void make_room(struct text *t, size_t len)
{
	size_t room = t->room ? t->room : 64;

	if (t->room - t->len >= len)
		return;
	while (room - t->len < len)
		room *= 2;
	t->bytes = x_reallocarray(t->bytes, room, 1);
	t->room = room;
}

void text_bytes(struct text *t, const char *bytes, size_t len)
{
	if (len == 0)
		return;
	make_room(t, len);
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

void text_byte(struct text *t, char byte)
{
	text_bytes(t, &byte, 1);
}

void text_string(struct text *t, const char *string)
{
	text_bytes(t, string, strlen(string));
}

void text_format(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len <= 0)
		return;
	make_room(t, (size_t)len + 1); /* vsnprintf() ends what it writes with a NUL, which is not counted */
	va_start(args, format);
	vsnprintf(t->bytes + t->len, (size_t)len + 1, format, args);
	va_end(args);
	t->len += (size_t)len;
}

void text_cut(struct text *t, size_t len)
{
	t->len -= len;
	if (t->len == 0 && t->room > KEPT)
		text_free(t);
	else if (t->len > 0 && len > 0)
		memmove(t->bytes, t->bytes + len, t->len);
}

void text_free(struct text *t)
{
	free(t->bytes);
	*t = (struct text){0};
}
