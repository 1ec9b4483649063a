#ifndef DB_SEED_LITERAL_H
#define DB_SEED_LITERAL_H

#include "schema.h"
#include "token.h"

/* A constant in a CHECK. */

enum literal_kind { LITERAL_NULL, LITERAL_INTEGER, LITERAL_REAL, LITERAL_TEXT };

struct literal {
	enum literal_kind kind;
	int64_t integer;
	double real;               /* the number in either kind */
	const struct token *token; /* of a text */
};

/* Take a constant off the front of range. false, with range as it was: there is none. A "text" in double quotes is
 * one where table has no such column. */
bool literal_read(struct literal *literal, const struct table *table, struct tokens *range);

/* The next one of a list of constants separated by commas; false at its end and where it is something else. */
bool literal_list_next(struct literal *literal, const struct table *table, struct tokens *list);

/* Is list one or more constants? */
bool literal_list_is(const struct table *table, struct tokens list);

/* Is it this text? */
bool literal_says(const struct literal *literal, const char *text);

/* What a column of this affinity holds when the constant is put in. Text is the caller's to free. 1; 0 where that is
 * not known for certain (a text that is a number, say); -1 with ENOMEM. */
int literal_value(const struct literal *literal, enum affinity affinity, struct value *value);

#endif
