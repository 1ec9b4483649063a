#include "said.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

/* How many bytes at text stand for themselves; 0: the first does not. */
static size_t printable_length(const char *text, const char *end)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n;

	if (*p < 0x80)
		return *p >= ' ' && *p != 0x7f;
	n = utf8_length(text, end);
	/* U+0080 to U+009F are control characters, too. */
	return n == 2 && p[0] == 0xc2 && p[1] < 0xa0 ? 0 : n;
}

size_t said_printable(char *out, size_t room, const char *text, size_t len)
{
	const char *end = text + len;
	size_t used = 0;

	while (text < end) {
		size_t n = printable_length(text, end), bytes = n ? n : 1;

		if (used + bytes >= room)
			break;
		if (n)
			memcpy(out + used, text, n);
		else
			out[used] = *text == '\t' ? ' ' : '?';
		used += bytes;
		text += bytes;
	}
	out[used] = '\0';
	return used;
}

static bool is_error(const char *line)
{
	static const char *const beginnings[] = {"error:", "fatal:", "fatal error:", "panic:"};

	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
		if (strncasecmp(line, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	}
	return false;
}

static void end_line(struct said *said)
{
	while (said->len && strchr(" \t\r", said->line[said->len - 1]) && said->line[said->len - 1])
		said->len--;
	if (!said->len)
		return;
	said_printable(said->last, sizeof said->last, said->line, said->len);
	said->len = 0;
	if (!*said->error && is_error(said->last))
		memcpy(said->error, said->last, sizeof said->error);
}

void said_take(struct said *said, const char *bytes, size_t len)
{
	const char *end = bytes + len;

	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t n = (size_t)((newline ? newline : end) - bytes), room = sizeof said->line - 1 - said->len;

		memcpy(said->line + said->len, bytes, n < room ? n : room);
		said->len += n < room ? n : room;
		bytes += n;
		if (newline) {
			end_line(said);
			bytes++;
		}
	}
}

const char *said_words(struct said *said)
{
	end_line(said);
	return *said->error ? said->error : said->last;
}

bool said_locked(const char *words)
{
	if (strcasestr(words, "temporarily unavailable"))
		return true;
	/* No block, no clock, and no directory that is called so. */
	for (const char *p = words; (p = strcasestr(p, "lock")); p++) {
		if (p == words || (!isalnum((unsigned char)p[-1]) && !strchr("/-_", p[-1])))
			return true;
	}
	return false;
}
