#ifndef DB_SEED_LIMIT_H
#define DB_SEED_LIMIT_H

#include "fact.h"
#include "schema.h"

/* Entering what CHECKs say into a table's limits and orders. */

enum limits_result {
	LIMITS_NO_MEMORY = -1,
	LIMITS_REFUSED,  /* they cannot hold it, or what is there already contradicts it; they are as before */
	LIMITS_ADDED,
	LIMITS_NARROWED  /* added, and more than was asked: x <> 0 became x > 0 */
};

enum limits_result limits_add(struct table *table, const struct fact *fact);

/* One of the constants of n lists, of which there is at least one. */
enum limits_result limits_choose(struct table *table, int column, const struct tokens *list, size_t n);

/* What limits_add() would say: refused or added. A range that leaves nothing is refused here. */
enum limits_result limits_allow(const struct table *table, const struct fact *fact);

/* Leave out the choices that other limits forbid, unless that is all of them. */
void limits_trim(struct column *column);

void limits_free(struct limits *limits);

#endif
