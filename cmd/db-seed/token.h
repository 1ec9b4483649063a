#ifndef DB_SEED_TOKEN_H
#define DB_SEED_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* The words of an SQL statement, as SQLite's own tokenizer takes it apart. */

enum token_kind {
	TOKEN_WORD,     /* keyword or plain identifier */
	TOKEN_NAME,     /* [x] or `x` */
	TOKEN_QUOTED,   /* "x": a name, or a string where no such name is known */
	TOKEN_STRING,   /* 'x' */
	TOKEN_BLOB,     /* x'00ff' */
	TOKEN_NUMBER,
	TOKEN_OPERATOR, /* and punctuation */
	TOKEN_BAD       /* what SQL does not know; an unterminated quotation */
};

struct token {
	enum token_kind kind;
	const char *text; /* in the statement */
	size_t len;
	size_t inside;    /* of a '(' that is closed: how many tokens on its ')' stands; else 0 */
};

/* Tokens [at, end). */
struct tokens { const struct token *at, *end; };

/* Takes text apart into an array that the caller frees; text must live as long. 0, or -1 with ENOMEM. */
int tokens_read(struct token **tokens, size_t *n, const char *text);

/* Is it this keyword (in any case; never a quoted name) or operator? NULL: no. */
bool token_is(const struct token *token, const char *word);

bool token_is_name(const struct token *token); /* may it be the name of a table or column? */

/* The content of a name or string without its quotes. Caller frees; NULL with ENOMEM. */
char *token_text(const struct token *token);

/* Does it name this, without regard to case? */
bool token_names(const struct token *token, const char *name);

/* The one behind it, or behind its closing parenthesis. */
static inline const struct token *token_next(const struct token *token)
{
	return token + token->inside + 1;
}

static inline bool tokens_empty(struct tokens range)
{
	return range.at >= range.end;
}

struct tokens tokens_bare(struct tokens range); /* without parentheses around the whole */
char *tokens_text(struct tokens range);          /* as written; caller frees; NULL with ENOMEM. range is not empty */

/* Cut [AND, OR] off: the part of *range up to the next such operator outside of parentheses, CASE … END and (for AND)
 * BETWEEN … AND; *range goes on behind it. */
struct tokens tokens_split(struct tokens *range, const char *separator);

#endif
