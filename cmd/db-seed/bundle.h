#ifndef DB_SEED_BUNDLE_H
#define DB_SEED_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#define BUNDLE_MIN 8192 /* bytes */

/* A configuration bundle: a gzip file of exactly size bytes (at least BUNDLE_MIN, below 2^31) holding a tar of config.yml,
 * ca.crt, crl.pem, host.crt and host.key with PEM-like contents; crl.pem takes what the others leave. The same key
 * gives the same bytes. out has room for size.
 * The data is in stored blocks, not compressed: it is random key material, in which compression would find little but the
 * two bits a character that base64 wastes, and a bundle is to be made at the speed of memory and to a size asked for. */
void bundle_put(uint64_t key, char *out, size_t size);

#endif
