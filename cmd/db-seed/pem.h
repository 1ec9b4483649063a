#ifndef DB_SEED_PEM_H
#define DB_SEED_PEM_H

#include <stddef.h>

#include "rng.h"

/* The length of a PEM text of so many bytes: its lines of 64 characters of base64 and the two around them. */
size_t pem_length(const char *label, size_t bytes);

/* The most bytes whose PEM text is not longer than length, which holds at least that of none. */
size_t pem_fit(const char *label, size_t length);

/* Write one of random bytes, pem_length(label, bytes) characters; their end. */
char *pem_put(char *out, const char *label, size_t bytes, struct rng *rng);

#endif
