#ifndef DB_SEED_ALIGN_H
#define DB_SEED_ALIGN_H

#include "draft.h"

/* Foreign keys that share a column and have different parents, as (tenant, project) and (tenant, user): both parents'
 * rows must be of one tenant. So the rows of all tables concerned fall into the same classes by their number: row r is of
 * class r % classes, its shared column holds that class's key, and it refers to rows of the same class alone. */

/* Find such tables, and set their classes and aligned columns. 0, or -1. */
int align_find(struct draft *d);

/* Has the foreign key an aligned column? */
bool align_concerns(const struct draft *d, int table, const struct foreign_key *fk);

/* Decide the columns of a foreign key of an aligned table. 0, or -1. */
int align_decide(struct draft *d, int table, size_t foreign, int parent);

/* A table's rows of one class, at least. */
uint64_t align_rows(const struct draft *d, int table);

#endif
