#ifndef API_MOCK_DATABASE_H
#define API_MOCK_DATABASE_H

#include <stdint.h>

/* What is done with the database before it is served. All: 0, or -1 after a complaint. */

/* Every node's and cluster's token becomes the one that is made of its id. */
int database_set_tokens(const char *path);

/* One bundle a cluster, of so many bytes: one that the database has, or random bytes of which seed decides. */
int database_set_bundles(const char *path, int64_t size, uint64_t seed);

int database_set_wal(const char *path);

#endif
