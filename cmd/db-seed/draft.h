#ifndef DB_SEED_DRAFT_H
#define DB_SEED_DRAFT_H

#include "plan.h"
#include "scope.h"
#include "spec.h"

/* A plan in the making: what the parts of plan_make() share. Tables are numbered as in the schema. Each part returns
 * 0, or -1 with the plan's error set (left NULL for want of memory). */

enum source {
	SOURCE_NONE,
	SOURCE_SPEC,    /* the user's word: changed only where a key demands it and nothing said is lost */
	SOURCE_FOREIGN, /* a foreign key decides */
	SOURCE_COMPARED,/* a comparison of two columns decides */
	SOURCE_ALIGNED, /* several foreign keys share the column: see align.h */
	SOURCE_GUESS
};

struct column_draft {
	enum source source;
	int foreign;                 /* the foreign key that decides it; -1: none */
	int parent, to;              /* a REFERENCE's table and column; -1: none */
	bool unique;                 /* the spec wants distinct values */
	bool picked;                 /* the spec says how it picks, or the pick has been made to hold a key or comparison */
	const char *at;              /* the expression that picks, where the spec gives one */
	bool breaks_cycle;           /* a value of its own, though a foreign key should decide it: see references.h */
	bool distinct;               /* a comparison has made the pick distinct */
	bool unused;                 /* a REFERENCE to keys in the database that no row refers to yet */
	int tuple;                   /* the unique (by number) that its pick holds; -1: none */
};

struct table_draft {
	const struct table *table;
	uint64_t key;
	uint64_t first, rows;
	bool asked;
	char *note;
	uint64_t classes;            /* of an aligned table: see align.h; 0: it is not */
	bool *aligned;               /* by column */
	bool *loose;                 /* by unique: a partial one that nothing holds yet */
	double bytes;
	struct column_draft *column;
	struct generator **generator;
};

struct draft {
	struct plan *plan;
	const struct schema *schema;
	const struct plan_request *request;
	struct spec *spec;
	struct table_draft *table;
	int *order;                  /* table numbers, parents first */
	uint64_t *limit;             /* a table whose number was not asked for gets no more rows than this */
	bool starved;                /* memory was wanting where it was not reported */
	bool again;                  /* a limit was lowered: all is to be drafted anew */
};

int draft_fail(struct draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Rows asked for that a constraint does not allow: an error, or fewer rows where the number was not asked for.
 * 0: the draft goes on (with again set), -1: plan error. what: "color: UNIQUE (color)"; why: "CHECK allows 3 values". */
int draft_too_many(struct draft *d, int table, uint64_t capacity, const char *what, const char *why);

int draft_table(const struct draft *d, const char *name); /* its number without case, -1 where there is none */
uint64_t draft_key(const struct draft *d, int table, int column);
struct scope draft_scope(const struct draft *d, int table);

/* Put a generator in the column's place; NULL (for want of memory) gives -1. */
int draft_set(struct draft *d, int table, int column, struct generator *g, enum source source);

/* Texts for messages, into out: "UNIQUE (a, b)". */
void draft_name_unique(const struct table *table, const struct unique *u, char *out, size_t size);
void draft_name_columns(const struct table *table, const int *column, size_t n, char *out, size_t size);

#endif
