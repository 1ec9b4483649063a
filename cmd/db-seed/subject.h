#ifndef DB_SEED_SUBJECT_H
#define DB_SEED_SUBJECT_H

#include "schema.h"
#include "token.h"

/* What a condition speaks of: a column, or a function of one that is known here. */

enum subject_kind {
	SUBJECT_COLUMN,
	SUBJECT_LENGTH,     /* length(x), length(trim(x)) */
	SUBJECT_TRIM,
	SUBJECT_LOWER,
	SUBJECT_UPPER,
	SUBJECT_ABS,
	SUBJECT_TYPE,       /* typeof(x) */
	SUBJECT_JSON_VALID,
	SUBJECT_JSON_TYPE,
	SUBJECT_POSITION,   /* instr(x, text) */
	SUBJECT_MOMENT      /* date(x), datetime(x), time(x), julianday(x), strftime('…', x) */
};

struct subject {
	enum subject_kind kind;
	int column;
	enum moment moment;
	bool canonical;           /* MOMENT: the function's result is of the form that moment has */
	const struct token *text; /* POSITION: a string */
};

/* Take one off the front of range. false, with range as it was: there is none. */
bool subject_read(struct subject *subject, const struct table *table, struct tokens *range);

#endif
