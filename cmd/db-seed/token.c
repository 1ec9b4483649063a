#include "token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool in_word(char c)
{
	return starts_word(c) || is_digit(c) || c == '$';
}

/* White space and comments. An unclosed comment of the second kind goes to the end. */
static const char *skip_blanks(const char *p)
{
	for (;;) {
		if (is_space(*p)) {
			p++;
		} else if (p[0] == '-' && p[1] == '-') {
			p += strcspn(p, "\n");
		} else if (p[0] == '/' && p[1] == '*' && p[2]) {
			const char *end = strstr(p + 2, "*/");
			if (!end)
				return p + strlen(p);
			p = end + 2;
		} else {
			return p;
		}
	}
}

/* The length of a quotation, doubled quotes being content; 0 where it is not closed. */
static size_t quotation(const char *p, char close, bool doubled)
{
	for (size_t i = 1; p[i]; i++) {
		if (p[i] != close)
			continue;
		if (!doubled || p[i + 1] != close)
			return i + 1;
		i++;
	}
	return 0;
}

static size_t number(const char *p)
{
	size_t i = 0;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && is_hex(p[2])) {
		for (i = 2; is_hex(p[i]) || (p[i] == '_' && is_hex(p[i + 1])); i++)
			;
		return i;
	}
	for (; is_digit(p[i]) || (p[i] == '_' && is_digit(p[i + 1])); i++)
		;
	if (p[i] == '.') {
		for (i++; is_digit(p[i]) || (p[i] == '_' && is_digit(p[i + 1])); i++)
			;
	}
	if (p[i] == 'e' || p[i] == 'E') {
		size_t sign = p[i + 1] == '+' || p[i + 1] == '-';
		if (is_digit(p[i + 1 + sign])) {
			for (i += 2 + sign; is_digit(p[i]); i++)
				;
		}
	}
	return i;
}

static size_t operator(const char *p)
{
	static const char *const ops[] = {"->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "!=", "=="};

	for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
		if (strncmp(p, ops[i], strlen(ops[i])) == 0)
			return strlen(ops[i]);
	}
	return strchr("()+-*/%=<>,;&|~.?:@#", *p) ? 1 : 0;
}

static struct token quoted(const char *p, size_t prefix, enum token_kind kind, char close, bool doubled)
{
	size_t len = quotation(p + prefix, close, doubled);

	if (len)
		return (struct token){.kind = kind, .text = p, .len = prefix + len};
	return (struct token){.kind = TOKEN_BAD, .text = p, .len = strlen(p)};
}

static struct token scan(const char *p)
{
	struct token t = {.text = p};

	switch (*p) {
	case '\'':
		return quoted(p, 0, TOKEN_STRING, '\'', true);
	case '"':
		return quoted(p, 0, TOKEN_QUOTED, '"', true);
	case '`':
		return quoted(p, 0, TOKEN_NAME, '`', true);
	case '[':
		return quoted(p, 0, TOKEN_NAME, ']', false);
	default:
		break;
	}
	if ((*p == 'x' || *p == 'X') && p[1] == '\'')
		return quoted(p, 1, TOKEN_BLOB, '\'', false);
	if (starts_word(*p)) {
		t.kind = TOKEN_WORD;
		while (in_word(p[t.len]))
			t.len++;
	} else if (is_digit(*p) || (*p == '.' && is_digit(p[1]))) {
		t.len = number(p);
		/* 12ab is no number. */
		t.kind = in_word(p[t.len]) ? TOKEN_BAD : TOKEN_NUMBER;
		while (in_word(p[t.len]))
			t.len++;
	} else {
		t.len = operator(p);
		t.kind = t.len ? TOKEN_OPERATOR : TOKEN_BAD;
		if (!t.len)
			t.len = 1;
	}
	return t;
}

