#ifndef DB_SEED_IDEAS_H
#define DB_SEED_IDEAS_H

#include "schema.h"

/* What a column is likely to hold, by its name and the declared type. */

enum idea_kind {
	IDEA_NONE,
	IDEA_FAKE,     /* detail: enum fake_kind */
	IDEA_NAME,     /* of whatever the table is about */
	IDEA_ID,       /* a key */
	IDEA_UUID,
	IDEA_HEX,
	IDEA_PASSWORD,
	IDEA_CODE,
	IDEA_JSON, IDEA_JSON_LIST,
	IDEA_MOMENT, IDEA_DAY, IDEA_TIME, /* detail: enum era */
	IDEA_MONEY, IDEA_NUMBER, IDEA_RATIO, /* lo, hi, decimals */
	IDEA_BOOL,     /* detail: percent of ones */
	IDEA_WORDS,    /* words, one of which it is */
	IDEA_TEXT      /* words: a pattern */
};

enum era { ERA_ANY, ERA_EARLY /* 2024 */, ERA_LATE /* 2025 */, ERA_FUTURE /* 2026, 2027 */, ERA_BIRTH, ERA_SELDOM /* late, and mostly not */ };

struct idea {
	enum idea_kind kind;
	int detail;
	double lo, hi;
	int decimals;
	const char *words;
};

struct idea idea_of(const struct table *table, int column);

/* What SQLite's rules and the type's own name make of a declared type. */
enum type_class {
	TYPE_INTEGER, TYPE_REAL, TYPE_DECIMAL, TYPE_BOOLEAN, TYPE_TEXT, TYPE_MOMENT, TYPE_DAY, TYPE_TIME, TYPE_JSON, TYPE_UUID,
	TYPE_BLOB, TYPE_ANY
};

enum type_class type_of(const struct table *table, int column);

#endif
