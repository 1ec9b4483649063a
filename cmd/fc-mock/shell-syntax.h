#ifndef FC_MOCK_SHELL_SYNTAX_H
#define FC_MOCK_SHELL_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

/* The small part of the shell's language that the guest knows: simple commands with assignments and redirections,
 * between them ; && || and newlines; quotes, comments, $NAME. What is sh but not this is refused by name. */

enum token_kind {
	TOKEN_WORD,
	TOKEN_REDIRECT,
	TOKEN_SEMICOLON, TOKEN_AND, TOKEN_OR, TOKEN_NEWLINE,
	TOKEN_OPEN,   /* the text ends before the token does, or where it does */
	TOKEN_WRONG
};

enum redirection { REDIRECT_FROM, REDIRECT_TO, REDIRECT_COPY }; /* < ; > and >> ; >& */

struct token {
	enum token_kind kind;
	const char *at;        /* the word as it is written; of a redirection, the one behind it */
	size_t len;
	enum redirection redirection;
	int fd;                /* which is redirected */
	const char *why;       /* TOKEN_WRONG: a constant text */
};

/* The token at *at, which is moved behind it. text[len] need not be readable. */
void syntax_token(const char *text, size_t len, size_t *at, struct token *token);

enum syntax {
	SYNTAX_WHOLE, /* *used bytes are a line, with its newline; *commands: there are commands on it */
	SYNTAX_OPEN,  /* more has to come */
	SYNTAX_WRONG  /* why says what for */
};

#define SYNTAX_WHY 80

/* The first line, which is several where a quote, && or || goes on. */
enum syntax syntax_check(const char *text, size_t len, size_t *used, bool *commands, char why[SYNTAX_WHY]);

/* How long the parameter is that follows a '$' at text: "NAME", "{NAME}", "?", "{?}" ... *name and *name_len are what
 * is between the braces. 0: none, the '$' is one. -1: what sh knows and this does not, or a brace that stays open. */
int syntax_parameter(const char *text, size_t len, const char **name, size_t *name_len);

/* How long a NAME text begins with; 0: none. */
size_t syntax_name(const char *text, size_t len);

#endif
