#ifndef DB_LOAD_BLOB_H
#define DB_LOAD_BLOB_H

#include <stddef.h>
#include <stdint.h>

/* Random bytes that do not compress, made once and shared by all clients: who wants some gets the beginning
 * of the longest run of them so far. Thread-safe. */

#define BLOB_MAX 1000000000 /* as SQLite's own limit */

struct blobs;

struct blobs *blobs_new(uint64_t seed); /* or dies */
void blobs_free(struct blobs *blobs);   /* NULL is fine; what was got goes with it */

/* size bytes, up to BLOB_MAX. NULL without memory. */
const void *blobs_get(struct blobs *blobs, size_t size);

#endif
