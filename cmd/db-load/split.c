#include "split.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Past a quoted name or text; doubled quotes are two of them in a row. */
static const char *skip_quoted(const char *text)
{
	const char *end = strchr(text + 1, *text == '[' ? ']' : *text);

	return end ? end + 1 : text + strlen(text);
}

static const char *skip_comment(const char *text)
{
	const char *end;

	if (text[0] == '-' && text[1] == '-')
		return text + strcspn(text, "\n");
	if (text[0] != '/' || text[1] != '*')
		return text;
	end = strstr(text + 2, "*/");
	return end ? end + 2 : text + strlen(text);
}

const char *split_skip(const char *text)
{
	const char *start;

	do {
		start = text;
		text = skip_comment(text + strspn(text, " \t\r\n\f\v"));
	} while (text != start);
	return text;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

/* As SQLite's own shell does: CREATE [TEMP] TRIGGER ends where a ';' follows an END that follows a ';'. */
enum trigger { START, EXPLAINED, CREATE, PLAIN, BODY, AFTER_SEMICOLON, AFTER_END };

static enum trigger after_word(enum trigger state, const char *word, size_t len)
{
	switch (state) {
	case START:
		return is_word(word, len, "create") ? CREATE : is_word(word, len, "explain") ? EXPLAINED : PLAIN;
	case EXPLAINED:
		if (is_word(word, len, "query") || is_word(word, len, "plan"))
			return EXPLAINED;
		return is_word(word, len, "create") ? CREATE : PLAIN;
	case CREATE:
		if (is_word(word, len, "temp") || is_word(word, len, "temporary"))
			return CREATE;
		return is_word(word, len, "trigger") ? BODY : PLAIN;
	case AFTER_SEMICOLON:
		return is_word(word, len, "end") ? AFTER_END : BODY;
	case AFTER_END:
		return BODY;
	default:
		return state;
	}
}

size_t split_statement(const char *text, enum split_end *end)
{
	enum trigger state = START;
	const char *p = text;

	for (;;) {
		p = split_skip(p);
		if (!*p || *p == '\\') {
			*end = *p ? SPLIT_BACKSLASH : SPLIT_OPEN;
			return (size_t)(p - text);
		}
		if (*p == ';') {
			if (state < BODY || state == AFTER_END) {
				*end = SPLIT_SEMICOLON;
				return (size_t)(p - text);
			}
			state = AFTER_SEMICOLON;
			p++;
		} else if (strchr("'\"`[", *p)) {
			p = skip_quoted(p);
			state = after_word(state, "", 0);
		} else if (in_word(*p)) {
			const char *word = p;

			while (in_word(*p))
				p++;
			state = after_word(state, word, (size_t)(p - word));
		} else {
			p++;
			state = after_word(state, "", 0);
		}
	}
}

size_t split_line(const char *text)
{
	size_t len = strcspn(text, "\n"), end;

	for (end = 0; end < len; end++) {
		bool first = end == 0 || isspace((unsigned char)text[end - 1]);

		if (first && text[end] == '-' && text[end + 1] == '-' && (end + 2 == len || isspace((unsigned char)text[end + 2])))
			break;
	}
	while (end > 0 && isspace((unsigned char)text[end - 1]))
		end--;
	return end;
}
