#ifndef RECONCILE_DIGEST_H
#define RECONCILE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* The two hashes of releases and rollouts, once more, from their papers: what is checked must not compute its own check. */

uint64_t fnv1a64(const void *bytes, size_t len); /* FNV-1a, 64 bits */
void sha256_hex(const void *bytes, size_t len, char out[65]); /* FIPS 180-4 */

#endif
