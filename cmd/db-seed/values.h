#ifndef DB_SEED_VALUES_H
#define DB_SEED_VALUES_H

#include "literal.h"
#include "schema.h"
#include "token.h"

/* Lists of distinct values that own their texts. */

struct values { struct value *value; size_t n; };

void value_free(struct value *value);
void values_free(struct values *values);

double value_number(const struct value *value); /* of an integer or a real */
bool value_is_number(const struct value *value);

bool values_contain(const struct values *values, const struct value *value);

/* Append what a column of this affinity makes of a list of constants; NULLs are left out. 1, 0 where one of them is not known
 * for certain, -1 with ENOMEM; the list holds the ones before it then. */
int values_append(struct values *values, const struct table *table, enum affinity affinity, struct tokens list);

#endif