/* Each '(' learns where its ')' is. While one is open, its `inside` is where the next outer open one stands, plus 1. */
static void match_parentheses(struct token *tokens, size_t n)
{
	size_t open = 0;

	for (size_t i = 0; i < n; i++) {
		if (token_is(&tokens[i], "(")) {
			tokens[i].inside = open;
			open = i + 1;
		} else if (token_is(&tokens[i], ")") && open) {
			struct token *opening = &tokens[open - 1];
			size_t outer = opening->inside;
			opening->inside = i - (open - 1);
			open = outer;
		}
	}
	while (open) {
		size_t outer = tokens[open - 1].inside;
		tokens[open - 1].inside = 0;
		open = outer;
	}
}

int tokens_read(struct token **tokens, size_t *n, const char *text)
{
	size_t room = 64;

	*n = 0;
	*tokens = malloc(room * sizeof **tokens);
	if (!*tokens)
		return -1;
	for (const char *p = skip_blanks(text); *p; p = skip_blanks(p)) {
		if (*n == room) {
			struct token *more = reallocarray(*tokens, room * 2, sizeof *more);
			if (!more) {
				free(*tokens);
				*tokens = NULL;
				return -1;
			}
			*tokens = more;
			room *= 2;
		}
		(*tokens)[*n] = scan(p);
		p += (*tokens)[(*n)++].len;
	}
	match_parentheses(*tokens, *n);
	return 0;
}

bool token_is(const struct token *token, const char *word)
{
	size_t len = strlen(word);

	if (!token || token->len != len)
		return false;
	if (token->kind == TOKEN_OPERATOR)
		return memcmp(token->text, word, len) == 0;
	return token->kind == TOKEN_WORD && strncasecmp(token->text, word, len) == 0;
}

bool token_is_name(const struct token *token)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_NAME || token->kind == TOKEN_QUOTED;
}

static char closing(const struct token *token)
{
	return token->text[0] == '[' ? ']' : token->text[0];
}

char *token_text(const struct token *token)
{
	char close = closing(token), *text, *out;

	if (token->kind != TOKEN_NAME && token->kind != TOKEN_QUOTED && token->kind != TOKEN_STRING)
		return strndup(token->text, token->len);
	text = out = malloc(token->len);
	if (!text)
		return NULL;
	for (size_t i = 1; i + 1 < token->len; i++) {
		*out++ = token->text[i];
		if (token->text[i] == close)
			i++;
	}
	*out = '\0';
	return text;
}

bool token_names(const struct token *token, const char *name)
{
	char close = closing(token);

	if (token->kind == TOKEN_WORD)
		return strlen(name) == token->len && strncasecmp(token->text, name, token->len) == 0;
	if (token->kind != TOKEN_NAME && token->kind != TOKEN_QUOTED)
		return false;
	for (size_t i = 1; i + 1 < token->len; i++, name++) {
		if (!*name || strncasecmp(&token->text[i], name, 1) != 0)
			return false;
		if (token->text[i] == close)
			i++;
	}
	return !*name;
}

struct tokens tokens_bare(struct tokens range)
{
	while (!tokens_empty(range) && range.at->inside && token_next(range.at) == range.end) {
		range.at++;
		range.end--;
	}
	return range;
}

char *tokens_text(struct tokens range)
{
	const struct token *last = range.end - 1;

	return strndup(range.at->text, (size_t)(last->text + last->len - range.at->text));
}

struct tokens tokens_split(struct tokens *range, const char *separator)
{
	const struct token *start = range->at, *t = start;
	bool between = false;
	size_t cases = 0;

	for (; t < range->end; t = token_next(t)) {
		if (token_is(t, "CASE")) {
			cases++;
		} else if (cases) {
			/* END may also be a column's name, but not where a CASE is open. */
			cases -= token_is(t, "END");
		} else if (token_is(t, "BETWEEN")) {
			between = true;
		} else if (between && token_is(t, "AND")) {
			between = false;
		} else if (token_is(t, separator)) {
			range->at = t + 1;
			return (struct tokens){start, t};
		}
	}
	range->at = range->end;
	return (struct tokens){start, range->end};
}
