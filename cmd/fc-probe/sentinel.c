#include "sentinel.h"

#include <stdio.h>
#include <string.h>

#define TEXT_LEN (UUID_TEXT + 1)
#define DIGITS_MAX 3

size_t sentinel_make(struct sentinel *s, char tail[SENTINEL_TAIL])
{
	char nonce[UUID_TEXT];
	int n;

	uuid_v7(nonce);
	snprintf(s->text, sizeof s->text, "\n%s ", nonce);
	sentinel_look(s, false);
	n = snprintf(tail, SENTINEL_TAIL, "; printf '\\n%s %%d\\n' $?\n", nonce);
	return (size_t)n;
}

void sentinel_look(struct sentinel *s, bool at_line)
{
	s->matched = at_line;
	s->digits = 0;
	s->cr = false;
	s->number = 0;
}

/* One byte behind the text. true: it ends the line as it should. */
static bool feed_number(struct sentinel *s, char c)
{
	if (c >= '0' && c <= '9' && s->digits < DIGITS_MAX && !s->cr) {
		s->digits++;
		s->number = s->number * 10 + (c - '0');
		return false;
	}
	if (s->digits && c == '\r' && !s->cr) {
		s->cr = true;
		return false;
	}
	if (s->digits && c == '\n')
		return true;
	sentinel_look(s, c == '\n');
	return false;
}

bool sentinel_feed(struct sentinel *s, const char *bytes, size_t len)
{
	const char *at = bytes, *end = bytes + len;

	while (at < end) {
		if (s->matched == 0) {
			at = memchr(at, '\n', (size_t)(end - at));
			if (!at)
				return false;
			s->matched = 1;
		} else if (s->matched == TEXT_LEN) {
			if (feed_number(s, *at))
				return true;
		} else if (*at == s->text[s->matched]) {
			s->matched++;
		} else {
			s->matched = *at == '\n'; /* which is nowhere in the text but at its begin */
		}
		at++;
	}
	return false;
}
