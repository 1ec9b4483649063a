#ifndef DB_SEED_PLAN_H
#define DB_SEED_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "generator.h"
#include "schema.h"

/* Which rows there will be and what each column of them holds. */

struct plan_table {
	const struct table *table;
	uint64_t first;             /* number of the first row: 0, or how many the table had before */
	uint64_t rows;              /* to be made */
	bool asked;                 /* rows were asked for, rather than a default */
	char *note;                 /* why there are fewer rows than the default; NULL where there are not */
	struct generator **generator; /* one a column, in the table's order; NULL for generated columns */
	double bytes;               /* of an average row's values, measured on some rows */
};

struct plan_keys { struct value *value; size_t n; }; /* of a table that gets no rows, for references to it */

struct plan {
	const struct schema *schema;
	struct plan_table *table;   /* parents before children where that is possible */
	size_t ntables;
	uint64_t seed;
	struct expr_value *variables; /* what expressions see: slot 0 the row; see plan.c */
	size_t nvariables;
	struct plan_keys *keys;     /* read from an existing database */
	size_t nkeys;
	char *error;                /* NULL for want of memory; else what cannot be: "table.column: constraint: why", or "file:line: …" of a spec */
};

struct plan_count { const char *table; uint64_t rows; }; /* --rows TABLE=N */

struct plan_request {
	uint64_t seed;
	const struct plan_count *count;
	size_t ncounts;
	double scale;               /* --scale, 1 unless said; multiplies default row counts, and is the variable `scale` */
	const char *spec_name;      /* NULL where there is no spec */
	const char *spec;           /* its text */
	size_t spec_len;
	const char *more_name, *more; /* the user's --spec on top of a profile's; NULL where there is none */
	size_t more_len;
	struct sql *append;         /* the database whose tables already hold rows; NULL for a new one. Where any number of rows
				     * is asked for then, other tables get none */
};

#define PLAN_ROWS 1000 /* of a table that nothing is said of, times scale */

/* 0, or -1 with plan->error. schema must outlive the plan. Free in both cases. */
int plan_make(struct plan *plan, const struct schema *schema, const struct plan_request *request);
void plan_free(struct plan *plan);

/* What a column gets, in words: "uuid 7", "reference to clusters.id, uniform", "choice of 3". Caller frees; NULL with ENOMEM. */
char *plan_describe(const struct plan *plan, const struct plan_table *table, size_t column);

/* NULL where there is none. */
const struct plan_table *plan_find(const struct plan *plan, const char *table);

#endif
