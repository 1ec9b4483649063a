#ifndef DB_SEED_FACT_H
#define DB_SEED_FACT_H

#include "literal.h"
#include "schema.h"
#include "token.h"

/* What a single condition (no AND, OR, NOT around it) says of a column. */

enum fact_kind {
	FACT_NOTHING,   /* what holds anyway */
	FACT_RANGE,     /* number: lo, hi as in struct limits */
	FACT_LENGTH,    /* min_length, max_length */
	FACT_CHOICE,    /* one of list */
	FACT_EXCLUDE,   /* none of list */
	FACT_NULL, FACT_NOT_NULL,
	FACT_NOT_EMPTY,
	FACT_JSON,      /* json */
	FACT_LIKE,      /* pattern, glob */
	FACT_CONTAINS,  /* the text of pattern, after at least `before` characters */
	FACT_ALPHABET,  /* NOT GLOB '*[^pattern]*' */
	FACT_LETTERS,   /* letters */
	FACT_MOMENT,    /* moment */
	FACT_TYPE,      /* typeof() is one of list */
	FACT_ORDER      /* order; column is order.below */
};

struct fact {
	enum fact_kind kind;
	int column;
	bool has_lo, has_hi, lo_open, hi_open;
	double lo, hi;
	int64_t min_length, max_length;
	struct tokens list;          /* constants, separated by commas */
	const struct token *pattern; /* a string */
	bool glob;
	size_t before;
	enum json_kind json;
	enum letter_case letters;
	enum moment moment;
	struct order order;
};

/* false: the condition is not understood. */
bool fact_read(struct fact *fact, const struct table *table, struct tokens condition);

#endif
