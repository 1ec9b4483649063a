#ifndef API_MOCK_LIMITS_H
#define API_MOCK_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/* The server's rate limits: token buckets, one for each address, and one for each node or cluster and group of
 * endpoints. */

enum limit { LIMIT_NONE, LIMIT_ADDRESS, LIMIT_NODES, LIMIT_CONFIG, LIMIT_ROUTES, LIMIT_TOPOLOGY, LIMITS };

struct limits;

struct limits *limits_new(void); /* NULL with ENOMEM */
void limits_free(struct limits *l); /* NULL is fine */

/* Take one token from whose bucket. false: there is none, but after *wait ns. Without memory for another bucket, as if
 * it were full. From any thread. */
bool limits_take(struct limits *l, enum limit limit, const char *whose, int64_t now, int64_t *wait);

#endif
