#include "printable.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

#define GAP "..."
#define ESCAPED 4 /* bytes of what stands for one byte */

/* What stands for the character at name, which *len bytes of it make. */
static size_t one(char out[ESCAPED + 1], const char *name, const char *end, size_t *len)
{
	unsigned char c = (unsigned char)*name;

	*len = utf8_length(name, end);
	if (*len && !(c == 0xc2 && (unsigned char)name[1] < 0xa0)) { /* U+0080 to U+009F are control characters */
		memcpy(out, name, *len);
		return *len;
	}
	*len = 1;
	if (c == '\\')
		return (size_t)snprintf(out, ESCAPED + 1, "\\\\");
	if (c >= ' ' && c < 0x7f) {
		*out = (char)c;
		return 1;
	}
	return (size_t)snprintf(out, ESCAPED + 1, "\\x%02x", c);
}

/* Where the last part of name begins that takes at most room bytes. */
static const char *tail(const char *name, const char *end, size_t room)
{
	const char *from = end;
	size_t taken = 0;

	while (from > name) {
		const char *before = from - 1;
		char text[ESCAPED + 1];
		size_t len, n;

		while (before > name && from - before < 4 && ((unsigned char)*before & 0xc0) == 0x80)
			before--;
		n = one(text, before, end, &len);
		if (before + len != from) { /* no character: byte by byte */
			before = from - 1;
			n = ESCAPED;
		}
		if (taken + n > room)
			break;
		taken += n;
		from = before;
	}
	return from;
}

const char *printable(char text[PRINTABLE], const char *name)
{
	size_t half = (PRINTABLE - 1 - strlen(GAP)) / 2, at = 0, len;
	const char *end = name + strlen(name), *last = tail(name, end, half), *p;
	char character[ESCAPED + 1];

	for (p = name; p < last; p += len) {
		size_t n = one(character, p, end, &len);

		if (at + n > half)
			break;
		memcpy(text + at, character, n);
		at += n;
	}
	if (p < last) {
		memcpy(text + at, GAP, strlen(GAP));
		at += strlen(GAP);
		p = last;
	}
	for (; p < end; p += len) {
		size_t n = one(character, p, end, &len);

		if (at + n >= PRINTABLE)
			break;
		memcpy(text + at, character, n);
		at += n;
	}
	text[at] = '\0';
	return text;
}
