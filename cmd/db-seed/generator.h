#ifndef DB_SEED_GENERATOR_H
#define DB_SEED_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr.h"
#include "rng.h"
#include "value.h"

/* What a column holds: value = f(generator's key, row), whoever asks, in whatever order, on any thread.
 * Nothing here keeps state between calls. */

struct generator;

/* How an index into [0, n) is chosen for a row. n >= 1, but for integers over all 64 bits, where 0 stands for 2^64
 * (not with PICK_ZIPF and PICK_PART). */
enum pick_kind {
	PICK_UNIFORM,
	PICK_ZIPF,     /* exponent; index 0 the most frequent */
	PICK_NORMAL,   /* mean and deviation as shares of n (0.5, 0.15); drawn again where it is beyond an end */
	PICK_EXPR,     /* an expression of the row, taken modulo n */
	PICK_PERMUTED, /* distinct for distinct rows, in random order; rows <= n, else it begins again */
	PICK_IN_ORDER, /* the row itself (row modulo n) */
	PICK_BEFORE,   /* a row before this one: [0, min(row, n)); row 0 has none, and is NULL */
	PICK_PART      /* one digit of a tuple that is distinct for distinct rows: see below */
};

struct pick {
	enum pick_kind kind;
	uint64_t key;     /* columns of one foreign key share it, and so choose the same parent row; the generator's unless set */
	uint64_t n;
	double mean, deviation;
	struct rng_zipf zipf;
	struct expr *expr;         /* variables as of struct expr_value *constants with slot 0 = row; owned by the pick's owner */
	const struct expr_value *variables; /* by slot; slot 0 (row) is put in for each row. Owned by the plan */
	size_t nvariables;
	/* PICK_PART: tuple = a strictly ascending function of the row into [0, domain): floor(row * domain / rows) plus a
	 * random step smaller than the distance to the next one. index = tuple / divisor % n. */
	uint64_t domain, divisor, rows;
};

/* 1; 0: this row has none (PICK_BEFORE, row 0); -1 with *why, as generate(). */
int pick_index(const struct pick *p, uint64_t row, struct arena *arena, uint64_t *index, const char **why);

enum generator_kind {
	GEN_CONSTANT, /* value */
	GEN_SEQUENCE, /* start + row * step */
	GEN_INTEGER,  /* lo + pick's index */
	GEN_REAL,     /* uniform in [lo, hi) or normal, rounded to decimals */
	GEN_CHOICE,   /* values[pick's index], or by weights where there are any */
	GEN_UUID,     /* version 4, or 7: ascending with the row */
	GEN_DATE,     /* a time in [from, to), in a format; random, or ascending with the row */
	GEN_PATTERN,  /* parts one after the other */
	GEN_FAKE,     /* a realistic word: see fake.h */
	GEN_REFERENCE,/* what another table's (or this one's) column holds in the row picked */
	GEN_EXPR,     /* an expression's integer or real */
	GEN_JSON,     /* an object or array of generated values, as text */
	GEN_BLOB,     /* random bytes of a picked size */
	GEN_BUNDLE    /* a gzip tar of a picked size: see bundle.h */
};

enum date_format { DATE_ISO /* 2026-11-20T18:00:00.123Z */, DATE_SQL /* 2026-11-20 18:00:00 */, DATE_DAY, DATE_TIME /* 18:00:00 */,
		   DATE_SECONDS, DATE_MILLIS, DATE_MICROS, DATE_NANOS, DATE_REAL /* seconds */, DATE_YEAR };

enum part_kind {
	PART_LITERAL,
	PART_ROW,     /* row + first, at least width digits */
	PART_EXPR,    /* an expression's integer, at least width digits */
	PART_DIGITS, PART_HEX, PART_LOWER, PART_UPPER, PART_ALNUM, PART_BASE64, /* width random characters of the kind */
	PART_VALUE,   /* another generator's value as text; nothing where it is NULL */
	PART_UNIQUE   /* row under a permutation of [0, 36^width) in base 36, width digits: makes the whole distinct. Of more
		       * than 12 digits those before the last 12 are random */
};

struct part {
	enum part_kind kind;
	char *literal;
	size_t len;
	unsigned width;
	int64_t first;
	struct expr *expr;
	struct generator *generator;
};

struct member { /* of a GEN_JSON object (name "" in an array) */
	char *name;
	struct generator *generator;
};

struct generator {
	enum generator_kind kind;
	uint64_t key;       /* what makes this column's values its own */
	double null_share;  /* this share of rows is NULL; a REFERENCE decides by the pick's key, one foreign key's columns alike */
	size_t max_length;  /* bytes; text longer than this is cut at a character; 0: none. Not of a REFERENCE */
	bool as_text;       /* integers and reals as text (a TEXT column). Not of a REFERENCE */
	bool boolean;       /* within JSON 0 and 1 are false and true */
	struct pick pick;   /* for INTEGER, CHOICE, REFERENCE, BLOB and BUNDLE sizes; FAKE: which of n words, PICK_UNIFORM: any */

	struct value constant;
	char *owned;                  /* what constant points to, where it is this generator's */
	int64_t start, step;          /* SEQUENCE; INTEGER: start is lo */
	double lo, hi, mean, deviation; /* REAL; deviation > 0: normal, within [lo, hi] where lo < hi */
	int decimals;                 /* REAL: 0 to 15, -1 as they come (what generator_new() sets) */
	struct value *choice;         /* CHOICE: nchoices; their bytes are owned */
	double *cumulative;           /* CHOICE, and sizes: weights added up, the last 1; NULL: pick decides */
	size_t nchoices;
	int uuid_version;
	int64_t from, to;             /* DATE, UUID 7: ns since 1970 */
	int64_t interval;             /* DATE: ascending by about this many ns a row, from + row * interval + jitter below it (wraps
				       * never; may pass `to`); 0: random in [from, to). UUID 7: the same, any number of rows in a
				       * millisecond, strictly ascending; 0: 1 ms. from 1970 on. -1 with *why past the year 2262 */
	enum date_format format;
	struct part *part;
	size_t nparts;
	int fake;                     /* enum fake_kind */
	struct generator **column;    /* REFERENCE: where the referenced column's generator stands; not owned. The parent's plan
				       * fills it in before rows are made */
	uint64_t parent_first;        /* REFERENCE: the parent's first row (rows are numbered on when appending) */
	struct value *parent_key;     /* REFERENCE: keys read from an existing table instead of *column, pick.n of them; owned by the plan */
	struct expr *expr;
	const struct expr_value *variables; /* EXPR: by slot, slot 0 is the row */
	size_t nvariables;            /* (those of parts too) */
	struct member *member;
	size_t nmembers;
	bool array;                   /* JSON: an array with array_min..array_max elements of member[0], which sees
				       * row * array_max + element as its row */
	unsigned array_min, array_max;
	int64_t *size;                /* BLOB, BUNDLE: choice of nsizes sizes by pick (n = nsizes); NULL: start..start + n - 1 */
	size_t nsizes;
};

/* All zero but key, pick.key, decimals and a pick of PICK_UNIFORM; NULL with ENOMEM. */
struct generator *generator_new(enum generator_kind kind, uint64_t key);
void generator_free(struct generator *g); /* with all it owns; NULL is fine */

/* The value for a row. Text goes into arena. 0, or -1 with *why: a static text, or NULL for want of memory. */
int generate(const struct generator *g, uint64_t row, struct arena *arena, struct value *value, const char **why);

#endif
