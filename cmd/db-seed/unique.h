#ifndef DB_SEED_UNIQUE_H
#define DB_SEED_UNIQUE_H

#include "draft.h"

/* A PRIMARY KEY, UNIQUE or unique index as something that columns' values have to hold. */

#define MEMBERS_MAX 32 /* columns of a key; of larger ones the first are enough */

struct key {
	const struct unique *unique;
	int number;
	int member[MEMBERS_MAX];
	size_t n;
	bool vague;      /* partial, or over an expression: what is planned for its columns is more than it asks for */
};

/* The key's columns, with those that its expressions and generated columns speak of. number: of the table's unique. */
void key_read(const struct draft *d, int table, int number, struct key *k);

bool key_has(const struct key *k, int column);

/* Is it sure that no two rows are the same in it, whatever else is changed? */
bool key_holds(const struct draft *d, int table, const struct key *k);

/* Does another key, which nothing holds yet, share members with this one, and neither contain the other? */
bool key_overlaps(const struct draft *d, int table, const struct key *k);

#endif
