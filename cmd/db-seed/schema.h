#ifndef DB_SEED_SCHEMA_H
#define DB_SEED_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sql.h"
#include "value.h"

/* What a database's tables ask of their rows, as SQLite tells it and as the text of CHECKs says. */

enum affinity { AFFINITY_INTEGER, AFFINITY_TEXT, AFFINITY_BLOB, AFFINITY_REAL, AFFINITY_NUMERIC };

enum json_kind { JSON_NONE, JSON_ANY, JSON_ONLY_OBJECT, JSON_ONLY_ARRAY }; /* JSON_OBJECT is lib/json.h's */
enum letter_case { CASE_ANY, CASE_LOWER, CASE_UPPER };
enum moment { MOMENT_NONE, MOMENT_DAY, MOMENT_SECOND, MOMENT_TIME }; /* 2026-11-20, 2026-11-20 18:00:00, 18:00:00 */

/* What CHECKs say of one column on its own, where that could be understood: all of it must hold unless the column is NULL.
 * It is never wider than the CHECKs, but may be narrower: see narrowed[]. */
struct limits {
	bool has_lo, has_hi;       /* numbers: lo <= value <= hi; strict ones of integers are made inclusive */
	bool lo_open, hi_open;     /* strict: columns that are not of INTEGER affinity only */
	double lo, hi;             /* may contradict each other: nothing then satisfies the CHECKs */
	struct value *choice;      /* IN (...), = a OR = b: NULL where none; texts, integers, reals, as the column holds them */
	size_t nchoices;
	int64_t min_length, max_length; /* of text (characters) or blob; max -1: none */
	bool json;                 /* json_valid(column) */
	enum json_kind json_kind;  /* JSON_NONE where !json */
	char *like;                /* LIKE or GLOB pattern that a value must match; NULL where none */
	bool glob;
	char *alphabet;            /* text must consist of these ASCII characters, each once; NULL: of any */
	enum letter_case letters;  /* lower(column) = column */
	enum moment moment;        /* date(column) IS NOT NULL, column = date(column) */
	bool not_empty;            /* <> '', trim(column) <> '' */
	bool only_null;            /* IS NULL: always */
};

/* CHECK (below < above), columns of the same table; it holds where one is NULL. */
struct order {
	int below, above;
	bool strict;               /* not equal either */
	bool different;            /* below <> above is all that is asked */
};

struct check { /* a CHECK, or a conjunct of one, that was not understood */
	char *text;
	int *column;               /* the columns it speaks of, in the table's order */
	size_t ncolumns;
};

struct column {
	char *name, *type;         /* type as declared, "" where none */
	enum affinity affinity;    /* of the type; of a column without one, what a CHECK on typeof() asks for */
	int declared_length;       /* of VARCHAR(20), BINARY(16); 0 where none */
	int precision, scale;      /* of DECIMAL(10,2): 10 and 2; 0 where none */
	bool not_null;             /* NOT NULL, a CHECK that says so, or part of a key that implies it */
	bool nocase;               /* COLLATE NOCASE */
	bool generated;            /* not to be inserted */
	bool rowid;                /* INTEGER PRIMARY KEY: the rowid's alias */
	bool autoincrement;
	char *preset;              /* DEFAULT's text; NULL where none */
	int primary;               /* place in the primary key from 1; 0: not in it */
	struct limits limits;
};

struct unique { /* PRIMARY KEY, UNIQUE, or CREATE UNIQUE INDEX */
	char *name;                /* "PRIMARY KEY", "UNIQUE (a, b)", or the index's name */
	int *column;               /* by index into the table's; an expression is -1 */
	size_t ncolumns;
	bool primary, partial;
	bool nocase;               /* some column compares without case */
};

struct foreign_key {
	char *parent;              /* table's name as written; may be absent from the schema */
	int *from;                 /* this table's columns */
	char **to;                 /* the parent's columns; the primary key's where the text left them out, NULL if it has
				    * no such */
	size_t ncolumns;
	bool nullable;             /* some column of it may be NULL */
	bool self;
	bool absent;               /* there is no such parent: only NULL is without fault */
	bool mismatch;             /* `to` is no key of the parent, which SQLite calls a mismatch and cannot check */
};

struct table {
	char *name, *sql;
	struct column *column;
	size_t ncolumns;
	struct unique *unique;
	size_t nuniques;
	struct foreign_key *foreign;
	size_t nforeign;
	struct order *order;
	size_t norders;
	struct check *check;       /* what was not understood of the CHECKs */
	size_t nchecks;
	char **narrowed;           /* texts of CHECKs (a OR b) of which limits and orders keep to one alternative */
	size_t nnarrowed;
	bool without_rowid, strict;
};

/* What is to be made when the tables are full: by running sql. */
enum later_kind { LATER_INDEX, LATER_VIRTUAL, LATER_VIEW, LATER_TRIGGER };
struct later { enum later_kind kind; char *name, *sql; };

struct schema {
	struct table *table;       /* ordinary tables in order of creation: no virtual, shadow or sqlite_ ones */
	size_t ntables;
	struct later *later;       /* indexes, virtual tables, views, then triggers (which may be on views) */
	size_t nlater, nindexes;
	char **virtual;            /* names of virtual tables, which are left empty */
	size_t nvirtual;
	char *error;
};

/* Read the schema of db. 0, or -1 with schema->error (SQLite's words; NULL: out of memory). Free in both cases. */
int schema_read(struct schema *schema, struct sql *db);
void schema_free(struct schema *schema);

const struct table *schema_table(const struct schema *schema, const char *name); /* without case; NULL where none */
int table_column(const struct table *table, const char *name);                    /* without case; -1 where none */

#endif
