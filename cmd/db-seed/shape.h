#ifndef DB_SEED_SHAPE_H
#define DB_SEED_SHAPE_H

#include "generator.h"
#include "schema.h"
#include "scope.h"

/* Text of a fixed number of characters, each out of a set of its own: what a LIKE or GLOB pattern, an alphabet or a
 * length asks for. */

#define SHAPE_MAX 96 /* characters; longer patterns are not understood */

struct shape {
	size_t n;
	char set[SHAPE_MAX][96]; /* ASCII characters that may stand there; one: it is fixed */
};

/* The shape of what the column's limits want, filled up from letters where they leave room, with at least `room` free
 * characters if the length allows it. variant counts from 0: other letters to fill up with. false: none (any more). */
bool shape_of(const struct column *column, unsigned variant, size_t room, struct shape *shape);

double shape_capacity(const struct shape *shape); /* how many different texts */

/* NULL with ENOMEM. distinct: different rows up to shape_capacity() give different texts. */
struct generator *shape_generator(const struct shape *shape, const struct scope *scope, uint64_t key, bool distinct);

#endif
