#ifndef DB_SEED_SPEC_H
#define DB_SEED_SPEC_H

#include "generator.h"
#include "scope.h"

/* The JSON of --spec: what the user says of tables and columns. */

struct spec_reference {          /* a GEN_REFERENCE somewhere in a column's generator: *column, pick.n and, with zipf, */
	struct generator *generator; /* its table are left for the plan to fill in; pick.zipf.s holds the exponent */
	int parent, to;              /* table and column, by number in the schema */
	bool picked;                 /* it says which rows it picks */
	char *at;                    /* by this expression; owned; NULL where not so */
};

struct spec_column {
	int column;
	struct generator *generator; /* owned until the plan takes it (leaving NULL) */
	bool unique;
	struct spec_reference *reference;
	size_t nreferences;
};

struct spec_table {
	int table;
	char *rows;                  /* an expression; NULL where it does not say */
	char *place;                 /* "file:line" of rows; NULL where it does not say */
	struct spec_column *column;
	size_t ncolumns;
};

struct spec_demand { char *expr, *message, *place; }; /* "require": must come out non-zero */

struct spec {
	struct spec_table *table;
	size_t ntables;
	struct spec_demand *demand;
	size_t ndemands;
	char *error;                 /* "file:line: …"; NULL for want of memory */
};

/* Read one spec over what others have said before: a table's rows and each column's generator are replaced, demands
 * are added. scope gives expressions their variables (its table is ignored); seed makes the keys. 0, or -1 with
 * spec->error. */
int spec_read(struct spec *spec, const struct scope *scope, uint64_t seed, const char *name, const char *text, size_t len);
void spec_free(struct spec *spec);

struct spec_table *spec_find(const struct spec *spec, int table); /* NULL where it says nothing */

#endif
