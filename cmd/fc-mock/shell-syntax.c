#include "shell-syntax.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool ends_word(char c)
{
	return is_blank(c) || (c && strchr("\n;&|<>()", c));
}

size_t syntax_name(const char *text, size_t len)
{
	size_t n = 0;

	if (len == 0 || !starts_name(*text))
		return 0;
	while (n < len && (starts_name(text[n]) || is_digit(text[n])))
		n++;
	return n;
}

int syntax_parameter(const char *text, size_t len, const char **name, size_t *name_len)
{
	bool brace = len > 0 && *text == '{';
	const char *begin = text + brace;
	size_t left = len - brace, n;

	if (len == 0)
		return 0;
	if (*text == '(')
		return -1;
	n = syntax_name(begin, left);
	if (n == 0 && left > 0 && *begin && (is_digit(*begin) || strchr("?#$!@*-", *begin)))
		n = 1;
	if (brace && (n == 0 || n == left || begin[n] != '}'))
		return -1;
	*name = begin;
	*name_len = n;
	return (int)n + 2 * brace;
}

static void wrong(struct token *token, const char *why)
{
	token->kind = TOKEN_WRONG;
	token->why = why;
}

/* A '$' is at text[at]: what it begins has to be known. False: it is not, or not yet. */
static bool check_dollar(const char *text, size_t len, size_t at, struct token *token)
{
	const char *name, *end;
	size_t name_len;
	int n;

	if (at + 1 == len) {
		token->kind = TOKEN_OPEN;
		return false;
	}
	n = syntax_parameter(text + at + 1, len - at - 1, &name, &name_len);
	if (n >= 0)
		return true;
	if (text[at + 1] == '(') {
		wrong(token, "$( ) is not known here");
		return false;
	}
	end = memchr(text + at, '}', len - at);
	if (!end && !memchr(text + at, '\n', len - at))
		token->kind = TOKEN_OPEN;
	else
		wrong(token, "bad substitution");
	return false;
}

/* A quote is at text[*at], which is moved behind its other one. */
static bool skip_quoted(const char *text, size_t len, size_t *at, struct token *token)
{
	char quote = text[(*at)++];

	for (; *at < len; (*at)++) {
		if (text[*at] == quote) {
			(*at)++;
			return true;
		}
		if (quote == '\'')
			continue;
		if (text[*at] == '`') {
			wrong(token, "` ` is not known here");
			return false;
		}
		if (text[*at] == '$' && !check_dollar(text, len, *at, token))
			return false;
		if (text[*at] == '\\' && *at + 1 < len)
			(*at)++;
	}
	token->kind = TOKEN_OPEN;
	return false;
}

static void take_word(const char *text, size_t len, size_t *at, struct token *token)
{
	size_t begin = *at;

	token->kind = TOKEN_WORD;
	while (*at < len && !ends_word(text[*at])) {
		switch (text[*at]) {
		case '\\':
			*at += 2;
			break;
		case '\'':
		case '"':
			if (!skip_quoted(text, len, at, token))
				return;
			break;
		case '`':
			wrong(token, "` ` is not known here");
			return;
		case '$':
			if (!check_dollar(text, len, *at, token))
				return;
			(*at)++;
			if (text[*at] == '{')
				(*at)++;
			break;
		default:
			(*at)++;
		}
	}
	if (*at >= len)
		token->kind = TOKEN_OPEN;
	token->at = text + begin;
	token->len = *at - begin;
}

/* Blanks, comments and newlines that are escaped. */
static void skip_blanks(const char *text, size_t len, size_t *at)
{
	for (;;) {
		if (*at < len && is_blank(text[*at])) {
			(*at)++;
		} else if (*at + 1 < len && text[*at] == '\\' && text[*at + 1] == '\n') {
			*at += 2;
		} else if (*at < len && text[*at] == '#') {
			while (*at < len && text[*at] != '\n')
				(*at)++;
		} else {
			return;
		}
	}
}

