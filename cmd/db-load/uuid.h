#ifndef DB_LOAD_UUID_H
#define DB_LOAD_UUID_H

#include "rng.h"

#define UUID_LENGTH 36

/* A version 7 UUID (RFC 9562), the time and random bits from rng, as lower-case text with a NUL. */
void uuid_make(char text[UUID_LENGTH + 1], struct rng *rng);

#endif
