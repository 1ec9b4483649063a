#ifndef DB_SEED_REFERENCES_H
#define DB_SEED_REFERENCES_H

#include "draft.h"

/* Foreign keys. All columns of one share a pick, and so choose the same row of the parent.
 *
 * Where one column is in several foreign keys, the one with the most columns decides it, and the others hold because
 * what it takes refers to the same in turn. A column that refers to what another parent refers to as well (a node's
 * tenant beside its cluster, which has a tenant) takes the parent's, as data of that form means.
 *
 * Keys that refer to each other in a circle: one column of the circle gets values of its own, the others refer to it
 * one to one, which needs the same number of rows in all of them. */

/* Take what the spec says of the table's columns, then decide those in foreign keys. 0, or -1. */
int references_make(struct draft *d, int table);

/* When all tables are drafted: let references find their parents' generators and set how many rows there are to choose
 * from; then see that each foreign key holds. 0, or -1. */
int references_fill(struct draft *d);
int references_verify(struct draft *d);

/* How many rows a reference to a table can choose from. */
uint64_t references_parents(const struct draft *d, int child, int parent);

/* Change how a column picks, and all columns of the table that pick with it. NULL text: by kind alone. 0, or -1. */
int references_pick(struct draft *d, int table, int column, enum pick_kind kind, const char *expr);

/* Set an undecided column to refer to (parent, to) with the table's pick number `number` for this parent. */
int references_set(struct draft *d, int table, int column, int foreign, int parent, int to, unsigned number, double nulls);

/* The number of a foreign key among those with the same parent. */
unsigned references_number(const struct table *t, size_t foreign);

#endif
