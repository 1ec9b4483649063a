#ifndef DB_SEED_BYTES_H
#define DB_SEED_BYTES_H

#include <stddef.h>

#include "rng.h"

/* Random bytes, the same on machines of either byte order. */
void bytes_fill(struct rng *rng, char *out, size_t size);

#endif
