#include "proctext.h"

#include <string.h>

#define KIB 1024

bool proctext_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void proctext_skip_blanks(const char **at, const char *end)
{
	while (*at < end && proctext_is_blank(**at))
		++*at;
}

static int digit_of(char c, unsigned base)
{
	int digit = c >= '0' && c <= '9' ? c - '0' : -1;

	if (c >= 'a' && c <= 'f')
		digit = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		digit = c - 'A' + 10;
	return digit >= 0 && (unsigned)digit < base ? digit : -1;
}

bool proctext_unsigned(const char **at, const char *end, unsigned base, uint64_t *value)
{
	const char *p = *at;
	int digit;

	for (*value = 0; p < end && (digit = digit_of(*p, base)) >= 0; p++) {
		if (__builtin_mul_overflow(*value, base, value) || __builtin_add_overflow(*value, (unsigned)digit, value))
			return false;
	}
	if (p == *at)
		return false;
	*at = p;
	return true;
}

bool proctext_number(const char **at, const char *end, int64_t *value)
{
	const char *p = *at;
	uint64_t number;

	if (!proctext_unsigned(&p, end, 10, &number) || number > INT64_MAX)
		return false;
	*at = p;
	*value = (int64_t)number;
	return true;
}

bool proctext_size(const char *at, const char *end, int64_t *bytes)
{
	return proctext_number(&at, end, bytes) && !__builtin_mul_overflow(*bytes, KIB, bytes);
}

bool proctext_line(const char **at, const char *end, const char **line, const char **line_end)
{
	const char *newline;

	if (*at == end)
		return false;
	newline = memchr(*at, '\n', (size_t)(end - *at));
	*line = *at;
	*line_end = newline ? newline : end;
	*at = newline ? newline + 1 : end;
	return true;
}

bool proctext_named(const char *line, const char *end, const char *name, const char **value)
{
	size_t len = strlen(name);

	if ((size_t)(end - line) <= len || memcmp(line, name, len) != 0 || line[len] != ':')
		return false;
	*value = line + len + 1;
	proctext_skip_blanks(value, end);
	return true;
}