/* "[N]<", "[N]>", "[N]>>", "[N]>&" and the word behind it. */
static void take_redirection(const char *text, size_t len, size_t *at, struct token *token)
{
	char sign;
	int fd = -1;

	if (is_digit(text[*at]))
		fd = text[(*at)++] - '0';
	sign = text[(*at)++];
	token->redirection = sign == '<' ? REDIRECT_FROM : REDIRECT_TO;
	if (*at < len && text[*at] == '&') {
		token->redirection = REDIRECT_COPY;
		(*at)++;
	} else if (*at < len && sign == '>' && (text[*at] == '>' || text[*at] == '|')) {
		(*at)++;
	} else if (*at < len && sign == '<' && (text[*at] == '<' || text[*at] == '>')) {
		wrong(token, text[*at] == '<' ? "<< is not known here" : "<> is not known here");
		return;
	}
	skip_blanks(text, len, at);
	if (*at >= len) {
		token->kind = TOKEN_OPEN;
		return;
	}
	if (ends_word(text[*at])) {
		wrong(token, "a redirection leads nowhere");
		return;
	}
	take_word(text, len, at, token);
	token->fd = fd >= 0 ? fd : sign == '<' ? 0 : 1;
	if (token->kind == TOKEN_WORD)
		token->kind = TOKEN_REDIRECT;
}

/* An operator of one character or, twice, of two. */
static void take_operator(const char *text, size_t len, size_t *at, struct token *token)
{
	char c = text[*at];
	bool last = *at + 1 >= len, twice = !last && text[*at + 1] == c;

	if (last && c != '\n') {
		token->kind = TOKEN_OPEN;
		return;
	}
	*at += 1 + (twice && (c == '&' || c == '|'));
	if (c == '\n')
		token->kind = TOKEN_NEWLINE;
	else if (c == ';' && !twice)
		token->kind = TOKEN_SEMICOLON;
	else if (c == ';')
		wrong(token, "unexpected ';;'");
	else if (c == '&' && twice)
		token->kind = TOKEN_AND;
	else if (c == '|' && twice)
		token->kind = TOKEN_OR;
	else if (c == '&')
		wrong(token, "& is not known here");
	else
		wrong(token, c == '|' ? "pipes are not known here" : "( ) are not known here");
}

void syntax_token(const char *text, size_t len, size_t *at, struct token *token)
{
	char sign;

	*token = (struct token){.kind = TOKEN_OPEN};
	skip_blanks(text, len, at);
	if (*at >= len)
		return;
	sign = text[*at + (is_digit(text[*at]) && *at + 1 < len)];
	if (sign == '<' || sign == '>')
		take_redirection(text, len, at, token);
	else if (ends_word(text[*at]))
		take_operator(text, len, at, token);
	else
		take_word(text, len, at, token);
}

static bool is_reserved(const struct token *token)
{
	static const char *const words[] = {"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done",
					    "case", "esac", "{", "}", "!"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (token->len == strlen(words[i]) && memcmp(token->at, words[i], token->len) == 0)
			return true;
	return false;
}

enum syntax syntax_check(const char *text, size_t len, size_t *used, bool *commands, char why[SYNTAX_WHY])
{
	bool command = false, goes_on = false, bare = true;
	struct token token;

	*commands = false;
	for (*used = 0;;) {
		syntax_token(text, len, used, &token);
		switch (token.kind) {
		case TOKEN_WORD:
			if (bare && is_reserved(&token)) {
				snprintf(why, SYNTAX_WHY, "'%.*s' is not known here", (int)token.len, token.at);
				return SYNTAX_WRONG;
			}
			bare = goes_on = false;
			command = *commands = true;
			break;
		case TOKEN_REDIRECT:
			goes_on = false;
			command = *commands = true;
			break;
		case TOKEN_SEMICOLON:
		case TOKEN_AND:
		case TOKEN_OR:
			if (!command) {
				snprintf(why, SYNTAX_WHY, "unexpected '%s'", token.kind == TOKEN_SEMICOLON ? ";" :
					 token.kind == TOKEN_AND ? "&&" : "||");
				return SYNTAX_WRONG;
			}
			goes_on = token.kind != TOKEN_SEMICOLON;
			command = false;
			bare = true;
			break;
		case TOKEN_NEWLINE:
			if (!goes_on)
				return SYNTAX_WHOLE;
			break;
		case TOKEN_WRONG:
			snprintf(why, SYNTAX_WHY, "%s", token.why);
			return SYNTAX_WRONG;
		case TOKEN_OPEN:
			return SYNTAX_OPEN;
		}
	}
}
