#include "jsonout.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

/* Write what stands for the character at *p, which may not go into a string as it is, or a
 * whole UTF-8 sequence; the length. */
static size_t escape_one(const char **p, const char *end, char out[8])
{
	static const char short_escapes[] = "\b\f\n\r\t", letters[] = "bfnrt";
	unsigned char c = (unsigned char)**p;
	const char *escape = c ? strchr(short_escapes, c) : NULL;

	if (c == '"' || c == '\\') {
		(*p)++;
		return (size_t)sprintf(out, "\\%c", c);
	}
	if (c < 0x20) {
		(*p)++;
		return (size_t)(escape ? sprintf(out, "\\%c", letters[escape - short_escapes])
				       : sprintf(out, "\\u%04x", c));
	}
	size_t n = utf8_length(*p, end);
	memcpy(out, n ? *p : "\xef\xbf\xbd", n ? n : 3);
	*p += n ? n : 1;
	return n ? n : 3;
}

void json_put_string(FILE *out, const char *text)
{
	const char *p = text, *end = text + strlen(text);
	char escaped[8];

	putc('"', out);
	while (p < end) {
		const char *run = p;
		p = utf8_plain_run(p, end);
		fwrite(run, 1, (size_t)(p - run), out);
		if (p < end)
			fwrite(escaped, 1, escape_one(&p, end, escaped), out);
	}
	putc('"', out);
}

size_t json_format_string(char *out, const char *text, size_t len)
{
	const char *p = len ? text : "", *end = p + len;
	char *o = out;

	*o++ = '"';
	while (p < end) {
		const char *run = p;
		p = utf8_plain_run(p, end);
		memcpy(o, run, (size_t)(p - run));
		o += p - run;
		if (p < end)
			o += escape_one(&p, end, o);
	}
	*o++ = '"';
	*o = '\0';
	return (size_t)(o - out);
}

size_t json_format_number(char text[JSON_NUMBER_MAX], double value)
{
	if (!isfinite(value))
		return (size_t)snprintf(text, JSON_NUMBER_MAX, "null");
	if (value == floor(value) && fabs(value) < 9007199254740992.0)
		return (size_t)snprintf(text, JSON_NUMBER_MAX, "%lld", (long long)value);
	/* Any 15 digits survive a normal double; subnormal ones hold fewer. */
	for (int precision = fabs(value) < DBL_MIN ? 1 : 15; precision < 17; precision++) {
		int n = snprintf(text, JSON_NUMBER_MAX, "%.*g", precision, value);
		if (strtod(text, NULL) == value)
			return (size_t)n;
	}
	return (size_t)snprintf(text, JSON_NUMBER_MAX, "%.17g", value);
}

void json_put_number(FILE *out, double value)
{
	char text[JSON_NUMBER_MAX];
	size_t n = json_format_number(text, value);

	fwrite(text, 1, n, out);
}
