#ifndef DB_SEED_SCOPE_H
#define DB_SEED_SCOPE_H

#include "expr.h"
#include "schema.h"

/* What an expression sees: row, rows (of the table it is for), scale, and each table's name for how many rows it has. */

struct scope {
	const struct schema *schema;
	const struct table *table;          /* NULL: there is no `row` and no `rows` */
	const struct expr_value *variables; /* by slot */
	size_t nvariables;
};

#define SCOPE_ROW 0
#define SCOPE_SCALE 1
#define SCOPE_TABLES 2 /* the first table's slot */
#define SCOPE_WHY 192  /* bytes, for an error's text */

size_t scope_slots(const struct schema *schema);

/* NULL with why, which is "" for want of memory. */
struct expr *scope_expr(const struct scope *scope, const char *text, size_t len, char why[SCOPE_WHY]);

#endif
