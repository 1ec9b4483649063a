#include "utf8error.h"

#include "utf8.h"

const char *utf8_error_find(const char *text, const char *end)
{
	while (text < end) {
		size_t len = (unsigned char)*text < 0x80 ? 1 : utf8_length(text, end);

		if (!len)
			break;
		text += len;
	}
	return text;
}

/* May this be the second byte behind the first one? */
static bool follows(unsigned char first, unsigned char second)
{
	unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

size_t utf8_error_length(const char *at, const char *end, bool *incomplete)
{
	const unsigned char *p = (const unsigned char *)at;
	size_t left = (size_t)(end - at), n = 1;
	size_t whole = *p >= 0xc2 && *p <= 0xdf ? 2 : *p >= 0xe0 && *p <= 0xef ? 3 : *p >= 0xf0 && *p <= 0xf4 ? 4 : 1;

	while (n < whole && n < left && (n == 1 ? follows(p[0], p[1]) : (p[n] & 0xc0) == 0x80))
		n++;
	*incomplete = n < whole && n == left;
	return n;
}
