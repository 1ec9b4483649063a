#ifndef DB_LOAD_VALUES_H
#define DB_LOAD_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr.h"
#include "sql.h"

/* The values of a script's variables, each client's own. Those that do not change cost nothing to bind
 * again: a version tells. */

enum value_kind { VALUE_UNSET, VALUE_NULL, VALUE_NUMBER, VALUE_TEXT, VALUE_BLOB };

struct value {
	enum value_kind kind;
	uint32_t version;  /* another one whenever it is set; never 0 once it was */
	const void *bytes; /* TEXT, BLOB */
	size_t len;
	char *own;         /* where bytes lie, unless they are another's */
	size_t room;
};

struct values {
	size_t n;
	struct value *value;       /* by slot */
	struct expr_value *number; /* beside each, as expressions want them */
};

void values_init(struct values *v, size_t n); /* or dies */
void values_free(struct values *v);
void values_grow(struct values *v, size_t n); /* to at least n, or dies */
void values_copy(struct values *to, const struct values *from); /* the first from->n of to */

void values_set_number(struct values *v, int slot, const struct expr_value *number);
void values_set_null(struct values *v, int slot);

/* Room for len bytes and a NUL that become the slot's text; NULL without memory. */
char *values_make_text(struct values *v, int slot, size_t len);
int values_set_bytes(struct values *v, int slot, enum value_kind kind, const void *bytes, size_t len); /* copied: 0, -1 */
void values_refer(struct values *v, int slot, enum value_kind kind, const void *bytes, size_t len); /* not copied */

/* As text that may have come from a command line: a number where it is one. Or dies. */
void values_set_argument(struct values *v, int slot, const char *text);

/* The column of stmt's row. 0, or -1 without memory. */
int values_set_column(struct values *v, int slot, struct sql_stmt *stmt, int column);

/* 0, or -1 with the error in the connection. What is unset is NULL. */
int values_bind(const struct values *v, int slot, struct sql_stmt *stmt, int at);

#endif
