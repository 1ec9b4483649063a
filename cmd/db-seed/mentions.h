#ifndef DB_SEED_MENTIONS_H
#define DB_SEED_MENTIONS_H

#include "schema.h"

/* Which of the table's columns a piece of SQL speaks of: in[] by column, others are left alone. Texts and comments do not
 * count. */
void mentions_find(const struct table *table, const char *sql, bool *in);

/* What an index's expressions and its WHERE speak of, apart: each may be NULL. */
void mentions_index(const struct table *table, const char *sql, bool *in_expressions, bool *in_where);

/* The columns that a generated column is computed from. */
void mentions_generated(const struct table *table, int column, bool *in);

#endif
